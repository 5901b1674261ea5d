"""What a rating found, written as REXS: into the model that was rated, or into a small one of its own.

Results take the names and units of the model's version; what a version has no name for is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version as version_of

from loadzone.design.duty import USUAL_TEMPERATURE_DEGC
from loadzone.design.lubrication import Oil, oil_from_option
from loadzone.design.rate import RatingResult
from loadzone.design.rating import type_rule
from loadzone.flows.rate import RateAnswer, RateOptions, Subject
from loadzone.flows.rexs import RexsBearing, RexsRating, spectrum_life_h
from loadzone.flows.rexs_attributes import Named, assembly, attributes_of
from loadzone.flows.rexs_elements import OperatingPoint, operating_point, with_elements
from loadzone.formats.rexs import Attribute, Component, LoadCase, LoadSpectrum, Reference, Relation, RexsModel
from loadzone.formats.rexs.schema import WRITTEN, bearing_types

APPLICATION = "loadzone"
DETAILED = "rolling_bearing_with_detailed_geometry"
AXES = (("v", "d"), ("w", "d"), ("u", "d"), ("v", "rot"), ("w", "rot"))
"""Our order of displacements and of forces in the standard's words: x = v, y = w, z = u, then the turns about v, w."""
LIVES = (
    ("l10_h", "nominal_rating_life_time_iso_281_2007"),
    ("lnm_h", "modified_rating_life_time_iso_281_2007"),
    ("l10r_h", "nominal_reference_rating_life_time_iso_16281_2008"),
)

STEPS = (
    ("ν", "operating_viscosity", "mm^2 / s"),
    ("L_10r", "nominal_reference_rating_life_rotations_iso_16281_2008", "MRev"),
    ("P_ref", "dynamic_equivalent_reference_bearing_load_iso_16281_2008", "N"),
)
"""Results that stand in the steps of a rating: symbol, attribute, unit."""


def with_results(
    model: RexsModel, ratings: Sequence[RexsRating], *, has_elements: bool = False, now: datetime | None = None
) -> RexsModel:
    """The model with what was found in its load cases, in the accumulation of each spectrum and in its bearings.

    Parameters
    ----------
    has_elements : also force, angle and pressure of every rolling element, as components of their own
    now : the date that the model gets; the current one by default
    """
    told = with_elements(model, ratings) if has_elements else model
    cases: dict[tuple[int | None, int | None], list[RexsRating]] = {}
    for each in ratings:
        cases.setdefault((each.duty.spectrum_id, each.duty.case_id), []).append(each)
    components = tuple(_bearing_results(told, each, ratings, cases) for each in told.components)
    spectra = tuple(_spectrum_results(told, each, ratings, cases) for each in told.spectra)
    return replace(
        told,
        application=APPLICATION,
        application_version=version_of("loadzone"),
        date=_date(now),
        components=components,
        spectra=spectra,
    )


def rexs_of_rating(
    answer: RateAnswer, options: RateOptions | None = None, *, version: str = "2.0", now: datetime | None = None
) -> RexsModel:
    """A small model of one rating: the bearing with its inside, and one load case with loads and results.

    Parameters
    ----------
    options : what the rating was told; its rollers' length, grooves and oil are written too
    version : of the schema
    now : the date that the model gets; the current one by default
    """
    subject, result = answer.subject, answer.result
    oil = oil_from_option(options.oil) if options is not None and options.oil is not None else None
    row, element = _inside(subject, options)
    said: list[Named] = [
        ("radial_force_in_v", result.fr_n, "N"),
        ("radial_force_in_w", 0.0, "N"),
        ("axial_force", result.fa_n, "N"),
        *_speed(result),
        *_results(result),
    ]
    if oil is not None and options is not None:
        stated = options.temperature_degc
        said.append(("temperature_lubricant", USUAL_TEMPERATURE_DEGC if stated is None else float(stated), "C"))
    parts, relations = _rows_of(
        subject.rows, tuple(attributes_of(row, version)), tuple(attributes_of(element, version))
    )
    main = Component(1, DETAILED, subject.designation, tuple(attributes_of(_outside(answer), version)))
    case = LoadCase(1, (Component(1, DETAILED, subject.designation, tuple(attributes_of(said, version))),))
    if oil is not None:
        lubricant, reference = _lubricant(oil, len(parts) + 2, len(relations) + 1, version)
        parts, relations = (*parts, lubricant), (*relations, reference)
    return RexsModel(
        WRITTEN.get(version, version),
        APPLICATION,
        version_of("loadzone"),
        _date(now),
        relations,
        (main, *parts),
        (LoadSpectrum(1, (case,)),),
    )


