"""``loadzone positions``: where the platform looks, and how each place stands, the worst first."""

from typing import TYPE_CHECKING, Any

import typer

from loadzone.cli import desk, options
from loadzone.words.columns import TERMINAL_WIDTH, cut
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.standing import StandingPosition

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

    Alarms that are shelved or out of service count in brackets and do not move the state. Silence is told where the
    position or its machine says its interval_s.
    """
    from loadzone.flows.standing import standings

    with desk.opened(data, database) as platform:
        seen = desk.seen(platform, organisation)
        found = standings(platform, seen)
    if not found and not as_json:
        typer.echo(text("no positions yet: enter one with loadzone position add").render(lang))
        return
    lines = desk.table(HEADS, [_row(each, len(seen) > 1, lang) for each in found], lang)
    desk.say([_facts(each) for each in found], [cut(line, TERMINAL_WIDTH) for line in lines], as_json, lang)


def _row(each: "StandingPosition", names_organisation: bool, lang: str) -> list[str]:
    from loadzone.flows.standing import STANDING_WORDS

    place = each.position
    alarms = f"{each.open_alarms}" + (f" ({each.hidden_alarms})" if each.hidden_alarms else "")
    name = f"{place.organisation}/{place.id}" if names_organisation else place.id
    bearing = cut(place.bearing or "–", WIDEST_BEARING)
    return [STANDING_WORDS[each.state].render(lang), desk.minute(each.heard_us), alarms, bearing, name]


def _facts(each: "StandingPosition") -> dict[str, Any]:
    place = each.position
    return {
        "organisation": place.organisation,
        "id": place.id,
        "name": place.name,
        "machine": place.machine,
        "bearing": place.bearing,
        "state": each.state,
        "heard_at": desk.moment(each.heard_us) or None,
        "open_alarms": each.open_alarms,
        "hidden_alarms": each.hidden_alarms,
    }
