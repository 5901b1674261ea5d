"""Bringing recordings: choose a position, drop files, see what became of each; what broke off is taken up again."""

from collections.abc import Mapping, Sequence

from fastapi import Response

from loadzone.flows import assets
from loadzone.flows.assets import Stranger
from loadzone.flows.platform import Work
from loadzone.flows.standing import Stand, stands
from loadzone.flows.upload_desk import Judged, Sent, sent
from loadzone.reports.numbers import fixed, probability
from loadzone.web.pages.arc import arc
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import position_path, recording_path
from loadzone.web.pages.reader import Reader, show
from loadzone.words.texts import text

routes = pages()
KILO = 1000.0
MOST_CHOICES = 2000


@page(routes, "/upload", needs="viewer")
def get_upload(reader: Reading, position: str = "") -> Response:
    """The page; ``position`` (ORGANISATION/ID) is chosen already."""
    sending = reader.seen.organisations("analyst")
    at_us = reader.visit.at_us

    def job(work: Work) -> tuple[list[Stand], list[Stranger]]:
        found = [each for each in stands(work, at_us) if each.position.organisation in sending]
        unknown = [
            each for name in sorted(reader.seen.organisations("engineer")) for each in assets.strangers(work, name)
        ]
        return found, unknown

    places, unknown = reader.visit.platform.read(reader.seen.organisations(), job)
    files = sent(reader.visit.platform, sending)
    counts = _counts(files)
    return show(
        reader,
        "upload.html.j2",
        title=text("Upload recordings"),
        heading=_heading(counts, reader),
        groups=_groups(places[:MOST_CHOICES]),
        chosen=position,
        sending=bool(sending),
        can_enter=bool(reader.seen.organisations("engineer")),
        files=[each for each in files if each.stage != "coming"],
        coming=[each for each in files if each.stage == "coming"],
        strangers=unknown,
        size=_size,
        arc=arc,
        told=lambda judged: _told(judged, reader),
        place=lambda each: _place(each, places),
        position_path=position_path,
        recording_path=recording_path,
        formats=_formats(),
        most=_size(reader.visit.door.guards.upload_bytes),
        engineers=reader.seen.organisations("engineer"),
    )


def _counts(files: Sequence[Sent]) -> Mapping[str, int]:
    found = dict.fromkeys(("coming", "waiting", "refused", "kept", "judged"), 0)
    for each in files:
        found[each.stage] += 1
    return found


def _heading(counts: Mapping[str, int], reader: Reader) -> str:
    """«40 recordings in, 4 files need a word from you»."""
    within = counts["judged"] + counts["kept"] + counts["waiting"]
    asking = counts["refused"] + counts["coming"]
    if not within and not asking:
        return reader.say("Bring recordings")
    if not asking:
        return reader.say("{count} in, nothing needs a word from you", count=within)
    if asking == 1:
        return reader.say("{count} in, one file needs a word from you", count=within)
    return reader.say("{count} in, {asking} files need a word from you", count=within, asking=asking)


def _groups(places: Sequence[Stand]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a position by machine: the value ORGANISATION/ID, the name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in places:
        names = [part.name for part in (each.site, each.machine) if part]
        value = f"{each.position.organisation}/{each.position.id}"
        found.setdefault(", ".join(names), []).append((value, each.position.name))
    return sorted(found.items())


def _place(file: Sent, places: Sequence[Stand]) -> str:
    """Machine and position of a file, in words."""
    upload = file.upload
    for each in places:
        if (each.position.organisation, each.position.id) == (upload.organisation, upload.position):
            return ", ".join([*([each.machine.name] if each.machine else []), each.position.name])
    return upload.position


def _told(judged: Judged, reader: Reader) -> tuple[str, str]:
    """The verdict in a sentence, and the number behind it."""
    said = judged.headline.get(reader.lang) or judged.headline.get("en") or reader.say("Nothing found")
    return said, f"p {probability(judged.p_value)}" if judged.p_value is not None else ""


def _size(size_bytes: int) -> str:
    """«5.1 MB»."""
    for unit, factor in (("GB", KILO**3), ("MB", KILO**2), ("kB", KILO)):
        if size_bytes >= factor:
            return f"{fixed(size_bytes / factor, 1)} {unit}"
    return f"{size_bytes} B"


def _formats() -> str:
    from loadzone.formats.registry import registry

    endings = sorted({suffix.lstrip(".") for each in registry().formats.values() for suffix in each.suffixes})
    return ", ".join(endings)
