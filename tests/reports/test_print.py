"""In a real browser: two sheets on paper, no sideways scrolling on a phone, not one request."""

import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.flows.rate_report import report as rating_page
from loadzone.monitor.diagnosis import Diagnosis, Line
from loadzone.reports.diagnosis_report import report
from loadzone.reports.fleet_index import index_page
from loadzone.signals.recording import Recording

pytestmark = pytest.mark.browser


def sheets(browser: Any, html: str) -> int:
    with browser.context() as context:
        page = context.new_page()
        page.set_content(html)
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def crowded(samples: ModuleType) -> Diagnosis:
    """More lines, evidence and things to do than a page usually holds."""
    base = samples.confirmed_inner()
    order = base.faults[0].order
    lines = tuple(Line("inner", f"{k}×", k * order, k * order, 20.0 - k) for k in range(2, 9))
    advice = replace(samples.confirmed_outer().advice, state="act", headline=base.advice.headline)
    return replace(
        base,
        exhibits=replace(base.exhibits, lines=base.exhibits.lines[:1] + lines + base.exhibits.lines[3:]),
        evidence=samples.confirmed_outer().evidence * 2,
        advice=replace(advice, until_then=advice.until_then * 2),
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_report_with_curves_prints_on_two_sheets(
    browser: Any, case: tuple[Diagnosis, Recording | None], lang: str
) -> None:
    wanted = 2 if case[0].exhibits is not None else 1
    assert sheets(browser, report(*case, lang, "2026-11-24")) == wanted


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_crowded_report_still_prints_on_two_sheets(browser: Any, samples: ModuleType, lang: str) -> None:
    assert sheets(browser, report(crowded(samples), samples.recording(), lang, "2026-11-24")) == 2


@pytest.fixture(scope="module")
def rating() -> str:
    options = RateOptions(3000.0, radial_n=3000.0, axial_n=200.0, oil="68", cleanliness="normal", clearance_um=10.0)
    return rating_page(rate_bearing("6205", options), options)


def test_a_rating_prints_on_three_sheets(browser: Any, rating: str) -> None:
    assert sheets(browser, rating) == 3


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways_and_nothing_is_asked_for(
    browser: Any, samples: ModuleType, rating: str, tmp_path: Path, width: int
) -> None:
    diagnosis = samples.confirmed_outer()
    pages = {
        "report.html": report(diagnosis, samples.recording(), "en", "2026-11-24"),
        "rating.html": rating,
        "index.html": index_page([make() for make in samples.ALL.values()], ["report.html"]),
    }
    for name, html in pages.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
        asked: list[str] = []
        with browser.context(viewport={"width": width, "height": 900}) as context:
            page = context.new_page()
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto((tmp_path / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
