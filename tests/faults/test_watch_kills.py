"""A worker that dies anywhere between two steps, and a new one to which everything is delivered again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from watching import SOURCE, furnished, kept, mixed

from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.flows.watch import points as watch_points
from loadzone.store import points as store_points

TESTS = Path(__file__).parents[1] / "flows"
COUNT = 16
DIES = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import loadzone.flows.watch.handle, loadzone.flows.watch.keep
import loadzone.store.catalog.catalog, loadzone.store.lake.delta, loadzone.store.waveforms.waveforms
from watching import SOURCE, furnished, mixed
from loadzone.flows.watch import Decoder, Watch, handle

platform = furnished(Path(sys.argv[2]))
watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
point, left = sys.argv[3], [int(sys.argv[4])]

def passed(here):
    left[0] -= here == point
    if here == point and not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)

for name in ("flows.watch.handle", "flows.watch.keep", "store.catalog.catalog", "store.lake.delta",
             "store.waveforms.waveforms"):
    sys.modules["loadzone." + name].passed = passed
arrivals = mixed(int(sys.argv[5]))
for start in range(0, len(arrivals), 8):
    handle(watch, SOURCE, arrivals[start : start + 8])
"""
SEAMS = [
    *((point, 1) for point in watch_points.POINTS if point not in {"put aside", "told"}),
    *((point, 2) for point in ("judged", "points kept", "catalog kept")),
    ("waveforms: before put", 2),
    ("waveforms: after put", 2),
    *(("lake: before commit", nth) for nth in (1, 2, 3, 4, 5)),
    *(("lake: after commit", nth) for nth in (1, 2, 3, 4, 5)),
    ("catalog: before commit", 1),
    ("catalog: after commit", 2),
]


@pytest.fixture(scope="module")
def never_killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    platform = furnished(tmp_path_factory.mktemp("whole") / "data")
    handle(Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False)), SOURCE, mixed(COUNT))
    return kept(platform)


def test_the_seams_are_those_that_the_rooms_name() -> None:
    known = {*watch_points.POINTS, *store_points.POINTS}
    assert {point for point, _ in SEAMS} <= known


@pytest.mark.parametrize(("point", "nth"), SEAMS)
def test_nothing_is_lost_or_doubled_when_a_worker_is_killed(
    point: str, nth: int, tmp_path: Path, never_killed: dict[str, object]
) -> None:
    folder = tmp_path / "data"
    furnished(folder).close()
    died = subprocess.run(  # noqa: S603  ours
        [sys.executable, "-c", DIES, str(TESTS), str(folder), point, str(nth), str(COUNT)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    platform = furnished(folder)
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    arrivals = mixed(COUNT)
    for start, end in ((0, 5), (3, 11), (11, COUNT)):
        handle(watch, SOURCE, arrivals[start:end])
    assert kept(platform) == never_killed
