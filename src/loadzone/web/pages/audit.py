"""Audit: what was done, by whom, to which thing; the newest first, with the check of the chain."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Response

from loadzone.flows import audit_trail
from loadzone.flows.audit_trail import Checked, Entry
from loadzone.flows.platform import Work
from loadzone.web.pages.audit_words import STEPS, who_words
from loadzone.web.pages.organisations import chosen
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.reader import Reader, show
from loadzone.words.texts import LANGUAGES, text

routes = pages()
SHOWN = 50
MOST_CHECKED = 50_000
"""Entries up to which the chain is read at every look; beyond, when it is asked for."""
LONGEST_FACT = 160
_HASH = re.compile("[0-9a-f]{32,}")


@page(routes, "/audit", needs="viewer")
def get_audit(
    reader: Reading, organisation: str = "", thing: str = "", who: str = "", before: int = 0, check: int = 0
) -> Response:
    """The page; ``before``: entries below that number; ``check``: read the whole chain now."""
    if not reader.seen.organisations("analyst"):
        return show(reader, "audit_closed.html.j2", title=text("Audit"), room_here="audit")
    mine, known = chosen(reader, organisation, "analyst")

    names = reader.visit.platform.read(reader.seen.organisations(), audit_trail.logins)

    def job(work: Work) -> tuple[tuple[Entry, ...], Checked | None, int]:
        found = audit_trail.trail(
            work,
            mine,
            thing=thing.strip() or None,
            who=_who(who, names),
            before=before if before > 0 else None,
            limit=SHOWN + 1,
        )
        count = audit_trail.length(work, mine)
        checked = audit_trail.check(work, mine) if check or count <= MOST_CHECKED else None
        return found, checked, count

    found, checked, count = reader.visit.platform.read(mine, job)
    return show(
        reader,
        "audit.html.j2",
        title=text("Audit"),
        room_here="audit",
        organisation=mine,
        organisations=known,
        heading=_heading(checked, count, reader),
        checked=checked,
        entries=[(each, *_words(each, names, reader)) for each in found[:SHOWN]],
        older=found[SHOWN - 1].number if len(found) > SHOWN else 0,
        thing=thing,
        who=who,
        before=before,
        people=sorted(names.items(), key=lambda pair: pair[1]),
        thing_name=lambda name: _thing_name(name, mine, names),
        link=lambda name: _link(mine, name),
    )


def _who(written: str, names: Mapping[str, str]) -> str | None:
    """The ledger's name of a login; what is no login is taken as it is."""
    asked = written.strip()
    return next((name for name, login in names.items() if login == asked.casefold()), asked or None)


def _heading(checked: Checked | None, count: int, reader: Reader) -> str:
    if not count:
        return reader.say("Nothing was entered yet")
    if checked is None:
        return reader.say("{count} entries", count=count)
    if checked.is_whole:
        return reader.say("{count} entries, the chain is whole", count=count)
    return reader.say("{count} entries, the chain is broken at {number}", count=count, number=checked.flaws[0].number)


def _words(entry: Entry, names: Mapping[str, str], reader: Reader) -> tuple[str, str, str]:
    """Who, what and the facts of an entry."""
    event = entry.event
    who = who_words(event.who, names, reader)
    step = STEPS[event.step].render(reader.lang) if event.step in STEPS else event.step
    return who, step, _facts(event.facts, reader)


def _facts(facts: Mapping[str, Any], reader: Reader) -> str:
    """Facts in one line; of a change what it was and what it is."""
    if set(facts) == set(LANGUAGES):
        return str(facts[reader.lang])
    before, after = facts.get("before"), facts.get("after")
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        told = ", ".join(f"{name}: {_short(before.get(name))} → {_short(value)}" for name, value in after.items())
    else:
        told = ", ".join(f"{name}: {_short(value)}" for name, value in facts.items() if value is not None)
    return told if len(told) <= LONGEST_FACT else f"{told[:LONGEST_FACT]} …"


def _short(value: Any) -> str:  # noqa: ANN401  JSON
    if isinstance(value, str):
        return f"{value[:12]}…" if _HASH.fullmatch(value) else value
    return "–" if value is None else json.dumps(value, ensure_ascii=False)


def _thing_name(thing: str, organisation: str, names: Mapping[str, str]) -> str:
    """A user by the login, a file by the start of its identifier, anything else as the ledger has it."""
    kind, _, key = thing.partition(":")
    if kind == "user":
        return names.get(f"{organisation}/{key}", thing)
    return f"file:{key[:8]}…" if kind == "file" else thing


def _link(organisation: str, thing: str) -> str:
    """Where a thing is shown; empty for what has no page."""
    kind, _, key = thing.partition(":")
    folder = {"position": "positions", "machine": "machines", "site": "sites"}.get(kind)
    return f"/{folder}/{organisation}/{key}" if folder else ""
