"""The journey of a history: from a file of load steps to the lives of a bearing and what decides them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loadzone.design.arrangement import BearingRows, arrange, clearance_counts, contact_notices, refuse_layout
from loadzone.design.binning import BinningError, binned_lives
from loadzone.design.capability import Capability, capability
from loadzone.design.damage import DamageSummary, damage, life_by_damage, summary
from loadzone.design.history import BasicSteps, History, ReferenceSteps, basic_steps, distributed, step_lives
from loadzone.design.inside import Load
from loadzone.design.life import LOWEST_KAPPA, load_of_spectrum, reliability_factor
from loadzone.design.limits import inside_limits, temperature_assumed
from loadzone.design.rate import Inside, moment_limits, pressure_limit
from loadzone.design.rating import EDITION
from loadzone.design.step import Notice
from loadzone.flows.history_table import read_history
from loadzone.flows.pool import available_cores
from loadzone.flows.rate import RateOptions, Subject, inside_of, seat_of, subject_of
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import text

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
Decision = tuple[str, Array, Array]
"""A life by its key, what each step takes of it, and the load of each step by which levels are told."""

SEED = 20_261_124
"""Of the steps that are drawn to judge bins: the same file gets the same answer."""


@dataclass(frozen=True)
class Peak:
    """The greatest pressure of a history, and its row in the file, from 1."""

    p_max_mpa: float
    row: int


@dataclass(frozen=True)
class Binning:
    """How a history was shortened: bins, time it took, and the error of the life, None where that is not defined."""

    bins: int
    seconds: float
    solved_steps: int
    error: BinningError | None

    def to_dict(self) -> dict[str, object]:
        """As in the JSON of a history; the error in percent of the life."""
        error = {} if self.error is None else asdict(self.error)
        percents = {f"{name}_percent": 100.0 * error[name] if error else None for name in ("error", "low", "high")}
        return {"bins": self.bins, "seconds": self.seconds, "solved_steps": self.solved_steps} | percents


@dataclass(frozen=True)
class HistoryAnswer:
    """Lives under a load history: damage is added step by step, each with its own a_ISO.

    ``p_n`` is the constant load of the same basic life; lives are None where a step has none. ``summary`` tells where
    the damage of ``decided_by`` comes from.
    """

    subject: Subject
    bearing: Capability
    clearance_um: float | None
    n_steps: int
    hours: float | None
    mean_speed_rpm: float
    p_n: float
    l10_h: float | None
    l10r_h: float | None
    lnm_h: float | None
    lnmr_h: float | None
    a1: float
    reliability_percent: float
    peak: Peak | None
    decided_by: str
    summary: DamageSummary | None
    binning: Binning | None
    notices: tuple[Notice, ...]

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone rate --history``: the keys of a rating, and what the history was."""
        ratings = {"c_n": self.bearing.c_n, "c0_n": self.bearing.c0_n, "cu_n": self.bearing.cu_n}
        a_iso = self.lnm_h / self.l10_h / self.a1 if self.lnm_h is not None and self.l10_h else None
        edition = EDITION if self.l10r_h is None else f"{EDITION}, ISO/TS 16281:2008"
        history: dict[str, object] = {
            "steps": self.n_steps, "hours": self.hours, "mean_speed_rpm": self.mean_speed_rpm,
            "p_max_row": None if self.peak is None else self.peak.row,
        }  # fmt: skip
        return self.subject.to_dict() | {
            "edition": edition,
            "ratings": ratings | {"kind": self.bearing.kind},
            "load": {"p_n": self.p_n, "fr_n": None, "fa_n": None},
            "clearance_um": self.clearance_um,
            "life": {
                "l10_h": self.l10_h, "l10r_h": self.l10r_h, "lnm_h": self.lnm_h, "lnmr_h": self.lnmr_h, "a1": self.a1,
                "a_iso": a_iso, "kappa": None, "e_c": None,
            },
            "stress": {"p_max_mpa": None if self.peak is None else self.peak.p_max_mpa},
            "history": history | {"damage": self._damage()},
            "binning": None if self.binning is None else self.binning.to_dict(),
            "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in self.notices],
        }  # fmt: skip

    def _damage(self) -> dict[str, object] | None:
        if self.summary is None:
            return None
        told = self.summary
        return {
            "of": self.decided_by,
            "worst_row": told.worst_step + 1,
            "worst_row_percent": 100.0 * told.worst_share,
            "worst_1_percent_of_rows_percent": 100.0 * told.worst_percent_share,
            "levels": [
                {
                    "low_n": each.low_n, "high_n": each.high_n,
                    "time_percent": 100.0 * each.time, "damage_percent": 100.0 * each.damage,
                }
                for each in told.levels
            ],
        }  # fmt: skip


