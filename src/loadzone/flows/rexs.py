"""The journey of a REXS model to ratings: its bearings with their insides, duties and what is missing, each rated.

``bearings_of`` collects, ``rate_bearings`` rates; `loadzone.flows.rexs_results` writes what was found into the model,
and `loadzone.flows.rexs_shafts` collects shafts for a solver.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from loadzone.bearings.catalogue import find
from loadzone.bearings.designation import parse
from loadzone.bearings.geometry import Geometry
from loadzone.design.inside import Load
from loadzone.design.rating import type_rule
from loadzone.flows.rate import RateAnswer, RateOptions, Subject, rate_subject
from loadzone.flows.rexs_shafts import BEARINGS, bearing_sides, shaft_speeds
from loadzone.formats.rexs import Component, LoadCase, RexsModel, quantity, word
from loadzone.formats.rexs.schema import bearing_types
from loadzone.words.errors import LoadzoneError, MissingInput
from loadzone.words.texts import Text, text

ROWS_BY_TYPE = 1
"""Rows that are supposed where neither the file nor the type says their number."""


@dataclass(frozen=True)
class RexsDuty:
    """One load case of a bearing.

    ``spectrum_id`` and ``case_id`` are None where the file has no load cases and the bearing itself carries the loads.
    ``load`` is on the inner ring in our axes (x = v, y = w, z = u), with ``is_mirrored`` seen from the other side, so
    that an angular contact bearing takes its thrust along +z. ``share`` is the part of the time, 0 to 1.
    """

    spectrum_id: int | None
    case_id: int | None
    share: float | None
    options: RateOptions | None
    load: Load
    is_mirrored: bool = False
    missing: tuple[Text, ...] = ()


@dataclass(frozen=True)
class RexsBearing:
    """A rolling bearing of a model as it can be rated; ``missing`` says what keeps it from that, whatever the case.

    Lengths in mm, ratings in N as stated in the file, ``None`` where it is silent. ``subject`` is its inside, that of
    the file before that of the catalogue.
    """

    id: int
    name: str
    designation: str | None
    maker: str | None
    bearing_type: str | None
    type_key: str | None
    rows: int
    bore_mm: float | None
    outer_mm: float | None
    width_mm: float | None
    c_n: float | None
    c0_n: float | None
    cu_n: float | None
    subject: Subject | None
    duties: tuple[RexsDuty, ...]
    missing: tuple[Text, ...]


@dataclass(frozen=True)
class RexsRating:
    """A bearing in one load case: rated, or why not."""

    bearing: RexsBearing
    duty: RexsDuty
    answer: RateAnswer | None
    refusal: Text | None = None


def bearings_of(model: RexsModel) -> tuple[RexsBearing, ...]:
    """The rolling bearings of a model, in its order."""
    return tuple(_bearing(model, each) for each in model.of_type(*BEARINGS))


def rate_bearings(model: RexsModel) -> tuple[RexsRating, ...]:
    """Rate every bearing in every load case; what cannot be rated says why and holds up no other."""
    return tuple(_rated(bearing, duty) for bearing in bearings_of(model) for duty in bearing.duties)


def spectrum_life_h(ratings: tuple[RexsRating, ...], life: str) -> float | None:
    """Life in hours of one bearing under all its load cases, by Palmgren and Miner.

    Parameters
    ----------
    ratings : of one bearing in the cases of one spectrum
    life : name of a member of `Life`, as "l10_h"

    Returns
    -------
    sum(q)/sum(q/L) with the shares of time q; None where a case with a share has no such life, or no share is stated
    """
    damage = total = 0.0
    for each in ratings:
        share = each.duty.share
        if share == 0.0:
            continue
        hours: float | None = getattr(each.answer.result.life, life) if each.answer else None
        if share is None or hours is None:
            return None
        damage, total = damage + share / hours, total + share
    return total / damage if damage > 0.0 else None


def _bearing(model: RexsModel, part: Component) -> RexsBearing:
    designation, bearing_type = word(model, part.id, "catalogue_designation"), word(model, part.id, "bearing_type")
    rows = model.parts(part.id, "rolling_bearing_row")
    count, type_key = _type(model, part, bearing_type, designation, len(rows))
    missing = [] if type_key else [_no_type(bearing_type, count)]
    name = part.name or designation or f"bearing {part.id}"
    subject: Subject | None = None
    if type_key:
        try:
            subject = _subject(model, part, rows, count, type_key, designation)
        except LoadzoneError as refusal:
            missing.append(refusal.message)
    is_axial = type_key is not None and type_rule(type_key).family.startswith("thrust")
    way = "axial" if is_axial else "radial"
    return RexsBearing(
        part.id,
        name,
        designation,
        word(model, part.id, "manufacturer"),
        bearing_type,
        type_key,
        count,
        quantity(model, None, part.id, "inner_diameter", "mm"),
        quantity(model, None, part.id, "outer_diameter", "mm"),
        quantity(model, None, part.id, "width", "mm"),
        quantity(model, None, part.id, f"{way}_dynamic_load_rating", "N"),
        quantity(model, None, part.id, f"{way}_static_load_rating", "N"),
        quantity(model, None, part.id, "fatigue_limit_load", "N"),
        subject,
        tuple(_duties(model, part, way, subject)),
        tuple(missing),
    )


def _type(
    model: RexsModel, part: Component, bearing_type: str | None, designation: str | None, row_parts: int
) -> tuple[int, str | None]:
    """Number of rows and our type; the designation speaks where the file names no type."""
    stated = quantity(model, None, part.id, "number_of_bearing_rows")
    rows = int(stated) if stated is not None and stated >= 1.0 else row_parts or None
    if bearing_type is None:
        try:
            read = parse(designation or "")
        except LoadzoneError:
            return rows or ROWS_BY_TYPE, None
        return rows or read.rows, read.type.key
    known = [count for kind, count in bearing_types() if kind == bearing_type]
    if rows is None:
        rows = known[0] if known else ROWS_BY_TYPE
    if rows not in known and len(known) == 1:
        return rows, bearing_types()[bearing_type, known[0]] or None
    return rows, bearing_types().get((bearing_type, rows)) or None


def _no_type(bearing_type: str | None, rows: int) -> Text:
    if bearing_type is None:
        return text("neither bearing_type nor a readable catalogue_designation says what kind of bearing it is")
    return text("bearing_type {kind} with {rows} rows has no rating here", kind=bearing_type, rows=rows)


def _subject(
    model: RexsModel, part: Component, rows: tuple[Component, ...], count: int, type_key: str, designation: str | None
) -> Subject:
    """The inside: that of the file, else that of the catalogue."""
    name = designation or part.name or f"bearing {part.id}"
    stated = _inside(model, part, rows)
    if stated is not None:
        geometry, notes = stated
        return Subject(name, type_key, count, geometry, notes)
    try:
        found = find(designation or "")
    except LoadzoneError as refusal:
        raise MissingInput(
            text(
                "no inside: the file has no number_of_rolling_elements with diameter_of_rolling_element, and the "
                "catalogue knows none of «{designation}»",
                designation=designation or "–",
            )
        ) from refusal
    geometry = found.geometry
    angle = quantity(model, None, rows[0].id, "pressure_angle", "deg") if rows else None
    if angle is not None and 0.0 < angle <= 90.0:
        geometry = replace(geometry, contact_angle_deg=angle)
    return Subject(name, type_key, count, geometry, found.notes)


def _inside(model: RexsModel, part: Component, rows: tuple[Component, ...]) -> tuple[Geometry, tuple[Text, ...]] | None:
    """Elements of the first row, which stands for all; None where their number or diameter is not stated."""
    if not rows:
        return None
    row = rows[0]
    elements = model.parts(row.id, "rolling_element")
    n = quantity(model, None, row.id, "number_of_rolling_elements")
    size_mm = quantity(model, None, elements[0].id, "diameter_of_rolling_element", "mm") if elements else None
    pitch_mm = quantity(model, None, row.id, "reference_diameter_rolling_bearing", "mm")
    notes: list[Text] = []
    if pitch_mm is None:
        bore, outer = (quantity(model, None, part.id, f"{side}_diameter", "mm") for side in ("inner", "outer"))
        if bore is not None and outer is not None:
            pitch_mm = 0.5 * (bore + outer)
            notes.append(text("pitch diameter {pitch:g} mm is the mean of bore and outside diameter", pitch=pitch_mm))
    if not n or size_mm is None or pitch_mm is None:
        return None
    angle_deg = abs(quantity(model, None, row.id, "pressure_angle", "deg") or 0.0)
    source = f"REXS component {part.id}"
    return Geometry(int(n), size_mm, pitch_mm, angle_deg, provenance="user", source=source), tuple(notes)


def _duties(model: RexsModel, part: Component, way: str, subject: Subject | None) -> Iterator[RexsDuty]:
    cases = [(spectrum.id, case) for spectrum in model.spectra for case in spectrum.cases]
    if not cases:
        yield _duty(model, part, way, subject, None, None)
    for spectrum_id, case in cases:
        yield _duty(model, part, way, subject, spectrum_id, case)


def _duty(
    model: RexsModel, part: Component, way: str, subject: Subject | None, spectrum_id: int | None, case: LoadCase | None
) -> RexsDuty:
    missing: list[Text] = []
    forces, moments = _load(model, case, part.id)
    if forces is None:
        missing.append(text("no forces on it: compute the shaft first, by this program or another"))
    speed_rpm = _speed(model, case, part.id)
    if speed_rpm is None:
        missing.append(text("no speed of its rings or shafts"))
    u, v, w = forces or (0.0, 0.0, 0.0)
    is_mirrored = u < 0.0 and subject is not None and 0.0 < subject.geometry.contact_angle_deg < 90.0
    sign = -1.0 if is_mirrored else 1.0
    load = Load(v, w, sign * u, sign * moments[0], sign * moments[1])
    options = None
    if not missing and speed_rpm is not None:
        options = _options(model, case, part.id, way, subject, (u, v, w), speed_rpm)
    case_id = None if case is None else case.id
    return RexsDuty(spectrum_id, case_id, _share(model, case), options, load, is_mirrored, tuple(missing))


def _load(
    model: RexsModel, case: LoadCase | None, bearing_id: int
) -> tuple[tuple[float, float, float] | None, tuple[float, float]]:
    """Force (u, v, w) in N and moment (v, w) in N mm between the rings, by either of the standard's two ways."""
    ways = (
        [(f"force_acting_on_inner_component_{axis}", f"torque_acting_on_inner_component_{axis}") for axis in "uvw"],
        [
            ("axial_force", ""),
            ("radial_force_in_v", "torque_around_the_v_axis"),
            ("radial_force_in_w", "torque_around_the_w_axis"),
        ],
    )
    for way in ways:
        forces = [quantity(model, case, bearing_id, name, "N") for name, _ in way]
        if any(each is not None for each in forces):
            moments = [quantity(model, case, bearing_id, name, "N mm") or 0.0 for _, name in way[1:]]
            u, v, w = (each or 0.0 for each in forces)
            return (u, v, w), (moments[0], moments[1])
    return None, (0.0, 0.0)


