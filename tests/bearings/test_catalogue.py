"""The catalogue against the sources it quotes, and the traps of public recordings about geometry."""

import csv
import math
from pathlib import Path

import pytest

from loadzone.bearings.catalogue import all_bearings, entries, find, nearest
from loadzone.bearings.designation import parse
from loadzone.bearings.estimate import by_rule, rules
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders
from loadzone.words.errors import BadInput, UnknownBearing

OUTLINES = {"218": (90, 160), "UER204": (20, 47)}  # mm; 218: series 2 of the plan, UER204: UC 204 outside


def test_every_bearing_of_the_shared_list_is_found_with_its_numbers(real_data: Path) -> None:
    with (real_data / "bearings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 11
    for row in rows:
        geometry = find(row["designation"]).geometry
        assert geometry.n_elements == int(row["Z"]), row["designation"]
        assert geometry.element_diameter_mm == pytest.approx(float(row["Dw_mm"]), abs=5e-4)
        assert geometry.pitch_diameter_mm == pytest.approx(float(row["Dpw_mm"]), abs=5e-4)
        assert geometry.contact_angle_deg == float(row["contact_angle_deg"] or 0)


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("6205-2RS JEM SKF", "SKF"),
        ("6205-2RS JEM", "SKF"),
        ("NICE (MFPT rig)", "NICE"),
        ("Rexnord ZA-2115", "Rexnord"),
        ("ZA-2115", "Rexnord"),
        ("NTN equivalent of 6205-2RS JEM", "NTN"),
        ("UER204", "LDK"),
        ("6203 FAG", "FAG"),
    ],
)
def test_a_bearing_is_found_by_the_names_that_recordings_use(name: str, maker: str) -> None:
    bearing = find(name)
    assert bearing.geometry.provenance == "catalogue"
    assert bearing.name in bearing.geometry.source
    assert maker in next(entry.maker for entry in entries() if entry.name == bearing.name)


def test_a_base_designation_says_whose_geometry_it_borrows() -> None:
    bearing = find("6205/C3")
    assert (bearing.geometry.pitch_diameter_mm, bearing.geometry.provenance) == (39.04, "catalogue")
    assert "6205-2RS JEM SKF" in str(bearing.notes[0])
    assert [other.pitch_diameter_mm for other in bearing.alternatives] == [38.5]


def test_three_sources_of_6203_stand_side_by_side_and_their_spread_is_the_uncertainty() -> None:
    bearing = find("6203")
    orders = [defect_orders(geometry).outer for geometry in (bearing.geometry, *bearing.alternatives)]
    assert min(orders) == pytest.approx(3.053, abs=5e-4)  # monitoring reference 2.1: 3.053 to 3.071, 0.6 %
    assert max(orders) == pytest.approx(3.071, abs=5e-4)
    assert bearing.geometry.relative_uncertainty == pytest.approx(0.003, abs=1e-4)  # half of it


def test_the_makers_own_entry_comes_before_another_makers() -> None:
    assert find("6203-C FAG").geometry.pitch_diameter_mm == 28.55
    assert find("6203 SKF").geometry.pitch_diameter_mm == 28.499


def test_trap_26_a_contact_angle_that_the_source_does_not_give_is_said_to_be_assumed() -> None:
    bearing = find("PRONOSTIA test bearing 20x32x7")
    assert bearing.geometry.contact_angle_deg == 0
    assert "no contact angle" in str(bearing.notes[0])
    tilted = defect_orders(Geometry(13, 3.5, 25.6, 15)).outer
    assert tilted / bearing.orders.outer - 1 == pytest.approx(bearing.geometry.relative_uncertainty, abs=5e-4)


def test_trap_27_an_unpublished_geometry_is_said_to_be_anothers() -> None:
    assert "does not publish" in str(find("NTN equivalent of 6205-2RS JEM").notes[0])


def test_trap_28_no_6205_has_the_pitch_of_the_uer204() -> None:
    known = [entry.geometry.pitch_diameter_mm for entry in entries() if entry.base == "6205"]
    assert known
    assert all(38 < pitch_mm < 39.5 for pitch_mm in known)  # bore 25 and outside 52 mm: about 38.5


