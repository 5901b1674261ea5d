"""The equilibrium of a shaft, its bearings and their seats: energies add, and one Newton finds the least of the sum.

Unknowns are the displacements of the inner rings, of the seats that give way, and the slide of each floating outer
ring; everything of the shaft between its supports follows from them (`loadzone.design.shaft.beam`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.newton import Minimum, minimise
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.state import Equilibrium
from loadzone.design.inside import Load, Mode
from loadzone.design.shaft.beam import Actions, Beam, actions_of, beam_of, bending_line, condensed
from loadzone.design.shaft.contacts import Contact, contact_of
from loadzone.design.shaft.held import refuse_free
from loadzone.design.shaft.parts import Shaft, Support
from loadzone.words.errors import OutOfScope
from loadzone.words.texts import text

Array = NDArray[np.float64]

SMALLEST_MM = 2e-8
"""Movement of a shaft whose force counts as nothing: 0.4e-9 of it is the rounding of movements within a clearance."""
REST = 1e-6
"""Of the load: a residual that is rest enough. Nearly all solves reach 1e-9; an outer ring that slides or a ring that
hangs in its clearance under hardly any force may creep."""


@dataclass(frozen=True, eq=False)
class SupportState:
    """What one bearing does in the system.

    ``load``: on its inner ring, as `loadzone.design.equilibrium` counts it; ``displacements`` (5,): of the inner ring
    against the outer, from where the rings touch or are centred; ``shaft_displacements``, ``seat_displacements`` (5,)
    in mm and rad; ``elements``: what they carry, seen so that the bearing takes thrust towards +z, None of a spring;
    ``stiffness`` (5, 5): of the bearing here, N/mm, N/rad, N mm/rad; ``seated_stiffness``: with its seat behind it, and
    without force along the axis where it floats.
    """

    support: Support
    load: Load
    displacements: Array
    shaft_displacements: Array
    seat_displacements: Array
    elements: Equilibrium | RollerEquilibrium | None
    stiffness: Array
    seated_stiffness: Array


@dataclass(frozen=True, eq=False)
class Curves:
    """What one draws along the shaft; where something acts, a position stands twice, before and behind it.

    ``z_mm`` (n,); ``displacements`` (n, 5) ux, uy, uz in mm, thx, thy in rad; ``forces_n``, ``moments_nmm`` (n, 3):
    what the part of the shaft beyond z does to the part before it: shear along x and y, tension along z, bending about
    x and y, torque about z; ``bending_stress_mpa`` (n,): nominal, at the surface.
    """

    z_mm: Array
    displacements: Array
    forces_n: Array
    moments_nmm: Array
    bending_stress_mpa: Array

    def at(self, position_mm: float) -> Array:
        """Displacements (5,) at a position; exact where a support or a load is."""
        return np.array([np.interp(position_mm, self.z_mm, each) for each in self.displacements.T])


@dataclass(frozen=True, eq=False)
class ShaftEquilibrium:
    """Where a shaft comes to rest; ``residual_n``: of forces, and of moments over half the greatest diameter."""

    supports: tuple[SupportState, ...]
    curves: Curves
    iterations: int
    residual_n: float


@dataclass(frozen=True, eq=False)
class System:
    """The energy of the system over its unknowns q, mm.

    ``linear`` (n, n): beam and seats, ``n_nodes`` of the beam first; ``forces_n`` (n,); ``taken`` of each contact:
    (5, n) that takes q to its displacement; ``scale_mm``: R of all rotations.
    """

    contacts: tuple[Contact, ...]
    taken: tuple[Array, ...]
    linear: Array
    forces_n: Array
    scale_mm: float
    n_nodes: int

    @property
    def beam_n_mm(self) -> Array:
        """The part of the beam."""
        return self.linear[: 5 * self.n_nodes, : 5 * self.n_nodes]

    def elastic(self, q_mm: Array) -> tuple[float, Array, Array]:
        """Elastic energy N mm, gradient (n,) N and Hessian (n, n) N/mm."""
        gradient, hessian = self.linear @ q_mm, self.linear.copy()
        energy = float(q_mm @ gradient) / 2.0
        for contact, taken in zip(self.contacts, self.taken, strict=True):
            work, slope, bend = contact.elastic(taken @ q_mm, self.scale_mm)
            energy += work
            gradient += taken.T @ slope
            hessian += taken.T @ bend @ taken
        return energy, gradient, hessian


def solve_shaft(shaft: Shaft, mode: Mode = "consistent") -> ShaftEquilibrium:
    """Displacements, bearing loads and internal forces of a shaft at rest under its loads.

    Parameters
    ----------
    mode : lever of the tilt in ball bearings, "consistent" or "pitch"

    Raises
    ------
    OutOfScope : a movement that nothing holds, loads that push a bearing apart, or mode ``iso``
    BadInput : as `loadzone.design.shaft.contacts.contact_of`

    Source: least energy of small rotations; beam, contacts and seats each convex. Design reference, sections 2.5, 6.

    >>> from loadzone.design.arrangement import arrange
    >>> from loadzone.design.inside import BallInside
    >>> from loadzone.design.shaft.parts import PointLoad, Section, Support
    >>> rows = arrange(BallInside(9, 7.938, 38.5, clearance_mm=0.01), "deep_groove_ball")
    >>> ends = Support("A", 20.0, rows), Support("B", 180.0, rows, location="floating")
    >>> found = solve_shaft(Shaft((Section(200.0, 30.0),), ends, (PointLoad(100.0, fy_n=-1000.0),)))
    >>> [round(each.load.fy_n) for each in found.supports]
    [-500, -500]
    """
    contacts = tuple(contact_of(each, mode) for each in shaft.supports)
    loads = actions_of(shaft.loads)
    seats = _seats(shaft)
    refuse_free(shaft, contacts, seats, float(loads.forces_n[:, 2].sum()))
    marks = [*(each.position_mm for each in shaft.supports), *(each.position_mm for each in shaft.loads)]
    beam = beam_of(shaft.sections, marks)
    system = assemble(shaft, contacts, beam, loads, seats)
    floor = max(sum(each.floor_n for each in contacts), SMALLEST_MM * float(np.diag(system.beam_n_mm).max()))
    minimum = minimise(
        system.elastic,
        system.forces_n,
        np.zeros(len(system.forces_n)),
        cap_mm=max(each.cap_mm for each in contacts),
        floor_n=floor,
        stiffness_n_mm=max(each.stiffness_n_mm for each in contacts),
    )
    if minimum.residual_n > REST * max(float(np.linalg.norm(system.forces_n)), floor):
        raise OutOfScope(
            text(
                "the shaft finds no rest: after {count} steps {residual_n:.3g} N are out of balance; a bearing that "
                "takes thrust one way is pushed apart by its radial load, or loads exceed all bearings",
                count=minimum.iterations,
                residual_n=minimum.residual_n,
            )
        )
    return _told(shaft, system, minimum, beam, loads, seats)


def assemble(shaft: Shaft, contacts: Sequence[Contact], beam: Beam, loads: Actions, seats: Array) -> System:
    """The energy of the system: nodes of the shaft first, then seats, then slides."""
    nodes = _nodes(shaft)
    elastic, sliding = _yielding(seats), _sliding(shaft, contacts)
    scale = max(max(each.outers_mm) for each in shaft.sections) / 2.0
    units = np.array((1.0, 1.0, 1.0, scale, scale))
    first, slides = 5 * len(nodes), 5 * (len(nodes) + len(elastic))
    linear, forces = np.zeros((slides + len(sliding),) * 2), np.zeros(slides + len(sliding))
    stiffness, acting = condensed(beam, nodes, loads)
    linear[:first, :first], forces[:first] = stiffness, acting
    chosen = np.concatenate([np.arange(5 * index, 5 * index + 5) for index in elastic] or [np.zeros(0, dtype=int)])
    linear[first:slides, first:slides] = seats[np.ix_(chosen, chosen)]
    per_unknown = np.concatenate((np.tile(units, len(nodes) + len(elastic)), np.ones(len(sliding))))
    taken = []
    for index, support in enumerate(shaft.supports):
        one = np.zeros((5, len(forces)))
        place = 5 * int(np.searchsorted(nodes, support.position_mm))
        one[:, place : place + 5] = np.eye(5)
        if index in elastic:
            place = first + 5 * elastic.index(index)
            one[:, place : place + 5] = -np.eye(5)
        if index in sliding:
            one[2, slides + sliding.index(index)] = -1.0
        taken.append(one)
    scaled = linear / np.outer(per_unknown, per_unknown)
    return System(tuple(contacts), tuple(taken), scaled, forces / per_unknown, scale, len(nodes))


def _nodes(shaft: Shaft) -> Array:
    return np.unique([each.position_mm for each in shaft.supports])


def _yielding(seats: Array) -> list[int]:
    """Supports whose seat gives way."""
    return [index for index in range(len(seats) // 5) if np.any(seats[5 * index : 5 * index + 5])]


def _sliding(shaft: Shaft, contacts: Sequence[Contact]) -> list[int]:
    """Supports whose outer ring finds its own place along the axis; a row without contact angle needs none."""
    return [
        index
        for index, (support, contact) in enumerate(zip(shaft.supports, contacts, strict=True))
        if support.location == "floating" and contact.thrust
    ]


def _seats(shaft: Shaft) -> Array:
    """Stiffness (5 n, 5 n) of all seats; rows of zeros where one is rigid."""
    found = np.zeros((5 * len(shaft.supports),) * 2)
    places = {each.name: 5 * index + np.arange(5) for index, each in enumerate(shaft.supports)}
    for each in shaft.supports:
        if each.housing is not None:
            found[np.ix_(places[each.name], places[each.name])] = each.housing
    if shaft.housing is not None:
        chosen = np.concatenate([places[name] for name in shaft.housing.supports])
        found[np.ix_(chosen, chosen)] = shaft.housing.stiffness
    return (found + found.T) / 2.0


def _told(shaft: Shaft, system: System, minimum: Minimum, beam: Beam, loads: Actions, seats: Array) -> ShaftEquilibrium:
    q, scale = minimum.displacements_mm, system.scale_mm
    units = np.array((1.0, 1.0, 1.0, scale, scale))
    nodes = _nodes(shaft)
    elastic, sliding = _yielding(seats), _sliding(shaft, system.contacts)
    states, reactions = [], []
    for index, (support, contact, taken) in enumerate(zip(shaft.supports, system.contacts, system.taken, strict=True)):
        own = taken @ q
        _, slope, bend = contact.elastic(own, scale)
        load = Load(*(float(each) for each in slope * units))
        node = 5 * int(np.searchsorted(nodes, support.position_mm))
        place = 5 * (len(nodes) + elastic.index(index)) if index in elastic else None
        stiffness = bend * np.outer(units, units)
        states.append(
            SupportState(
                support,
                load,
                own / units,
                q[node : node + 5] / units,
                np.zeros(5) if place is None else q[place : place + 5] / units,
                contact.state(own, scale),
                stiffness,
                _seated(stiffness, seats, elastic, index, is_sliding=index in sliding),
            )
        )
        reactions.append((support.position_mm, -slope * units))
    acting = _with_reactions(loads, reactions)
    line = bending_line(beam, acting, float(nodes[0]), q[:5] / units)
    return ShaftEquilibrium(tuple(states), _curves(beam, acting, line), minimum.iterations, minimum.residual_n)


def _with_reactions(loads: Actions, reactions: Sequence[tuple[float, Array]]) -> Actions:
    """Loads and what the bearings do to the shaft."""
    return Actions(
        np.concatenate((loads.positions_mm, [position for position, _ in reactions])),
        np.concatenate((loads.forces_n, [force[:3] for _, force in reactions])),
        np.concatenate((loads.moments_nmm, [(*force[3:], 0.0) for _, force in reactions])),
    )


def _seated(stiffness: Array, seats: Array, elastic: Sequence[int], index: int, *, is_sliding: bool) -> Array:
    """Bearing and seat in series; a seat in a common housing as it is while the other seats are unloaded."""
    if is_sliding:
        stiffness = _without(stiffness, [2])
    if index not in elastic:
        return stiffness
    others = [5 * each + k for each in elastic if each != index for k in range(5)]
    chosen = [5 * index + k for k in range(5)]
    behind = seats[np.ix_(chosen, chosen)]
    if others:
        across = seats[np.ix_(chosen, others)]
        behind = behind - across @ np.linalg.pinv(seats[np.ix_(others, others)], hermitian=True) @ across.T
    both = np.block([[stiffness, -stiffness], [-stiffness, stiffness + behind]])
    return _without(both, list(range(5, 10)))[:5, :5]


def _without(stiffness: Array, free: Sequence[int]) -> Array:
    """The stiffness while the unknowns ``free`` follow without force; their rows become 0."""
    kept = [index for index in range(len(stiffness)) if index not in free]
    across, own = stiffness[np.ix_(kept, free)], stiffness[np.ix_(free, free)]
    found = np.zeros_like(stiffness)
    found[np.ix_(kept, kept)] = stiffness[np.ix_(kept, kept)] - across @ np.linalg.pinv(own, hermitian=True) @ across.T
    return found


def _curves(beam: Beam, acting: Actions, line: Array) -> Curves:
    z = beam.stations_mm
    before, after = (acting.beyond(z, is_included=each) for each in (True, False))
    jumps = np.isin(z, acting.positions_mm)
    bent = [np.hypot(moments[:, 0], moments[:, 1]) for _, moments in (before, after)]
    stress_before = bent[0] / np.concatenate((beam.left_moduli[:1], beam.right_moduli))
    stress_after = bent[1] / np.concatenate((beam.left_moduli, beam.right_moduli[-1:]))
    jumps |= np.concatenate(([False], np.abs(beam.right_moduli[:-1] / beam.left_moduli[1:] - 1.0) > 1e-12, [False]))
    order = np.sort(np.concatenate((np.arange(len(z)), np.flatnonzero(jumps))), kind="stable")
    is_second = np.concatenate(([False], order[1:] == order[:-1]))
    is_first = ~is_second

    def told(first: Array, second: Array) -> Array:
        shape = (-1,) + (1,) * (first.ndim - 1)
        return np.where(is_first.reshape(shape), first[order], second[order])

    return Curves(
        z[order],
        line[order],
        told(before[0], after[0]),
        told(before[1], after[1]),
        told(stress_before, stress_after),
    )
