"""The report of a rating is one whole page, in both languages, with the same numbers for everyone who runs it."""

import re
from dataclasses import replace

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.design.equilibrium.around import element_azimuths_deg, load_zone
from loadzone.design.equilibrium.ball import solve
from loadzone.design.formulas import formulas
from loadzone.design.inside import BallInside, Load
from loadzone.design.step import Step
from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.flows.rate_report import rate_command, report

NOTHING = Step("", 0.0, "", "", "read")
OIL = {"oil": "68", "temperature_degc": 65.0, "cleanliness": "normal"}
CASES = {
    "full": ("6205", RateOptions(3000.0, radial_n=3000.0, axial_n=200.0, clearance_um=10.0, **OIL)),
    "fit": ("6205", RateOptions(3000.0, radial_n=2000.0, fit="k5/H7", **OIL)),
    "dry": ("6205", RateOptions(3000.0, radial_n=2000.0)),
    "thrust only": ("6205", RateOptions(3000.0, axial_n=900.0)),
    "overload": ("6205", RateOptions(3000.0, radial_n=12_000.0)),
    "roller": ("NU210", RateOptions(1500.0, radial_n=9000.0, length_mm=11.0, geometry=Geometry(17, 11.0, 70.5), **OIL)),
    "no distribution": ("51108", RateOptions(300.0, axial_n=5000.0, geometry=Geometry(20, 7.0, 50.0, 90.0))),
}


def page(name: str, lang: str = "en") -> str:
    designation, options = CASES[name]
    return report(rate_bearing(designation, options), options, lang)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_rating_gives_a_page_that_asks_nobody_for_anything(name: str, lang: str) -> None:
    html = page(name, lang)
    assert html.lstrip().startswith("<!doctype html>")
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in html
    assert html.count("<h1") == 1
    assert html.count("<article") == html.count("</article>") == html.count("<footer")
    assert not re.search(r"\bnan\b|\binf\b", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    bare = html.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(|@import|<script|<link|srcset", bare)


def test_two_parties_get_the_same_page() -> None:
    assert page("full") == page("full")


def test_the_page_shows_what_the_rating_says() -> None:
    designation, options = CASES["full"]
    answer = rate_bearing(designation, options)
    html = report(answer, options)
    assert answer.result.inputs_hash[:12] in html
    assert html.count("<tr") == len(answer.result.steps)
    for name in (
        "Load zone",
        "What moves it",
        "Where it stands",
        "Pressure on the races",
        "cleanliness ±1 class",
    ):
        assert name in html
    for notice in answer.result.notices:
        assert notice.text.render() in html


def test_the_command_of_a_page_computes_the_same_case_again() -> None:
    designation, options = CASES["full"]
    assert rate_command(designation, options) == (
        "loadzone rate 6205 --fr 3000 --fa 200 --speed 3000 --oil 68 --temperature 65 --cleanliness normal "
        "--clearance 10"
    )


def test_the_load_zone_meets_the_loads_of_the_elements() -> None:
    inside = BallInside(9, 7.938, 38.5, clearance_mm=0.01)
    found = solve(inside, Load(fx_n=3000.0, fz_n=200.0))
    zone = load_zone(found)
    at = np.interp(element_azimuths_deg(9), zone.azimuths_deg, zone.loads_n)
    assert at == pytest.approx(found.loads_n[0], rel=2e-4, abs=0.5)
    assert float(max(zone.inner_mpa.max(), zone.outer_mpa.max())) == pytest.approx(found.p_max_mpa, rel=1e-4)


@pytest.mark.parametrize("clearance_um", [0.0, 20.0])
def test_half_the_diameter_carries_without_clearance_and_less_with_it(clearance_um: float) -> None:
    inside = BallInside(9, 7.938, 38.5, clearance_mm=clearance_um / 1000.0)
    extent = load_zone(solve(inside, Load(fx_n=3000.0))).extent
    assert extent is not None
    assert extent == pytest.approx(0.5, abs=0.02) if not clearance_um else extent < 0.45


def test_every_clause_of_a_rating_has_its_chinese() -> None:
    latin = re.compile(r"[A-Za-z]{4,}")
    known = {"Palmgren", "Hertz", "ASTM", "Ubbelohde", "Walther", "NREL", "Hamrock", "Dowson", "Jones", "Lamé"}
    known |= {"consistent", "pitch", "grease", "normal", "typical", "severe", "very", "high", "bath", "inline"}
    clauses = {
        step.told("zh")
        for designation, options in CASES.values()
        for step in rate_bearing(designation, options).result.steps
    }
    clauses |= {replace(NOTHING, clause=each.clause).told("zh") for each in formulas().values()}
    assert {each for each in clauses if set(latin.findall(each)) - known} == set()