def _speed(model: RexsModel, case: LoadCase | None, bearing_id: int) -> float | None:
    """Speed of one ring against the other in r/min."""
    rings = [quantity(model, case, bearing_id, f"speed_{side}_ring", "1 / min") for side in ("inner", "outer")]
    if rings[0] is not None or rings[1] is not None:
        return abs((rings[0] or 0.0) - (rings[1] or 0.0))
    speeds = shaft_speeds(model, case)
    found = []
    for side in bearing_sides(model, bearing_id):
        part = model.component(side)
        if part is not None and part.type == "shaft":
            if part.id not in speeds:
                return None
            found.append(speeds[part.id])
        else:
            found.append(0.0)
    return abs(found[0] - found[1]) or None


def _options(
    model: RexsModel,
    case: LoadCase | None,
    bearing_id: int,
    way: str,
    subject: Subject | None,
    forces: tuple[float, float, float],
    speed_rpm: float,
) -> RateOptions:
    """What the rating is told; the full load goes beside it."""
    row = next(iter(model.parts(bearing_id, "rolling_bearing_row")), None)
    e_c = quantity(model, case, bearing_id, "contamination_factor_iso_281_2007")
    percent = quantity(model, case, bearing_id, "survival_probability", "%")
    part = model.component(bearing_id)
    additives = part.get("consideration_of_ep_additives_iso_281_2007") if part else None
    return RateOptions(
        speed_rpm,
        radial_n=math.hypot(forces[1], forces[2]),
        axial_n=abs(forces[0]),
        oil=_oil(model, bearing_id),
        temperature_degc=_temperature(model, case, bearing_id),
        cleanliness=None if e_c is None else repr(e_c),
        reliability_percent=90.0 if percent is None else percent,
        clearance_um=quantity(model, case, bearing_id, "operating_radial_bearing_clearance", "mum"),
        grooves=_grooves(model, row, subject),
        length_mm=_length(model, row),
        c_n=quantity(model, None, bearing_id, f"{way}_dynamic_load_rating", "N"),
        c0_n=quantity(model, None, bearing_id, f"{way}_static_load_rating", "N"),
        cu_n=quantity(model, None, bearing_id, "fatigue_limit_load", "N"),
        has_additives=additives is not None and additives.value is True,
    )


