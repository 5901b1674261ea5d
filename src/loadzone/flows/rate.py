"""The journey of a rating: from a designation and a duty to life, stress and every step of the computation.

The command and the facade ``loadzone.rate`` come this way.
"""

from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from loadzone.bearings.boundary import Boundary
from loadzone.bearings.catalogue import find
from loadzone.bearings.designation import parse
from loadzone.bearings.geometry import Geometry, geometry_from_option
from loadzone.bearings.series import BearingType, bearing_types
from loadzone.design.capability import MakerRatings
from loadzone.design.duty import Conditions
from loadzone.design.equilibrium.sets import sphere_groove
from loadzone.design.inside import BallInside, Facing, Layout, Load, Mode, RollerInside
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.rate import Case, RatingResult
from loadzone.design.rating import type_rule
from loadzone.design.step import Notice
from loadzone.flows.seating import Seating, seating
from loadzone.words.errors import BadInput, UnknownBearing
from loadzone.words.texts import Text, text

USUAL_GROOVES = (0.52, 0.53)
THRUST_GROOVE, ALIGNING_GROOVE = 0.535, 0.53
"""Groove radii over the ball diameter where nobody states them; the last of an inner ring, whose outer is a sphere."""


@dataclass(frozen=True)
class RateOptions:
    """What a call says about a duty; None means that nobody says it.

    Forces in N, ``moment_nmm`` in the plane of the radial load, ``clearance_um`` diametral in operation or ``fit`` (as
    "k5/H7") from which it follows, ``grooves`` (inner, outer) over the ball diameter, ``row_distance_mm`` between the
    middles of two rows and their ``arrangement``; ``is_held``: the shaft keeps the rings parallel. ``oil`` and
    ``cleanliness`` as a person types them. ``c_n``, ``c0_n``, ``cu_n`` are the maker's.
    """

    speed_rpm: float
    radial_n: float = 0.0
    axial_n: float = 0.0
    moment_nmm: float = 0.0
    oil: str | None = None
    temperature_degc: float | None = None
    cleanliness: str | None = None
    reliability_percent: float = 90.0
    clearance_um: float | None = None
    grooves: tuple[float, float] | None = None
    geometry: Geometry | None = None
    type_key: str | None = None
    length_mm: float | None = None
    c_n: float | None = None
    c0_n: float | None = None
    cu_n: float | None = None
    has_additives: bool = False
    fit: str | None = None
    mode: Mode = "consistent"
    row_distance_mm: float | None = None
    arrangement: Facing | None = None
    is_held: bool = False

    @property
    def layout(self) -> Layout:
        """Where the rows stand."""
        return Layout(self.row_distance_mm, self.arrangement)

    @property
    def conditions(self) -> Conditions:
        """How the bearing runs."""
        return Conditions(
            self.speed_rpm,
            oil_from_option(self.oil) if self.oil is not None else None,
            self.temperature_degc,
            cleanliness_from_option(self.cleanliness) if self.cleanliness is not None else None,
            self.reliability_percent,
            self.has_additives,
        )

    @property
    def load(self) -> Load:
        """The load on the inner ring: the radial force along x, the moment about y."""
        return Load(fx_n=float(self.radial_n), fz_n=float(self.axial_n), my_nmm=float(self.moment_nmm))

    @property
    def maker(self) -> MakerRatings | None:
        """What the maker states, if anything."""
        stated = (self.c_n, self.c0_n, self.cu_n)
        return MakerRatings(*stated) if any(value is not None for value in stated) else None


@dataclass(frozen=True)
class Subject:
    """The bearing of a rating: its type, its inside and where that comes from, its outline where a table has it."""

    designation: str
    type_key: str
    rows: int
    geometry: Geometry
    notes: tuple[Text, ...] = ()
    outline: Boundary | None = None

    def to_dict(self) -> dict[str, object]:
        """Designation, geometry and its source as in the JSON of a rating."""
        return {
            "designation": self.designation,
            "type": self.type_key,
            "geometry": asdict(self.geometry) | {"rows": self.rows},
            "geometry_source": self.geometry.provenance,
        }


