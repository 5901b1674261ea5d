"""Python run in a process of its own, to be raced against another or killed at a named point."""

import signal
import subprocess
import sys

from loadzone.store.points import Point

KILL = """
import importlib, os, signal

seen = []

def killed(point):
    seen.append(point)
    if seen.count({point!r}) == {nth}:
        os.kill(os.getpid(), signal.SIGKILL)

for module in ("catalog.catalog", "lake.delta", "waveforms.waveforms"):
    importlib.import_module("loadzone.store." + module).passed = killed
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """The script in a fresh process, its words in ``communicate()``."""
    return subprocess.Popen(  # noqa: S603  ours
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    """What the process printed, once it has ended well."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def dies(point: Point, script: str, *arguments: str, nth: int = 1) -> None:
    """Run the script and see it killed when it passes the point for the ``nth`` time."""
    process = start(KILL.format(point=point, nth=nth) + script, *arguments)
    _, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, err
