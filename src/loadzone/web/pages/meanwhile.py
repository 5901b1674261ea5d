"""Two people at one form: the second is told what the first has changed, and nothing that was entered is lost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from loadzone.flows import asset_desk, assets, audit_trail
from loadzone.flows.assets import Asset, Kind
from loadzone.flows.platform import Work
from loadzone.web.pages.audit_words import who_words
from loadzone.web.pages.reader import Reader
from loadzone.words.errors import Overtaken
from loadzone.words.texts import Text, text

READ = "read"
"""Field of a form that says what stood in the others when the page was written."""
NAMES: Mapping[str, Text] = {
    "name": text("Name"),
    "kind": text("Kind"),
    "bearing": text("Bearing"),
    "time_zone": text("Time zone"),
    "is_retired": text("Use"),
    asset_desk.OTHER: text("Other facts"),
}
SAID: Mapping[str, Text] = {"yes": text("retired: takes no more data"), "no": text("in use")}


@dataclass(frozen=True)
class Change:
    """A field that somebody else changed while the form was open: what it was, what it is, what was entered."""

    name: str
    was: str
    now: str
    mine: str


def stamp(asset: Asset) -> str:
    """What the hidden field of a form holds."""
    return json.dumps(asset_desk.written(asset), ensure_ascii=False, sort_keys=True)


def hold(work: Work, kind: Kind, organisation: str, key: str, form: Mapping[str, str]) -> None:
    """Let a change through where the asset still is what its form was written from.

    Raises
    ------
    Overtaken : somebody has changed it since
    """
    read = _read(form)
    if asset_desk.changed_since(read, asset_desk.written(assets.find(work, kind, organisation, key))):
        raise Overtaken(text("this was changed while you had it open"))


def catch_up(
    reader: Reader, kind: Kind, organisation: str, key: str, form: Mapping[str, str], labels: Mapping[str, Text]
) -> tuple[str, list[Change], dict[str, str]]:
    """What to say, field by field what was changed, and the form with both: theirs where one had changed nothing."""

    def job(work: Work) -> tuple[Asset, tuple[audit_trail.Entry, ...]]:
        asset = assets.find(work, kind, organisation, key)
        return asset, audit_trail.trail(work, organisation, thing=f"{kind}:{key}", limit=1)

    asset, entries = reader.visit.platform.read(organisation, job)
    read, now = _read(form), asset_desk.written(asset)
    changed = asset_desk.changed_since(read, now)
    both = {**form, READ: stamp(asset)}
    both |= {name: then for name, (was, then) in changed.items() if _plain(form.get(name, was)) == was}
    names = {**NAMES, **labels}
    changes = [
        Change(
            names[name].render(reader.lang) if name in names else name,
            *(_said(name, each, reader) for each in (was, then, form.get(name, was))),
        )
        for name, (was, then) in changed.items()
    ]
    return _who(reader, entries), changes, both


def _who(reader: Reader, entries: tuple[audit_trail.Entry, ...]) -> str:
    if not entries:
        return reader.say("This was changed while you had it open. Yours is not saved yet: look, and save again.")
    names = reader.visit.platform.read(reader.seen.organisations(), audit_trail.logins)
    return reader.say(
        "{who} changed this at {time}, while you had it open. Yours is not saved yet: look, and save again.",
        who=who_words(entries[0].event.who, names, reader),
        time=reader.when.moment(entries[0].event.at_us),
    )


def _plain(entered: str) -> str:
    """As it is kept: browsers write the ends of lines in their own way."""
    return entered.replace("\r\n", "\n").strip()


def _said(name: str, value: str, reader: Reader) -> str:
    if name == "is_retired" and value in SAID:
        return SAID[value].render(reader.lang)
    return value or "–"


def _read(form: Mapping[str, str]) -> dict[str, str]:
    """The fields as they were read; none where the page did not say."""
    try:
        told = json.loads(form.get(READ, ""))
    except ValueError:
        return {}
    fields = told.items() if isinstance(told, dict) else ()
    return {name: value for name, value in fields if isinstance(value, str) and name in form}
