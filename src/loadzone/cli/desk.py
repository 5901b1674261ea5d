"""What the commands at a platform share: opening it, whose data is meant, who acts, and how an answer is printed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loadzone.words.columns import TERMINAL_WIDTH, cut, pad, width, wrap
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.audit import Act
    from loadzone.flows.platform import Platform

WHO = "command line"
"""Who acts, in the ledger: somebody who has the machine."""


@contextmanager
def opened(data: Path, database: str | None, lake: str | None = None) -> Iterator["Platform"]:
    """The platform of a folder (and a database, and an object storage), which must be there.

    Raises
    ------
    MissingInput : no platform is there
    """
    from loadzone.flows.platform import open_platform

    if database is None and not (data / "catalog.sqlite").is_file():
        raise MissingInput(
            text("{folder} holds no platform: start one with loadzone up, or give --data DIR", folder=str(data))
        )
    platform = open_platform(data, database, lake)
    try:
        yield platform
    finally:
        platform.close()


def whose(platform: "Platform", organisation: str | None) -> str:
    """The organisation that is meant.

    Raises
    ------
    MissingInput : there are several, or none
    UnknownThing : there is none of that name
    """
    from loadzone.flows.people import every_organisation
    from loadzone.words.errors import UnknownThing

    known = [each.organisation for each in every_organisation(platform.catalog)]
    if organisation is not None:
        if organisation not in known:
            raise UnknownThing(text("there is no organisation {organisation}", organisation=organisation))
        return organisation
    if len(known) != 1:
        raise MissingInput(text("whose? give --organisation ID, one of {known}", known=", ".join(known[:20]) or "–"))
    return known[0]


def seen(platform: "Platform", organisation: str | None) -> tuple[str, ...]:
    """The organisations whose things are listed: the one that is named, or all.

    Raises
    ------
    UnknownThing : there is none of that name
    """
    from loadzone.flows.people import every_organisation

    if organisation is not None:
        return (whose(platform, organisation),)
    return tuple(each.organisation for each in every_organisation(platform.catalog))


def act(platform: "Platform") -> "Act":
    """A deed of the command line, now."""
    from loadzone.flows.audit import Act

    return Act(WHO, platform.clock())


def moment(micros: int | None) -> str:
    """A time for the eye and for programs: RFC 3339, UTC; empty for none."""
    from datetime import UTC, datetime, timedelta

    if micros is None:
        return ""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=micros // 1_000_000)
    return at.isoformat().replace("+00:00", "Z")


def minute(micros: int | None) -> str:
    """A time in a table: UTC to the minute; a dash for none."""
    told = moment(micros)
    return f"{told[:10]} {told[11:16]}Z" if told else "–"


def micros(at: str | None) -> int | None:
    """The µs of a time that was given with its offset; None for none.

    Raises
    ------
    BadInput : not such a time
    """
    from datetime import UTC, datetime

    if at is None:
        return None
    try:
        told = datetime.fromisoformat(at)
    except ValueError:
        told = None
    if told is None or told.tzinfo is None:
        raise BadInput(text("{time} is no time with its offset: write it as 2026-11-24T08:00:00+08:00", time=at))
    return round((told - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)


def say(facts: object, told: Text | Sequence[str], as_json: bool, lang: str) -> None:
    """The facts as JSON for programs, or what is told for people."""
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    elif isinstance(told, Text):
        typer.echo(told.render(lang))
    else:
        for line in told:
            typer.echo(line)


def table(heads: Sequence[Text], rows: Sequence[Sequence[str]], lang: str) -> list[str]:
    """Lines of a table."""
    cells = [[head.render(lang) for head in heads], *rows]
    widths = [max(width(row[place]) for row in cells) for place in range(len(heads))]
    padded = [[pad(cell, columns, "left") for cell, columns in zip(row, widths, strict=True)] for row in cells]
    return ["  ".join(row).rstrip() for row in padded]


def described(heads: Sequence[Text], rows: Sequence[tuple[Sequence[str], str]], lang: str) -> list[str]:
    """Lines of a table with words below each row, none wider than a terminal."""
    lines = [cut(line, TERMINAL_WIDTH) for line in table(heads, [cells for cells, _ in rows], lang)]
    found = lines[:1]
    for line, (_, words) in zip(lines[1:], rows, strict=True):
        found += [line, *(f"  {each}" for each in wrap(words, TERMINAL_WIDTH - 2))]
    return found
