"""``loadzone advice``: what to do by when; what came of it, and how often advice is right."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from loadzone.cli import desk, options
from loadzone.cli.alarms import IS_OPEN, PRIORITIES
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.alarms_desk import Advice

advice = typer.Typer(help="What to do by when, what came of it, how often it is right.", no_args_is_help=True)
HEADS = (text("identifier"), text("priority"), text("action"), text("given"), text("due"))
ACTIONS: dict[str, Text] = {"act": text("act"), "plan": text("plan")}
OUTCOMES: dict[str, Text] = {"right": text("right"), "wrong": text("wrong"), "not checked": text("not checked")}


@advice.command("list")
def list_advice(
    position: options.AtPosition = None,
    status: options.Status = "open",
    organisation: options.OneOrAll = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """List advice, the newest first."""
    from loadzone.flows.alarms_desk import advice_seen

    with desk.opened(data, database) as platform:
        found = platform.read(
            desk.seen(platform, organisation),
            lambda work: advice_seen(work, position=position, is_open=IS_OPEN[status], limit=options.MOST_ROWS),
        )
    if not found and not as_json:
        typer.echo(text("no advice").render(lang))
        return
    lines = [] if as_json else desk.described(HEADS, [_described(each, lang) for each in found], lang)
    desk.say([facts(each) for each in found] if as_json else (), lines, as_json, lang)


@advice.command("close")
def close(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Identifier of the advice.")],
    outcome: Annotated[
        Literal["right", "wrong", "not-checked"], typer.Argument(metavar="OUTCOME", help="right, wrong or not-checked.")
    ],
    found: Annotated[
        str | None,
        typer.Option(metavar="MODE", help="Damage that was found, a mode of ISO 15243; none: the bearing was sound."),
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="WORDS", help="What was seen.")] = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Enter what came of an advice, once."""
    from loadzone.flows.alarms_desk import close_advice

    said: Literal["right", "wrong", "not checked"] = "not checked" if outcome == "not-checked" else outcome
    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        closed = platform.catalog.write(
            mine, lambda work: close_advice(work, act, mine, identifier, said, found=found, note=note)
        )
    told = text("advice {id}: {outcome}", id=closed.id, outcome=OUTCOMES[said])
    desk.say(facts(closed) if as_json else {}, told, as_json, lang)


@advice.command("precision")
def precision(
    organisation: options.OneOrAll = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Show how often advice was right, with the exact 95 % interval."""
    from loadzone.flows import alarms_desk

    with desk.opened(data, database) as platform:
        found = platform.read(desk.seen(platform, organisation), alarms_desk.precision)
    counts = text(
        "{not_checked} not checked, {open} still open; what nobody checked may differ",
        not_checked=found.not_checked,
        open=found.open,
    )
    desk.say(vars(found), [found.sentence.render(lang), counts.render(lang)], as_json, lang)


def facts(given: "Advice") -> dict[str, Any]:
    """An advice with the names of REST."""
    from loadzone.web.api.advice import AdviceShown

    return AdviceShown.model_validate(given).model_dump(mode="json")


def _described(given: "Advice", lang: str) -> tuple[list[str], str]:
    from loadzone.monitor.watch.outcomes import MODE_WORDS

    cells = [
        given.id,
        _word(PRIORITIES, given.priority, lang),
        _word(ACTIONS, given.action, lang),
        desk.minute(given.issued_us),
        desk.minute(given.due_us),
    ]
    where = f"{given.organisation}/{given.position}" + (f"  {given.serial}" if given.serial else "")
    outcome = _word(OUTCOMES, given.outcome, lang) if given.outcome else ""
    found = _word(MODE_WORDS, given.found, lang) if given.found else ""
    return cells, "  ".join(filter(None, [where, _headline(given.facts, lang), outcome, found]))


def _headline(told: Mapping[str, Any], lang: str) -> str:
    sentences = told.get("sentences") or {}
    return str((sentences.get(lang) or sentences.get("en") or {}).get("headline", ""))


def _word(words: Mapping[Any, Text], code: str, lang: str) -> str:
    return words[code].render(lang) if code in words else code
