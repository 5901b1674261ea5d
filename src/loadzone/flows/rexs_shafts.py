"""The shafts of a REXS model: sections, bearings, gears and loads on their axes, with the forces of the gears.

Axes are the standard's: u along the shaft, v = w x u and w across it. Forces act on the shaft. What a shaft
solver needs is here as plain numbers; where the file does not say enough, a number is None.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.formats.rexs import Coded, Component, LoadCase, RexsModel, quantity, word

Vector = tuple[float, float, float]
Array = NDArray[np.float64]

BEARINGS = ("rolling_bearing_with_catalog_geometry", "rolling_bearing_with_detailed_geometry")
SUPPORTS = (*BEARINGS, "concept_bearing")
ORIGIN: Vector = (0.0, 0.0, 0.0)
PARALLEL = 0.9999
"""Cosine between axes that count as parallel: 0.8 deg."""


@dataclass(frozen=True)
class RexsSection:
    """A piece of a shaft from ``u_mm`` on; diameters at its begin and end."""

    u_mm: float
    length_mm: float
    outer_begin_mm: float
    outer_end_mm: float
    inner_begin_mm: float = 0.0
    inner_end_mm: float = 0.0


@dataclass(frozen=True)
class RexsSupport:
    """A bearing on the shaft.

    ``is_inner``: the shaft is in its bore; ``other`` is the component on the other side. ``axial``: "both_directions",
    "positive", "negative" or "no_direction" of u, None where the file is silent.
    """

    bearing_id: int
    name: str
    u_mm: float
    is_inner: bool
    other: int | None
    axial: str | None
    is_radial: bool


@dataclass(frozen=True)
class RexsForce:
    """Force and moment on the shaft at ``u_mm``, in u, v, w: N and N mm."""

    u_mm: float
    force_n: Vector
    moment_nmm: Vector


@dataclass(frozen=True)
class RexsGear:
    """A cylindrical gear; ``force`` is the file's (``origin`` "file"), or follows from the torques ("computed")."""

    id: int
    name: str
    u_mm: float
    teeth: int | None
    module_mm: float | None
    helix_deg: float
    pressure_angle_deg: float | None
    face_width_mm: float | None
    force: RexsForce | None = None
    origin: str = "file"


@dataclass(frozen=True)
class RexsShaft:
    """A shaft with all that sits on it in one load case.

    ``position_mm`` is its origin in space and ``u``, ``v``, ``w`` its axes there. ``loads`` are the external ones that
    the file states; a torque that it leaves open is not among them. ``material`` is (E in MPa, Poisson's ratio,
    density in kg/m3) as far as the file says it.
    """

    id: int
    name: str
    position_mm: Vector
    u: Vector
    v: Vector
    w: Vector
    speed_rpm: float | None
    temperature_degc: float | None
    material: tuple[float | None, float | None, float | None]
    sections: tuple[RexsSection, ...]
    supports: tuple[RexsSupport, ...]
    gears: tuple[RexsGear, ...]
    loads: tuple[RexsForce, ...]


@dataclass(frozen=True)
class Mesh:
    """Two gears on two shafts: teeth, and where the second lies as seen from the first."""

    gears: tuple[Component, Component]
    shafts: tuple[Component, Component]
    teeth: tuple[int, int]


def shafts_of(model: RexsModel, case: LoadCase | None = None) -> tuple[RexsShaft, ...]:
    """All shafts of a model in one load case.

    Parameters
    ----------
    case : one of ``model.spectra[...].cases``; None for what the components themselves say

    Returns
    -------
    RexsShaft, in the order of the file. Forces of gears that the file lacks are computed for external cylindrical
    pairs on parallel shafts from the balance of torques: transverse at the operating pitch circle, radial by the
    operating pressure angle, axial by the helix (positive is right-handed), with the moment of the axial force.
    """
    speeds, meshes = shaft_speeds(model, case), tuple(_meshes(model))
    forces = _mesh_forces(model, case, meshes)
    return tuple(_shaft(model, case, each, speeds.get(each.id), forces) for each in model.of_type("shaft"))