def _grooves(model: RexsModel, row: Component | None, subject: Subject | None) -> tuple[float, float] | None:
    """Groove radii over the ball diameter, where both are stated."""
    if row is None or subject is None:
        return None
    radii = [quantity(model, None, row.id, f"raceway_radius_of_{ring}_ring", "mm") for ring in ("inner", "outer")]
    if radii[0] is None or radii[1] is None:
        return None
    size_mm = subject.geometry.element_diameter_mm
    return radii[0] / size_mm, radii[1] / size_mm


def _length(model: RexsModel, row: Component | None) -> float | None:
    """Effective length of the rollers: the shorter contact, else the roller."""
    if row is None:
        return None
    contacts = [
        quantity(model, None, row.id, f"significant_contact_length_{ring}_ring", "mm") for ring in ("inner", "outer")
    ]
    stated = [each for each in contacts if each]
    if stated:
        return min(stated)
    elements = model.parts(row.id, "rolling_element")
    return quantity(model, None, elements[0].id, "length_of_rolling_element", "mm") if elements else None


def _oil(model: RexsModel, bearing_id: int) -> str | None:
    """Viscosities at 40 and 100 °C of the lubricant that the bearing or its housing refers to, else of the only one."""
    around = [bearing_id, *(side for side in bearing_sides(model, bearing_id) if side is not None)]
    around += [each.id for each in model.of_type("gear_casing", "gear_unit")]
    found = [
        part
        for each in around
        for relation in model.related("reference", "origin", each)
        if (part := model.component(relation.of("referenced"))) is not None and part.type == "lubricant"
    ]
    lubricants = list(model.of_type("lubricant"))
    chosen = found[0] if found else lubricants[0] if len(lubricants) == 1 else None
    if chosen is None:
        return None
    nu = [quantity(model, None, chosen.id, f"viscosity_at_{at}_degree_celsius", "mm^2 / s") for at in (40, 100)]
    stated = [f"{each!r}" for each in nu if each is not None]
    return "/".join(stated) if nu[0] is not None else None


