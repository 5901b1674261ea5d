"""The shaft between its supports: Timoshenko's beam by the force method, exact for steps, cones and loads anywhere.

Between two neighbouring supports the beam is held at the left one as a cantilever. The five displacements D of its
other end, beyond those of a rigid body, follow from forces there by a flexibility F of integrals, and from the loads
between by D_p. Its energy is therefore (D - D_p)' F^-1 (D - D_p)/2: only the supports' displacements are unknown, a
rigid movement costs nothing to the last digit, and no mesh decides about the accuracy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from loadzone.design.inside import Material
from loadzone.design.shaft.parts import PointLoad, Section

Array = NDArray[np.float64]

POINTS, WEIGHTS = (each for each in np.polynomial.legendre.leggauss(4))
CELLS = 60
"""Pieces into which the bending line is cut at least, for drawing."""


@dataclass(frozen=True)
class Actions:
    """Forces (n, 3) in N and moments (n, 3) in N mm on the shaft at positions (n,)."""

    positions_mm: Array
    forces_n: Array
    moments_nmm: Array

    def beyond(self, z_mm: Array, *, is_included: bool = False) -> tuple[Array, Array]:
        """Force and moment (n, 3) that the part of the shaft beyond z exerts on the part before it.

        ``is_included``: whether what acts at z itself belongs to the part beyond.
        """
        arms = self.positions_mm - z_mm[:, None]
        there = (arms >= 0.0 if is_included else arms > 0.0).astype(float)
        forces, moments = there @ self.forces_n, there @ self.moments_nmm
        turned = (arms * there) @ self.forces_n
        moments[:, 0] -= turned[:, 1]
        moments[:, 1] += turned[:, 0]
        return forces, moments

    def between(self, left_mm: float, right_mm: float) -> "Actions":
        """What acts strictly between two positions."""
        return self.where((self.positions_mm > left_mm) & (self.positions_mm < right_mm))

    def where(self, chosen: NDArray[np.bool_]) -> "Actions":
        """Some of the actions."""
        return Actions(self.positions_mm[chosen], self.forces_n[chosen], self.moments_nmm[chosen])


@dataclass(frozen=True)
class Beam:
    """Compliances of the shaft at Gauss points between its stations.

    ``stations_mm`` (k + 1,); ``points_mm``, ``weights_mm`` (k, 4); ``bending``, ``shear``, ``stretching`` (k, 4): 1/EI,
    1/(kappa G A) and 1/EA in N and mm; ``left_moduli``, ``right_moduli`` (k,): section moduli at the ends, mm³.
    """

    stations_mm: Array
    points_mm: Array
    weights_mm: Array
    bending: Array
    shear: Array
    stretching: Array
    left_moduli: Array
    right_moduli: Array


def actions_of(loads: Sequence[PointLoad]) -> Actions:
    """The loads as arrays."""
    return Actions(
        np.array([each.position_mm for each in loads], dtype=float),
        np.array([each.forces_n for each in loads], dtype=float).reshape(-1, 3),
        np.array([each.moments_nmm for each in loads], dtype=float).reshape(-1, 3),
    )


def beam_of(sections: Sequence[Section], marks_mm: Sequence[float]) -> Beam:
    """The shaft cut at section ends, at ``marks_mm`` and at even steps.

    Source: Timoshenko's beam; shear coefficient of `shear_coefficient`.
    """
    ends = np.concatenate(([0.0], np.cumsum([each.length_mm for each in sections])))
    length = float(ends[-1])
    close = 1e-9 * length
    cuts = np.unique(np.concatenate((ends, np.clip(marks_mm, 0.0, length), np.linspace(0.0, length, CELLS + 1))))
    cuts = _without_slivers(cuts, np.concatenate((ends, np.asarray(marks_mm, dtype=float))), close)
    left, right = cuts[:-1], cuts[1:]
    points = (left + right)[:, None] / 2.0 + np.outer(right - left, POINTS) / 2.0
    index = np.clip(np.searchsorted(ends, (left + right) / 2.0) - 1, 0, len(sections) - 1)
    share = (points - ends[index][:, None]) / (ends[index + 1] - ends[index])[:, None]
    share_left, share_right = ((z - ends[index]) / (ends[index + 1] - ends[index]) for z in (left, right))
    outers, inners = np.array([each.outers_mm for each in sections]), np.array([each.inners_mm for each in sections])
    young, shear, poisson = np.array([_elastic(each.material) for each in sections])[index].T[:, :, None]
    outer, inner = _between(outers, index, share), _between(inners, index, share)
    area, second = np.pi / 4.0 * (outer**2 - inner**2), np.pi / 64.0 * (outer**4 - inner**4)
    moduli = []
    for at in (share_left[:, None], share_right[:, None]):
        out, bore = _between(outers, index, at)[:, 0], _between(inners, index, at)[:, 0]
        moduli.append(np.pi / 32.0 * (out**4 - bore**4) / out)
    return Beam(
        cuts,
        points,
        np.outer(right - left, WEIGHTS) / 2.0,
        1.0 / (young * second),
        1.0 / (shear_coefficient(inner / outer, poisson) * shear * area),
        1.0 / (young * area),
        moduli[0],
        moduli[1],
    )


def shear_coefficient(bore_ratio: Array, poisson_ratio: Array) -> Array:
    """Kappa of a solid or hollow circle, 0.886 for solid steel.

    Source: Cowper, J. Appl. Mech. 33 (1966), as read in public code.
    """
    m2 = bore_ratio**2
    ring = (1.0 + m2) ** 2
    found: Array = (
        6.0 * (1.0 + poisson_ratio) * ring / ((7.0 + 6.0 * poisson_ratio) * ring + (20.0 + 12.0 * poisson_ratio) * m2)
    )
    return found


def condensed(beam: Beam, nodes_mm: Array, loads: Actions) -> tuple[Array, Array]:
    """Stiffness (5 n, 5 n) of the shaft between its nodes, and the loads (5 n,) as they act there.

    Parameters
    ----------
    nodes_mm : (n,) rising, stations of the beam
    loads : all; those outside the nodes act on the nearest one with their lever

    Returns
    -------
    In N, mm and rad, in the order ux, uy, uz, thx, thy of each node
    """
    size = 5 * len(nodes_mm)
    stiffness, forces = np.zeros((size, size)), np.zeros(size)
    nearest = np.clip(np.searchsorted(nodes_mm, loads.positions_mm, side="right") - 1, 0, len(nodes_mm) - 1)
    for index, node in enumerate(nodes_mm):
        _moved(loads.where(nearest == index), node, forces[5 * index : 5 * index + 5])
    for index, (left, right) in enumerate(pairwise(nodes_mm)):
        span = slice(5 * index, 5 * index + 10)
        reach = np.hstack((-rigid(right - left), np.eye(5)))
        springs = np.linalg.inv(_flexibility(beam, left, right))
        springs = (springs + springs.T) / 2.0
        stiffness[span, span] += reach.T @ springs @ reach
        forces[span] += reach.T @ (springs @ _sag(beam, left, right, loads.between(left, right)))
    return stiffness, forces


def rigid(distance_mm: float) -> Array:
    """(5, 5) that takes the displacement of a rigid shaft at a point to that at a distance along +z."""
    taken = np.eye(5)
    taken[0, 4], taken[1, 3] = distance_mm, -distance_mm
    return taken


def bending_line(beam: Beam, actions: Actions, node_mm: float, displacement: Array) -> Array:
    """Displacements (k + 1, 5) at the stations from those of one node and all that acts on the shaft.

    Parameters
    ----------
    actions : loads and supports together, in balance
    displacement : (5,) of the node, mm and rad
    """
    steps = _steps(beam, actions, beam.stations_mm[1:])
    line = np.zeros((len(beam.stations_mm), 5))
    line[1:, 3:] = np.cumsum(steps[:, 3:], axis=0)
    widths = np.diff(beam.stations_mm)
    steps[:, 0] += widths * line[:-1, 4]
    steps[:, 1] -= widths * line[:-1, 3]
    line[1:, :3] = np.cumsum(steps[:, :3], axis=0)
    at = line[int(np.argmin(np.abs(beam.stations_mm - node_mm)))]
    missing = displacement - at
    distances = beam.stations_mm - node_mm
    line += missing
    line[:, 0] += distances * missing[4]
    line[:, 1] -= distances * missing[3]
    return line


def _flexibility(beam: Beam, left_mm: float, right_mm: float) -> Array:
    """D at the right end of a span by unit forces and moments there, (5, 5)."""
    ends = Actions(np.full(5, right_mm), np.eye(5, 3), np.eye(5, 3, -3))
    found = np.zeros((5, 5))
    for index in range(5):
        found[:, index] = _sag(beam, left_mm, right_mm, ends.where(np.arange(5) == index))
    return found


def _sag(beam: Beam, left_mm: float, right_mm: float, loads: Actions) -> Array:
    """D at the right end of a span by loads on it, (5,)."""
    centres = beam.points_mm.mean(axis=1)
    inside = (centres > left_mm) & (centres < right_mm)
    steps = _steps(beam, loads, np.full(int(inside.sum()), right_mm), inside)
    found: Array = steps.sum(axis=0)
    return found


def _steps(beam: Beam, loads: Actions, ends_mm: Array, cells: NDArray[np.bool_] | None = None) -> Array:
    """What each cell adds to D at ``ends_mm`` (k,), (k, 5)."""
    chosen = slice(None) if cells is None else cells
    points, weights = beam.points_mm[chosen], beam.weights_mm[chosen]
    forces, moments = (each.reshape(*points.shape, 3) for each in loads.beyond(points.ravel()))
    turned = (weights * beam.bending[chosen])[..., None] * moments[..., :2]
    slid = (weights * beam.shear[chosen])[..., None] * forces[..., :2]
    arms = ends_mm[:, None] - points
    return np.stack(
        (
            (slid[..., 0] + arms * turned[..., 1]).sum(axis=1),
            (slid[..., 1] - arms * turned[..., 0]).sum(axis=1),
            (weights * beam.stretching[chosen] * forces[..., 2]).sum(axis=1),
            turned[..., 0].sum(axis=1),
            turned[..., 1].sum(axis=1),
        ),
        axis=1,
    )


def _moved(loads: Actions, node_mm: float, into: Array) -> None:
    """Add loads as they act on a node, (5,)."""
    arms = loads.positions_mm - node_mm
    into[:3] += loads.forces_n.sum(axis=0)
    into[3] += float(loads.moments_nmm[:, 0].sum() - arms @ loads.forces_n[:, 1])
    into[4] += float(loads.moments_nmm[:, 1].sum() + arms @ loads.forces_n[:, 0])


def _between(ends: Array, index: NDArray[np.int64], share: Array) -> Array:
    """A diameter (k, n) along cones from its values (sections, 2)."""
    found: Array = ends[index, :1] + (ends[index, 1:] - ends[index, :1]) * share
    return found


def _elastic(material: Material) -> tuple[float, float, float]:
    young, poisson = material.youngs_modulus_mpa, material.poisson_ratio
    return young, young / (2.0 * (1.0 + poisson)), poisson


def _without_slivers(cuts: Array, kept: Array, close_mm: float) -> Array:
    """Cuts without those of the even steps that nearly meet a section end or a mark."""
    is_kept = np.isin(cuts, kept)
    gaps = np.abs(cuts[:, None] - kept).min(axis=1)
    found: Array = cuts[is_kept | (gaps > close_mm)]
    return found
