"""Load histories: the load distribution, pressure and lives of every step.

Steps are solved in blocks of fixed length, each step from the one before it, so that no number depends on how many
threads share the blocks.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import BearingRows
from loadzone.design.capability import Capability
from loadzone.design.duty import Conditions, Duty, evaluate, modification_at
from loadzone.design.inside import Load, Mode
from loadzone.design.life import basic_life_mrev, hours, life_exponent
from loadzone.design.reference_life import reference_load
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Is told how many blocks of steps are done, and how many there are."""
T = TypeVar("T")

BLOCK = 16_384
"""Steps that follow one another from a cold start; part of the answer's last digits, so no setting."""
FEW = 100
"""Steps up to which the compiler, a second from its cache, costs more than it saves."""


@dataclass(frozen=True)
class History:
    """What a bearing goes through, step by step.

    ``loads``: (n, 5) on the inner ring, Fx, Fy, Fz in N, Mx, My in N mm; ``speeds_rpm``, ``temperatures_degc``,
    ``durations``: (n,), the last in any unit of time or as shares.
    """

    loads: Array
    speeds_rpm: Array
    temperatures_degc: Array
    durations: Array

    @property
    def turns(self) -> Array:
        """How often the bearing turns in each step, up to the unit of the durations."""
        turns: Array = np.abs(self.speeds_rpm) * self.durations
        return turns

    def part(self, which: slice | NDArray[np.int64]) -> "History":
        """Some of the steps."""
        return History(*(getattr(self, each.name)[which] for each in fields(self)))


@dataclass(frozen=True)
class Distributed:
    """Of loads (n,): P_ref in N and the greatest pressure in MPa; NaN where no equilibrium was found."""

    p_ref_n: Array
    p_max_mpa: Array


@dataclass(frozen=True)
class BasicSteps:
    """What ISO 281 says of each step, (n,): P, L_10, L_nm, κ.

    None where the lubricant is not known; NaN where a step has no life: beyond 0.5 C or C_0, a modified one at κ < 0.1.
    """

    p_n: Array
    l10_h: Array
    lnm_h: Array | None
    kappa: Array | None


@dataclass(frozen=True)
class ReferenceSteps:
    """What the load distribution says of each step, (n,): P_ref, L_10r, a_ISO at P_ref, L_nmr.

    None where the lubricant is not known; NaN where no equilibrium was found, of modified lives also at κ < 0.1.
    """

    p_ref_n: Array
    l10r_h: Array
    a_iso: Array | None
    lnmr_h: Array | None

    @property
    def strictest_h(self) -> Array:
        """The modified lives where there are such, else the basic ones."""
        return self.l10r_h if self.lnmr_h is None else self.lnmr_h


def distributed(
    rows: BearingRows,
    bearing: Capability,
    loads: Array,
    mode: Mode = "consistent",
    *,
    few: int = FEW,
    threads: int = 1,
    progress: Progress | None = None,
) -> Distributed:
    """The load distributions of a history, each found from that of the step before.

    Parameters
    ----------
    rows, bearing : the rows of a bearing, see `loadzone.design.arrangement.arrange`, and its ratings
    loads : (n, 5) Fx, Fy, Fz in N, Mx, My in N mm
    mode : lever of the tilt of balls, see `loadzone.design.inside.Mode`
    few : loads up to which nothing is compiled; 0 where the compiler is there anyway
    threads : that share the work; no number depends on it
    progress : see `Progress`

    Raises
    ------
    OutOfScope, BadInput : as `BearingRows.solve_batch`

    Source: ISO/TS 16281:2008.
    """
    solve = _one_by_one if len(loads) <= few else _compiled
    found = _in_blocks(lambda block: solve(rows, bearing, loads[block], mode), len(loads), threads, progress)
    return _joined(Distributed, found)


def basic_steps(bearing: Capability, history: History, conditions: Conditions, *, threads: int = 1) -> BasicSteps:
    """Lives of every step by ISO 281 alone; parameters as `step_lives`.

    Raises
    ------
    BadInput : arrays that do not fit, a negative duration
    """
    _refuse_impossible(history)
    done = _in_blocks(
        lambda block: _basic(_duty(bearing, history.part(block), conditions)), len(history.loads), threads
    )
    return _joined(BasicSteps, done)


