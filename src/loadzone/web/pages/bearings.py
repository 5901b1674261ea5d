"""Find a bearing: those mounted in the fleet first, then any type by designation or by outline."""

from contextlib import suppress

from fastapi import Response

from loadzone.flows.bearing_desk import Mounted, Outline, Type, mounted, search
from loadzone.reports.numbers import significant
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import bearing_path, position_path
from loadzone.web.pages.reader import show
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text

routes = pages()
MOST_MOUNTED = 24
PROVENANCES = {
    "drawing": text("from a drawing"),
    "catalogue": text("from the catalogue"),
    "estimate": text("estimated by rule"),
    "user": text("as typed"),
    None: text("inside not known here"),
}


@page(routes, "/bearings")
def get_bearings(reader: Reading, q: str = "", bore: str = "", outer: str = "", width: str = "") -> Response:
    """The page; ``q`` a designation or its beginning, ``bore``, ``outer``, ``width`` an outline in mm."""
    at_us = reader.visit.at_us
    there = reader.visit.platform.read(reader.seen.organisations(), lambda work: mounted(work, at_us))
    hits: tuple[Type, ...] = ()
    refusal = ""
    try:
        hits = search(q[:60], Outline(_length(bore), _length(outer), _length(width)), there)
    except LoadzoneError as error:
        refusal = error.message.render(reader.lang)
    is_searched = any(each.strip() for each in (q, bore, outer, width))
    return show(
        reader,
        "bearings.html.j2",
        title=text("Bearings"),
        room="bearings",
        heading=_heading(there, reader.lang),
        there=there[:MOST_MOUNTED],
        count_there=len(there),
        hits=hits,
        is_searched=is_searched,
        refusal=refusal,
        fields={"q": q, "bore": bore, "outer": outer, "width": width},
        size=size,
        provenance=lambda each: PROVENANCES[each.provenance].render(reader.lang),
        places={each.type.designation: len(each.stands) for each in there},
        bearing_path=bearing_path,
        position_path=position_path,
    )


def size(each: Type) -> str:
    """«130 × 230 × 40», as far as it is known."""
    outline = each.boundary
    lengths = () if outline is None else (outline.bore_mm, outline.outer_mm, outline.width_mm)
    known = " × ".join(significant(length, 6) for length in lengths if length is not None)
    return known or "–"


def _heading(there: tuple[Mounted, ...], lang: str) -> str:
    positions = sum(len(each.stands) for each in there)
    told: Text = text("{types} types of bearing at {count} positions", types=len(there), count=positions)
    if len(there) == 1:
        told = text("One type of bearing, {count} positions", count=positions)
    return (told if there else text("No bearing is entered yet")).render(lang)


def _length(typed: str) -> float | None:
    """A length in mm, None for an empty field; what is no number is refused by the search as not positive."""
    if not typed.strip():
        return None
    with suppress(ValueError):
        return float(typed)
    return -1.0
