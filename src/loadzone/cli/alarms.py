"""``loadzone alarms``: what is open, and what a person does to an alarm, as over REST."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from loadzone.cli import desk, options
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.alarms_desk import Alarm, Verb

alarms = typer.Typer(help="What is open, and what people do to it.", no_args_is_help=True)
HEADS = (text("identifier"), text("priority"), text("state"), text("since"))
PRIORITIES: dict[str, Text] = {"low": text("low"), "medium": text("medium"), "high": text("high")}
IS_OPEN: dict[str, bool | None] = {"open": True, "ended": False, "all": None}
HOUR_US = 3_600_000_000

Identifier = Annotated[str, typer.Argument(metavar="ID", help="Identifier of the alarm.")]
Reason = Annotated[str | None, typer.Option(metavar="WORDS", help="Why.")]


@alarms.command("list")
def list_alarms(
    position: options.AtPosition = None,
    status: options.Status = "open",
    priority: Annotated[Literal["low", "medium", "high"] | None, typer.Option(help="Only of this priority.")] = None,
    organisation: options.OneOrAll = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """List alarms, the newest first."""
    from loadzone.flows.alarms_desk import alarms_seen

    with desk.opened(data, database) as platform:
        found = platform.read(
            desk.seen(platform, organisation),
            lambda work: alarms_seen(
                work, position=position, is_open=IS_OPEN[status], priority=priority, limit=options.MOST_ROWS
            ),
        )
    if not found and not as_json:
        typer.echo(text("no alarms").render(lang))
        return
    lines = [] if as_json else desk.described(HEADS, [_described(each, lang) for each in found], lang)
    desk.say([facts(each) for each in found] if as_json else (), lines, as_json, lang)


@alarms.command("acknowledge")
def acknowledge(
    identifier: Identifier,
    reason: Reason = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Say that the alarm was seen."""
    moved = _moved("acknowledge", identifier, organisation, data, database, reason=reason)
    _tell(moved, as_json, lang)


@alarms.command("shelve")
def shelve(
    identifier: Identifier,
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why; it stands in the ledger.")],
    hours: Annotated[float, typer.Option(metavar="H", help="How long, at most 24; then it is open again.")] = 8.0,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Hide the alarm for some hours."""
    if not 0 < hours < float("inf"):
        raise BadInput(text("{hours} hours on a shelf: give more than 0 and at most 24", hours=f"{hours:g}"))
    moved = _moved("shelve", identifier, organisation, data, database, reason=reason, hours=hours)
    _tell(moved, as_json, lang)


@alarms.command("unshelve")
def unshelve(
    identifier: Identifier,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Take the alarm from its shelf before its time is over."""
    _tell(_moved("unshelve", identifier, organisation, data, database), as_json, lang)


@alarms.command("take-out")
def take_out(
    identifier: Identifier,
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why; it stands in the ledger.")],
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Take the alarm out of service until it is returned."""
    _tell(_moved("take out", identifier, organisation, data, database, reason=reason), as_json, lang)


@alarms.command("return")
def return_to_service(
    identifier: Identifier,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """Return the alarm to service."""
    _tell(_moved("return", identifier, organisation, data, database), as_json, lang)


@alarms.command("reset")
def reset(
    identifier: Identifier,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """End an alarm that stays after its cause has gone."""
    _tell(_moved("reset", identifier, organisation, data, database), as_json, lang)


def facts(alarm: "Alarm") -> dict[str, Any]:
    """An alarm with the names of REST."""
    from loadzone.web.api.alarms import AlarmShown

    return AlarmShown.model_validate(alarm).model_dump(mode="json")


def said(told: Mapping[str, Any], lang: str) -> str:
    """The sentence that is kept in both languages."""
    sentence = told.get("sentence") or {}
    return str(sentence.get(lang) or sentence.get("en") or "")


def _moved(
    verb: "Verb",
    identifier: str,
    organisation: str | None,
    data: options.Data,
    database: str | None,
    *,
    reason: str | None = None,
    hours: float | None = None,
) -> "Alarm":
    from loadzone.flows.alarms_desk import act_on_alarm

    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        until_us = None if hours is None else act.at_us + round(hours * HOUR_US)
        moved: Alarm = platform.catalog.write(
            mine, lambda work: act_on_alarm(work, act, mine, identifier, verb, reason=reason, until_us=until_us)
        )
    return moved


def _tell(moved: "Alarm", as_json: bool, lang: str) -> None:
    from loadzone.monitor.watch.alarms import STATE_WORDS

    told = text("alarm {id}: {cause}, {state}", id=moved.id, cause=moved.cause, state=STATE_WORDS[moved.state])
    if moved.shelved_until_us is not None:
        told = text(
            "alarm {id}: {cause}, shelved until {until}",
            id=moved.id,
            cause=moved.cause,
            until=desk.minute(moved.shelved_until_us),
        )
    desk.say(facts(moved) if as_json else {}, told, as_json, lang)


def _described(alarm: "Alarm", lang: str) -> tuple[list[str], str]:
    from loadzone.monitor.watch.alarms import STATE_WORDS

    words = PRIORITIES.get(alarm.priority)
    priority = words.render(lang) if words else alarm.priority
    state = STATE_WORDS[alarm.state].render(lang)
    told = said(alarm.facts, lang)
    where = f"{alarm.organisation}/{alarm.position}  {alarm.cause}"
    return [alarm.id, priority, state, desk.minute(alarm.raised_us)], f"{where}  {told}".rstrip()