def test_trap_29_the_paderborn_pitches_and_the_jnu_roller_counts_are_both_kept() -> None:
    assert {28.55, 29.05} <= {entry.geometry.pitch_diameter_mm for entry in entries() if entry.base == "6203"}
    assert find("N205").geometry.n_elements == 10
    assert find("NU205").geometry.n_elements == 11


def test_every_entry_has_a_source_and_no_row_claims_a_drawing() -> None:
    assert len(all_bearings()) == len(entries())
    for entry in entries():
        assert entry.geometry.source.removeprefix(f"{entry.name}: ")
        assert entry.geometry.provenance == "catalogue"
        assert 0 < entry.geometry.relative_uncertainty < 0.05


@pytest.mark.parametrize("key", ["deep_groove_ball", "angular_contact_ball"])
def test_the_estimate_rule_reproduces_sourced_bearings_within_the_stated_spread(key: str) -> None:
    rule = rules()[key]
    errors, errors_right_z = _errors_of_rule(key)
    assert (len(errors_right_z), len(errors)) == (rule.n_right, rule.n_tested)
    assert _rms(errors) <= rule.relative_uncertainty
    assert _rms(errors_right_z) == pytest.approx(rule.uncertainty_right_z, abs=1e-3)
    if key == "deep_groove_ball":
        assert _rms(errors) == pytest.approx(0.035, abs=1e-3)  # 13 of 14 right, 6209 gets 10 balls for 9


def test_an_estimate_is_called_one_and_brings_the_next_likely_number_of_elements() -> None:
    bearing = find("6226")
    assert bearing.geometry.provenance == "estimate"
    assert bearing.geometry.relative_uncertainty == 0.035
    assert abs(bearing.alternatives[0].n_elements - bearing.geometry.n_elements) == 1
    assert "estimated by rule" in str(bearing.notes[0])
    assert "tested on bores" in str(bearing.notes[1])


@pytest.mark.parametrize("designation", ["22308 E", "NU 2210 ECP", "30205", "QJ 210", "51108", "NA 4906"])
def test_no_inside_is_invented_for_a_type_without_a_tested_rule(designation: str) -> None:
    with pytest.raises(UnknownBearing) as refusal:
        find(designation)
    assert "--geometry" in str(refusal.value)


def test_an_angle_that_the_designation_does_not_state_is_asked_for() -> None:
    with pytest.raises(UnknownBearing) as refusal:
        find("7205")
    assert "contact angle" in str(refusal.value)
    assert find("7205 BEP").geometry.contact_angle_deg == 40


def test_a_size_that_no_plan_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownBearing) as refusal:
        find("6250")
    assert "6205" in str(refusal.value)


def test_nearest_answers_dimensions_with_designations() -> None:
    found = nearest(bore_mm=25, outer_mm=52)
    assert found[0].designation == "6205"
    assert all(candidate.distance_mm == 0 for candidate in found)
    assert nearest(bore_mm=131, outer_mm=230, n=1)[0].distance_mm == 1
    for bad in ({}, {"bore_mm": -1}, {"outer_mm": math.nan}):
        with pytest.raises(BadInput):
            nearest(**bad)


def _errors_of_rule(key: str) -> tuple[list[float], list[float]]:
    """Relative errors of BPFO over the distinct sourced geometries; all, and those with the right Z."""
    keys = {"deep_groove_ball", "insert_ball"} if key == "deep_groove_ball" else {key}
    distinct = {
        (
            entry.base,
            entry.geometry.n_elements,
            entry.geometry.element_diameter_mm,
            entry.geometry.pitch_diameter_mm,
        ): entry
        for entry in entries()
        if entry.type_key in keys
    }
    errors, errors_right_z = [], []
    for entry in distinct.values():
        outline = parse(entry.base).boundary if entry.base not in OUTLINES else None
        bore, outer = OUTLINES.get(entry.base) or (outline.bore_mm, outline.outer_mm)
        z, element_mm, pitch_mm = by_rule(rules()[key], bore, outer)
        estimated = Geometry(round(z), element_mm, pitch_mm, entry.geometry.contact_angle_deg)
        errors.append(defect_orders(estimated).outer / defect_orders(entry.geometry).outer - 1)
        if round(z) == entry.geometry.n_elements:
            errors_right_z.append(errors[-1])
    return errors, errors_right_z


def _rms(values: list[float]) -> float:
    return math.sqrt(sum(value**2 for value in values) / len(values))
