"""What stands between shaft and seat at one support: the rows of a bearing in their place, or a spring.

Each takes the displacement q of the inner ring against the outer, (dx, dy, dz, R thx, R thy) in mm with one R for the
whole system, to a convex energy, and says which movements it can resist at all.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import BearingRows
from loadzone.design.equilibrium import roller_rows, roller_sets, sets
from loadzone.design.equilibrium.newton import Energy
from loadzone.design.equilibrium.roller_rows import PlacedRollers
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.sets import Placed
from loadzone.design.equilibrium.state import Equilibrium, load_floor_n, reference_stiffness
from loadzone.design.inside import Load, Mode
from loadzone.design.shaft.parts import Spring, Support
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

Array = NDArray[np.float64]
MIRROR = np.array((1.0, 1.0, -1.0, -1.0, -1.0))
"""What takes thrust towards -z seen as what takes it towards +z."""


class Contact(Protocol):
    """A bearing as a spring.

    ``cap_mm``: longest step of a search; ``floor_n``: a load too small to matter; ``stiffness_n_mm``: its order of
    magnitude; ``thrust``: the directions, 1 and -1, in which it can hold the shaft; ``resists``: (5, 5) projection on
    the movements that it resists.
    """

    @property
    def cap_mm(self) -> float: ...  # noqa: D102  as above
    @property
    def floor_n(self) -> float: ...  # noqa: D102  as above
    @property
    def stiffness_n_mm(self) -> float: ...  # noqa: D102  as above
    @property
    def thrust(self) -> frozenset[int]: ...  # noqa: D102  as above
    @property
    def resists(self) -> Array: ...  # noqa: D102  as above

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """Energy N mm, gradient (5,) N and Hessian (5, 5) N/mm."""
        ...

    def state(self, q_mm: Array, scale_mm: float) -> Equilibrium | RollerEquilibrium | None:
        """Loads of the elements and pressures in the bearing's own frame; None where there are none."""
        ...


@dataclass(frozen=True)
class Rows:
    """A bearing of any type, seen so that one which takes thrust one way takes it towards +z where ``side`` is 1.

    ``offset_mm``: of the outer ring along +z, from where rows with a contact angle touch and others are centred.
    """

    bearing: BearingRows
    mode: Mode
    side: int = 1
    offset_mm: float = 0.0

    @cached_property
    def search(self) -> tuple[float, float, float]:
        """``cap_mm``, ``floor_n`` and ``stiffness_n_mm`` as the bearing alone is searched with."""
        if self.bearing.rollers:
            slices = roller_sets.slice_set(self.bearing.rollers)
            floor_n = roller_rows.load_floor_n(*(each.inside for each in slices))
            return roller_rows.cap_mm(slices), floor_n, roller_rows.reference_stiffness(slices)
        rows = sets.place_rows(self.bearing.balls, self.mode)
        return 2.0 * max(each.distance_mm for each in rows), load_floor_n(rows), reference_stiffness(rows)

    @property
    def cap_mm(self) -> float:
        """Twice the distance of the groove centres; a tenth of a roller, or the clearance."""
        return self.search[0]

    @property
    def floor_n(self) -> float:
        """About 1e-6 C_0."""
        return self.search[1]

    @property
    def stiffness_n_mm(self) -> float:
        """Of all elements pressed in a little."""
        return self.search[2]

    @property
    def thrust(self) -> frozenset[int]:
        """Both ways of balls without a contact angle, none of such rollers, else those of the rows."""
        if self.bearing.inside.contact_angle_deg == 0.0:
            return frozenset() if self.bearing.rollers else frozenset({1, -1})
        return frozenset(self.side * each.side for each in self._rows)

    @property
    def resists(self) -> Array:
        """Movements along the axis only where there is thrust, across not at 90 deg, no tilt where rings align."""
        across = float(not self._is_flat)
        tilt = float(not all(each.is_aligning for each in self._rows))
        return np.diag((across, across, float(bool(self.thrust)), tilt, tilt))

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """As `loadzone.design.arrangement.BearingRows.energy`, seen from the shaft."""
        energy, own_scale_mm = self._energy
        taken = self._taken(scale_mm, own_scale_mm)
        work, slope, bend = energy(self._own(q_mm, taken))
        return work, taken * slope, bend * np.outer(taken, taken)

    def state(self, q_mm: Array, scale_mm: float) -> Equilibrium | RollerEquilibrium:
        """What the elements carry, in the frame in which the bearing takes thrust towards +z."""
        return self.bearing.at(self._own(q_mm, self._taken(scale_mm, self._energy[1])), self.mode)

    @cached_property
    def _energy(self) -> tuple[Energy, float]:
        return self.bearing.energy(self.mode)

    @cached_property
    def _centre_mm(self) -> float:
        """Along the axis from where grooves without a contact angle touch on one side to where they are centred."""
        if self.bearing.rollers or self.bearing.inside.contact_angle_deg:
            return 0.0
        return -float(np.mean([each.axial_mm for each in sets.place_rows(self.bearing.balls, self.mode)]))

    @property
    def _rows(self) -> tuple[Placed | PlacedRollers, ...]:
        return self.bearing.balls or self.bearing.rollers

    @property
    def _is_flat(self) -> bool:
        return self.bearing.inside.contact_angle_deg == 90.0

    def _taken(self, scale_mm: float, own_scale_mm: float) -> Array:
        """Factors (5,) that take a displacement to the bearing's frame; a flat washer slides across the axis."""
        turned = own_scale_mm / scale_mm
        across = float(not self._is_flat)
        taken = np.array((across, across, 1.0, turned, turned))
        return taken * MIRROR if self.side < 0 else taken

    def _own(self, q_mm: Array, taken: Array) -> Array:
        own: Array = taken * (q_mm - (0.0, 0.0, self.offset_mm, 0.0, 0.0))
        own[2] += self._centre_mm
        return own


