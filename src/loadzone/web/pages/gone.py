"""What a page says of a thing that is not there any more: who took it away, where that is known, and where to go on."""

from collections.abc import Mapping

from loadzone.flows import audit_trail
from loadzone.flows.platform import Work
from loadzone.web.pages.audit_words import STEPS, who_words
from loadzone.web.pages.paths import position_at
from loadzone.web.pages.reader import Reader
from loadzone.words.texts import Text, text

KINDS = ("recording", "advice", "alarm", "position", "machine", "site")
"""Names of things in an address, the innermost first; the ledger calls a thing KIND:IDENTIFIER."""
LISTS: Mapping[str, tuple[str, Text]] = {
    "advice": ("/advice", text("All advice")),
    "alarm": ("/alarms", text("All alarms")),
}
MISSING: Mapping[str, Text] = {
    "recording": text("This recording is not there any more, or never was."),
    "advice": text("This advice is not there any more, or never was."),
    "alarm": text("This alarm is not there any more, or never was."),
    "position": text("This position is not there any more, or never was."),
    "machine": text("This machine is not there any more, or never was."),
    "site": text("This site is not there any more, or never was."),
}


def missing(path: Mapping[str, str]) -> Text | None:
    """What is missing, in words; None where the address names no thing."""
    return next((MISSING[each] for each in KINDS if each in path), None)


def last_of(reader: Reader, path: Mapping[str, str]) -> Text | None:
    """The newest entry of the ledger about the thing of an address, for who may read the audit."""
    organisation = path.get("organisation", "")
    if not reader.is_known or organisation not in reader.seen.organisations("analyst"):
        return None
    kind = next((each for each in KINDS if each in path), None)
    if kind is None:
        return None

    def job(work: Work) -> tuple[audit_trail.Entry, ...]:
        return audit_trail.trail(work, organisation, thing=f"{kind}:{path[kind]}", limit=1)

    found = reader.visit.platform.read(organisation, job)
    if not found:
        return None
    names = reader.visit.platform.read(reader.seen.organisations(), audit_trail.logins)
    event = found[0].event
    return text(
        "The last that the audit knows of it: {step}, by {who}, {time}.",
        step=STEPS.get(event.step, event.step),
        who=who_words(event.who, names, reader),
        time=reader.when.moment(event.at_us),
    )


def onward(reader: Reader, path: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where to go on: addresses and words, the nearest first."""
    organisation = path.get("organisation", "")
    found: list[tuple[str, str]] = []
    if not set(path) & set(KINDS):
        return found
    if "recording" in path and "position" in path:
        found.append((position_at(organisation, path["position"]), reader.say("To the position")))
    for kind, (address, words) in LISTS.items():
        if kind in path:
            found.append((address, words.render(reader.lang)))
    return found
