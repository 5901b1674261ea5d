"""``loadzone bearing``: what is printed, at most 78 columns, in both languages, and as JSON."""

import json

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from loadzone.cli.bearing import answer_for, bearing, page
from loadzone.words.columns import width
from loadzone.words.errors import BadInput, UnknownBearing

APP = typer.Typer()
APP.command()(bearing)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(APP, arguments, catch_exceptions=False)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "designation",
    [
        "6205-2RS JEM",
        "6203",
        "ZA-2115",
        "22308 E",
        "6226/C3",
        "HK 2020",
        "N205",
        "7014 CD/P4A",
        "PRONOSTIA",
        "6205 JAPAN",
    ],
)
def test_no_line_is_wider_than_a_terminal(designation: str, lang: str) -> None:
    for line in page(answer_for(designation, speed_rpm=1797), lang):
        assert width(line) <= 78, line
        assert line == line.rstrip()


def test_orders_and_frequencies_stand_beside_their_symbols() -> None:
    shown = run("6205-2RS JEM", "--speed", "1797").output
    assert any(
        line.split()[0] == "BPFO" and "3.5848" in line and "107.36 Hz" in line
        for line in shown.splitlines()[5:]
        if line
    )
    assert "CWRU Bearing Data Center" in shown


def test_a_bearing_whose_inside_is_unknown_is_still_read_aloud() -> None:
    shown = run("22308 E").output
    assert "double row spherical roller bearing" in shown
    assert "--geometry" in shown
    assert "BPFO" not in shown


def test_a_mark_without_meaning_is_said_to_have_none() -> None:
    assert "mark JAPAN stands in no table" in run("6205 JAPAN").output


def test_json_brings_the_facts_with_their_units_in_the_names() -> None:
    facts = json.loads(run("6205", "--speed", "1797", "--json").output)
    assert facts["orders"]["BPFO"] == pytest.approx(3.5848, abs=5e-5)
    assert facts["frequencies_hz"]["BPFO"] == pytest.approx(107.365, abs=5e-3)
    assert facts["designation"]["boundary"]["outer_mm"] == 52
    assert facts["geometry"]["provenance"] == "catalogue"
    assert facts["search_window"] == 0.02


def test_a_typed_geometry_is_computed_with_even_for_an_unknown_name() -> None:
    facts = json.loads(run("my bearing", "--geometry", "9,7.938,38.5,0", "--json").output)
    assert facts["orders"]["BPFO"] == pytest.approx(3.5722, abs=5e-5)
    assert facts["designation"] is None
    beside = answer_for("6205-2RS JEM", option="9,7.938,38.5,0")
    assert beside.alternatives[0].pitch_diameter_mm == 39.04


def test_a_turning_outer_ring_moves_the_cage_line() -> None:
    still = answer_for("6205", turning="inner").orders
    turning = answer_for("6205", turning="outer").orders
    assert turning.cage == pytest.approx(1 - still.cage)
    assert answer_for("6205", turning="both:1500,-500").speed_rpm == 1500


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_speed_is_refused(speed: float) -> None:
    with pytest.raises(BadInput):
        answer_for("6205", speed_rpm=speed)


def test_an_unreadable_designation_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownBearing) as refusal:
        answer_for("62O5")
    assert "6205" in str(refusal.value)
