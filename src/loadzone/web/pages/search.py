"""Finding a position, machine, site, unit or bearing by what it is called; as a page and, within it, as a palette."""

from fastapi import Response

from loadzone.flows.search import Found, Hit, search
from loadzone.web.pages import findings
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import position_at
from loadzone.web.pages.reader import Reader, show
from loadzone.words.texts import text

routes = pages()


@page(routes, "/search", needs="viewer")
def get_search(reader: Reading, q: str = "") -> Response:
    """The page; the palette takes the list out of it."""
    at_us = reader.visit.at_us
    found = reader.visit.platform.read(reader.seen.organisations(), lambda work: search(work, q, at_us))
    groups = [
        (reader.say("Positions and machines"), found.of("position", "machine")),
        (reader.say("Sites"), found.of("site")),
        (reader.say("Units by serial number"), found.of("unit")),
        (reader.say("Types of bearing"), found.of("bearing")),
    ]
    return show(
        reader,
        "search.html.j2",
        title=text("Search"),
        heading=_heading(found, reader),
        found=found,
        groups=[(name, [(each, *_row(each, reader)) for each in hits]) for name, hits in groups if hits],
        alike=[(each, *_row(each, reader)) for each in found.alike],
        parts_of=lambda name: _marked(name, found.query),
        may_send=bool(reader.seen.organisations("analyst")),
    )


def _heading(found: Found, reader: Reader) -> str:
    if not found.query:
        return reader.say("Search")
    if found.count > len(found.hits):
        return reader.say(
            "{count} found for «{query}», {shown} of them here",
            count=found.count,
            query=found.query,
            shown=len(found.hits),
        )
    if found.hits:
        return reader.say("{count} found for «{query}»", count=len(found.hits), query=found.query)
    if not found.alike:
        return reader.say("Nothing is called «{query}».", query=found.query)
    if len(found.alike) == 1:
        return reader.say("No position is called «{query}». One sounds like it.", query=found.query)
    return reader.say(
        "No position is called «{query}». {count} sound like it.", query=found.query, count=len(found.alike)
    )


def _row(hit: Hit, reader: Reader) -> tuple[str, str]:
    """Where it leads, and its second line."""
    if hit.kind == "position":
        told = findings.finding(hit.stand, reader)[0] if hit.stand is not None and hit.stand.state != "good" else ""
        due = findings.to_do(hit.stand, reader) if hit.stand is not None and hit.stand.state in {"act", "plan"} else ""
        lines = (", ".join(hit.where[:1]), ", ".join(part for part in (told, due) if part))
        return position_at(hit.organisation, hit.key), ". ".join(part for part in lines if part)
    if hit.kind == "machine":
        return f"/machines/{hit.organisation}/{hit.key}", ", ".join(hit.where) or reader.say("Machine")
    if hit.kind == "site":
        return f"/sites/{hit.organisation}/{hit.key}", reader.say("Site")
    if hit.kind == "bearing":
        return f"/search?q={hit.key}", reader.say("at {count} positions", count=hit.count)
    second = reader.say("mounted at {position}", position=hit.at) if hit.at else reader.say("not mounted")
    address = (
        position_at(hit.organisation, hit.at) if hit.at else f"/audit?organisation={hit.organisation}&thing={hit.key}"
    )
    return address, ", ".join((*hit.where, second))


def _marked(name: str, query: str) -> tuple[str, str, str]:
    """A name before, in and behind what was searched."""
    at = name.casefold().find(query.casefold())
    if at < 0 or not query or len(name.casefold()) != len(name):
        return name, "", ""
    return name[:at], name[at : at + len(query)], name[at + len(query) :]