def _temperature(model: RexsModel, case: LoadCase | None, bearing_id: int) -> float | None:
    """Of the lubricant at the bearing, else of that in the housing."""
    places = [bearing_id, *(side for side in bearing_sides(model, bearing_id) if side is not None)]
    places += [each.id for each in model.of_type("gear_casing")]
    found = (quantity(model, case, each, "temperature_lubricant", "C") for each in places)
    return next((each for each in found if each is not None), None)


def _share(model: RexsModel, case: LoadCase | None) -> float | None:
    """Part of the time that a case holds, as the gear unit says under either of its two names."""
    for each in model.of_type("gear_unit") if case else ():
        for name in ("operating_time_fraction", "load_duration_fraction"):
            percent = quantity(model, case, each.id, name, "%")
            if percent is not None:
                return percent / 100.0
    return None


def _rated(bearing: RexsBearing, duty: RexsDuty) -> RexsRating:
    missing = (*bearing.missing, *duty.missing)
    if missing or bearing.subject is None or duty.options is None:
        return RexsRating(bearing, duty, None, missing[0] if missing else None)
    try:
        return RexsRating(bearing, duty, rate_subject(bearing.subject, duty.options, duty.load))
    except LoadzoneError as refusal:
        return RexsRating(bearing, duty, None, refusal.message)
