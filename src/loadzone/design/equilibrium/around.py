"""The load zone: what an element would carry at every azimuth while the inner ring rests where it is."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import pressure_constant
from loadzone.design.equilibrium.roller_rows import pressure
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.design.equilibrium.rows import row_state
from loadzone.design.equilibrium.state import Equilibrium

Array = NDArray[np.float64]

AZIMUTHS = 360


@dataclass(frozen=True)
class LoadZone:
    """Load and pressures over the azimuth of one row, (n,) each, from -180 deg on; 0 deg is where the load points."""

    azimuths_deg: Array
    loads_n: Array
    inner_mpa: Array
    outer_mpa: Array

    @property
    def extent(self) -> float | None:
        """ε = (1 - cos ψ)/2 with ψ the half angle that carries, 1 all round; None where the ring is tilted or free.

        Sjovall's parameter is of a single zone about the direction of the load.
        """
        carries = self.loads_n > 0.0
        is_single = bool((np.abs(self.azimuths_deg[carries]) <= 180.0 * carries.mean() + 1.0).all())
        if not (carries.any() and is_single):
            return None
        return float((1.0 - np.cos(np.pi * carries.mean())) / 2.0)


def hardest_row(equilibrium: Equilibrium | RollerEquilibrium) -> int:
    """The row whose element carries most."""
    return int(equilibrium.loads_n.max(axis=1).argmax())


def load_zone(equilibrium: Equilibrium | RollerEquilibrium, toward_deg: float = 0.0, row: int = 0) -> LoadZone:
    """The load zone of one row.

    Parameters
    ----------
    toward_deg : azimuth of the radial load, which becomes 0 deg
    row : of a bearing with several
    """
    angles: Array = np.arange(AZIMUTHS, dtype=np.float64) - AZIMUTHS / 2.0
    if isinstance(equilibrium, RollerEquilibrium):
        return _roller_zone(equilibrium, angles, toward_deg, row)
    one = equilibrium.rows[row]
    fine = replace(one, inside=replace(one.inside, n_elements=AZIMUTHS))
    units = np.array((1.0, 1.0, 1.0, equilibrium.scale_mm, equilibrium.scale_mm))
    state = row_state(fine, equilibrium.displacements * units, equilibrium.scale_mm)
    loads = _turned(state.loads_n, toward_deg)
    root = np.cbrt(loads)
    inner: Array = pressure_constant(one.inside, "inner") * root
    outer: Array = pressure_constant(one.inside, "outer") * root
    return LoadZone(angles, loads, inner, outer)


def element_azimuths_deg(n_elements: int, toward_deg: float = 0.0) -> Array:
    """Azimuth of each element against the direction of the load, (Z,), from -180 to 180 deg."""
    turned: Array = (360.0 * np.arange(n_elements) / n_elements - toward_deg + 180.0) % 360.0 - 180.0
    return turned


def row_azimuths_deg(equilibrium: Equilibrium | RollerEquilibrium, row: int) -> Array:
    """Azimuth of each element of a row, (Z,), from -180 to 180 deg."""
    one = equilibrium.rows[row]
    phase_deg = 0.0 if isinstance(equilibrium, Equilibrium) else np.degrees(equilibrium.rows[row].phase_rad)
    return element_azimuths_deg(one.inside.n_elements, -float(phase_deg))


def _roller_zone(equilibrium: RollerEquilibrium, angles: Array, toward_deg: float, row: int) -> LoadZone:
    laminae = equilibrium.rows[row]
    fine = replace(laminae, inside=replace(laminae.inside, n_elements=AZIMUTHS), phase_rad=0.0)
    units = np.array((1.0, 1.0, 1.0, laminae.scale_mm, laminae.scale_mm))
    each = fine.constant * fine.penetrations(equilibrium.displacements * units) ** (10.0 / 9.0)
    highest = _turned(each.max(axis=1), toward_deg)
    count = each.shape[1]
    inner, outer = (pressure(laminae.inside, count, highest, ring) for ring in ("inner", "outer"))
    return LoadZone(angles, _turned(each.sum(axis=1), toward_deg), inner, outer)


def _turned(values: Array, toward_deg: float) -> Array:
    """Values at azimuths 0, 1, ... deg, from -180 deg against the load on."""
    turned: Array = np.roll(values, AZIMUTHS // 2 - round(toward_deg))
    return turned
