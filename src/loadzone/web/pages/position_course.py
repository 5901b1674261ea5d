"""The course of a position as it is shown: its span, what the picture draws and says, and its data as a table."""

from collections.abc import Sequence

from markupsafe import Markup

from loadzone.flows.course import Course
from loadzone.flows.dossier import Dossier, Inner, Result, orders_of
from loadzone.flows.spectra import Column
from loadzone.reports.numbers import fixed
from loadzone.web.pages import quantities
from loadzone.web.pages.course_picture import Level, Mark, Scene, Words, course_picture
from loadzone.web.pages.paths import position_path
from loadzone.web.pages.position_events import Happening
from loadzone.web.pages.reader import Reader
from loadzone.web.pages.when import DAY_US, HOUR_US, SECOND_US

SPANS = {"7": 7, "30": 30, "90": 90}
"""Days of the segments; «mounted» is since the unit that is there was mounted."""
WIDTHS = (300, 968, 2400)
"""Of the course in pixels: least, where nobody said it, most."""
LONG_AGO_US = 3 * 365 * DAY_US


def usual_span(found: Dossier, days: str, at_us: int) -> tuple[int, int]:
    """The span that a segment names, in µs."""
    if days in SPANS:
        return at_us - SPANS[days] * DAY_US, at_us
    since_us = found.mounted.mounted_us if found.mounted else found.position.created_us
    return max(at_us - LONG_AGO_US, min(since_us, at_us - DAY_US)), at_us


def own_span(start_s: int, end_s: int, at_us: int) -> tuple[int, int] | None:
    """A span that the reader drew, at least an hour of the past three years."""
    end_us = min(end_s, at_us // SECOND_US + 1) * SECOND_US
    start_us = max(start_s * SECOND_US, at_us - LONG_AGO_US)
    return (start_us, end_us) if start_s > 0 and end_us - start_us >= HOUR_US else None


def span_name(days: str, span: tuple[int, int], reader: Reader) -> str:
    """The heading of the course."""
    if not days:
        start, end = (reader.when.short_day(each) for each in span)
        return reader.say("{start} to {end}", start=start, end=end)
    return reader.say("{count} days", count=SPANS[days]) if days in SPANS else reader.say("Since mounting")


def segments(found: Dossier, days: str, reader: Reader) -> list[tuple[str, str, bool]]:
    """The spans that can be chosen: name, path, whether it is this one."""
    here = position_path(found.position)
    chosen = [(reader.say("{count} d", count=each), f"{here}?days={each}", days == each) for each in SPANS]
    return [*chosen, (reader.say("since mounting"), f"{here}?days=mounted", bool(days) and days not in SPANS)]


def drawn_course(
    found: Dossier,
    measured: Course,
    columns: Sequence[Column],
    happened: Sequence[Happening],
    inner: Inner,
    result: Result | None,
    reader: Reader,
    width: int,
) -> tuple[Markup, str]:
    """The picture and what its cursor has to know; both empty where nothing is there."""
    if not measured.lanes and not columns:
        return Markup(), ""
    words = Words(
        heads={each.base: quantities.name(each.base, reader.lang) for each in measured.lanes},
        units={each.base: quantities.unit(each.unit) for each in measured.lanes},
        baseline=reader.say("baseline"),
        no_data=reader.say("no data"),
        map_head=reader.say("Envelope spectra of the recordings, order of shaft speed"),
        map_short=reader.say("Envelope, order"),
        floor=reader.say("floor"),
        label=_summary(measured, columns, reader),
    )
    marks = [Mark(each.at_us, each.short, each.state) for each in happened if each.short]
    levels = {each.base: _levels(found, each.base, reader) for each in measured.lanes}
    scene = Scene(measured, levels, marks, columns, _lines(inner, result))
    least, usual, most = WIDTHS
    return course_picture(scene, words, reader.when, float(min(max(width, least), most) if width else usual))


def _summary(measured: Course, columns: Sequence[Column], reader: Reader) -> str:
    names = ("，" if reader.lang == "zh" else ", ").join(
        quantities.name(each.base, reader.lang) for each in measured.lanes
    )
    return reader.say(
        "From {start} to {end}: {names}; {count} recordings",
        start=reader.when.day(measured.span[0]), end=reader.when.day(measured.span[1]), names=names, count=len(columns),
    )  # fmt: skip


def _levels(found: Dossier, base: str, reader: Reader) -> list[Level]:
    """Limits that were given, and those that an open alarm tells of."""
    told = [(each.level, each.value) for each in found.limits if each.quantity.partition(":")[0] == base]
    for alarm in found.stand.alarms:
        quantity = {"velocity_rms_mms": "velocity"}.get(str(alarm.facts.get("quantity")), alarm.facts.get("quantity"))
        if quantity == base and alarm.cause.startswith(("zone-", "limit-")):
            told.append((str(alarm.facts.get("level")), alarm.facts.get("limit")))
    names = {"alert": ("watch", reader.say("alert")), "danger": ("act", reader.say("danger"))}
    known = {(level, float(value)) for level, value in told if level in names and isinstance(value, int | float)}
    return [Level(names[level][0], names[level][1], value) for level, value in sorted(known, key=lambda each: each[1])]


def _lines(inner: Inner, result: Result | None) -> list[tuple[str, float, bool]]:
    """The lines of the found family with its multiples, else one line of each family."""
    found = (
        {each["fault"]: each["order"] for each in (result.found.get("faults") or ()) if each.get("order")}
        if result
        else {}
    )
    orders = orders_of(inner)
    if found:
        fault, order = next(iter(found.items()))
        symbol = {"outer": "BPFO", "inner": "BPFI", "ball": "2×BSF", "cage": "FTF"}.get(fault, fault)
        return [(f"{symbol if n == 1 else f'{n}×'} {fixed(n * order, 2)}", n * order, True) for n in range(1, 6)]
    return [(f"{symbol} {fixed(order, 2)}", order, False) for symbol, order in orders.items()]


def newest(measured: Course, found: Dossier, reader: Reader) -> list[tuple[str, str, str, str]]:
    """Of each lane its name, head and newest value, for the read-out that is live."""
    newest = {each.quantity: each for each in found.latest}
    told = []
    for lane in measured.lanes:
        last = newest.get(lane.name)
        head_ = quantities.name(lane.base, reader.lang)
        value = quantities.value(lane.base, last.value if last else None, "")
        told.append((lane.name, head_, value, quantities.unit(lane.unit)))
    return told


def table(measured: Course, reader: Reader) -> list[tuple[str, str, str, str, str]]:
    """The course as a table: name with unit, least, mean, greatest, values of each lane."""
    rows = []
    for lane in measured.lanes:
        line = lane.line
        head = ", ".join(filter(None, (quantities.name(lane.base, reader.lang), quantities.unit(lane.unit))))
        mean = float((line.means * line.counts).sum() / line.counts.sum())
        numbers = (float(line.minima.min()), mean, float(line.maxima.max()))
        least, middle, most = (quantities.value(lane.base, each) for each in numbers)
        rows.append((head, least, middle, most, fixed(float(line.counts.sum()))))
    return rows