def shaft_speeds(model: RexsModel, case: LoadCase | None = None) -> dict[int, float]:
    """Speed in r/min of each shaft, with its sign: as stated, else by the teeth of the stages between."""
    stated = (
        (each.id, quantity(model, case, each.id, "rotational_speed", "1 / min")) for each in model.of_type("shaft")
    )
    speeds = {shaft: speed for shaft, speed in stated if speed is not None}
    meshes = list(_meshes(model))
    for _ in meshes:
        for each in meshes:
            (first, second), (z_1, z_2) = (part.id for part in each.shafts), each.teeth
            if first in speeds and second not in speeds:
                speeds[second] = -speeds[first] * z_1 / z_2
            elif second in speeds and first not in speeds:
                speeds[first] = -speeds[second] * z_2 / z_1
    return speeds


def bearing_sides(model: RexsModel, bearing_id: int) -> tuple[int | None, int | None]:
    """Components at the inner and the outer side of a bearing."""
    found = model.related("side", "assembly", bearing_id)
    return (found[0].of("inner_part"), found[0].of("outer_part")) if found else (None, None)


def _meshes(model: RexsModel) -> Iterator[Mesh]:
    """External pairs of cylindrical gears on parallel shafts, u the same way, whose teeth and shafts are known."""
    carriers = {
        each.of("part"): model.component(each.of("assembly")) for each in model.relations if each.type == "assembly"
    }
    for each in model.relations:
        if each.type != "stage":
            continue
        first, second = model.component(each.of("gear_1")), model.component(each.of("gear_2"))
        if first is None or second is None or {first.type, second.type} != {"cylindrical_gear"}:
            continue
        shafts = [carriers.get(gear.id) for gear in (first, second)]
        teeth = [quantity(model, None, gear.id, "number_of_teeth") for gear in (first, second)]
        if shafts[0] is None or shafts[1] is None or not teeth[0] or not teeth[1]:
            continue
        if float(_axes(shafts[0])[0] @ _axes(shafts[1])[0]) > PARALLEL:
            yield Mesh((first, second), (shafts[0], shafts[1]), (int(teeth[0]), int(teeth[1])))


def _shaft(
    model: RexsModel,
    case: LoadCase | None,
    shaft: Component,
    speed_rpm: float | None,
    computed: dict[int, RexsForce],
) -> RexsShaft:
    u, v, w = _axes(shaft)
    return RexsShaft(
        shaft.id,
        shaft.name or f"shaft {shaft.id}",
        _vector(shaft, "support_vector") or ORIGIN,
        _told(u),
        _told(v),
        _told(w),
        speed_rpm,
        quantity(model, case, shaft.id, "mean_operating_temperature", "C"),
        _material(model, shaft.id),
        tuple(sorted(_sections(model, shaft.id), key=lambda each: each.u_mm)),
        tuple(_supports(model, shaft.id)),
        tuple(_gear(model, case, each, computed) for each in model.parts(shaft.id, "cylindrical_gear")),
        tuple(_load(model, case, each.id) for each in model.parts(shaft.id, "external_load")),
    )


def _sections(model: RexsModel, shaft_id: int) -> Iterator[RexsSection]:
    """Sections in the order of the file; one without a coordinate follows the one before."""
    end_mm = 0.0
    for each in model.parts(shaft_id, "shaft_section"):
        u_mm = quantity(model, None, each.id, "u_coordinate_on_shaft", "mm")
        length_mm = quantity(model, None, each.id, "length", "mm") or 0.0
        outer, inner = (
            [quantity(model, None, each.id, f"{side}_diameter_{place}", "mm") for place in ("begin", "end")]
            for side in ("outer", "inner")
        )
        begin_mm = end_mm if u_mm is None else u_mm
        end_mm = begin_mm + length_mm
        first, last = (one if one is not None else other or 0.0 for one, other in (outer, outer[::-1]))
        bore, bore_end = (one if one is not None else other or 0.0 for one, other in (inner, inner[::-1]))
        yield RexsSection(begin_mm, length_mm, first, last, bore, bore_end)


def _supports(model: RexsModel, shaft_id: int) -> Iterator[RexsSupport]:
    for each in model.of_type(*SUPPORTS):
        inner, outer = bearing_sides(model, each.id)
        if shaft_id not in {inner, outer}:
            continue
        is_inner = shaft_id == inner
        side = "inner" if is_inner else "outer"
        absorption = each.get("radial_force_absorption")
        yield RexsSupport(
            each.id,
            each.name or f"bearing {each.id}",
            quantity(model, None, each.id, f"u_coordinate_on_shaft_{side}_side", "mm") or 0.0,
            is_inner,
            outer if is_inner else inner,
            word(model, each.id, "axial_force_absorption"),
            absorption is None or absorption.value is not False,
        )