def _outside(answer: RateAnswer) -> Iterator[Named]:
    """The bearing itself: name, type, ratings."""
    subject, result, way = answer.subject, answer.result, _way(answer.subject.type_key)
    kind = next((kind for (kind, _), key in bearing_types().items() if key == subject.type_key), None)
    yield "catalogue_designation", subject.designation, "none"
    yield "number_of_bearing_rows", subject.rows, "none"
    if kind is not None:
        yield "bearing_type", kind, "none"
    yield f"{way}_dynamic_load_rating", result.c_n, "N"
    yield f"{way}_static_load_rating", result.c0_n, "N"
    yield "fatigue_limit_load", result.cu_n, "N"
    yield "survival_probability", result.reliability_percent, "%"
    if result.life.e_c is not None:
        yield "contamination_factor_iso_281_2007", result.life.e_c, "none"
    if result.clearance_um is not None:
        yield "operating_radial_bearing_clearance", result.clearance_um, "mum"


def _inside(subject: Subject, options: RateOptions | None) -> tuple[list[Named], list[Named]]:
    """What a row and one of its elements are."""
    geometry = subject.geometry
    row: list[Named] = [
        ("number_of_rolling_elements", geometry.n_elements, "none"),
        ("pressure_angle", geometry.contact_angle_deg, "deg"),
        ("reference_diameter_rolling_bearing", geometry.pitch_diameter_mm, "mm"),
    ]
    element: list[Named] = [("diameter_of_rolling_element", geometry.element_diameter_mm, "mm")]
    if options is not None and options.grooves is not None:
        for ring, factor in zip(("inner", "outer"), options.grooves, strict=True):
            row.append((f"raceway_radius_of_{ring}_ring", factor * geometry.element_diameter_mm, "mm"))
    if options is not None and options.length_mm is not None:
        element.append(("length_of_rolling_element", float(options.length_mm), "mm"))
    return row, element


def _lubricant(oil: Oil, component_id: int, relation_id: int, version: str) -> tuple[Component, Relation]:
    """The oil, and that the bearing refers to it."""
    named: list[Named] = [
        ("viscosity_at_40_degree_celsius", oil.nu40_mm2_s, "mm^2 / s"),
        ("viscosity_at_100_degree_celsius", oil.nu100_mm2_s, "mm^2 / s"),
    ]
    references = (Reference(1, "origin", DETAILED), Reference(component_id, "referenced", "lubricant"))
    part = Component(component_id, "lubricant", "oil", tuple(attributes_of(named, version)))
    return part, Relation(relation_id, "reference", references)


def _way(type_key: str) -> str:
    return "axial" if type_rule(type_key).family.startswith("thrust") else "radial"


def _date(now: datetime | None) -> str:
    return (now or datetime.now(UTC)).isoformat(timespec="seconds")


def _speed(result: RatingResult) -> Iterator[Named]:
    """The speed that lives in revolutions and in hours imply."""
    life = result.life
    if life.l10_mrev is not None and life.l10_h:
        yield "speed_inner_ring", life.l10_mrev * 1e6 / 60.0 / life.l10_h, "1 / min"


def _results(result: RatingResult) -> Iterator[Named]:
    """What a rating found, without what was told to it."""
    life = result.life
    yield "equivalent_dynamic_bearing_load_iso_281_2007", result.p_n, "N"
    yield "static_safety_factor_iso_76_2006", result.s0, "none"
    yield "life_modification_factor_reliability_iso_281_2007", life.a1, "none"
    for name, attribute in LIVES:
        value = getattr(life, name)
        if value is not None:
            yield attribute, value, "h"
    if life.l10_mrev is not None:
        yield "nominal_rating_life_rotations_iso_281_2007", life.l10_mrev, "MRev"
    if life.l10_mrev is not None and life.lnm_h is not None and life.l10_h:
        yield "modified_rating_life_rotations_iso_281_2007", life.lnm_h / life.l10_h * life.l10_mrev, "MRev"
    if life.kappa is not None:
        yield "viscosity_ratio_iso_281_2007", life.kappa, "none"
    steps = {each.symbol: each.value for each in result.steps}
    yield from ((attribute, steps[symbol], unit) for symbol, attribute, unit in STEPS if symbol in steps)
    if result.p_max_mpa is not None:
        yield "maximum_hertzian_pressure", result.p_max_mpa, "MPa"


