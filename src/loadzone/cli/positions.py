"""``loadzone positions``: where the platform looks, and how each place stands, the worst first."""

from typing import TYPE_CHECKING, Any

import typer

from loadzone.cli import desk, options
from loadzone.words.columns import TERMINAL_WIDTH, cut
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.standing import Stand

HEADS = (text("state"), text("last heard"), text("alarms"), text("bearing"), text("position"))
WIDEST_BEARING = 18


def positions(
    organisation: options.OneOrAll = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: options.FactsAsJson = False,
    lang: options.Language = "en",
) -> None:
    """List positions with how they stand, the worst first.

    Alarms that are shelved or out of service count in brackets and do not move the state. A position is without data
    when it is silent for three of the interval_s that it or its machine states, or for a day.
    """
    from loadzone.flows.standing import fleet

    with desk.opened(data, database) as platform:
        seen = desk.seen(platform, organisation)
        found = platform.read(seen, lambda work: fleet(work, platform.clock())).stands
    if not found and not as_json:
        typer.echo(text("no positions yet: enter one with loadzone position add").render(lang))
        return
    lines = desk.table(HEADS, [_row(each, len(seen) > 1, lang) for each in found], lang)
    desk.say([_facts(each) for each in found], [cut(line, TERMINAL_WIDTH) for line in lines], as_json, lang)


def _row(each: "Stand", names_organisation: bool, lang: str) -> list[str]:
    from loadzone.reports.marks import state_word

    place = each.position
    alarms = f"{len(each.alarms) - each.hidden}" + (f" ({each.hidden})" if each.hidden else "")
    name = f"{place.organisation}/{place.id}" if names_organisation else place.id
    bearing = cut(place.bearing or "–", WIDEST_BEARING)
    return [state_word(each.state).render(lang), desk.minute(each.standing.heard_us), alarms, bearing, name]


def _facts(each: "Stand") -> dict[str, Any]:
    place, now = each.position, each.standing
    return {
        "organisation": place.organisation,
        "id": place.id,
        "name": place.name,
        "machine": place.machine,
        "bearing": place.bearing,
        "state": each.state,
        "since": desk.moment(now.since_us) or None,
        "severity": now.severity,
        "cause": now.sign.cause if now.sign else None,
        "heard_at": desk.moment(now.heard_us) or None,
        "open_alarms": len(each.alarms) - each.hidden,
        "hidden_alarms": each.hidden,
    }