def _gear(model: RexsModel, case: LoadCase | None, gear: Component, computed: dict[int, RexsForce]) -> RexsGear:
    stated, teeth = _stated_force(model, case, gear.id), quantity(model, None, gear.id, "number_of_teeth")
    return RexsGear(
        gear.id,
        gear.name or f"gear {gear.id}",
        _u(model, gear.id),
        None if teeth is None else int(teeth),
        quantity(model, None, gear.id, "normal_module", "mm"),
        quantity(model, None, gear.id, "helix_angle_reference_diameter", "deg") or 0.0,
        _pressure_angle(model, gear.id),
        quantity(model, None, gear.id, "face_width", "mm"),
        stated or computed.get(gear.id),
        "file" if stated else "computed",
    )


def _stated_force(model: RexsModel, case: LoadCase | None, gear_id: int) -> RexsForce | None:
    """What the file says that the gear does to its shaft."""
    forces = [quantity(model, case, gear_id, f"force_acting_on_shaft_{axis}", "N") for axis in "uvw"]
    moments = [quantity(model, case, gear_id, f"torque_acting_on_shaft_{axis}", "N mm") for axis in "uvw"]
    if all(each is None for each in forces):
        return None
    return RexsForce(_u(model, gear_id), _three(forces), _three(moments))


def _load(model: RexsModel, case: LoadCase | None, load_id: int) -> RexsForce:
    forces = [quantity(model, case, load_id, f"force_{axis}_direction", "N") for axis in "uvw"]
    moments = [quantity(model, case, load_id, f"torque_around_{axis}_axis", "N mm") for axis in "uvw"]
    return RexsForce(_u(model, load_id), _three(forces), _three(moments))


def _material(model: RexsModel, shaft_id: int) -> tuple[float | None, float | None, float | None]:
    for each in model.related("reference", "origin", shaft_id):
        found = model.component(each.of("referenced"))
        if found is not None and found.type == "material":
            return (
                quantity(model, None, found.id, "elastic_modulus", "MPa"),
                quantity(model, None, found.id, "poisson_ratio"),
                quantity(model, None, found.id, "density", "kg / m^3"),
            )
    return None, None, None


def _pressure_angle(model: RexsModel, gear_id: int) -> float | None:
    """Normal pressure angle of the gear, else of its left flank."""
    own = quantity(model, None, gear_id, "normal_pressure_angle", "deg")
    if own is not None:
        return own
    flanks = [each.of("left") or each.of("right") for each in model.related("flank", "gear", gear_id)]
    return next(
        (quantity(model, None, each, "normal_pressure_angle", "deg") for each in flanks if each is not None), None
    )


def _mesh_forces(model: RexsModel, case: LoadCase | None, meshes: tuple[Mesh, ...]) -> dict[int, RexsForce]:
    """Forces on both shafts of each pair whose torque follows from the balance of the shafts."""
    found: dict[int, RexsForce] = {}
    for mesh, torque_nmm in zip(meshes, _mesh_torques(model, case, meshes), strict=True):
        if torque_nmm is None:
            continue
        for n, gear in enumerate(mesh.gears):
            share = torque_nmm * mesh.teeth[n] / mesh.teeth[0]
            force = _mesh_force(model, mesh, n, share)
            if force is not None:
                found[gear.id] = force
    return found


def _mesh_torques(model: RexsModel, case: LoadCase | None, meshes: tuple[Mesh, ...]) -> list[float | None]:
    """Torque in N mm that each mesh exerts on its first gear; None where the balance leaves it open.

    Unknown are the meshes and the external torques that the file leaves open; each shaft with a mesh gives an equation.
    """
    shafts = list(dict.fromkeys(shaft.id for mesh in meshes for shaft in mesh.shafts))
    free = [(shaft, load.id) for shaft in shafts for load in _open_loads(model, case, shaft)]
    matrix = np.zeros((len(shafts), len(meshes) + len(free)))
    known = np.zeros(len(shafts))
    for row, shaft in enumerate(shafts):
        for column, mesh in enumerate(meshes):
            for n, carrier in enumerate(mesh.shafts):
                if carrier.id == shaft:
                    matrix[row, column] += mesh.teeth[n] / mesh.teeth[0]
        for column, (carrier_id, _) in enumerate(free, len(meshes)):
            matrix[row, column] += carrier_id == shaft
        parts = model.parts(shaft, "external_load")
        known[row] = sum(quantity(model, case, each.id, "torque_around_u_axis", "N mm") or 0.0 for each in parts)
    if not known.any():
        return [None] * len(meshes)
    solution, _, rank, _ = np.linalg.lstsq(matrix, -known, rcond=None)
    is_balanced = np.allclose(matrix @ solution, -known, rtol=1e-6, atol=1e-6 * float(np.abs(known).max()))
    if rank < matrix.shape[1] or not is_balanced:
        return [None] * len(meshes)
    return [float(each) for each in solution[: len(meshes)]]


