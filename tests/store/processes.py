"""Python run in a process of its own, to be raced against another or killed at a named point."""

import signal
import subprocess
import sys

from loadzone.store.points import Point

KILL = """
import os, signal
from loadzone.store import points

def killed(point):
    if point == {point!r}:
        os.kill(os.getpid(), signal.SIGKILL)

for module in ("catalog.catalog", "lake.delta", "waveforms.waveforms"):
    name = "loadzone.store." + module
    try:
        __import__(name)
    except ModuleNotFoundError:
        continue
    import sys
    sys.modules[name].passed = killed
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


def dies(point: Point, script: str, *arguments: str) -> None:
    """Run the script and see it killed at the point."""
    process = start(KILL.format(point=point) + script, *arguments)
    _, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, err
