"""A site: what stands there, worst first, and its machines as strings of positions."""

from collections.abc import Mapping, Sequence

from fastapi import Response

from loadzone.flows.assets import Machine
from loadzone.flows.places import site_stand
from loadzone.flows.standing import Stand
from loadzone.web.pages.fleet import rows_of
from loadzone.web.pages.machine import heading, lead
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import machine_path, position_path
from loadzone.web.pages.reader import show
from loadzone.words.texts import text

routes = pages()
ROWS = 10
MOST_NAMES = 60
"""With more positions their marks stand alone; a name is told under the pointer and to screen readers."""


@page(routes, "/sites/{organisation}/{site}", needs="viewer")
def get_site(reader: Reading, organisation: str, site: str, all: int = 0) -> Response:  # noqa: A002  the name in the address
    """The site now; ``all`` shows every position."""
    at_us = reader.visit.at_us
    found = reader.visit.platform.read(organisation, lambda work: site_stand(work, organisation, site, at_us))
    stands = found.fleet.stands
    listed = stands if all else [each for each in stands if each.state != "good"][:ROWS] or stands[:ROWS]
    here = f"/sites/{organisation}/{site}"
    return show(
        reader,
        "site.html.j2",
        title=text("{name}", name=found.site.name),
        room="fleet",
        found=found,
        heading=heading(found.site.name, stands, reader),
        lead=lead(stands, reader) if stands else "",
        rows=rows_of(listed, reader),
        count=len(stands),
        is_whole=bool(all),
        here=here,
        machines=[(each, _along(each, rows)) for each, rows in found.machines],
        is_crowded=len(stands) > MOST_NAMES,
        position_path=position_path,
        machine_path=machine_path,
        cells=[
            (reader.say("Data to"), reader.when.full(found.fleet.at_us)),
            (reader.say("Time zone"), found.site.time_zone),
            (
                reader.say("Heard in the last 24 h"),
                reader.say("{heard} of {count}", heard=found.fleet.heard, count=len(stands)),
            ),
        ],
    )


def _along(machine: Machine, stands: Sequence[Stand]) -> list[Stand]:
    """Positions of a machine in the order in which its structure names them, else in that of their places."""
    train = machine.facts.get("drive_train")
    named = train.get("positions", ()) if isinstance(train, Mapping) else ()
    order = [each.get("position") for each in named if isinstance(each, Mapping)]

    def place(stand: Stand) -> tuple[int, float, str]:
        told = stand.position.facts.get("place")
        at = order.index(stand.position.id) if stand.position.id in order else len(order)
        return at, float(told) if isinstance(told, int | float) else 0.0, stand.position.id

    return sorted(stands, key=place)
