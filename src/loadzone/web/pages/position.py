"""A position: what to do by when, how sure, why, since when, where in the machine, and what happened there before."""

from typing import Any, Literal

from fastapi import Response
from markupsafe import Markup

from loadzone.flows.course import course
from loadzone.flows.dossier import (
    Dossier,
    Inner,
    Result,
    dossier,
    inner_of,
    last_result,
)
from loadzone.flows.spectra import spectra
from loadzone.reports.bearing_section import bearing_section
from loadzone.reports.numbers import fixed, one_in
from loadzone.web.pages import quantities
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import (
    advice_path,
    alarm_moves_path,
    alarm_path,
    assets_path,
    bearing_path,
    machine_path,
    position_path,
    recording_path,
    site_path,
    why_path,
)
from loadzone.web.pages.position_answer import advised, answer, weights, why
from loadzone.web.pages.position_course import (
    SPANS,
    drawn_course,
    newest,
    own_span,
    segments,
    span_name,
    table,
    usual_span,
)
from loadzone.web.pages.position_events import happenings
from loadzone.web.pages.reader import Reader, show
from loadzone.words.texts import Text, text

routes = pages()
SHOWN_HAPPENINGS = 8
MAIN = ("velocity", "rms", "kurtosis", "temperature", "speed", "load")


@page(routes, "/positions/{organisation}/{position}", needs="viewer")
def get_position(
    reader: Reading, organisation: str, position: str, days: str = "90", width: int = 0, start: int = 0, end: int = 0
) -> Response:
    """The position now.

    ``days`` is 7, 30, 90 or «mounted»; ``start`` and ``end`` (s since 1970) show a span of their own; ``width`` is that
    of the course in pixels.
    """
    at_us, platform = reader.visit.at_us, reader.visit.platform
    found = platform.read(reader.seen.organisations(), lambda work: dossier(work, organisation, position, at_us))
    result = last_result(platform, organisation, position, at_us)
    inner = inner_of(found)
    own = own_span(start, end, at_us)
    span = own or usual_span(found, days, at_us)
    measured = course(platform, found, span, MAIN, is_cut=own is None and days not in SPANS)
    columns = spectra(platform, organisation, position, *measured.span)
    happened = happenings(found, reader)
    drawn, data = drawn_course(found, measured, columns, happened, inner, result, reader, width)
    return show(
        reader,
        "position.html.j2",
        room="fleet",
        **head(found, reader, "now"),
        answer=answer(found, result, reader),
        unanswered=next((each for each in found.stand.alarms if each.state.endswith("unacknowledged")), None),
        may_answer=organisation in reader.seen.organisations("analyst"),
        may_mount=organisation in reader.seen.organisations("engineer"),
        alarm_moves_path=alarm_moves_path,
        assets_path=assets_path,
        advice_path=advice_path,
        alarm_path=alarm_path,
        why=list(why(found, result, reader)),
        weights=weights(result, reader),
        against=advised(result, "against", reader),
        segments=segments(found, "" if own else days, reader),
        table=table(measured, reader),
        whole=f"{position_path(found.position)}?days={days}" if own else "",
        computed=why_path(organisation, result.id) if result else "",
        bearing_path=bearing_path,
        drawn=drawn,
        data=data,
        span_name=span_name("" if own else days, measured.span, reader),
        latest=newest(measured, found, reader),
        section=_section(inner, result, reader),
        inner=inner,
        happened=happened[:SHOWN_HAPPENINGS],
        count_happened=len(happened),
        cells=_cells(found, result, inner, reader),
        recording=recording_path(organisation, position, result.recording) if result and result.recording else "",
    )


def head(found: Dossier, reader: Reader, tab: Literal["now", "recordings", "history"]) -> dict[str, Any]:
    """What all pages of a position share: title, place line, tabs, neighbours by urgency."""
    stand, position = found.stand, found.position
    here = position_path(position)
    steps = [(stand.site.name, site_path(stand.site))] if stand.site else []
    steps += [(stand.machine.name, machine_path(stand.machine))] if stand.machine else []
    tabs = [
        (reader.say("Now"), here, tab == "now"),
        (reader.say("Recordings"), f"{here}/recordings", tab == "recordings"),
        (reader.say("History"), f"{here}/history", tab == "history"),
    ]
    machine = stand.machine.name if stand.machine else ""
    full = reader.say("{machine}, {position}", machine=machine, position=position.name) if machine else position.name
    return {
        "title": text("{name}", name=full),
        "name": full,
        "found": found,
        "stand": stand,
        "steps": steps,
        "tabs": tabs,
        "previous": position_path(found.previous) if found.previous else "",
        "following": position_path(found.following) if found.following else "",
        "about": _about(found, reader),
    }


def _about(found: Dossier, reader: Reader) -> str:
    """«6226 C3, 1 487 r/min, mounted 14 Mar 2024»."""
    mounted = found.mounted
    unit = found.units.get(mounted.serial) if mounted else None
    parts = [(unit.bearing if unit else found.position.bearing) or reader.say("bearing not known")]
    speed = next((each for each in found.latest if each.quantity in {"speed", "speed_rpm"} and each.value), None)
    if speed is not None:
        parts.append(quantities.value("speed", speed.value, "rpm"))
    if mounted is not None:
        parts.append(reader.say("mounted {day}", day=reader.when.day(mounted.mounted_us)))
    return ("，" if reader.lang == "zh" else ", ").join(parts)


def _section(inner: Inner, result: Result | None, reader: Reader) -> Markup:
    """The mounted bearing, the damaged part marked; empty where its inside is not known."""
    if inner.geometry is None:
        return Markup()
    faults = (result.found.get("faults") or ()) if result else ()
    fault = next((each["fault"] for each in faults if each.get("verdict") == "confirmed"), None)
    name = ""
    if fault is not None:
        element = {"outer": "outer ring", "inner": "inner ring", "ball": "rolling element", "cage": "cage"}[fault]
        name = text("damage, {element}", element=Text(element)).render(reader.lang)
    return bearing_section(inner.geometry, fault, name, reader.lang, 360, inner.outline)


def _cells(found: Dossier, result: Result | None, inner: Inner, reader: Reader) -> list[tuple[str, str]]:
    """Of the title block."""
    cells = [(reader.say("Data to"), reader.when.full(found.stand.standing.heard_us))]
    if result is not None:
        cells.append((reader.say("Record"), f"{result.recording[:18]}, {reader.when.recent(result.at_us)}"))
        speed = result.found.get("speed_rpm")
        if speed:
            told = str(result.found.get("speed_source", "")).partition(":")[0]
            cells.append((reader.say("Speed from"), f"{told}, {fixed(speed, 1)} r/min"))
    if inner.source:
        cells.append((reader.say("Geometry from"), inner.source))
    sources = sorted({each.source for each in found.limits})
    if sources:
        cells.append((reader.say("Limits"), "; ".join(sources)[:80]))
    if result is not None:
        rate = one_in(float(result.found.get("false_alarm_rate") or 0.0))
        cells.append((reader.say("By chance"), reader.say("1 in {count} by chance", count=rate)))
        cells.append((reader.say("Rules"), str(result.found.get("rules", ""))))
    return cells
