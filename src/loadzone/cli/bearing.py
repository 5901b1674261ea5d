"""``loadzone bearing D``: a designation read aloud, its inside with sources, its defect orders."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from loadzone.bearings.bearing import Bearing, integer_trap
from loadzone.bearings.catalogue import find
from loadzone.bearings.designation import Designation, parse
from loadzone.bearings.geometry import Geometry, geometry_from_option
from loadzone.bearings.orders import (
    DefectOrders,
    RingSpeeds,
    defect_orders,
    ring_speeds_from_option,
    search_window,
)
from loadzone.words.columns import TERMINAL_WIDTH, pad, wrap
from loadzone.words.errors import BadInput, UnknownBearing
from loadzone.words.quantities import quantity
from loadzone.words.texts import Text, text

MARGIN = 3
LABEL_COLUMNS = 12


@dataclass(frozen=True)
class Answer:
    """What there is to show; ``designation`` is None beside a typed geometry, the inside None where unknown."""

    name: str
    designation: Designation | None
    geometry: Geometry | None
    alternatives: tuple[Geometry, ...]
    orders: DefectOrders | None
    turning: RingSpeeds
    speed_rpm: float | None
    warnings: tuple[Text, ...]


def bearing(
    designation: Annotated[str, typer.Argument(help="Designation, as 6205-2RS/C3 or «22308 E».")],
    speed: Annotated[float | None, typer.Option("--speed", help="Shaft speed in r/min.")] = None,
    turning: Annotated[str, typer.Option("--turning", help="inner, outer or both:NI,NO in r/min.")] = "inner",
    geometry: Annotated[str | None, typer.Option("--geometry", help="Z,DW,DPW,ANGLE in mm and deg.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
) -> None:
    """Read a designation: type, size, inside with its sources, defect orders."""
    answer = answer_for(designation, speed, turning, geometry)
    shown = json.dumps(facts(answer, lang), ensure_ascii=False, indent=2) if as_json else "\n".join(page(answer, lang))
    typer.echo(shown)


def answer_for(
    designation: str, speed_rpm: float | None = None, turning: str = "inner", option: str | None = None
) -> Answer:
    """What is known of a bearing; a typed geometry is computed with, the sourced ones stand beside it.

    Raises
    ------
    UnknownBearing : no rule reads the designation and no geometry was typed
    BadInput : an option is malformed, or the speed is not a positive number
    """
    rings = ring_speeds_from_option(turning)
    typed = geometry_from_option(option) if option else None
    read, found, refusals = _look_up(designation, has_geometry=typed is not None)
    geometry = typed or (found.geometry if found else None)
    sourced = (found.geometry, *found.alternatives) if found else ()
    notes = integer_trap(typed) if typed else found.warnings if found else ()
    return Answer(
        name=found.name if found else designation,
        designation=read,
        geometry=geometry,
        alternatives=tuple(other for other in sourced if other is not geometry),
        orders=defect_orders(geometry, rings.inner, rings.outer) if geometry else None,
        turning=rings,
        speed_rpm=_speed(speed_rpm, rings),
        warnings=(*refusals, *_unknown_marks(read), *notes),
    )


def page(answer: Answer, lang: str = "en") -> list[str]:
    """The lines for a terminal, at most 78 columns wide."""
    blocks = [[f" {answer.name}"]]
    if answer.designation:
        blocks.append(_designation_lines(answer.designation, lang))
    if answer.geometry:
        blocks.append(_inside_lines(answer.geometry, answer.alternatives, lang))
    if answer.orders:
        blocks.append(_order_lines(answer, answer.orders, lang))
    blocks.append([line for warning in answer.warnings for line in _entry(text("note"), warning.render(lang), lang)])
    return "\n\n".join("\n".join(block) for block in blocks if block).split("\n")


def facts(answer: Answer, lang: str = "en") -> dict[str, object]:
    """The same facts with the names of the JSON interface; sentences in ``lang``."""
    read, orders = answer.designation, answer.orders
    return {
        "bearing": answer.name,
        "designation": _designation_facts(read, lang) if read else None,
        "geometry": asdict(answer.geometry) if answer.geometry else None,
        "alternatives": [asdict(other) for other in answer.alternatives],
        "turning": asdict(answer.turning),
        "speed_rpm": answer.speed_rpm,
        "orders": orders.by_symbol if orders else None,
        "frequencies_hz": orders.frequencies_hz(answer.speed_rpm) if orders and answer.speed_rpm else None,
        "search_window": _window(answer.geometry) if answer.geometry else None,
        "integer_distance": orders.integer_distance if orders else None,
        "warnings": [warning.render(lang) for warning in answer.warnings],
    }


def _look_up(designation: str, has_geometry: bool) -> tuple[Designation | None, Bearing | None, tuple[Text, ...]]:
    """What the designation says, the bearing if its inside is known, and else why not."""
    try:
        read = parse(designation)
    except UnknownBearing:
        if has_geometry:
            return None, None, ()
        raise
    try:
        return read, find(designation), ()
    except UnknownBearing as refusal:
        return read, None, () if has_geometry else (refusal.message,)


def _speed(speed_rpm: float | None, rings: RingSpeeds) -> float | None:
    if speed_rpm is None:
        return rings.speed_rpm
    if not (math.isfinite(speed_rpm) and speed_rpm > 0):
        raise BadInput(
            text(
                "speed {speed_rpm:g} r/min: give a positive number; without --speed the orders are shown",
                speed_rpm=speed_rpm,
            )
        )
    return speed_rpm


def _unknown_marks(read: Designation | None) -> tuple[Text, ...]:
    marks = read.unknown_marks if read else ()
    return tuple(text("mark {mark} stands in no table here: ask the maker what it means", mark=mark) for mark in marks)


def _window(geometry: Geometry) -> float:
    """The window that a diagnosis searches when the speed is a nominal one."""
    return search_window(geometry, is_speed_measured=False)


def _designation_lines(read: Designation, lang: str) -> list[str]:
    lines = _entry(text("type"), read.type.name.render(lang), lang)
    if read.series:
        lines += _entry(text("series"), _series(read).render(lang), lang)
        if read.series.note:
            lines += _entry(text("design"), read.series.note.render(lang), lang)
    for mark in read.marks:
        if mark.meaning:
            lines += _entry(mark.code, mark.meaning.render(lang), lang)
    if read.bore_mm is not None:
        lines += _entry(text("size"), _size(read, lang), lang)
    return lines


def _series(read: Designation) -> Text:
    series = read.series
    if series is None or not series.plan:
        return text("{code}", code=series.code if series else "")
    return text(
        "{code}, dimension series {dimension_series} of {plan}",
        code=series.code,
        dimension_series=series.dimension_series,
        plan=series.plan,
    )


def _size(read: Designation, lang: str) -> str:
    outline = read.boundary
    cells = [("bore", read.bore_mm)]
    if outline:
        cells += [("outer_diameter", outline.outer_mm), ("bearing_width", outline.width_mm)]
    shown = "  ".join(f"{quantity(key).symbol} {quantity(key).format(value, lang)}" for key, value in cells)
    if outline is None:
        return f"{shown}  {text('outside diameter and width are in no table here').render(lang)}"
    unchecked = (
        "" if outline.is_checked else f"  {text('typed from memory, not verified in a second source').render(lang)}"
    )
    return shown + unchecked


def _inside_lines(geometry: Geometry, alternatives: tuple[Geometry, ...], lang: str) -> list[str]:
    sure = text(
        "{provenance}; a race order is known to {uncertainty}",
        provenance=PROVENANCES[geometry.provenance],
        uncertainty=quantity("uncertainty").format(100 * geometry.relative_uncertainty, lang),
    )
    lines = _entry(text("inside"), _dimensions(geometry, lang), lang)
    lines += _entry("", sure.render(lang), lang)
    lines += _entry("", geometry.source, lang)
    for other in alternatives:
        lines += _entry(text("or"), f"{_dimensions(other, lang)}  {other.source}", lang)
    return lines


PROVENANCES = {
    "drawing": text("from a drawing"),
    "catalogue": text("from the catalogue"),
    "estimate": text("estimated by rule"),
    "user": text("as typed"),
}


def _dimensions(geometry: Geometry, lang: str) -> str:
    values = {
        "n_elements": geometry.n_elements,
        "element_diameter": geometry.element_diameter_mm,
        "pitch_diameter": geometry.pitch_diameter_mm,
        "contact_angle": geometry.contact_angle_deg,
    }
    return "  ".join(f"{quantity(key).symbol} {quantity(key).format(value, lang)}" for key, value in values.items())


def _order_lines(answer: Answer, orders: DefectOrders, lang: str) -> list[str]:
    """One line a symbol: name, order, Hz where a speed is known."""
    speed_rpm = answer.speed_rpm
    head = text("order").render(lang)
    at = text("at {speed}", speed=quantity("speed").format(speed_rpm, lang)).render(lang) if speed_rpm else ""
    heads = " " * (MARGIN + LABEL_COLUMNS + 26) + pad(head, 10, "right") + pad(at, 20, "right")
    lines = [heads.rstrip()]
    hz = orders.frequencies_hz(speed_rpm) if speed_rpm else {}
    for symbol, order in orders.by_symbol.items():
        row = quantity(LINES[symbol])
        cell = quantity("frequency").format(hz[symbol], lang) if hz else ""
        shown = pad(row.name.render(lang), 26) + pad(row.number(order), 10, "right") + pad(cell, 20, "right")
        lines += [(" " * MARGIN + pad(symbol, LABEL_COLUMNS) + shown).rstrip()]
    window = quantity("search_window").format(100 * _window(answer.geometry), lang) if answer.geometry else ""
    lines += _entry("", text("searched within ±{window} of these", window=window).render(lang), lang)
    return lines


LINES = {"FTF": "ftf", "BPFO": "bpfo", "BPFI": "bpfi", "BSF": "bsf", "2×BSF": "ball_defect"}


def _entry(label: Text | str, body: str, lang: str) -> list[str]:
    """A label and its text, wrapped under itself."""
    shown = label.render(lang) if isinstance(label, Text) else label
    indent = " " * (MARGIN + LABEL_COLUMNS)
    first, *rest = wrap(" " * MARGIN + pad(shown, LABEL_COLUMNS) + body, TERMINAL_WIDTH, indent)
    return [first, *rest]


def _designation_facts(read: Designation, lang: str) -> dict[str, object]:
    return {
        "normalised": read.normalised,
        "base": read.base,
        "maker": read.maker,
        "type": read.type.key,
        "type_name": read.type.name.render(lang),
        "series": read.series.code if read.series else None,
        "rows": read.rows,
        "bore_mm": read.bore_mm,
        "boundary": asdict(read.boundary) if read.boundary else None,
        "contact_angle_deg": read.contact_angle_deg,
        "marks": [
            {"code": mark.code, "kind": mark.kind, "meaning": mark.meaning.render(lang) if mark.meaning else None}
            for mark in read.marks
        ],
    }
