"""Our file of a shaft, JSON with units in its names: from bytes to a model, or a sentence that says where in it."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.design.duty import Conditions
from loadzone.design.inside import Facing, Material, Mode
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.shaft.gear import Gear, Hand, torque_of_power
from loadzone.design.shaft.parts import Housing, Location, PointLoad, Section, Spring, check_stiffness
from loadzone.flows.shaft import BearingPlace, ShaftModel, SpringPlace
from loadzone.words.errors import BadInput, LoadzoneError, MissingInput, UnreadableFile
from loadzone.words.texts import text

Part = TypeVar("Part")
Built = TypeVar("Built")
Side = Literal["+z", "-z"]
SIDES: dict[Side, Literal[1, -1]] = {"+z": 1, "-z": -1}
Matrix = list[list[float]]


class MaterialPart(msgspec.Struct, forbid_unknown_fields=True):
    """Elastic constants of a section; steel where none are given."""

    youngs_modulus_mpa: float = 207_000.0
    poisson_ratio: float = 0.3
    density_kg_m3: float = 7_850.0


class SectionPart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A piece of the shaft; the end diameters make it a cone."""

    length_mm: float
    outer_mm: float
    inner_mm: float = 0.0
    outer_end_mm: float | None = None
    inner_end_mm: float | None = None
    material: MaterialPart | None = None


class InsidePart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The inside of a bearing that no catalogue here knows."""

    n_elements: int
    element_diameter_mm: float
    pitch_diameter_mm: float
    contact_angle_deg: float = 0.0


class BearingPart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A bearing by its designation, where it sits and how it is held."""

    name: str
    designation: str
    position_mm: float
    location: Location | None = None
    side: Side | None = None
    row_distance_mm: float | None = None
    arrangement: Facing | None = None
    offset_mm: float | None = None
    preload_n: float | None = None
    seat_stiffness: Matrix | None = None
    clearance_um: float | None = None
    fit: str | None = None
    groove_inner: float | None = None
    groove_outer: float | None = None
    geometry: InsidePart | None = None
    type: str | None = None
    roller_length_mm: float | None = None
    c_n: float | None = None
    c0_n: float | None = None
    cu_n: float | None = None


class GearPart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A gear and its mesh; torque or power."""

    position_mm: float
    pitch_diameter_mm: float
    name: str = ""
    torque_nmm: float | None = None
    power_kw: float | None = None
    pressure_angle_deg: float = 20.0
    helix_angle_deg: float = 0.0
    hand: Hand = "right"
    mesh_azimuth_deg: float = 0.0
    cone_angle_deg: float = 0.0
    apex_side: Side = "+z"


class LoadPart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Forces and moments at a position."""

    position_mm: float
    name: str = ""
    fx_n: float = 0.0
    fy_n: float = 0.0
    fz_n: float = 0.0
    mx_nmm: float = 0.0
    my_nmm: float = 0.0
    mz_nmm: float = 0.0


class SpringPart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A linear support."""

    name: str
    position_mm: float
    stiffness: Matrix


class HousingPart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One elastic housing around several bearings."""

    bearings: list[str]
    stiffness: Matrix