def step_lives(
    bearing: Capability, history: History, conditions: Conditions, p_ref_n: Array, *, threads: int = 1
) -> tuple[BasicSteps, ReferenceSteps]:
    """Lives of every step of a history, by ISO 281 and by its load distribution.

    Parameters
    ----------
    bearing : its ratings
    conditions : lubricant and reliability; speed and temperature are the history's
    p_ref_n : (n,) reference loads, see `distributed`
    threads : that share the work; no number depends on it

    Returns
    -------
    both in the order of the history

    Raises
    ------
    BadInput : arrays that do not fit, a negative duration

    Source: ISO 281:2007 and ISO/TS 16281:2008 for each step alone.
    """
    _refuse_impossible(history)

    def both(block: slice) -> tuple[BasicSteps, ReferenceSteps]:
        part, load_n = history.part(block), p_ref_n[block]
        duty = _duty(bearing, part, conditions)
        l10r_h = hours(basic_life_mrev(bearing.c_n, load_n, bearing.life_kind), part.speeds_rpm)
        a_iso = modification_at(bearing, duty, load_n, conditions)
        lnmr_h = None if a_iso is None else duty.a1 * a_iso * l10r_h
        return _basic(duty), ReferenceSteps(load_n, l10r_h, a_iso, lnmr_h)

    done = _in_blocks(both, len(history.loads), threads)
    return _joined(BasicSteps, [each[0] for each in done]), _joined(ReferenceSteps, [each[1] for each in done])


def _one_by_one(rows: BearingRows, bearing: Capability, loads: Array, mode: Mode) -> Distributed:
    told = np.full((2, len(loads)), np.nan)
    for index in np.flatnonzero(np.isfinite(loads).all(axis=1)):
        found = rows.solve(Load(*loads[index].tolist()), mode)
        if found.converged:
            told[:, index] = rows.life(found, bearing.c_n).p_ref_n, found.p_max_mpa
    return Distributed(*told)


def _compiled(rows: BearingRows, bearing: Capability, loads: Array, mode: Mode) -> Distributed:
    found = rows.solve_batch(loads, mode, is_history=True, is_quiet=True)
    p_ref_n = reference_load(rows.lives(found, bearing.c_n), bearing.c_n, life_exponent(bearing.life_kind))
    pressures = np.maximum(found.p_max_inner_mpa, found.p_max_outer_mpa)
    return Distributed(np.where(found.converged, p_ref_n, np.nan), np.where(found.converged, pressures, np.nan))


def _in_blocks(work: Callable[[slice], T], count: int, threads: int, progress: Progress | None = None) -> list[T]:
    blocks = [slice(first, first + BLOCK) for first in range(0, count, BLOCK)]
    done: list[T] = []
    with ThreadPoolExecutor(max(min(threads, len(blocks)), 1)) as pool:
        for part in pool.map(work, blocks):
            done.append(part)
            if progress:
                progress(len(done), len(blocks))
    return done


def _refuse_impossible(history: History) -> None:
    n = len(history.loads)
    columns = (history.speeds_rpm, history.temperatures_degc, history.durations)
    if not n or history.loads.shape != (n, 5) or any(each.shape != (n,) for each in columns):
        raise BadInput(
            text(
                "history of loads {loads} and columns {columns}: it takes n steps with five loads each, and n speeds, "
                "temperatures and durations",
                loads=history.loads.shape,
                columns=[each.shape for each in columns],
            )
        )
    if not (history.durations >= 0.0).all():
        raise BadInput(text("history: a step lasts less than 0 or no number; give durations of 0 or more"))


def _duty(bearing: Capability, part: History, conditions: Conditions) -> Duty:
    radial_n = np.hypot(part.loads[:, 0], part.loads[:, 1])
    return evaluate(bearing, radial_n, part.loads[:, 2], conditions, part.speeds_rpm, part.temperatures_degc)


def _basic(duty: Duty) -> BasicSteps:
    return BasicSteps(duty.p_n, duty.l10_h, duty.lnm_h, duty.kappa)


def _joined(kind: type[T], parts: list[T]) -> T:
    """The arrays of all blocks one behind the other; None stays None."""
    columns = [[getattr(part, each) for part in parts] for each in kind.__annotations__]
    return kind(*(None if column[0] is None else np.concatenate(column) for column in columns))
