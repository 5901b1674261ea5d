"""A worker that is killed at a named point of its way, in a process that is forked from one which has imported it."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

HEAVY = ["numpy", "duckdb", "deltalake", "obstore", "loadzone.flows.platform", "loadzone.flows.diagnose"]
"""Imported once for all forks; none of these starts a thread before it is used."""
SEAMED = ("flows.watch.handle", "flows.watch.keep", "store.catalog.catalog", "store.lake.delta")


def dies(folder: Path, point: str, nth: int, count: int) -> int:
    """Handle ``count`` arrivals, killed when the point is passed for the ``nth`` time; what the process ended with."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*HEAVY, "loadzone.flows.watch"])
    process = context.Process(target=_work, args=(folder, point, nth, count))
    process.start()
    process.join(240)
    return process.exitcode if process.exitcode is not None else 0


def _work(folder: Path, point: str, nth: int, count: int) -> None:
    from watching import SOURCE, furnished, mixed

    from loadzone.flows.watch import Decoder, Watch, handle

    seen: list[str] = []

    def passed(here: str) -> None:
        seen.append(here)
        if here == point and seen.count(here) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    platform = furnished(folder)
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    for name in (*SEAMED, "store.waveforms.waveforms"):
        sys.modules[f"loadzone.{name}"].passed = passed  # type: ignore[attr-defined]
    arrivals = mixed(count)
    for start in range(0, len(arrivals), 8):
        handle(watch, SOURCE, arrivals[start : start + 8])