def _at_rest(point: OperatingPoint | None) -> Iterator[Named]:
    """Pressures of the rings and the stiffness at the operating point."""
    if point is None:
        return
    yield "maximum_hertzian_pressure_inner_ring", point.p_inner_mpa, "MPa"
    yield "maximum_hertzian_pressure_outer_ring", point.p_outer_mpa, "MPa"
    for row, (force, kind) in enumerate(AXES):
        for column, (way, turn) in enumerate(AXES):
            name = f"operating_point_stiffness_{'f' if kind == 'd' else 'm'}_{force}_{turn}_{way}"
            unit = {("d", "d"): "N / mm", ("d", "rot"): "N / rad", ("rot", "d"): "N", ("rot", "rot"): "N mm / rad"}
            yield name, float(point.stiffness[row, column]), unit[kind, turn]


def _bearing_results(
    model: RexsModel,
    part: Component,
    ratings: Sequence[RexsRating],
    cases: dict[tuple[int | None, int | None], list[RexsRating]],
) -> Component:
    """Ratings that the file did not state, and the results where it has no load cases."""
    found = next((each for each in ratings if each.bearing.id == part.id and each.answer is not None), None)
    if found is None or found.answer is None:
        return part
    result, bearing, way = found.answer.result, found.bearing, _way(found.answer.subject.type_key)
    named: list[Named] = []
    for name, stated, value in (
        (f"{way}_dynamic_load_rating", bearing.c_n, result.c_n),
        (f"{way}_static_load_rating", bearing.c0_n, result.c0_n),
        ("fatigue_limit_load", bearing.cu_n, result.cu_n),
    ):
        if stated is None:
            named.append((name, value, "N"))
    named += [each for rating in cases.get((None, None), []) if rating.bearing.id == part.id for each in _all(rating)]
    return part.with_attributes(attributes_of(named, model.version))


def _all(rating: RexsRating) -> Iterator[Named]:
    if rating.answer is not None:
        yield from _results(rating.answer.result)
        yield from _at_rest(operating_point(rating))


def _spectrum_results(
    model: RexsModel,
    spectrum: LoadSpectrum,
    ratings: Sequence[RexsRating],
    cases: dict[tuple[int | None, int | None], list[RexsRating]],
) -> LoadSpectrum:
    told = []
    for case in spectrum.cases:
        parts = case.components
        for each in cases.get((spectrum.id, case.id), []):
            parts = _merged(parts, each.bearing, attributes_of(_all(each), model.version), model)
        told.append(replace(case, components=parts))
    accumulated = spectrum.accumulation or ()
    for bearing in {each.bearing.id: each.bearing for each in ratings}.values():
        own = tuple(each for each in ratings if each.bearing.id == bearing.id and each.duty.spectrum_id == spectrum.id)
        lives: list[Named] = [
            (attribute, value, "h") for name, attribute in LIVES if (value := spectrum_life_h(own, name)) is not None
        ]
        if lives:
            accumulated = _merged(accumulated, bearing, attributes_of(lives, model.version), model)
    return replace(spectrum, cases=tuple(told), accumulation=accumulated or spectrum.accumulation)


def _merged(
    parts: tuple[Component, ...], bearing: RexsBearing, attributes: Iterable[Attribute], model: RexsModel
) -> tuple[Component, ...]:
    """Attributes put to the bearing's entry, which is made where there is none."""
    found = list(attributes)
    if not found:
        return parts
    if any(each.id == bearing.id for each in parts):
        return tuple(each.with_attributes(found) if each.id == bearing.id else each for each in parts)
    main = model.component(bearing.id)
    return (*parts, Component(bearing.id, main.type if main else "", main.name if main else None, tuple(found)))


def _rows_of(
    rows: int, row: tuple[Attribute, ...], element: tuple[Attribute, ...]
) -> tuple[tuple[Component, ...], tuple[Relation, ...]]:
    """Rows of component 1 with one element each, and what binds them."""
    parts: list[Component] = []
    relations: list[Relation] = []
    for n in range(rows):
        row_id, element_id = 2 + 2 * n, 3 + 2 * n
        parts += [
            Component(row_id, "rolling_bearing_row", f"row {n + 1}", row),
            Component(element_id, "rolling_element", f"element of row {n + 1}", element),
        ]
        row_part, element_part = (row_id, "rolling_bearing_row"), (element_id, "rolling_element")
        relations += [
            assembly(2 * n + 1, (1, DETAILED), row_part, n + 1),
            assembly(2 * n + 2, row_part, element_part, 1),
        ]
    return tuple(parts), tuple(relations)