@dataclass(frozen=True, eq=False)
class Linear:
    """A spring matrix in N, mm and rad."""

    stiffness: Array

    @property
    def cap_mm(self) -> float:
        """No limit."""
        return math.inf

    @property
    def floor_n(self) -> float:
        """Nothing."""
        return 0.0

    @property
    def stiffness_n_mm(self) -> float:
        """The greatest."""
        return float(np.diag(self.stiffness)[:3].max())

    @property
    def thrust(self) -> frozenset[int]:
        """Both, if it resists along the axis."""
        return frozenset({1, -1}) if self.stiffness[2, 2] > 0.0 else frozenset()

    @property
    def resists(self) -> Array:
        """The matrix over its own diagonal."""
        weights = np.sqrt(np.maximum(np.diag(self.stiffness), 1e-300))
        found: Array = self.stiffness / np.outer(weights, weights)
        return found

    def elastic(self, q_mm: Array, scale_mm: float) -> tuple[float, Array, Array]:
        """Half q K q."""
        units = np.array((1.0, 1.0, 1.0, scale_mm, scale_mm))
        matrix = self.stiffness / np.outer(units, units)
        gradient = matrix @ q_mm
        return float(q_mm @ gradient) / 2.0, gradient, matrix

    def state(self, q_mm: Array, scale_mm: float) -> None:
        """No elements."""
        del q_mm, scale_mm


def contact_of(support: Support, mode: Mode) -> Contact:
    """The energy of one support.

    Raises
    ------
    OutOfScope : mode ``iso``, whose moment has another lever than its movement
    BadInput : a clearance that the races do not allow
    """
    if mode == "iso":
        raise OutOfScope(text("mode iso on a shaft: the standard states one bearing alone; take consistent or pitch"))
    if isinstance(support.bearing, Spring):
        return Linear(np.asarray(support.bearing.stiffness, dtype=float))
    return Rows(support.bearing, mode, support.side, support.offset_mm)


def preload_offset_mm(support: Support, preload_n: float) -> float:
    """Offset of the outer ring at which the bearing alone, between rigid rings, carries an axial preload.

    A shaft and a housing that give way take a part of it back.

    Raises
    ------
    BadInput : a preload that is negative, or a bearing that takes thrust both ways or not at all
    """
    rows = support.bearing
    is_one_way = not isinstance(rows, Spring) and len(Rows(rows, "consistent").thrust) == 1
    if isinstance(rows, Spring) or not is_one_way or not 0.0 <= preload_n < math.inf:
        raise BadInput(
            text(
                "preload {preload_n:g} N of {name}: it is 0 N or more, on rows that take thrust one way and press "
                "against another bearing",
                preload_n=preload_n,
                name=support.name,
            )
        )
    return -support.side * float(rows.solve(Load(fz_n=preload_n)).displacements[2]) if preload_n else 0.0
