from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from loadzone.bench.detection import METHODS, SNRS_DB
from loadzone.bench.detection_page import write_docs
from loadzone.bench.intervals import share
from loadzone.bench.runner import made_by


def _result() -> dict[str, Any]:
    point = {"trials": 100} | {name: share(40 + 10 * place, 100) for place, name in enumerate(METHODS)}
    curve = [{"snr_db": snr_db} | point for snr_db in SNRS_DB]
    noises = {kind: {"false_alarms": point, "curve": curve} for kind in ("coloured", "poisson_shocks")}
    return {"noises": noises, "made_by": made_by("loadzone bench detection --trials 100 --seed 1", seed=1, trials=100)}


def test_the_page_shows_every_figure_with_its_interval_and_the_command_that_made_it(tmp_path: Path) -> None:
    page, picture = write_docs(_result(), tmp_path / "docs" / "methods")

    written = page.read_text(encoding="utf-8")
    assert written.count("| 40.0 % (30.3 to 50.3) |") == 2 * (len(SNRS_DB) + 1)
    assert "`loadzone bench detection --trials 100 --seed 1`" in written
    assert f"]({picture.name})" in written
    assert "{" not in written


def test_the_picture_is_small_valid_and_asks_no_other_host(tmp_path: Path) -> None:
    picture = write_docs(_result(), tmp_path)[1].read_text(encoding="utf-8")

    marks = [each for each in ET.fromstring(picture).iter() if "mark" in (each.get("class") or "").split()]  # noqa: S314  we wrote it
    assert len(marks) == 2 * len(METHODS) * len(SNRS_DB) + len(METHODS)
    assert len(picture) < 30_000
    assert "url(" not in picture
    assert picture.count("http") == 1
