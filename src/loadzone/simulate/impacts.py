"""When and how hard a damaged bearing knocks: exact angles, slip, load zone, entry and exit of a spall."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import DefectOrders
from loadzone.simulate.machine import Floats
from loadzone.simulate.rotation import Rotation
from loadzone.simulate.truth import FaultKind
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Jitter = Literal["cumulative", "independent"]

RESIDUAL_LOAD = 0.05
"""Share of the greatest load that presses an element against the races outside the load zone: assumed (grease,
centrifugal force)."""
ENTRY_SHARE = 0.3
"""Strength of the entry event over that of the exit: assumed, range 0.1-0.5; the entry is the softer of the two
(Sawalhi and Randall, MSSP 25 (2011) 846, from memory)."""
INNER_RACE_SHARE = 0.6
"""Strength of a ball spot's blow on the inner race over that on the outer, seen at the housing: assumed, 0.3-0.9."""

FLUTE_SCATTER = 0.5
"""Log-normal spread of the depth of washboard flutes: assumed, 0.3-1; without it one race line alone would ring."""


@dataclass(frozen=True, eq=False)
class Impacts:
    """Blows in order of cause: shaft angles in ``turns`` and ``strengths`` (k,), relative to a full-load blow."""

    turns: Floats
    strengths: Floats


@dataclass(frozen=True)
class Setting:
    """How the damaged bearing runs.

    ``load_zone_deg``: width of the loaded part of the circumference, 360 for an axial load. ``spall_deg``: where an
    outer spall sits from the load direction. ``jitter``: standard deviation of the element passage as a share of it,
    adding up (``cumulative``: the cage really slips) or not. ``scatter``: log-normal spread of the blows.
    ``unbalance``: rotating over constant load.
    """

    load_zone_deg: float = 160.0
    spall_deg: float = 0.0
    jitter: float = 0.005
    jitter_kind: Jitter = "cumulative"
    scatter: float = 0.15
    unbalance: float = 0.0
    load_exponent: float = 1.5

    def __post_init__(self) -> None:
        if not 0.0 < self.load_zone_deg <= 360.0:
            raise BadInput(
                text("load zone {degrees} deg: its width lies above 0 and up to 360 deg", degrees=self.load_zone_deg)
            )
        if not 0.0 <= self.jitter <= 0.1:
            raise BadInput(
                text("jitter {jitter}: the random slip of a passage lies between 0 and 0.1", jitter=self.jitter)
            )


def fault_impacts(
    fault: FaultKind,
    orders: DefectOrders,
    setting: Setting,
    span_turns: tuple[float, float],
    rng: np.random.Generator,
    n_flutes: int = 0,
) -> Impacts:
    """Blows of a fault between two shaft angles.

    The strength of a blow follows the load of the element there (McFadden and Smith, J. Sound and Vibration 96 (1984)
    69): constant for an outer ring that stands still, but for unbalance; through the load zone at shaft rate for the
    inner ring, at cage rate for a ball, which strikes the two races in turn. Cage: one blow a cage turn.
    Electric erosion (washboard): each element meets each of ``n_flutes`` marks on the outer race.
    """
    if fault == "electric_erosion":
        return _washboard(orders, setting, span_turns, rng, n_flutes)
    order = {"outer": orders.outer, "inner": orders.inner, "ball": orders.ball, "cage": orders.cage}[fault]
    nominal = (np.arange(np.ceil(span_turns[0] * order), span_turns[1] * order) + rng.random()) / order
    turns = nominal + _slip(nominal, order, setting, rng)
    start = rng.random()
    if fault == "outer":
        share = load_share(np.array([setting.spall_deg / 360.0]), setting)[0] * _unbalanced(turns, start, setting)
    elif fault == "inner":
        share = load_share(turns + start, setting)
    elif fault == "ball":
        races = np.where(np.arange(len(turns)) % 2 == 0, 1.0, INNER_RACE_SHARE)
        share = races * load_share(orders.cage * turns + start, setting)
    else:
        share = np.ones(len(turns))
    return Impacts(turns, share * rng.lognormal(0.0, setting.scatter, len(turns)))


def load_share(positions: Floats, setting: Setting) -> Floats:
    """Load of an element over the greatest, at ``positions`` in turns from the load direction.

    Q/Q_max = (1 - (1 - cos psi) / (2 epsilon))^n inside the load zone, with epsilon = (1 - cos(width/2)) / 2; never
    below `RESIDUAL_LOAD`. 360 deg stands for a purely axial load: the same everywhere.
    Source: Stribeck's distribution as in Harris, Rolling Bearing Analysis; epsilon as in NSK catalogue E728g, 5.1.
    """
    if setting.load_zone_deg >= 360.0:
        return np.ones(len(positions))
    epsilon = (1 - np.cos(np.radians(setting.load_zone_deg) / 2)) / 2
    share = np.maximum(1 - (1 - np.cos(2 * np.pi * positions)) / (2 * epsilon), 0.0) ** setting.load_exponent
    return np.asarray(np.maximum(share, RESIDUAL_LOAD))