def rate_history(
    designation: str, path: Path, options: RateOptions, *, bins: int = 0, progress: Progress | None = None
) -> HistoryAnswer:
    """Lives of one bearing under the load history of a CSV or Parquet file.

    Parameters
    ----------
    path : loads as fr_n and fa_n, or fx_n and fy_n, moments as moment_nmm (in the plane of the radial load) or mx_nmm
        and my_nmm; one of time_s (rising), duration_s, duration_h and share; optionally speed_rpm and temperature_degc.
        What is not a column comes from ``options``
    bins : load distributions of so many bins instead of every step's; 0 solves every step
    progress : is told how much is done

    Raises
    ------
    UnreadableFile, BadInput, MissingInput : the file, a gap, a wrong unit, a column that is needed
    UnknownBearing, OutOfScope : as `loadzone.rate`

    Source: Miner's rule on ISO 281:2007 and ISO/TS 16281:2008, each step with its own a_ISO.
    """
    if options.is_held:
        raise BadInput(
            text(
                "a history with rings that are held parallel is not computed: leave --no-tilt out, or rate its steps "
                "one by one"
            )
        )
    subject = subject_of(designation, options)
    file = read_history(path, options)
    history = file.history
    mean_rpm = float(history.turns.sum() / history.durations.sum())
    seat = seat_of(subject, replace(options, speed_rpm=mean_rpm))
    options = options if seat is None else replace(options, clearance_um=seat.clearance_um)
    inside = inside_of(subject, options)
    refuse_layout(inside, subject.type_key, options.layout)
    bearing = capability(inside, subject.type_key, options.maker, are_grooves_known=options.grooves is not None)
    case = _Case(inside, bearing, history, options, bins, progress)
    found = _found(case)
    seated = () if seat is None else (seat.notice(), _at_mean_speed(mean_rpm))
    assumed = () if file.has_temperatures else tuple(temperature_assumed(options.conditions))
    return HistoryAnswer(
        subject=subject,
        bearing=bearing,
        clearance_um=1000.0 * inside.clearance_mm if clearance_counts(inside, subject.type_key) else None,
        n_steps=len(history.durations),
        hours=float(history.durations.sum()) / 3600.0 if file.is_time else None,
        mean_speed_rpm=mean_rpm,
        p_n=load_of_spectrum(found.basic.p_n, np.abs(history.speeds_rpm), history.durations, bearing.life_kind),
        l10_h=life_by_damage(found.basic.l10_h, history),
        l10r_h=found.l10r_h,
        lnm_h=life_by_damage(found.basic.lnm_h, history),
        lnmr_h=found.lnmr_h,
        a1=reliability_factor(options.reliability_percent),
        reliability_percent=options.reliability_percent,
        peak=found.peak,
        decided_by=found.decided_by,
        summary=found.summary,
        binning=found.binning,
        notices=(*bearing.notices, *seated, *assumed, *_notices(case, found)),
    )


@dataclass(frozen=True)
class _Case:
    """A bearing and its history, as the search takes them."""

    inside: Inside
    bearing: Capability
    history: History
    options: RateOptions
    bins: int
    progress: Progress | None


@dataclass(frozen=True)
class _Found:
    """What ISO 281 says of each step, and what the load distributions add to it."""

    basic: BasicSteps
    decided_by: str
    summary: DamageSummary | None
    l10r_h: float | None = None
    lnmr_h: float | None = None
    peak: Peak | None = None
    lost: int = 0
    binning: Binning | None = None
    notices: tuple[Notice, ...] = ()


def _found(case: _Case) -> _Found:
    """Without a load distribution the lives of ISO 281 stand alone, and a notice says why."""
    try:
        rows = arrange(case.inside, case.bearing.type_key, case.options.layout)
        found = _binned(case, rows) if case.bins else _whole(case, rows)
        return replace(found, notices=(*rows.notices, *_of_hardest(case, rows, found.peak)))
    except LoadzoneError as refusal:
        return _alone(case, Notice("no_load_distribution", refusal.message))


def _of_hardest(case: _Case, rows: BearingRows, peak: Peak | None) -> Iterator[Notice]:
    """What the step of the greatest pressure does to its contacts."""
    if peak is None:
        return
    found = rows.solve(Load(*map(float, case.history.loads[peak.row - 1])), case.options.mode)
    yield from (*found.notices, *contact_notices(rows, found), *pressure_limit(peak.p_max_mpa))


def _alone(case: _Case, reason: Notice) -> _Found:
    basic = basic_steps(case.bearing, case.history, case.options.conditions, threads=available_cores())
    return _Found(basic, *_decisive(_of_iso_281(basic, case.history), case.history), notices=(reason,))


def _whole(case: _Case, rows: BearingRows) -> _Found:
    """The load distribution of every step."""
    history, options, threads = case.history, case.options, available_cores()
    found = distributed(rows, case.bearing, history.loads, options.mode, threads=threads, progress=case.progress)
    basic, reference = step_lives(case.bearing, history, options.conditions, found.p_ref_n, threads=threads)
    peak = _peak(found.p_max_mpa, np.arange(len(found.p_max_mpa)))
    return _with_reference(history, basic, reference, peak)


