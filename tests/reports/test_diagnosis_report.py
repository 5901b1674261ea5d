"""The report of every verdict is one whole page, in both languages, that asks nobody for anything."""

import re
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from page_words import parsed

from loadzone.monitor.diagnosis import Diagnosis
from loadzone.reports.diagnosis_report import report
from loadzone.reports.fleet_index import fleet_verdict, index_page
from loadzone.signals.recording import Recording
from loadzone.words.texts import text

Case = tuple[Diagnosis, Recording | None]
LATIN_ALLOWED = {
    "loadzone", "diagnose", "bearing", "speed", "wav", "mat", "fan", "DE", "P41", "C3", "A1", "ISO", "BPFO", "BPFI",
    "BSF", "FTF", "Hz", "kHz", "ms", "mm", "s", "g", "r", "min", "dB", "ln", "p", "Z", "Dw", "Dpw", "D", "w", "pw", "T",
    "press", "detect", "a41f9c", "B", "MB", "fs", "unit",
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_verdict_is_a_well_nested_page_in_its_language(case: Case, lang: str) -> None:
    html = report(*case, lang, "2026-11-24")
    page = parsed(html)
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in html
    assert page.counts["h1"] == 1
    assert page.counts["article"] == page.counts["footer"]
    assert not re.search(r"\bnan\b", " ".join(page.words))


def test_a_report_asks_no_other_host_and_runs_no_script(case: Case) -> None:
    html = report(*case, "en", "2026-11-24").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<script|<link|srcset", html)
    assert set(re.findall(r'(?:src|href)="([^"]{10})', html)) <= {"data:image"}


def test_a_chinese_report_holds_no_english_word_of_ours(case: Case) -> None:
    diagnosis, recording = case
    if diagnosis.geometry:
        diagnosis = replace(diagnosis, geometry=replace(diagnosis.geometry, source=""))
    words = set(
        re.findall(r"[A-Za-z][A-Za-z0-9]*", " ".join(parsed(report(diagnosis, recording, "zh", "2026-11-24")).words))
    )
    left = {word for word in words if word not in LATIN_ALLOWED and word not in diagnosis.record_hash}
    assert left == set()


def test_the_first_sheet_answers_and_the_second_proves(samples: ModuleType) -> None:
    html = report(samples.confirmed_outer(), samples.recording(), "en", "2026-11-24")
    first, second = html.split("</article>")[:2]
    for answer in (
        "Plan",
        "Exchange 6226 at the next stop.",
        "1 healthy record in 100 does this.",
        "Wrong if",
        "1 / 2",
    ):
        assert answer in first
    for proof in ("8 × 10⁻¹²", "27.6", "118 decoys", "Coherence map", "After the exchange", "2 / 2", "30.163"):
        assert proof in second
    assert "One record gives no date" in first


def test_a_zone_is_named_only_where_there_is_one(samples: ModuleType) -> None:
    with_zone = report(samples.confirmed_outer(), None)
    without = report(samples.confirmed_inner(), None)
    assert "2.6 mm/s, zone B" in with_zone
    assert "ISO 10816" not in without
    assert "1 in 100 by chance" in without


def test_no_chart_is_left_empty_where_the_record_is_missing(samples: ModuleType) -> None:
    page = parsed(report(samples.failed(), None))
    assert "figure" not in page.counts
    assert page.counts["article"] == 1


def test_a_name_that_looks_like_markup_is_shown_as_it_is(samples: ModuleType) -> None:
    sly = replace(samples.confirmed_outer(), channel="<script>alert(1)</script>", bearing="6226 & <b>")
    html = report(sly, samples.recording(), "en")
    assert "<script>" not in html
    assert "6226 &amp; &lt;b&gt;" in html


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_a_record_that_carries_nothing_still_gives_a_page(samples: ModuleType, value: float) -> None:
    base = samples.recording()
    broken = base.but(samples=np.full(4096, value, dtype=np.float32))
    curves = np.full(50, value, dtype=np.float32)
    diagnosis = samples.confirmed_outer()
    exhibits = replace(
        diagnosis.exhibits, levels=curves, floor=curves, orders=np.arange(50, dtype=np.float32), limit_score=value,
        decoy_scores=curves.astype(float), scores={"outer": value},
    )  # fmt: skip
    html = report(replace(diagnosis, exhibits=exhibits, p_value=value), broken)
    assert not re.search(r'"[^"]*\bnan\b|"[^"]*\binf\b', html)
    parsed(html)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_index_of_a_fleet_is_worst_first_and_links_each_report(samples: ModuleType, lang: str) -> None:
    diagnoses = [replace(make(), record=f"/d/{name}.wav") for name, make in samples.ALL.items()]
    html = index_page(diagnoses, [f"{k}.html" for k in range(len(diagnoses))], lang, "2026-11-24")
    parsed(html)
    links = re.findall(r'<a href="(\d)\.html"', html)
    assert links == ["1", "0", "2", "3", "6", "5", "4"]
    assert ("1 个测点需要立即处理" if lang == "zh" else "One position needs you now") in html


def test_two_channels_of_one_file_lead_to_their_own_reports(samples: ModuleType) -> None:
    drive, fan = samples.confirmed_outer(), replace(samples.healthy(), channel="A2")
    html = index_page([fan, drive], ["fan.html", "drive.html"])
    assert re.findall(r'<a href="(\w+)\.html"', html) == ["drive", "fan"]


def test_the_heading_of_a_fleet_is_its_verdict(samples: ModuleType) -> None:
    act, good = samples.confirmed_inner(), samples.healthy()
    assert str(fleet_verdict([act] * 3 + [good])) == "Three positions need you now"
    assert fleet_verdict([act] * 3).render("zh") == "3 个测点需要立即处理"
    assert str(fleet_verdict([good] * 412)) == "Nothing needs you. 412 watched."
    assert str(fleet_verdict([samples.undetermined(), good])) == "1 of 2 cannot be judged yet"


def test_what_was_estimated_is_said_to_be_not_verified(samples: ModuleType) -> None:
    diagnosis = replace(samples.suspected(), speed_source="estimated: run-up")
    html = report(diagnosis, samples.recording().but(notes=(text("column 2 was read"),)))
    for doubt in ("geometry estimated, ±0.3 %", "speed estimated from the samples", "column 2 was read"):
        assert doubt in html