@dataclass(frozen=True)
class RateAnswer:
    """A rating with the bearing it is of."""

    subject: Subject
    result: RatingResult

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone rate``; sentences in ``lang``."""
        return self.subject.to_dict() | self.result.to_dict(lang)


def rate(
    designation: str,
    *,
    speed_rpm: float,
    radial_n: float = 0.0,
    axial_n: float = 0.0,
    moment_nmm: float = 0.0,
    oil: str | float | None = None,
    temperature_degc: float | None = None,
    cleanliness: str | float | None = None,
    reliability_percent: float = 90.0,
    clearance_um: float | None = None,
    geometry: Geometry | str | None = None,
    grooves: tuple[float, float] | None = None,
    length_mm: float | None = None,
    c_n: float | None = None,
    c0_n: float | None = None,
    fit: str | None = None,
    mode: Mode = "consistent",
    row_distance_mm: float | None = None,
    arrangement: Facing | None = None,
    is_held: bool = False,
) -> RateAnswer:
    """Rate a bearing: ratings, equivalent loads, basic and modified life, contact pressure, each step with its clause.

    Parameters
    ----------
    designation : as «6205» or «7208 B»
    speed_rpm, radial_n, axial_n, moment_nmm : the duty; r/min, N, N mm
    oil, temperature_degc : ISO VG as 68, or ν40/ν100 in mm²/s as "68/8.7"; of the bearing, 70 °C is assumed
    cleanliness : e_C itself as 0.5, a guide word as "normal", or a row of annex A as "-/17/14" or "grease:normal"
    reliability_percent, clearance_um : 90 to 99.95; diametral in operation, 0 is assumed
    geometry : an inside, also as ``"Z,DW,DPW,ANGLE"``, instead of the catalogue's
    grooves : groove radii of inner and outer ring over the ball diameter; 0.52 and 0.53 are assumed
    length_mm, c_n, c0_n : effective length of rollers; the maker's ratings, used instead of the computed ones
    fit : seats of shaft and housing as "k5/H7", from which the clearance of a deep groove bearing is computed
    mode : lever of the tilt in the load distribution: "consistent", "iso" or "pitch"
    row_distance_mm, arrangement : between the middles of two rows along the axis; "back_to_back" or "face_to_face"; the
        defaults are assumed and said
    is_held : the shaft keeps the rings parallel; else the bearing tilts as it likes

    Returns
    -------
    RateAnswer; what is not defined is None, and a notice says why

    Raises
    ------
    UnknownBearing : no source and no rule gives its inside
    BadInput, OutOfScope, MissingInput : a value that is not possible, or a rating that cannot be computed

    >>> round(rate("6205", radial_n=3000, speed_rpm=3000).result.life.l10_h)
    569
    """
    options = RateOptions(
        speed_rpm=speed_rpm,
        radial_n=radial_n,
        axial_n=axial_n,
        moment_nmm=moment_nmm,
        oil=None if oil is None else str(oil),
        temperature_degc=temperature_degc,
        cleanliness=None if cleanliness is None else str(cleanliness),
        reliability_percent=reliability_percent,
        clearance_um=clearance_um,
        geometry=geometry_from_option(geometry) if isinstance(geometry, str) else geometry,
        grooves=grooves,
        length_mm=length_mm,
        c_n=c_n,
        c0_n=c0_n,
        fit=fit,
        mode=mode,
        row_distance_mm=row_distance_mm,
        arrangement=arrangement,
        is_held=is_held,
    )
    return rate_bearing(designation, options)


def rate_bearing(designation: str, options: RateOptions) -> RateAnswer:
    """Rate one bearing as `rate` does.

    Raises
    ------
    UnknownBearing, BadInput, OutOfScope, MissingInput : as `rate`
    """
    subject = subject_of(designation, options)
    seat = seat_of(subject, options)
    if seat is not None:
        options = replace(options, clearance_um=seat.clearance_um)
    return rate_subject(subject, options, seat=seat)


def rate_subject(
    subject: Subject,
    options: RateOptions,
    load: Load | None = None,
    conditions: Conditions | None = None,
    seat: Seating | None = None,
) -> RateAnswer:
    """Rate a bearing whose inside is known.

    Parameters
    ----------
    options : duty, maker's ratings and assumptions; a fit plays no part here
    load, conditions : of another duty than the options', with all five components; the bearing takes thrust towards +z
    seat : the fit from which the clearance was computed, for the record

    Raises
    ------
    BadInput, OutOfScope, MissingInput : as `rate`
    """
    result = case_of(subject, options, load, conditions).rate()
    if seat is not None:
        result = replace(result, steps=(*seat.steps(), *result.steps), notices=(*result.notices, seat.notice()))
    return RateAnswer(subject, _with_notes(result, subject))


def case_of(
    subject: Subject, options: RateOptions, load: Load | None = None, conditions: Conditions | None = None
) -> Case:
    """What design rates, under the duty of ``options`` or another; a fit must have become a clearance before.

    Raises
    ------
    BadInput, OutOfScope : as `inside_of` and `RateOptions.conditions`
    """
    return Case(
        inside_of(subject, options),
        subject.type_key,
        load or options.load,
        conditions or options.conditions,
        options.maker,
        options.mode,
        subject.outline,
        options.layout,
        options.is_held,
        are_grooves_known=options.grooves is not None,
        is_clearance_known=options.clearance_um is not None,
    )


def subject_of(designation: str, options: RateOptions) -> Subject:
    """The bearing: a typed inside before the catalogue's.

    Raises
    ------
    UnknownBearing : its inside, or beside a typed one its type, is not known
    """
    if options.geometry is None:
        found = _found(designation)
        if options.type_key is None:
            return found
        kind = _kind(options.type_key)
        return replace(found, type_key=kind.key, rows=kind.rows)
    if options.type_key is not None:
        kind = _kind(options.type_key)
        return Subject(designation, kind.key, kind.rows, _with_angle(options.geometry, kind.contact_angle_deg))
    try:
        read = parse(designation)
    except UnknownBearing as refusal:
        raise UnknownBearing(
            text("{reason}; beside a typed geometry --type says how to rate it", reason=refusal.message)
        ) from refusal
    geometry = _with_angle(options.geometry, read.contact_angle_deg)
    return Subject(read.normalised, read.type.key, read.rows, geometry, outline=read.boundary)


def inside_of(subject: Subject, options: RateOptions) -> BallInside | RollerInside:
    """The inside as design computes with it; a roller length that nobody states is 0.

    Raises
    ------
    BadInput : groove radii, clearance or numbers that make no bearing
    """
    geometry = subject.geometry
    clearance_mm = (options.clearance_um or 0.0) / 1000.0
    if type_rule(subject.type_key).family.endswith("roller"):
        return RollerInside(
            geometry.n_elements,
            geometry.element_diameter_mm,
            options.length_mm or 0.0,
            geometry.pitch_diameter_mm,
            geometry.contact_angle_deg,
            rows=subject.rows,
            clearance_mm=clearance_mm,
        )
    if abs(clearance_mm) >= geometry.element_diameter_mm / 10.0:
        raise BadInput(
            text(
                "clearance {clearance:g} µm: rings with balls of {size:g} mm do not allow it; --clearance is in "
                "micrometres",
                clearance=1000.0 * clearance_mm,
                size=geometry.element_diameter_mm,
            )
        )
    f_i, f_e = options.grooves or _usual_grooves(subject)
    return BallInside(
        geometry.n_elements,
        geometry.element_diameter_mm,
        geometry.pitch_diameter_mm,
        geometry.contact_angle_deg,
        f_i,
        f_e,
        rows=subject.rows,
        clearance_mm=clearance_mm,
    )


def seat_of(subject: Subject, options: RateOptions) -> Seating | None:
    """What the fit leaves of the clearance; None without a fit.

    Raises
    ------
    BadInput : a fit and a clearance
    OutOfScope, UnknownBearing : as `loadzone.flows.seating.seating`
    """
    if options.fit is None:
        return None
    if options.clearance_um is not None:
        raise BadInput(text("a fit and an operating clearance: the clearance follows from the fit, give one of them"))
    return seating(subject.designation, subject.geometry, subject.type_key, options.fit, options.speed_rpm)


def grooves_from_option(option: str) -> tuple[float, float]:
    """Groove radii of inner and outer ring over the ball diameter, as a person types them.

    Raises
    ------
    BadInput : not two numbers

    >>> grooves_from_option("0.52,0.53")
    (0.52, 0.53)
    """
    try:
        inner, outer = (float(cell) for cell in option.split(","))
    except ValueError:
        raise BadInput(
            text("grooves «{option}»: give both radii over the ball diameter as 0.52,0.53", option=option)
        ) from None
    return inner, outer


def _usual_grooves(subject: Subject) -> tuple[float, float]:
    family = type_rule(subject.type_key).family
    if family == "self_aligning_ball":
        return ALIGNING_GROOVE, sphere_groove(subject.geometry.gamma)
    return (THRUST_GROOVE, THRUST_GROOVE) if family == "thrust_ball" else USUAL_GROOVES


def _kind(type_key: str) -> BearingType:
    """A type that a person names, which must be one that is rated."""
    return bearing_types()[type_rule(type_key).key]


def _with_angle(geometry: Geometry, angle_deg: float | None) -> Geometry:
    """A typed inside without a contact angle takes the one of its type or suffix."""
    return geometry if geometry.contact_angle_deg or not angle_deg else replace(geometry, contact_angle_deg=angle_deg)


@lru_cache(maxsize=256)
def _found(designation: str) -> Subject:
    """The catalogue's bearing; of its notes only those that limit a rating."""
    found = find(designation)
    read = found.designation
    return Subject(found.name, read.type.key, read.rows, found.geometry, found.notes, read.boundary)


def _with_notes(result: RatingResult, subject: Subject) -> RatingResult:
    """What the geometry rests on stands before what follows from it."""
    code = "geometry_estimated" if subject.geometry.provenance == "estimate" else "geometry"
    notes = tuple(Notice(code, note) for note in subject.notes)
    return replace(result, notices=(*notes, *result.notices))
