"""The past of a position: its recordings with their verdicts, and what the ledger tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from loadzone.flows.dossier import Dossier, Entry, Result, dossier, entries, names_of, results_of
from loadzone.flows.platform import Work
from loadzone.flows.reading import documents
from loadzone.reports.numbers import probability, significant
from loadzone.web.pages import audit_words, quantities
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import position_at, recording_path
from loadzone.web.pages.position import head
from loadzone.web.pages.reader import Reader, show
from loadzone.words.texts import Text, text

routes = pages()
SHOWN = 100
"""Rows of one page; older ones are a click away."""
STATES: Mapping[str, str] = {
    "confirmed": "plan",
    "suspected": "watch",
    "unexplained": "watch",
    "healthy": "good",
    "undetermined": "cant",
}
VERDICTS: Mapping[str, Text] = {
    "confirmed": text("damage, confirmed"),
    "suspected": text("damage, suspected"),
    "unexplained": text("unexplained line"),
    "healthy": text("no damage found"),
    "undetermined": text("no answer"),
}
STEPS: Mapping[str, Text] = {**audit_words.STEPS, "advice closed": text("finding entered")}


@dataclass(frozen=True)
class Line:
    """One recording in the list."""

    state: str
    verdict: str
    headline: str
    at_us: int
    path: str
    facts: tuple[str, str, str, str]


@page(routes, "/positions/{organisation}/{position}/recordings", needs="viewer")
def get_recordings(reader: Reading, organisation: str, position: str, verdict: str = "", before: int = 0) -> Response:
    """Recordings, the newest first; ``verdict`` shows those with one, ``before`` (µs) those ahead of a time."""
    at_us, platform = reader.visit.at_us, reader.visit.platform
    found = platform.read(reader.seen.organisations(), lambda work: dossier(work, organisation, position, at_us))
    end_us = before if 0 < before <= at_us else at_us + 1
    rows = documents(
        platform, "recordings", organisation, position, start_us=0, end_us=end_us, limit=SHOWN + 1
    )  # fmt: skip
    first_us = rows[-1]["time"] if rows else 0
    results = {
        each.recording: each
        for each in results_of(platform, organisation, position, end_us, since_us=first_us, limit=2 * SHOWN)
    }
    lines = [_line(row, results.get(row["id"]), organisation, position, reader) for row in rows[:SHOWN]]
    here = f"{position_at(organisation, position)}/recordings"
    choices = [(reader.say("All"), here, not verdict)]
    choices += [(VERDICTS[each].render(reader.lang), f"{here}?verdict={each}", verdict == each) for each in VERDICTS]
    choices.append((reader.say("not diagnosed"), f"{here}?verdict=none", verdict == "none"))
    return show(
        reader,
        "position_recordings.html.j2",
        room="fleet",
        **head(found, reader, "recordings"),
        lines=[each for each in lines if not verdict or each.verdict == verdict],
        choices=choices,
        count=len(lines),
        older=f"{here}?before={rows[SHOWN - 1]['time']}{f'&verdict={verdict}' if verdict else ''}"
        if len(rows) > SHOWN
        else "",
        words=VERDICTS,
    )


def _line(row: Mapping[str, Any], result: Result | None, organisation: str, position: str, reader: Reader) -> Line:
    seconds = row["samples"] / row["rate"] if row["samples"] and row["rate"] else None
    facts = (
        row["channel"] or "–",
        quantities.value("speed", row["speed"], "rpm") if row["speed"] else "–",
        f"{significant(seconds)} s, {significant((row['rate'] or 0.0) / 1000.0)} kHz" if seconds else "–",
        row["serial"] or "–",
    )
    path = recording_path(organisation, position, row["id"])
    if result is None:
        return Line("none", "none", "", row["time"], path, facts)
    advised = result.told("advice", reader.lang) or {}
    headline = str(advised.get("headline") or "")
    if result.p_value is not None and result.verdict in {"confirmed", "suspected"}:
        headline = f"{headline}, p {probability(result.p_value)}"
    return Line(STATES.get(result.verdict, "cant"), result.verdict, headline, row["time"], path, facts)


@page(routes, "/positions/{organisation}/{position}/history", needs="viewer")
def get_history(reader: Reading, organisation: str, position: str, before: int = 0) -> Response:
    """What the ledger tells of the position, its alarms, its advice and its units, the newest first."""
    at_us = reader.visit.at_us

    def job(work: Work) -> tuple[Dossier, tuple[Entry, ...], Mapping[str, str]]:
        known = dossier(work, organisation, position, at_us)
        told = entries(work, known, before=before or None, limit=SHOWN + 1)
        return known, told, names_of(work, told)

    found, told, names = reader.visit.platform.read(reader.seen.organisations(), job)
    here = f"{position_at(organisation, position)}/history"
    return show(
        reader,
        "position_history.html.j2",
        room="fleet",
        **head(found, reader, "history"),
        entries=[(each, _step(each, reader), _what(each), _who(each, names)) for each in told[:SHOWN]],
        older=f"{here}?before={told[SHOWN - 1].number}" if len(told) > SHOWN else "",
        units=[(each, found.units.get(each.serial)) for each in reversed(found.mountings)],
    )


def _step(entry: Entry, reader: Reader) -> str:
    step = entry.event.step
    words = STEPS[step].render(reader.lang) if step in STEPS else step
    reason = entry.event.facts.get("reason") or entry.event.facts.get("found")
    return reader.say("{words}: {reason}", words=words, reason=reason) if reason else words


def _what(entry: Entry) -> str:
    """The things that it is about, without the position, which the page is about."""
    return ", ".join(each for each in entry.event.what if not each.startswith("position:"))


def _who(entry: Entry, names: Mapping[str, str]) -> str:
    """Name and organisation of who did it; a block or a command as the ledger has it."""
    who = entry.event.who
    return f"{names[who]}, {who.partition('/')[0]}" if who in names else who
