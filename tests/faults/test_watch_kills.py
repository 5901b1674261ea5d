"""A worker that dies anywhere between two steps, and a new one to which everything is delivered again."""

import signal
from pathlib import Path

import pytest
from dying import dies
from watching import SOURCE, furnished, kept, mixed

from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.flows.watch import points as watch_points
from loadzone.store import points as store_points

COUNT = 16
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
    assert dies(folder, point, nth, COUNT) == -signal.SIGKILL
    platform = furnished(folder)
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    arrivals = mixed(COUNT)
    for start, end in ((0, 5), (3, 11), (11, COUNT)):
        handle(watch, SOURCE, arrivals[start:end])
    assert kept(platform) == never_killed
