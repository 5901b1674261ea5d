"""Reports for paper: one sheet as a page and as PDF, in both languages, with what was missed and what was false."""

import io
import re
from typing import Any

import pytest
from world import START_US, World

from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.units import Mounting, Unit, mountings, units
from loadzone.store.catalog.work import Work

HTML = {"Accept": "text/html"}
DAY_US = 86_400_000_000
MONTH = "2027-01"
"""Of the clock of the tests."""


def opened(work: Work) -> None:
    """One that was foreseen at «drive», one that was missed at «free»."""
    for place in ("drive", "free"):
        units.add(work, Unit("acme", f"unit {place}", "6226"))
        at_us = START_US - 2 * DAY_US
        mountings.add(work, Mounting("acme", place, 5, f"unit {place}", "x", at_us, "x", "保持架断裂"))
    given = Advice("acme", "one", "drive", "plan", "medium", START_US - 9 * DAY_US, facts={"fault": "outer"})
    closed = {
        "outcome": "right",
        "found": "surface initiated fatigue",
        "closed_us": START_US - DAY_US,
        "closed_by": "x",
    }
    advice.add(work, Advice(**{**vars(given), **closed}))


def ask(world: World, path: str, lang: str = "en", visitor: str = "viewer@acme") -> Any:
    world.client.cookies.clear()
    return world.ask("GET", path, visitor, headers={**HTML, "Cookie": f"loadzone_lang={lang}"})


def test_the_month_tells_what_was_foreseen_and_what_was_missed(world: World) -> None:
    world.do("acme", opened)
    page = ask(world, f"/reports/fleet?month={MONTH}").text
    assert "2 bearings exchanged: 1 foreseen, 1 missed" in page
    assert "保持架断裂" in page
    assert "avoided cost" in page
    foreign = ask(world, f"/reports/fleet?month={MONTH}", visitor="admin@bolt").text
    assert "No bearing was exchanged" in foreign
    assert "保持架断裂" not in foreign


def test_a_machine_has_a_report_that_those_outside_do_not_see(world: World) -> None:
    world.do("acme", opened)
    assert "1 missed" in ask(world, "/reports/machine/acme/fan").text
    assert ask(world, "/reports/machine/acme/fan", visitor="admin@bolt").status_code == 404
    assert ask(world, "/reports/machine/acme/nothing").status_code == 404


def test_what_is_no_month_is_refused_in_a_sentence(shared_world: World) -> None:
    for month in ("2027-13", "soon", "99999-01", "9999-12", "0001-01"):
        answer = ask(shared_world, f"/reports/fleet?month={month}")
        assert answer.status_code == 422
        assert month in answer.text


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", [f"/reports/fleet/pdf?month={MONTH}", "/reports/machine/acme/fan/pdf"])
def test_the_pdf_leaves_no_character_out(world: World, path: str, lang: str) -> None:
    pytest.importorskip("typst", reason="typst makes the PDF")
    pypdf = pytest.importorskip("pypdf", reason="pypdf reads the PDF")
    world.do("acme", opened)
    answer = ask(world, path, lang)
    assert answer.headers["content-type"] == "application/pdf", answer.text
    sheets = pypdf.PdfReader(io.BytesIO(answer.content))
    told = re.sub(r"\s", "", "".join(each.extract_text() for each in sheets.pages))
    assert "保持架断裂" in told
    heading = "更换2套：1套预见，1套漏报" if lang == "zh" else "2bearingsexchanged:1foreseen,1missed"
    assert heading in told
    assert ("表面起源型疲劳" if lang == "zh" else "surfaceinitiatedfatigue") in told
    width, height = (float(each) for each in sheets.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)


def test_two_parties_get_the_same_sheet() -> None:
    pytest.importorskip("typst", reason="typst makes the PDF")
    from loadzone.reports.account_sheet import AccountSheet, pdf
    from loadzone.web.pages.reports import WORDS
    from loadzone.web.static import FOLDER

    words = {key: word.render("zh") for key, word in WORDS.items()}
    sheet = AccountSheet("月度报告", "龘", "未更换轴承", "", [], [], None, None, [], [], [], [], [("数据截至", "–")])
    assert pdf(sheet, words, "zh", FOLDER / "fonts") == pdf(sheet, words, "zh", FOLDER / "fonts")
