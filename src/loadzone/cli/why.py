"""``loadzone why``: what an advice, an alarm or a result rests on, computed again and compared."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from loadzone.cli import options
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.why import Chain

MOST_DIFFERENCES = 12
WIDTH = 78
FOUND = 1


def why(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of an advice, an alarm, a result or a recording.")],
    data: options.Data = options.DATA,
    database: options.Database = None,
    lake: options.LakeUrl = None,
    fail_on: Annotated[
        Literal["different"] | None, typer.Option(help="Leave with 1 when it is not found the same again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole chain as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Show what something rests on: finding, recording, samples, settings, version; compute it again and compare."""
    from loadzone.flows.platform import open_platform
    from loadzone.flows.why import why as asked
    from loadzone.store.catalog import EVERYONE

    platform = open_platform(data, database, lake)
    try:
        chain = asked(platform, EVERYONE, identifier)
    finally:
        platform.close()
    if as_json:
        typer.echo(json.dumps(chain.to_dict(), ensure_ascii=False, indent=2))
    else:
        for line in _lines(chain):
            typer.echo(line.render(lang))
        for each in chain.differences[:MOST_DIFFERENCES]:
            typer.echo(f"  {each.place}: {each.stored} -> {each.again}"[:WIDTH])
    raise typer.Exit(FOUND if fail_on and not chain.is_same else 0)


def _lines(chain: "Chain") -> Iterator[Text]:
    if chain.advice:
        given = chain.advice
        yield text(
            "advice {id}: {action}, {when}", id=given["id"], action=given["action"], when=_time(given["issued_us"])
        )
    if chain.alarm:
        alarm = chain.alarm
        yield text("alarm {id}: {cause}, {state}", id=alarm["id"], cause=alarm["cause"], state=alarm["state"])
    if chain.result:
        row = chain.result
        yield text("result {id}: {verdict}, p = {p}", id=row["id"], verdict=row["verdict"], p=_number(row["p_value"]))
    if chain.recording:
        row = chain.recording
        yield text(
            "recording {id}: {position}, channel {channel}, {when}, by {door}",
            id=row["id"],
            position=f"{row['organisation']}/{row['position']}",
            channel=row["channel"] or "–",
            when=_time(row["time"]),
            door=row["door"],
        )
    if chain.samples:
        told = chain.samples
        yield text(
            "samples {count} at {fs_hz:g} Hz in {unit}, speed {speed} r/min; object {object}, checked",
            count=told["count"],
            fs_hz=told["fs_hz"],
            unit=told["unit"] or "–",
            speed=_number(told["speed_rpm"]),
            object=told["object"][:16],
        )
    yield from _outcome(chain)


def _outcome(chain: "Chain") -> Iterator[Text]:
    if chain.broken:
        yield text("the chain ends here: there is no stored result to compute again")
        return
    yield text("computed by version {stored}, again by {now}", stored=chain.stored_version, now=chain.version)
    if chain.is_same:
        yield text("computed again: the same finding")
        return
    yield text("computed again: {count} places differ", count=len(chain.differences))


def _time(micros: int) -> str:
    return datetime.fromtimestamp(micros / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "–"