def rolling_speed_ms(geometry: Geometry, orders: DefectOrders, speeds_hz: Floats) -> Floats:
    """Speed of the contact point along either raceway, m/s: pi D_w f_spin, the same on both where nothing slides."""
    return np.asarray(np.pi * 1e-3 * geometry.element_diameter_mm * orders.spin * speeds_hz)


def with_spall(
    impacts: Impacts, geometry: Geometry, orders: DefectOrders, size_mm: float, shaft: Rotation
) -> tuple[Floats, Floats]:
    """Times (s) and velocities of impact (m/s) of entry and exit, each twice as many as ``impacts``.

    An element of diameter D_w over a spall of length L (L < D_w) tips about the leading edge, sinks by at most
    L^2 / (4 D_w) and meets the trailing edge when its centre is half way, a path of L/2 after entry. Its centre then
    changes direction by 2 asin(L / D_w), so the velocity of the blow is v 2 L / D_w, with v the rolling speed: the blow
    grows with spall length and with speed. The preload is many times what makes the element follow (Q/m is 1e5 m/s^2,
    the sink lasts 1e-4 s), so load enters only as the share of `load_share`.
    Source: the geometry above, first power in L and v; Epps (thesis, Canterbury 1991) found that width, speed and load
    of a fault shape its pulse. The entry is weaker and of opposite sign by `ENTRY_SHARE`.

    Raises
    ------
    BadInput : the spall is not shorter than the element's diameter
    """
    if not 0.0 < size_mm < geometry.element_diameter_mm:
        raise BadInput(
            text(
                "spall of {size_mm} mm: its length lies above 0 and below the element diameter {limit_mm} mm",
                size_mm=size_mm,
                limit_mm=geometry.element_diameter_mm,
            )
        )
    entry_s = shaft.times_at(impacts.turns)
    speeds_ms = rolling_speed_ms(geometry, orders, shaft.speeds_at(entry_s))
    exit_s = entry_s + 0.5e-3 * size_mm / speeds_ms
    blows_ms = impacts.strengths * speeds_ms * 2 * size_mm / geometry.element_diameter_mm
    return np.concatenate([entry_s, exit_s]), np.concatenate([-ENTRY_SHARE * blows_ms, blows_ms])


def _washboard(
    orders: DefectOrders, setting: Setting, span_turns: tuple[float, float], rng: np.random.Generator, n_flutes: int
) -> Impacts:
    """Flute m at m/n_flutes of the circumference meets element j when cage angle + j/Z equals it."""
    flutes = np.arange(n_flutes) / n_flutes
    share = load_share(flutes, setting)
    marked = share > RESIDUAL_LOAD
    depth = share * rng.lognormal(0.0, FLUTE_SCATTER, n_flutes)
    elements = np.arange(orders.n_elements) / orders.n_elements
    cage = np.arange(np.floor(span_turns[0] * orders.cage) - 1, np.ceil(span_turns[1] * orders.cage) + 1)
    angles = flutes[marked][:, None, None] - elements[:, None] + cage
    strengths = np.broadcast_to(depth[marked][:, None, None], angles.shape)
    nominal = ((angles + rng.random()) / orders.cage).ravel()
    inside = (nominal >= span_turns[0]) & (nominal < span_turns[1])
    turns = nominal[inside]
    return Impacts(turns + _slip(turns, orders.outer, setting, rng), strengths.ravel()[inside])


def _slip(nominal: Floats, order: float, setting: Setting, rng: np.random.Generator) -> Floats:
    """Random deviation in turns of blows due at ``nominal``; cumulative slip is one walk, read at each blow."""
    if setting.jitter == 0.0 or len(nominal) == 0:
        return np.zeros(len(nominal))
    if setting.jitter_kind == "independent":
        return np.asarray(rng.normal(0.0, setting.jitter, len(nominal)) / order)
    first, last = nominal.min(), nominal.max()
    steps = max(2, int(np.ceil((last - first) * order)) + 1)
    walk = np.cumsum(rng.normal(0.0, setting.jitter, steps)) / order
    return np.asarray(np.interp(nominal, first + np.arange(steps) / order, walk))


def _unbalanced(turns: Floats, start: float, setting: Setting) -> Floats:
    return np.asarray(np.maximum(1 + setting.unbalance * np.cos(2 * np.pi * (turns + start)), RESIDUAL_LOAD))