class LubricationPart(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """As the options of ``loadzone rate``."""

    oil: str | float | None = None
    temperature_degc: float | None = None
    cleanliness: str | float | None = None
    has_additives: bool = False


class ShaftFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    format: Literal["loadzone.shaft/1"]
    speed_rpm: float
    sections: list[SectionPart]
    bearings: list[BearingPart]
    name: str = ""
    turns: Side = "+z"
    reliability_percent: float = 90.0
    mode: Literal["consistent", "pitch"] = "consistent"
    lubrication: LubricationPart | None = None
    gears: list[GearPart] = []
    loads: list[LoadPart] = []
    springs: list[SpringPart] = []
    housing: HousingPart | None = None


@dataclass(frozen=True)
class ShaftCase:
    """What a file asks for."""

    model: ShaftModel
    conditions: Conditions
    mode: Mode


def read_shaft(path: Path, speed_rpm: float | None = None) -> ShaftCase:
    """The case in a file.

    Parameters
    ----------
    speed_rpm : instead of the file's; torques of gears that state their power follow

    Raises
    ------
    UnreadableFile : absent, or no JSON
    BadInput, MissingInput : a field that is missing, unknown or of the wrong kind, with its place in the file; values
        that make no shaft
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            text("{file} cannot be read ({reason})", file=str(path), reason=error.strerror or str(error))
        ) from error
    try:
        parts = msgspec.json.decode(content, type=ShaftFile)
    except msgspec.ValidationError as error:
        raise _misfit(path, str(error)) from error
    except msgspec.DecodeError as error:
        raise UnreadableFile(
            text("{file} is no JSON that can be read ({reason})", file=str(path), reason=str(error))
        ) from error
    return case_of(parts, speed_rpm)


def case_of(parts: ShaftFile, speed_rpm: float | None = None) -> ShaftCase:
    """The model, conditions and mode that the parts of a file make.

    Raises
    ------
    LoadzoneError : as `read_shaft`, the sentence led by the place in the file
    """
    speed = parts.speed_rpm if speed_rpm is None else speed_rpm
    with _at("speed_rpm, lubrication"):
        conditions = _conditions(parts, speed)
    signed = speed * SIDES[parts.turns]
    with _at("housing"):
        housing = _housing(parts.housing)
    model = ShaftModel(
        tuple(_each("sections", parts.sections, _section)),
        tuple(_each("bearings", parts.bearings, _bearing)),
        tuple(_each("gears", parts.gears, lambda part, place: _gear(part, place, signed))),
        tuple(_each("loads", parts.loads, _load)),
        tuple(_each("springs", parts.springs, _spring)),
        housing,
        parts.name,
    )
    return ShaftCase(model, conditions, parts.mode)


def _each(name: str, parts: Sequence[Part], build: Callable[[Part, str], Built]) -> Iterator[Built]:
    """What each part of a list makes; a refusal is led by its place."""
    for index, part in enumerate(parts):
        place = f"{name}[{index}]"
        with _at(place):
            yield build(part, place)


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Lead a refusal by its place in the file."""
    try:
        yield
    except LoadzoneError as refusal:
        raise type(refusal)(text("{name}: {reason}", name=place, reason=refusal.message)) from refusal


def _conditions(parts: ShaftFile, speed_rpm: float) -> Conditions:
    said = parts.lubrication or LubricationPart()
    return Conditions(
        speed_rpm,
        None if said.oil is None else oil_from_option(_typed(said.oil)),
        said.temperature_degc,
        None if said.cleanliness is None else cleanliness_from_option(_typed(said.cleanliness)),
        parts.reliability_percent,
        said.has_additives,
    )


def _typed(value: str | float) -> str:
    """As a person types it."""
    return value if isinstance(value, str) else f"{value:g}"


def _section(part: SectionPart, _: str) -> Section:
    material = part.material or MaterialPart()
    return Section(
        part.length_mm,
        part.outer_mm,
        part.inner_mm,
        part.outer_end_mm,
        part.inner_end_mm,
        Material(material.youngs_modulus_mpa, material.poisson_ratio, material.density_kg_m3),
    )


def _bearing(part: BearingPart, _: str) -> BearingPlace:
    if (part.groove_inner is None) != (part.groove_outer is None):
        raise MissingInput(
            text("one groove radius is missing: give groove_inner and groove_outer over the ball diameter")
        )
    inside = part.geometry
    return BearingPlace(
        part.name,
        part.designation,
        part.position_mm,
        part.location,
        None if part.side is None else SIDES[part.side],
        part.row_distance_mm,
        part.arrangement,
        part.offset_mm,
        part.preload_n,
        None if part.seat_stiffness is None else _matrix(part.seat_stiffness, 5),
        part.clearance_um,
        part.fit,
        None if part.groove_inner is None or part.groove_outer is None else (part.groove_inner, part.groove_outer),
        None if inside is None else _geometry(inside),
        part.type,
        part.roller_length_mm,
        part.c_n,
        part.c0_n,
        part.cu_n,
    )


def _geometry(part: InsidePart) -> Geometry:
    return Geometry(
        part.n_elements,
        part.element_diameter_mm,
        part.pitch_diameter_mm,
        part.contact_angle_deg,
        source="shaft file",
    )


def _gear(part: GearPart, place: str, speed_rpm: float) -> Gear:
    if (part.torque_nmm is None) == (part.power_kw is None):
        raise MissingInput(text("give either torque_nmm or power_kw"))
    torque = torque_of_power(part.power_kw, speed_rpm) if part.power_kw is not None else part.torque_nmm
    return Gear(
        part.position_mm,
        part.pitch_diameter_mm,
        torque or 0.0,
        part.pressure_angle_deg,
        part.helix_angle_deg,
        part.hand,
        part.mesh_azimuth_deg,
        part.cone_angle_deg,
        SIDES[part.apex_side],
        part.name or place,
    )


def _load(part: LoadPart, place: str) -> PointLoad:
    return PointLoad(
        part.position_mm, part.fx_n, part.fy_n, part.fz_n, part.mx_nmm, part.my_nmm, part.mz_nmm, part.name or place
    )


def _spring(part: SpringPart, _: str) -> SpringPlace:
    return SpringPlace(part.name, part.position_mm, Spring(_matrix(part.stiffness, 5)))


def _housing(part: HousingPart | None) -> Housing | None:
    if part is None:
        return None
    return Housing(tuple(part.bearings), _matrix(part.stiffness, 5 * len(part.bearings)))


def _matrix(rows: Matrix, size: int) -> NDArray[np.float64]:
    """A square of numbers, refused where rows differ."""
    if [len(each) for each in rows] != [size] * size:
        raise BadInput(
            text("a stiffness of {rows} rows: it takes {size} rows of {size} numbers", rows=len(rows), size=size)
        )
    found = np.array(rows, dtype=float)
    check_stiffness(found, size)
    return found


def _misfit(path: Path, reason: str) -> LoadzoneError:
    """The sentence for what the decoder says."""
    where = re.search(r" - at `\$\.?([^`]*)`$", reason)
    file, place = path.name, (where.group(1) if where else "") or text("top level")
    said = re.findall(r"`([^`]*)`", reason if where is None else reason[: where.start()])
    if reason.startswith("Object missing"):
        return MissingInput(
            text(
                "{file}, {place}: {field} is missing; docs/methods/shaft.md lists the fields",
                file=file,
                place=place,
                field=said[0],
            )
        )
    if reason.startswith("Object contains unknown"):
        return BadInput(
            text(
                "{file}, {place}: there is no field {field}; docs/methods/shaft.md lists the fields",
                file=file,
                place=place,
                field=said[0],
            )
        )
    if reason.startswith("Expected") and len(said) == 2:
        return BadInput(
            text(
                "{file}, {place}: {wanted} is expected, not {got}", file=file, place=place, wanted=said[0], got=said[1]
            )
        )
    return BadInput(
        text(
            "{file}, {place}: not a value of this field ({reason})",
            file=file,
            place=place,
            reason=reason.partition(" - at ")[0],
        )
    )