def _binned(case: _Case, rows: BearingRows) -> _Found:
    """Some load distributions for all."""
    history, options = case.history, case.options
    began = time.perf_counter()
    found = binned_lives(
        rows, case.bearing, history, options.conditions, options.mode,
        case.bins, np.random.default_rng(SEED), threads=available_cores(),
    )  # fmt: skip
    seconds = time.perf_counter() - began
    peak = _peak(found.p_max_mpa, found.solved)
    binning = Binning(found.n_bins, seconds, len(found.solved), found.error)
    return replace(_with_reference(history, found.basic, found.reference, peak), binning=binning)


def _with_reference(history: History, basic: BasicSteps, reference: ReferenceSteps, peak: Peak | None) -> _Found:
    """Beyond the loads that ISO 281 rates the contacts yield: no reference life there either."""
    lost = int(np.isnan(reference.p_ref_n).sum())
    if overloaded(basic, history):
        return _Found(basic, *_decisive(_of_iso_281(basic, history), history), peak=peak, lost=lost)
    found = (("lnmr_h", reference.lnmr_h), ("l10r_h", reference.l10r_h))
    rows = [(key, damage(lives, history), reference.p_ref_n) for key, lives in found if lives is not None]
    return _Found(
        basic,
        *_decisive([*rows, *_of_iso_281(basic, history)], history),
        l10r_h=life_by_damage(reference.l10r_h, history),
        lnmr_h=life_by_damage(reference.lnmr_h, history),
        peak=peak,
        lost=lost,
    )


def _of_iso_281(basic: BasicSteps, history: History) -> list[Decision]:
    found = (("lnm_h", basic.lnm_h), ("l10_h", basic.l10_h))
    return [(key, damage(lives, history), basic.p_n) for key, lives in found if lives is not None]


def _decisive(decisions: list[Decision], history: History) -> tuple[str, DamageSummary | None]:
    """The first life that is defined, and where its damage comes from."""
    for key, done, loads_n in decisions:
        told = summary(done, loads_n, history)
        if told is not None:
            return key, told
    return decisions[-1][0], None


def _peak(pressures_mpa: Array, rows: NDArray[np.int64]) -> Peak | None:
    known = np.flatnonzero(np.isfinite(pressures_mpa))
    if not known.size:
        return None
    highest = known[pressures_mpa[known].argmax()]
    return Peak(float(pressures_mpa[highest]), int(rows[highest]) + 1)


def _notices(case: _Case, found: _Found) -> Iterator[Notice]:
    history, options = case.history, case.options
    turning = history.turns > 0.0
    yield from _steps_without_life(found.basic, history)
    missing = [name for name, said in (("--oil", options.oil), ("--cleanliness", options.cleanliness)) if said is None]
    if missing:
        yield Notice("no_modified_life", text("no modified life: give {options} for κ and e_C",
                                              options=", ".join(missing)))  # fmt: skip
    n_still = int((~turning & (history.durations > 0.0)).sum())
    if n_still:
        yield Notice(
            "steps_at_rest",
            text("at 0 r/min: {count} steps take time and do no damage; see C_0 and S_0 for them", count=n_still),
        )
    mx_nmm, my_nmm = np.abs(history.loads[:, 3:]).max(axis=0)
    yield from moment_limits(Load(mx_nmm=float(mx_nmm), my_nmm=float(my_nmm)))
    yield from found.notices
    if found.peak is None:
        return
    if found.lost:
        yield Notice(
            "not_converged",
            text("{count} steps: no equilibrium was found, so the history has no reference life", count=found.lost),
        )
    has_clearance = clearance_counts(case.inside, case.bearing.type_key)
    yield from inside_limits(
        case.inside,
        is_clearance_known=options.clearance_um is not None or not has_clearance,
        are_grooves_known=options.grooves is not None,
    )


def _steps_without_life(basic: BasicSteps, history: History) -> Iterator[Notice]:
    n_over = overloaded(basic, history)
    if n_over:
        yield Notice(
            "overload",
            text("{count} steps exceed 0.5 C or C_0: ISO 281 gives no life; take a larger bearing", count=n_over),
        )
    n_dry = 0 if basic.kappa is None else int((~(basic.kappa >= LOWEST_KAPPA) & (history.turns > 0.0)).sum())
    if n_dry:
        yield Notice(
            "kappa_low",
            text("{count} steps have κ below 0.1: no modified life; take a more viscous oil", count=n_dry),
        )


def overloaded(basic: BasicSteps, history: History) -> int:
    """Steps that turn under a load beyond what ISO 281 rates."""
    return int((np.isnan(basic.l10_h) & (history.turns > 0.0)).sum())


def _at_mean_speed(mean_rpm: float) -> Notice:
    return Notice(
        "fit_at_mean_speed",
        text(
            "the clearance of the fit is that at the mean speed of the history, {speed:.0f} r/min, for all steps",
            speed=mean_rpm,
        ),
    )
