"""``loadzone replay``: what is kept, diagnosed again and held against what is stored."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from loadzone.cli import desk, options
from loadzone.cli.progress import Bar
from loadzone.words.columns import TERMINAL_WIDTH, cut
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.replay import Replayed

FOUND = 1
MOST_SHOWN = 12
WHY: dict[str, Text] = {
    "version": text("another version of loadzone"),
    "settings": text("other settings"),
    "version and settings": text("another version and other settings"),
    "unexplained": text("same version, same settings: another machine's arithmetic, or a defect"),
    "not computed": text("not computed"),
}


def replay(
    positions: Annotated[
        list[str] | None, typer.Argument(metavar="POSITION...", help="Identifiers; all positions by default.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="T", help="From this time on, as 2026-11-24T08:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option(metavar="T", help="Up to and without this time.")] = None,
    settings: Annotated[
        Literal["stored", "now"], typer.Option(help="As stored with each result, or as the position says now.")
    ] = "stored",
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS|local", help="Dask scheduler, as tcp://HOST:8786; processes here by default."),
    ] = None,
    jobs: options.Jobs = None,
    fail_on: Annotated[Literal["different"] | None, typer.Option(help="Leave with 1 when one differs.")] = None,
    organisation: options.OneOrAll = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    lake: options.LakeUrl = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Diagnose stored recordings again and say how many findings are the same, which differ, and why.

    Nothing is written. The machines of a cluster need the same version of loadzone and reach the same storage (--lake,
    or a shared folder under the same path).
    """
    from loadzone.flows.replay import FOREVER_US
    from loadzone.flows.replay import replay as run

    since_us, until_us = desk.micros(since), desk.micros(until)
    with desk.opened(data, database, lake) as platform, Bar(text("computed again"), lang, is_quiet=as_json) as bar:
        found = list(
            run(
                platform,
                desk.seen(platform, organisation),
                positions or [],
                since_us=0 if since_us is None else since_us,
                until_us=FOREVER_US if until_us is None else until_us,
                settings=settings,
                cluster=cluster,
                jobs=jobs,
                told=bar,
            )
        )
    others = [each for each in found if not each.is_same]
    failed = sum(each.why == "not computed" for each in others)
    facts = {
        "count": len(found),
        "same": len(found) - len(others),
        "exact": sum(each.is_exact for each in found),
        "different": len(others) - failed,
        "not_computed": failed,
        "others": [_facts(each, lang) for each in others],
    }
    told = text(
        "{count} results: {same} the same ({exact} to the last digit), {different} differ, {failed} not computed",
        count=len(found),
        same=facts["same"],
        exact=facts["exact"],
        different=facts["different"],
        failed=failed,
    )
    lines = [told.render(lang)] + [line for each in others[:MOST_SHOWN] for line in _lines(each, lang)]
    if len(others) > MOST_SHOWN:
        lines.append(text("and {count} more: --json lists all", count=len(others) - MOST_SHOWN).render(lang))
    desk.say(facts, lines, as_json, lang)
    raise typer.Exit(FOUND if fail_on and others else 0)


def _lines(each: "Replayed", lang: str) -> list[str]:
    why = (each.problem or WHY[each.why or "unexplained"]).render(lang)
    moved = each.verdict if each.again in {None, each.verdict} else f"{each.verdict} -> {each.again}"
    lines = [
        f"{each.address}  {desk.minute(each.at_us or None)}  {moved}  {why}",
        f"  {each.id}",
        *(f"  {place.place}: {place.stored} -> {place.again}" for place in each.differences[:2]),
    ]
    return [cut(line, TERMINAL_WIDTH) for line in lines]


def _facts(each: "Replayed", lang: str) -> dict[str, Any]:
    return {
        "id": each.id,
        "organisation": each.address.organisation,
        "position": each.address.position,
        "at": desk.moment(each.at_us or None) or None,
        "verdict": each.verdict,
        "again": each.again,
        "stored_version": each.stored_version,
        "version": each.version,
        "why": each.why,
        "problem": each.problem.render(lang) if each.problem else None,
        "count": each.count,
        "differences": [vars(place) for place in each.differences],
    }
