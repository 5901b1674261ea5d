"""A scatter from designation to page: what it draws, what it says, refusals, both languages."""

import json

import pytest

from loadzone.bearings.geometry import geometry_from_option
from loadzone.cli.main import main
from loadzone.design.sensitivity import Spans
from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.flows.scatter import ScatterOptions, scatter_bearing
from loadzone.words.columns import width
from loadzone.words.errors import BadInput, OutOfScope

DUTY = RateOptions(2000.0, radial_n=3000.0, axial_n=500.0, oil="68", temperature_degc=70.0, cleanliness="normal")
FEW = ScatterOptions(draws=500)
WORDS = ("--fr", "3000", "--fa", "500", "--speed", "2000", "--oil", "68", "--cleanliness", "normal", "--draws", "500")


def test_without_scatter_every_draw_is_the_rating() -> None:
    still = ScatterOptions(Spans(0.0, 0, 0.0, 0.0, 0.0), groove_span=0.0, draws=100)
    found = scatter_bearing("6206", DUTY, still)
    rated = rate_bearing("6206", DUTY).result
    assert found.result.inputs == {}
    assert found.result.life_h.low == pytest.approx(rated.life.lnmr_h, rel=1e-9)
    assert found.result.life_h.high == pytest.approx(found.rated_life_h, rel=1e-9)


def test_in_a_fit_the_seats_scatter_and_the_middle_is_that_of_the_rating_in_it() -> None:
    fitted = RateOptions(2000.0, radial_n=3000.0, fit="k5/H7")
    found = scatter_bearing("6206 C3", fitted, FEW)
    assert {"shaft", "bore", "housing", "outside"} < set(found.result.inputs)
    assert "clearance_of_fit" in [each.code for each in found.notices]
    assert found.rated.life == rate_bearing("6206 C3", fitted).result.life
    assert found.result.clearance_um is not None
    assert found.rated.clearance_um == pytest.approx(found.result.clearance_um.median, abs=0.6)


@pytest.mark.parametrize(
    ("designation", "duty", "more", "reason"),
    [
        ("6206", RateOptions(2000.0, radial_n=3e3, fit="k5/H7", clearance_um=5.0), FEW, "fit"),
        ("6206", DUTY, ScatterOptions(Spans(load_percent=-1.0)), "load_percent"),
        ("6206", DUTY, ScatterOptions(Spans(load_percent=100.0)), "100 %"),
        ("6206", DUTY, ScatterOptions(draws=5), "draws"),
    ],
)
def test_what_is_impossible_is_refused(designation: str, duty: RateOptions, more: ScatterOptions, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        scatter_bearing(designation, duty, more)


def test_a_thrust_bearing_has_no_load_distribution_to_scatter() -> None:
    typed = geometry_from_option("14,11.112,60,90")
    with pytest.raises(OutOfScope, match="one row"):
        scatter_bearing("51206", RateOptions(500.0, axial_n=3000.0, geometry=typed), FEW)


@pytest.mark.parametrize(("lang", "word"), [("en", "Modified reference life"), ("zh", "修正参考寿命")])
@pytest.mark.parametrize(
    "more", [("--clearance", "10"), ("--fit", "k5/H7"), ("--required-h", "3000", "--speed-by", "5")]
)
def test_the_page_tells_median_band_shares_and_assumptions_in_78_columns(
    capsys: pytest.CaptureFixture[str], lang: str, word: str, more: tuple[str, ...]
) -> None:
    assert main(["scatter", "6206", *WORDS, *more, "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert word in told
    assert "▇▇▇" in told
    assert max(width(line) for line in told.splitlines()) <= 78


def test_the_json_tells_the_same_draws_for_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for seed in ("3", "3", "4"):
        assert main(["scatter", "6206", *WORDS, "--seed", seed, "--required-h", "3000", "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    first, again, other = answers
    assert first == again
    assert first["bands"]["lnmr_h"]["p50"] != other["bands"]["lnmr_h"]["p50"]
    assert set(first) >= {"designation", "draws", "seed", "bands", "shares", "failing", "inputs", "warnings", "hash"}
    assert first["gradients"]["lnmr"]["fx_n"]["elasticity"] < -3.0
    assert first["shares"]["of"] == "ln lnmr_h"
    assert first["inputs"]["load"] == {"shape": "uniform", "low": 0.9, "high": 1.1}


def test_rollers_scatter_by_load_and_clearance(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("scatter", "NU206", "--fr", "5000", "--speed", "2000", "--geometry", "13,9,46,0", "--length", "10")
    assert main([*words, "--type", "cylindrical_roller", "--draws", "300", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["inputs"]) == {"load", "clearance"}
    assert told["shares"]["inputs"]["load"]["value"] > 0.5


def test_an_overload_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scatter", "6206", "--fr", "15000", "--speed", "2000"]) == 2
    told = capsys.readouterr().err
    assert "beyond what ISO 281" in told
    assert told.count("\n") == 1