def _open_loads(model: RexsModel, case: LoadCase | None, shaft_id: int) -> Iterator[Component]:
    """Couplings that transmit a torque which the file does not state."""
    for each in model.parts(shaft_id, "external_load"):
        transmits = each.get("transmits_torque")
        is_open = transmits is not None and transmits.value is True
        if is_open and quantity(model, case, each.id, "torque_around_u_axis", "N mm") is None:
            yield each


def _mesh_force(model: RexsModel, mesh: Mesh, n: int, torque_nmm: float) -> RexsForce | None:
    """Force and moment on the shaft of gear ``n`` (0 or 1) of a pair.

    With c from its centre to the other's and t = u x c: F_t = T/r_w along t, F_t tan(alpha_wt) along -c,
    -F_t tan(beta_w) along u for a right-handed helix; the normal force stands on the tooth line.
    """
    gear = mesh.gears[n]
    u, v, w = _axes(mesh.shafts[n])
    centres = [np.array(_vector(each, "support_vector") or ORIGIN) for each in mesh.shafts]
    across = centres[1 - n] - centres[n]
    across = across - (across @ u) * u
    distance_mm = float(np.linalg.norm(across))
    module_mm, alpha_deg = quantity(model, None, gear.id, "normal_module", "mm"), _pressure_angle(model, gear.id)
    if distance_mm <= 0.0 or module_mm is None or alpha_deg is None:
        return None
    beta = math.radians(quantity(model, None, gear.id, "helix_angle_reference_diameter", "deg") or 0.0)
    teeth = mesh.teeth[n]
    pitch_mm = distance_mm * teeth / sum(mesh.teeth)
    reference_mm = 0.5 * teeth * module_mm / math.cos(beta)
    alpha_t = math.atan(math.tan(math.radians(alpha_deg)) / math.cos(beta))
    ratio = reference_mm * math.cos(alpha_t) / pitch_mm
    if not 0.0 < ratio < 1.0:
        return None
    c = across / distance_mm
    tangential_n = torque_nmm / pitch_mm
    axial_n = -tangential_n * math.tan(beta) * pitch_mm / reference_mm
    force = tangential_n * np.cross(u, c) - abs(tangential_n) * math.tan(math.acos(ratio)) * c + axial_n * u
    moment = torque_nmm * u + pitch_mm * axial_n * np.cross(c, u)
    return RexsForce(_u(model, gear.id), _in(force, u, v, w), _in(moment, u, v, w))


def _axes(shaft: Component) -> tuple[Array, Array, Array]:
    """Unit vectors u, v, w of a shaft in space; the file's u and w, by default x and z."""
    u = _unit(_vector(shaft, "u_axis_vector") or (1.0, 0.0, 0.0))
    w = _unit(_vector(shaft, "w_axis_vector") or (0.0, 0.0, 1.0))
    return u, np.cross(w, u), w


def _unit(vector: Vector) -> Array:
    found = np.array(vector)
    length = float(np.linalg.norm(found))
    return found / length if length > 0.0 else np.array((1.0, 0.0, 0.0))


def _vector(part: Component, attribute_id: str) -> Vector | None:
    found = part.get(attribute_id)
    value = found.value.numbers if found is not None and isinstance(found.value, Coded) else found and found.value
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    x, y, z = (float(each) if isinstance(each, int | float) else 0.0 for each in value)
    return x, y, z


def _in(vector: Array, u: Array, v: Array, w: Array) -> Vector:
    return float(vector @ u), float(vector @ v), float(vector @ w)


def _told(vector: Array) -> Vector:
    x, y, z = (float(each) + 0.0 for each in vector)
    return x, y, z


def _three(values: list[float | None]) -> Vector:
    u, v, w = (each or 0.0 for each in values)
    return u, v, w


def _u(model: RexsModel, component_id: int) -> float:
    return quantity(model, None, component_id, "u_coordinate_on_shaft", "mm") or 0.0
