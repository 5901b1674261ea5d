"""The parts of a shaft system as a drawing shows them: sections, supports, loads, and the housing around them.

One frame holds for all: z along the shaft from its left end, x and y across, moments and rotations right-handed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import BearingRows
from loadzone.design.inside import Material
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
Location = Literal["fixed", "floating"]
"""Whether the outer ring is held along the axis, or slides in its seat without force."""


@dataclass(frozen=True)
class Section:
    """A piece of the shaft, from left to right; with an end diameter it is a cone. Diameters and length in mm."""

    length_mm: float
    outer_mm: float
    inner_mm: float = 0.0
    outer_end_mm: float | None = None
    inner_end_mm: float | None = None
    material: Material = field(default_factory=Material)

    def __post_init__(self) -> None:
        for outer, inner in zip(self.outers_mm, self.inners_mm, strict=True):
            if not (0.0 < self.length_mm < math.inf and 0.0 <= inner < outer < math.inf):
                raise BadInput(
                    text(
                        "shaft section of length {length_mm:g} mm, diameters {outer_mm:g} and {inner_mm:g} mm: the "
                        "length must be positive and the bore smaller than the outside",
                        length_mm=self.length_mm,
                        outer_mm=outer,
                        inner_mm=inner,
                    )
                )

    @property
    def outers_mm(self) -> tuple[float, float]:
        """Outer diameter at the left and the right end."""
        return self.outer_mm, self.outer_mm if self.outer_end_mm is None else self.outer_end_mm

    @property
    def inners_mm(self) -> tuple[float, float]:
        """Inner diameter at the left and the right end."""
        return self.inner_mm, self.inner_mm if self.inner_end_mm is None else self.inner_end_mm


@dataclass(frozen=True)
class PointLoad:
    """Forces in N and moments in N mm on the shaft at a position; ``mz_nmm`` is a torque that only statics sees."""

    position_mm: float
    fx_n: float = 0.0
    fy_n: float = 0.0
    fz_n: float = 0.0
    mx_nmm: float = 0.0
    my_nmm: float = 0.0
    mz_nmm: float = 0.0
    name: str = ""

    @property
    def forces_n(self) -> tuple[float, float, float]:
        """Along x, y, z."""
        return self.fx_n, self.fy_n, self.fz_n

    @property
    def moments_nmm(self) -> tuple[float, float, float]:
        """About x, y, z."""
        return self.mx_nmm, self.my_nmm, self.mz_nmm


@dataclass(frozen=True, eq=False)
class Spring:
    """A support that is linear: ``stiffness`` (5, 5) of ux, uy, uz, thx, thy in N/mm, N/rad and N mm/rad."""

    stiffness: Array

    def __post_init__(self) -> None:
        check_stiffness(self.stiffness, 5)


@dataclass(frozen=True, eq=False)
class Support:
    """A bearing on the shaft and how it is held.

    ``bearing``: its rows as `loadzone.design.arrangement.arrange` makes them of inside, type and layout; ``side``:
    whether one that takes thrust one way takes it on the inner ring towards +z (1) or -z (-1); ``offset_mm``: how far
    the outer ring sits along +z from where rings just touch (contact angle) or are centred (none): a preload or a play;
    ``housing``: (5, 5) stiffness of the seat as in `Spring`, None when it is rigid.
    """

    name: str
    position_mm: float
    bearing: BearingRows | Spring
    side: Literal[1, -1] = 1
    location: Location = "fixed"
    offset_mm: float = 0.0
    housing: Array | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.offset_mm):
            raise BadInput(
                text(
                    "offset {value} mm of the outer ring of {name}: give a finite number",
                    value=self.offset_mm,
                    name=self.name,
                )
            )
        if self.housing is not None:
            check_stiffness(self.housing, 5)


@dataclass(frozen=True, eq=False)
class Housing:
    """One elastic housing around several supports.

    ``supports``: their names, in the order of the matrix; ``stiffness``: (5 n, 5 n), for each support ux, uy, uz, thx,
    thy, in N/mm, N/rad and N mm/rad, as a finite element program condenses it.
    """

    supports: tuple[str, ...]
    stiffness: Array

    def __post_init__(self) -> None:
        check_stiffness(self.stiffness, 5 * len(self.supports))


@dataclass(frozen=True, eq=False)
class Shaft:
    """A shaft with all that acts on it."""

    sections: tuple[Section, ...]
    supports: tuple[Support, ...]
    loads: tuple[PointLoad, ...] = ()
    housing: Housing | None = None

    def __post_init__(self) -> None:
        if not self.sections or not self.supports:
            raise BadInput(
                text(
                    "a shaft of {sections} sections on {supports} supports: give at least one of each",
                    sections=len(self.sections),
                    supports=len(self.supports),
                )
            )
        for name, position in self._positions():
            if not 0.0 <= position <= self.length_mm * (1.0 + 1e-12):
                raise BadInput(
                    text(
                        "{name} at {position} mm: the shaft reaches from 0 to {length_mm:g} mm",
                        name=name,
                        position=position,
                        length_mm=self.length_mm,
                    )
                )
        for load in self.loads:
            if not np.isfinite((*load.forces_n, *load.moments_nmm)).all():
                raise BadInput(
                    text(
                        "load {load} at {position} mm: forces in N and moments in N mm must be finite numbers",
                        load=[*load.forces_n, *load.moments_nmm],
                        position=load.position_mm,
                    )
                )
        self._check_names()

    @property
    def length_mm(self) -> float:
        """From the left end to the right."""
        return sum(each.length_mm for each in self.sections)

    def _positions(self) -> Iterator[tuple[object, float]]:
        yield from ((each.name, each.position_mm) for each in self.supports)
        yield from ((each.name or text("a load"), each.position_mm) for each in self.loads)

    def _check_names(self) -> None:
        names = [each.name for each in self.supports]
        doubled = next((name for name in names if names.count(name) > 1), None)
        if doubled is not None:
            raise BadInput(text("two supports named {name}: give each a name of its own", name=doubled))
        if self.housing is None:
            return
        seats = self.housing.supports
        for name in seats:
            own = next((each.housing for each in self.supports if each.name == name), None)
            if name not in names or seats.count(name) > 1 or own is not None:
                raise BadInput(
                    text(
                        "the common housing names {name}: it must be one support, named once, without a seat stiffness "
                        "of its own",
                        name=name,
                    )
                )


def check_stiffness(stiffness: Array, size: int) -> None:
    """Refuse a matrix that stores no energy in some direction it should: it must be symmetric and nowhere negative.

    Raises
    ------
    BadInput : wrong shape, not finite, not symmetric within 1e-6, or with a negative eigenvalue
    """
    matrix = np.asarray(stiffness, dtype=float)
    if matrix.shape != (size, size) or not np.isfinite(matrix).all():
        raise BadInput(
            text(
                "stiffness of shape {shape}: it takes {size} by {size} finite numbers, ux, uy, uz, thx, thy of each "
                "support",
                shape=matrix.shape,
                size=size,
            )
        )
    weights = np.sqrt(np.maximum(np.abs(np.diag(matrix)), np.finfo(float).tiny))
    scaled = matrix / np.outer(weights, weights)
    lowest = float(np.linalg.eigvalsh((scaled + scaled.T) / 2.0).min())
    is_symmetric = np.abs(scaled - scaled.T).max() <= 1e-6
    if not is_symmetric or lowest < -1e-6 * size:
        raise BadInput(
            text(
                "stiffness matrix {size} by {size}: it must be symmetric and have no negative eigenvalue, else the "
                "housing would give energy away; check the order and the units (N/mm, N/rad, N mm/rad)",
                size=size,
            )
        )
