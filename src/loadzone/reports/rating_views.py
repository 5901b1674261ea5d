"""What is shown of a rating, on a sheet of paper and on a page: figures, charts, factors, steps, in one language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from loadzone.bearings.boundary import Boundary
from loadzone.bearings.geometry import Geometry
from loadzone.design.equilibrium.around import LoadZone, hardest_row, row_azimuths_deg
from loadzone.design.life import LifeKind
from loadzone.design.rate import RatingResult
from loadzone.design.sensitivity import Mover, life_field
from loadzone.design.step import Mark, Step
from loadzone.reports.bearing_section import bearing_section
from loadzone.reports.charts import Chart
from loadzone.reports.load_zone import Curve, Scene, load_zone_picture
from loadzone.reports.numbers import fixed, indexed, probability, significant
from loadzone.reports.rating_charts import hours_short, is_in_thousands, life_factor_chart, pressure_chart, tornado
from loadzone.words.quantities import quantities
from loadzone.words.texts import Text, text

Row = tuple[str, str]

MARKS: dict[Mark, Text] = {
    "read": text("read"),
    "computed": text("computed"),
    "derived": text("derived"),
    "not verified": text("not verified"),
}
LIFE_NAMES: dict[str, str] = {"lnmr_h": "L_nmr", "lnm_h": "L_nm", "l10r_h": "L_10r", "l10_h": "L_10"}
HASH_SIGNS = 12
_SECTION = 322
FACTORS = frozenset(
    {
        "C_r",
        "C_a",
        "C_u",
        "P",
        "L_10h",
        "a_1",
        "ν_1",
        "ν",
        "κ",
        "e_C",
        "a_ISO",
        "L_nmh",
        "P_ref",
        "L_10rh",
        "L_nmrh",
        "p_max",
    }
)
"""Symbols of the steps that a life is the product of, and of the pressure."""
_DIRECTED = {"C_r": "C", "C_a": "C", "C_0r": "C_0", "C_0a": "C_0"}
"""Ratings by their direction, and as the table of quantities calls them."""
_STYLES = ("zone-line", "zone-line dotted", "zone-line dashed")


@dataclass(frozen=True)
class RatingSheet:
    """A rating with what a page says beyond its numbers.

    ``given``: inputs as name and value with unit; ``zones``: load zones with their names, that of the row which carries
    most first; ``movers``: what moves the life; ``check``: the command that computes it again.
    """

    designation: str
    type_name: Text
    kind: LifeKind
    outline: Boundary | None
    geometry: Geometry
    result: RatingResult
    given: Sequence[tuple[Text, str]] = ()
    zones: Sequence[tuple[Text, LoadZone]] = ()
    movers: Sequence[Mover] = ()
    check: str = ""


@dataclass(frozen=True)
class Figure:
    """A key figure: value, unit, what it is."""

    value: str
    unit: str
    name: str


@dataclass(frozen=True)
class StepRow:
    """One line of the computation; ``is_doubtful`` where its source was not verified.

    ``quantity``: its key in the table of quantities, "" where that has no such symbol.
    """

    symbol: Markup
    quantity: str
    value: str
    unit: str
    clause: str
    mark: str
    is_doubtful: bool


@dataclass(frozen=True)
class Sizes:
    """Widths in pixels: the load zone, the charts beside it, both on a phone; the height of the chart of a_ISO."""

    zone: int = 322
    chart: int = 322
    narrow: int = 350
    factor_height: float = 252.0


PAPER = Sizes()
"""Half a sheet of A4."""


@dataclass(frozen=True)
class RatingViews:
    """What is shown of one rating, in the reader's language; ``factors`` are those of the ``steps`` that make the life.

    ``legend``: line style and name of each curve of the load zone; ``chain`` the factors of the life in the order of
    their product; ``foot`` the cells of the title block.
    """

    kind: str
    headline: str
    figures: Sequence[Figure]
    zone: Chart | None
    legend: Sequence[Row]
    moving: Chart | None
    pressure: Chart | None
    factor: Chart | None
    limits: Sequence[str]
    chain: Sequence[Row]
    given: Sequence[Row]
    ratings: Sequence[Row]
    running: Sequence[Row]
    section: Chart
    source: str
    doubts: str
    factors: Sequence[StepRow]
    steps: Sequence[StepRow]
    foot: Sequence[Row]


def views_of(sheet: RatingSheet, lang: str = "en", sizes: Sizes = PAPER) -> RatingViews:
    """Everything that is shown of a rating, in ``lang`` ("en" or "zh")."""
    result = sheet.result
    return RatingViews(
        kind=_kind(sheet, lang),
        headline=_headline(result, sheet.movers).render(lang),
        figures=[_figure(*each, lang) for each in _figures(result)],
        zone=_zone_chart(sheet, lang, sizes),
        legend=_legend(sheet, lang),
        moving=_moving(sheet, lang, sizes),
        pressure=_pressures(sheet, lang, sizes),
        factor=_life_factor(sheet, lang, sizes),
        limits=[each.text.render(lang) for each in result.notices],
        chain=list(_chain(result)),
        given=[(name.render(lang), value) for name, value in sheet.given],
        ratings=list(_ratings(result, lang)),
        running=[(name.render(lang), value) for name, value in _running(result)],
        section=_section(sheet, lang),
        source=_source(sheet.geometry, lang),
        doubts=", ".join(result.not_verified),
        factors=[_step(each, lang) for each in result.steps if each.symbol in FACTORS],
        steps=[_step(each, lang) for each in result.steps],
        foot=list(_title_block(sheet, lang)),
    )


def _kind(sheet: RatingSheet, lang: str) -> str:
    outline = sheet.outline
    sizes = () if outline is None else (outline.bore_mm, outline.outer_mm, outline.width_mm)
    known = " × ".join(significant(each, 6) for each in sizes if each is not None)
    name = sheet.type_name.render(lang)
    return f"{name}{'，' if lang == 'zh' else ', '}{known} mm" if known else name


def _headline(result: RatingResult, movers: Sequence[Mover]) -> Text:
    if result.life.l10_h is None:
        return text(
            "No life by ISO 281: P {p} N is too much for C {c} N and C_0 {c0} N",
            p=fixed(result.p_n),
            c=fixed(result.c_n),
            c0=fixed(result.c0_n),
        )
    lives = [life for each in movers for life in (each.life_low_h, each.life_high_h) if life is not None]
    life = getattr(result.life, life_field(result.life))
    if not lives:
        return text("{life} h", life=hours_short(life))
    return text(
        "{life} h; {low} to {high} h over the likely inputs, one at a time",
        life=hours_short(life),
        low=hours_short(min(lives)),
        high=hours_short(max(lives)),
    )


def _figures(result: RatingResult) -> Iterator[tuple[str, str, Text]]:
    """The life that knows most, then the others, the factor, pressure and safety."""
    life = result.life
    first = life_field(life)
    percent = significant(result.reliability_percent, 4)
    names = {
        "lnmr_h": text("L_nmr, modified reference life, {percent} %", percent=percent),
        "lnm_h": text("L_nm, modified life, {percent} %", percent=percent),
        "l10r_h": text("L_10r, reference life"),
        "l10_h": text("L_10, basic life"),
    }
    for field in (first, *(each for each in names if each != first)):
        value = getattr(life, field)
        if value is not None:
            yield hours_short(value), "h", names[field]
    if life.a_iso is not None and life.kappa is not None:
        yield significant(life.a_iso), "", text("a_ISO, κ {kappa}", kappa=significant(life.kappa))
    if result.p_max_mpa is not None:
        yield fixed(result.p_max_mpa), "MPa", text("highest contact pressure")
    yield significant(result.s0), "", text("static safety S_0")


def _figure(value: str, unit: str, name: Text, lang: str) -> Figure:
    return Figure(value, unit, name.render(lang))


def _zone_chart(sheet: RatingSheet, lang: str, sizes: Sizes) -> Chart | None:
    found = sheet.result.distribution.equilibrium
    if found is None or not sheet.zones:
        return None
    row = hardest_row(found)
    azimuths = row_azimuths_deg(found, row)
    loads = found.loads_n[row][: len(azimuths)]
    zone = sheet.zones[0][1]
    scene = Scene(
        sheet.geometry,
        sheet.outline,
        azimuths,
        loads,
        [Curve(each.azimuths_deg, each.loads_n, style) for (_, each), style in zip(sheet.zones, _STYLES, strict=False)],
        sheet.result.fr_n,
    )
    carry, extent = int((loads > 0.0).sum()), zone.extent
    caption = (
        text("{count} of {all} elements carry", count=carry, all=len(loads))
        if extent is None
        else text("{count} of {all} elements carry, ε {extent}", count=carry, all=len(loads), extent=fixed(extent, 2))
    )
    count = len(found.loads_n)
    title = text("Load zone") if count == 1 else text("Load zone of row {row} of {count}", row=row + 1, count=count)
    return Chart(
        title.render(lang),
        caption.render(lang),
        load_zone_picture(scene, lang, sizes.zone),
        load_zone_picture(scene, lang, sizes.narrow),
    )


def _legend(sheet: RatingSheet, lang: str) -> list[Row]:
    """Line style and name of each curve; nothing where there is one alone."""
    if len(sheet.zones) < 2:
        return []
    return [(style, name.render(lang)) for (name, _), style in zip(sheet.zones, _STYLES, strict=False)]


def _moving(sheet: RatingSheet, lang: str, sizes: Sizes) -> Chart | None:
    field = life_field(sheet.result.life)
    life = getattr(sheet.result.life, field)
    if not sheet.movers or life is None:
        return None
    unit = text("thousand h") if is_in_thousands(life) else text("h")
    caption = text("{symbol}, {unit}; one input at a time", symbol=LIFE_NAMES[field], unit=unit).render(lang)
    wide, narrow = (tornado(sheet.movers, life, lang, width) for width in (sizes.chart, sizes.narrow))
    return Chart(text("What moves it").render(lang), caption, wide, narrow)


def _life_factor(sheet: RatingSheet, lang: str, sizes: Sizes) -> Chart | None:
    life, result = sheet.result.life, sheet.result
    if life.a_iso is None or life.kappa is None or life.e_c is None:
        return None
    ratio = life.e_c * result.cu_n / result.p_n
    wide, narrow = (
        life_factor_chart(sheet.kind, ratio, life.kappa, life.a_iso, lang, width, height)
        for width, height in ((sizes.chart, sizes.factor_height), (sizes.narrow, PAPER.factor_height))
    )
    return Chart(text("Where it stands").render(lang), "ISO 281:2007, a_ISO", wide, narrow)


def _pressures(sheet: RatingSheet, lang: str, sizes: Sizes) -> Chart | None:
    found = sheet.result.distribution.equilibrium
    if found is None or not sheet.zones:
        return None
    azimuths = row_azimuths_deg(found, hardest_row(found))
    wide, narrow = (pressure_chart(sheet.zones[0][1], azimuths, lang, width) for width in (sizes.chart, sizes.narrow))
    return Chart(text("Pressure on the races").render(lang), "", wide, narrow)


def _chain(result: RatingResult) -> Iterator[Row]:
    """The factors of the life in the order of their product."""
    life = result.life
    if life.l10_mrev is not None and life.l10_h is not None:
        yield "(C/P)ᵖ", f"{significant(life.l10_mrev, 4)} × 10⁶"
        yield "L_10h", f"{fixed(life.l10_h)} h"
    yield "a_1", significant(life.a1)
    if life.kappa is not None:
        yield "κ = ν/ν_1", significant(life.kappa)
    if life.e_c is not None:
        yield "e_C", significant(life.e_c)
        yield "e_C C_u/P", significant(life.e_c * result.cu_n / result.p_n)
    if life.a_iso is not None and life.lnm_h is not None:
        yield "a_ISO", significant(life.a_iso)
        yield "a_1 a_ISO L_10h", f"{fixed(life.lnm_h)} h"


def _ratings(result: RatingResult, lang: str) -> Iterator[Row]:
    kind = {"maker": text("C, the maker's"), "computed": text("C, from the inside")}[result.kind]
    yield kind.render(lang), f"{fixed(result.c_n)} N"
    yield "C_0", f"{fixed(result.c0_n)} N"
    yield "C_u", f"{fixed(result.cu_n)} N"
    yield "P", f"{fixed(result.p_n)} N, {significant(100.0 * result.p_n / result.c_n)} % C"
    yield "P_0", f"{fixed(result.p0_n)} N"


def _running(result: RatingResult) -> Iterator[tuple[Text, str]]:
    runs = result.running
    if runs.film is not None:
        yield text("Film, least"), f"{significant(float(runs.film.minimum_um))} µm"
    if runs.friction is not None and runs.power_w is not None:
        yield text("Friction"), f"{significant(float(runs.friction.moment_nmm))} N mm"
        yield text("Heat"), f"{significant(runs.power_w)} W"
    if runs.thermal_rpm is not None:
        yield text("Thermal speed"), f"{hours_short(runs.thermal_rpm)} r/min"
    spun = result.at_speed
    if spun.centrifugal_n is not None:
        yield text("Centrifugal force"), f"{significant(spun.centrifugal_n)} N"
    if spun.l10r_mrev is not None:
        yield text("L_10r at speed"), f"{significant(spun.l10r_mrev, 4)} × 10⁶"


def _section(sheet: RatingSheet, lang: str) -> Chart:
    is_known = sheet.outline is not None and sheet.outline.is_complete
    caption = text("to scale") if is_known else text("elements to scale, rings only drawn")
    drawn = bearing_section(sheet.geometry, None, "", lang, _SECTION, sheet.outline)
    return Chart(text("Bearing").render(lang), caption.render(lang), drawn)


def _source(geometry: Geometry, lang: str) -> str:
    inside = text(
        "Z {count}, D_w {element} mm, D_pw {pitch} mm, α {angle}°",
        count=geometry.n_elements,
        element=significant(geometry.element_diameter_mm, 6),
        pitch=significant(geometry.pitch_diameter_mm, 6),
        angle=significant(geometry.contact_angle_deg, 3),
    ).render(lang)
    return f"{inside}{'；' if lang == 'zh' else '; '}{geometry.source or geometry.provenance}"


def _step(each: Step, lang: str) -> StepRow:
    return StepRow(
        indexed(each.symbol),
        _keys().get(_DIRECTED.get(each.symbol, each.symbol), ""),
        significant(each.value, 5),
        each.unit,
        each.told(lang),
        MARKS[each.mark].render(lang),
        each.mark == "not verified",
    )


def _title_block(sheet: RatingSheet, lang: str) -> Iterator[Row]:
    result = sheet.result
    yield text("Method").render(lang), f"{result.edition}, {result.mode}"
    found = result.distribution.equilibrium
    if found is not None:
        search = text(
            "{count} Newton steps, residual {residual} N",
            count=found.iterations,
            residual=probability(found.residual_n),
        )
        yield text("Equilibrium").render(lang), search.render(lang)
    yield text("Case").render(lang), result.inputs_hash[:HASH_SIGNS]
    if sheet.check:
        yield text("Check").render(lang), sheet.check


@cache
def _keys() -> Mapping[str, str]:
    """Keys of quantities by symbol; of several with one symbol the first."""
    return {each.symbol: each.key for each in reversed(tuple(quantities().values())) if each.symbol}
