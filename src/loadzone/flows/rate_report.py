"""The report of a rating: the rating, the load zone at other clearances, what moves the life, the command behind it."""

import shlex
from collections.abc import Iterator
from dataclasses import replace

from loadzone.bearings.series import bearing_types
from loadzone.design.equilibrium.around import LoadZone, hardest_row, load_zone
from loadzone.design.rate import Case, RatingResult, load_distribution
from loadzone.design.sensitivity import tornado
from loadzone.flows.rate import RateAnswer, RateOptions, case_of
from loadzone.reports.numbers import fixed, significant
from loadzone.reports.rating_report import rating_report
from loadzone.reports.rating_views import RatingSheet
from loadzone.words.texts import Text, text

FEW_DIGITS = ".10g"
OTHER_CLEARANCE_UM = 40.0
"""Least distance of the clearances that are drawn beside the computed one."""


def report(answer: RateAnswer, options: RateOptions, lang: str = "en", generated_on: str = "") -> str:
    """The page of a rating.

    Parameters
    ----------
    answer : of `loadzone.flows.rate.rate_bearing` for ``options``
    lang : "en" or "zh"
    generated_on : date as YYYY-MM-DD; "" leaves it out, so that two parties get equal pages
    """
    return rating_report(sheet_of(answer, options), lang, generated_on)


def sheet_of(answer: RateAnswer, options: RateOptions) -> RatingSheet:
    """What the page shows beside the rating itself."""
    subject, result = answer.subject, answer.result
    used = options if options.fit is None else replace(options, clearance_um=result.clearance_um)
    case = case_of(subject, used)
    return RatingSheet(
        designation=subject.designation,
        type_name=bearing_types()[subject.type_key].name,
        kind=case.capability().life_kind,
        outline=subject.outline,
        geometry=subject.geometry,
        result=result,
        given=tuple(_given(answer, options)),
        zones=tuple(_zones(case, result)),
        movers=tornado(case),
        check=rate_command(subject.designation, options),
    )


def rate_command(designation: str, options: RateOptions) -> str:
    """The command that computes a rating again, as a person types it."""
    words = ["loadzone", "rate", designation]
    for option, value in (
        ("--fr", options.radial_n or None),
        ("--fa", options.axial_n or None),
        ("--moment", options.moment_nmm or None),
        ("--speed", options.speed_rpm),
        ("--oil", options.oil),
        ("--temperature", options.temperature_degc),
        ("--cleanliness", options.cleanliness),
        ("--clearance", options.clearance_um),
        ("--fit", options.fit),
        ("--mode", None if options.mode == "consistent" else options.mode),
        ("--reliability", None if options.reliability_percent == 90.0 else options.reliability_percent),
        ("--geometry", None if options.geometry is None else _typed(options)),
        (
            "--grooves",
            None if options.grooves is None else ",".join(f"{each:{FEW_DIGITS}}" for each in options.grooves),
        ),
        ("--length", options.length_mm),
        ("--row-distance", options.row_distance_mm),
        ("--arrangement", options.arrangement),
        ("--type", options.type_key),
        ("--c", options.c_n),
        ("--c0", options.c0_n),
        ("--cu", options.cu_n),
    ):
        if value is not None:
            words += [option, f"{value:{FEW_DIGITS}}" if isinstance(value, float) else str(value)]
    words += ["--additives"] if options.has_additives else []
    return shlex.join([*words, "--no-tilt"] if options.is_held else words)


def _typed(options: RateOptions) -> str:
    geometry = options.geometry
    if geometry is None:
        return ""
    lengths = (geometry.element_diameter_mm, geometry.pitch_diameter_mm, geometry.contact_angle_deg)
    return ",".join((str(geometry.n_elements), *(f"{each:{FEW_DIGITS}}" for each in lengths)))


def _given(answer: RateAnswer, options: RateOptions) -> Iterator[tuple[Text, str]]:
    """The inputs; what nobody stated and was assumed stands in the notices."""
    result = answer.result
    yield text("Radial load"), f"{fixed(options.radial_n)} N"
    yield text("Axial load"), f"{fixed(options.axial_n)} N"
    if options.moment_nmm:
        yield text("Moment"), f"{fixed(options.moment_nmm)} N mm"
    yield text("Speed"), f"{significant(options.speed_rpm, 6)} r/min"
    if options.oil is not None:
        nu = next((each.value for each in result.steps if each.symbol == "ν"), None)
        yield text("Oil at temperature"), f"{options.oil}; {significant(nu)} mm²/s"
        yield text("Temperature"), f"{significant(options.conditions.temperature_used_degc)} °C"
    if options.cleanliness is not None:
        yield text("Cleanliness"), f"{options.cleanliness}; e_C {significant(result.life.e_c)}"
    if result.clearance_um is not None:
        fit = f"; {options.fit}" if options.fit is not None else ""
        yield text("Clearance, mounted"), f"{significant(result.clearance_um)} µm{fit}"


def _zones(case: Case, result: RatingResult) -> Iterator[tuple[Text, LoadZone]]:
    """The load zone of the row that carries most; then those of the other rows, or of one row at other clearances."""
    found, own_um = result.distribution.equilibrium, result.clearance_um
    if found is None:
        return
    row, count = hardest_row(found), len(found.rows)
    if count > 1:
        for place in (row, *(each for each in range(count) if each != row)):
            yield text("row {row}", row=place + 1), load_zone(found, row=place)
        return
    yield text("{clearance} µm", clearance=fixed(own_um)), load_zone(found)
    if own_um is None or not result.fr_n:
        return
    step_um = max(abs(own_um), OTHER_CLEARANCE_UM)
    for clearance_um in (0.0, own_um + step_um) if own_um else (step_um, 2.0 * step_um):
        moved = replace(case.inside, clearance_mm=clearance_um / 1000.0)
        other = load_distribution(
            moved, case.load, case.capability(), case.mode, case.layout, is_held=case.is_held
        ).equilibrium
        if other is not None:
            yield text("{clearance} µm", clearance=fixed(clearance_um)), load_zone(other)
