"""How fast a load history becomes a life: a million steps of a deep groove bearing, a wind main bearing, and bins."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loadzone.bench.runner import stream
from loadzone.design.arrangement import BearingRows, arrange
from loadzone.design.binning import binned_lives
from loadzone.design.capability import Capability, capability
from loadzone.design.damage import life_by_damage
from loadzone.design.duty import Conditions
from loadzone.design.history import History, distributed, step_lives
from loadzone.design.inside import BallInside, Layout, RollerInside
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.flows.pool import available_cores

Array = NDArray[np.float64]

BINS = (100, 1_000, 10_000)
SOLVED_SHARE = 0.02
"""Of the steps: so many of the main bearing are all solved, each for fifty of the ball bearing."""
MEMORY = 0.02
"""Weight of a new value of a load against those before: neighbours in time are neighbours in load."""
WARMTH_MEMORY = 1e-4


@dataclass(frozen=True)
class Subject:
    """A bearing with its lubricant, and its loads: mean and scatter of Fx, Fy, Fz in N, Mx, My in N mm, and speed."""

    rows: BearingRows
    bearing: Capability
    conditions: Conditions
    means: tuple[float, ...]
    scatters: tuple[float, ...]
    speed_scatter_rpm: float


def ball_bearing() -> Subject:
    """A 6210 in a gearbox."""
    key, inside = "deep_groove_ball", BallInside(10, 12.7, 70.0, clearance_mm=0.01)
    oil = Conditions(1500.0, oil_from_option("68"), 70.0, cleanliness_from_option("normal"))
    loads = (3000.0, 0.0, 300.0, 0.0, 0.0), (1000.0, 500.0, 400.0, 4000.0, 4000.0)
    return Subject(arrange(inside, key), capability(inside, key), oil, *loads, 200.0)


def main_bearing() -> Subject:
    """A double-row tapered bearing of a wind turbine's shaft: 2 x 52 rollers of 66 mm on 1250 mm, preloaded."""
    key, inside = "double_row_tapered_roller", RollerInside(52, 66.0, 104.0, 1250.0, 20.0, rows=2, clearance_mm=-0.1)
    oil = Conditions(12.0, oil_from_option("320"), 50.0, cleanliness_from_option("normal"))
    loads = (1e6, 0.0, 5e5, 0.0, 5e8), (2e5, 2e5, 2e5, 5e8, 5e8)
    rows = arrange(inside, key, Layout(row_distance_mm=200.0, facing="back_to_back"))
    return Subject(rows, capability(inside, key), oil, *loads, 2.0)


def histories(seed: int, steps: int) -> dict[str, Any]:
    """Seconds and memory of the command on the ball bearing; on both bearings steps a second and what bins bring.

    Parameters
    ----------
    seed, steps : of the histories, each a random walk around a mean

    Returns
    -------
    ball_6210: seconds and memory_mb of ``loadzone rate --history`` on all cores; steps_per_s of one core, life, bins;
    double_row_tapered: the same of one core, all steps solved of the first 2 %
    """
    ball, main = ball_bearing(), main_bearing()
    walk, turning = drawn(ball, seed, steps), drawn(main, seed + 1, steps)
    few = turning.part(slice(max(round(SOLVED_SHARE * steps), 50)))
    for subject, one in ((ball, walk), (main, turning)):
        distributed(subject.rows, subject.bearing, one.loads[:2])
    return {
        "ball_6210": _command(walk) | _solved(ball, walk) | {"bins": _bins(ball, walk)},
        "double_row_tapered": _solved(main, few) | {"bins": _bins(main, turning)},
    }


def drawn(subject: Subject, seed: int, steps: int) -> History:
    """A history of equal steps: loads and speed follow their means with a memory of some 50 steps."""
    from scipy.signal import lfilter  # only this bench filters here

    rng = stream(seed, 7)

    def follow(memory: float) -> Array:
        scale = np.sqrt(memory * (2.0 - memory))
        found: Array = lfilter([scale], [1.0, memory - 1.0], rng.normal(size=steps))
        return found

    columns = [mean + each * follow(MEMORY) for mean, each in zip(subject.means, subject.scatters, strict=True)]
    loads = np.stack(columns, axis=1)
    speeds = subject.conditions.speed_rpm + subject.speed_scatter_rpm * follow(MEMORY)
    degc = subject.conditions.temperature_used_degc + 5.0 * follow(WARMTH_MEMORY)
    return History(loads, np.maximum(speeds, 1.0), degc, np.ones(steps))


def _solved(subject: Subject, one: History) -> dict[str, Any]:
    """Every step on one core."""
    start = time.process_time()
    found = distributed(subject.rows, subject.bearing, one.loads)
    _, lives = step_lives(subject.bearing, one, subject.conditions, found.p_ref_n)
    seconds = max(time.process_time() - start, 1e-9)
    return {
        "steps": len(one.durations),
        "steps_per_s": round(len(one.durations) / seconds),
        "converged": int(np.isfinite(found.p_ref_n).sum()),
        "lnmr_h": life_by_damage(lives.lnmr_h, one),
    }


def _bins(subject: Subject, one: History) -> list[dict[str, Any]]:
    """What few load distributions cost on one core, and by how much their life errs."""
    told = []
    for count in BINS:
        start = time.process_time()
        found = binned_lives(
            subject.rows, subject.bearing, one, subject.conditions, "consistent", count, np.random.default_rng(0)
        )
        seconds = time.process_time() - start
        row = {
            "bins": found.n_bins,
            "steps": len(one.durations),
            "seconds": round(seconds, 2),
            "lnmr_h": life_by_damage(found.reference.lnmr_h, one),
        }
        error = found.error
        if error is not None:
            row |= {"error": error.error, "error_low": error.low, "error_high": error.high}
        told.append(row)
    return told


def _command(one: History) -> dict[str, Any]:
    """The whole command on a Parquet file, interpreter and imports included, machine code from its cache."""
    import pyarrow as pa
    from pyarrow import parquet

    names = ("fx_n", "fy_n", "fa_n", "mx_nmm", "my_nmm")
    columns = dict(zip(names, one.loads.T, strict=True)) | {
        "duration_s": one.durations, "speed_rpm": one.speeds_rpm, "temperature_degc": one.temperatures_degc,
    }  # fmt: skip
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.parquet"
        parquet.write_table(pa.table(columns), str(path))
        words = f"rate 6210 --speed 1500 --oil 68 --cleanliness normal --clearance 10 --json --history {path}"
        start = time.perf_counter()
        with subprocess.Popen([sys.executable, "-m", "loadzone", *words.split()], stdout=subprocess.DEVNULL) as process:  # noqa: S603  ours
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
    return {
        "command_seconds": round(seconds, 2),
        "command_cores": available_cores(),
        "command_memory_mb": round(used.ru_maxrss / 1e3),
        "command_exit_code": process.returncode,
    }
