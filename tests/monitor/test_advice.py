"""Advice: every verdict says what to do, how sure that is and why, in both languages."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.monitor.advise import advise
from loadzone.monitor.diagnose import diagnose
from loadzone.monitor.diagnosis import (
    FAULTS,
    Advice,
    Diagnosis,
    Fault,
    FaultName,
    Grade,
    Problem,
    Severity,
    Verdict,
    Zone,
)
from loadzone.signals.recording import Recording
from loadzone.words.texts import text

LANGUAGES = ("en", "zh")


def _with(name: FaultName, verdict: Verdict = "confirmed", grade: Grade = "moderate", **more: object) -> Diagnosis:
    severity = Severity(grade, 0.5, 20.0)
    fault = Fault(name, 3.6, 3.58, 1e-5, severity, verdict)
    made = Diagnosis("r.mat", "DE", verdict, bearing="6205", faults=(fault,), severity=severity)
    return replace(made, **more)  # type: ignore[arg-type]  # names are the dataclass's own


def _troubled(code: str) -> Diagnosis:
    return Diagnosis("r.mat", "DE", "undetermined", problems=(Problem(code, text("something is the matter")),))


GRADES: tuple[Grade, ...] = ("slight", "severe")
ADVISED = [
    *(_with(name, "confirmed", grade) for name in FAULTS for grade in GRADES),
    *(_with(name, "suspected", grade) for name in FAULTS for grade in GRADES),
    Diagnosis("r.mat", "DE", "healthy"),
    Diagnosis("r.mat", "DE", "unexplained", unexplained_order=3.05),
    Diagnosis("r.mat", "DE", "undetermined"),
    _troubled("too_short"),
    _troubled("stuck"),
]


def _sentences(advice: Advice, lang: str) -> list[str]:
    found: list[str] = []
    for value in advice.to_dict(lang).values():
        found += [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("diagnosis", ADVISED, ids=lambda each: f"{each.verdict} {each.fault} {each.severity.grade}")
def test_every_verdict_has_a_headline_an_action_and_its_confidence(diagnosis: Diagnosis, lang: str) -> None:
    advice = advise(diagnosis)
    for each in (advice.headline, advice.action, advice.confidence):
        assert len(each.render(lang)) >= 4
    for sentence in _sentences(advice, lang):
        assert "{" not in sentence
        assert "None" not in sentence


@pytest.mark.parametrize("name", FAULTS)
def test_confirmed_damage_says_what_to_order_what_to_photograph_and_what_would_prove_it_wrong(name: FaultName) -> None:
    advice = advise(_with(name))
    assert advice.state == "plan"
    assert any("6205" in each.render() for each in advice.order)
    assert any("photograph" in each.render() for each in advice.on_removal)
    assert "3.60" in advice.against[0].render()
    assert advice.within is not None
    assert advice.until_then


def test_without_a_designation_the_order_is_by_the_ring() -> None:
    advice = advise(replace(_with("outer"), bearing=""))
    assert "ring" in advice.order[0].render()
    assert "{" not in advice.action.render()


@pytest.mark.parametrize("name", FAULTS)
def test_from_vibration_no_failure_mode_of_iso_15243_is_claimed(name: FaultName) -> None:
    modes = ("fatigue", "wear", "corrosion", "erosion", "deformation", "fracture", "疲劳", "磨损", "腐蚀", "断裂")
    for lang in LANGUAGES:
        for sentence in _sentences(advise(_with(name)), lang):
            assert not any(mode in sentence.lower() for mode in modes), sentence


@pytest.mark.parametrize(
    ("zone", "grade", "state"),
    [
        (None, "severe", "plan"),
        ("A", "severe", "plan"),
        ("C", "moderate", "plan"),
        ("C", "severe", "act"),
        ("D", "moderate", "act"),
    ],
)
def test_confirmed_damage_is_urgent_where_the_machine_itself_moves_too_much(
    zone: str | None, grade: str, state: str
) -> None:
    measured = Zone(zone, 5.0, (10.0, 1000.0), (1.4, 2.8, 4.5), "ISO 10816-3:2009", "2:rigid") if zone else None  # type: ignore[arg-type]  # a letter of the interface
    advice = advise(_with("outer", grade=grade, zone=measured))  # type: ignore[arg-type]  # a grade of the interface
    assert advice.state == state
    assert ("now" in advice.action.render()) == (state == "act")


def test_suspected_damage_is_not_urgent_in_any_zone() -> None:
    measured = Zone("D", 9.0, (10.0, 1000.0), (1.4, 2.8, 4.5), "ISO 10816-3:2009", "2:rigid")
    assert advise(_with("outer", "suspected", "severe", zone=measured)).state == "watch"


def test_suspected_damage_is_measured_again_and_nothing_is_ordered() -> None:
    advice = advise(_with("inner", "suspected", "severe"))
    assert advice.state == "watch"
    assert not advice.order
    assert "again" in advice.action.render()
    assert "no proof" in advice.confidence.render()


@pytest.mark.parametrize(("rate", "count"), [(0.01, "100"), (0.05, "20"), (0.001, "1000")])
def test_the_confidence_states_the_error_rate_that_was_asked_for(rate: float, count: str) -> None:
    assert count in advise(_with("outer", false_alarm_rate=rate)).confidence.render()
    healthy = Diagnosis("r", "c", "healthy", false_alarm_rate=rate)
    for lang in LANGUAGES:
        assert count in advise(healthy).confidence.render(lang)


def test_an_unexplained_line_is_named_with_its_order_and_asks_for_gears_and_belts() -> None:
    advice = advise(Diagnosis("r", "c", "unexplained", unexplained_order=3.05))
    assert advice.state == "watch"
    assert "3.05" in advice.headline.render()
    assert "gears" in advice.action.render()
    assert "no damage is claimed" in advice.confidence.render()


def test_a_healthy_bearing_is_left_alone() -> None:
    advice = advise(Diagnosis("r", "c", "healthy"))
    assert (advice.state, advice.within, advice.order) == ("good", None, ())


@pytest.mark.parametrize(
    ("code", "state"),
    [
        *((code, "sensor") for code in ("constant", "stuck", "dropouts", "not_finite")),
        *((code, "cant") for code in ("too_short", "too_slow", "no_speed", "no_rate", "no_geometry", "two_readings")),
    ],
)
def test_a_fault_of_the_sensor_is_no_state_of_the_machine(code: str, state: str) -> None:
    advice = advise(_troubled(code))
    assert advice.state == state
    assert advice.headline.render() == "something is the matter"


@pytest.mark.parametrize(
    "samples",
    [np.full(20_000, 2.5), np.full(20_000, np.nan), np.sign(np.random.default_rng(0).standard_normal(20_000))],
    ids=["constant", "not finite", "stuck"],
)
def test_broken_sensors_reach_the_reader_as_such(
    samples: np.ndarray, record: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(record(samples), geometry)
    assert found.verdict == "undetermined"
    assert found.advice is not None
    assert found.advice.state == "sensor"


def test_the_reasons_of_the_advice_are_evidence_with_numbers(
    made: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(made("outer", 1), geometry, bearing="6205")
    assert found.advice is not None
    told = {each.name.render() for each in found.evidence if each.weight == "for"}
    assert found.advice.why
    assert {each.render() for each in found.advice.why} == told
    assert all(each.value is not None for each in found.evidence if each.weight == "for")


def test_evidence_covers_what_was_checked_and_found_sound(made: Callable[..., Recording], geometry: Geometry) -> None:
    found = diagnose(made("outer", 1), geometry)
    names = [each.name.render() for each in found.evidence]
    assert "no damage to the inner ring" in names
    assert "no damage to the rolling element" in names
    assert "speed" in names
    assert any(name.startswith("strongest foreign order") for name in names)
    assert len(names) == len(set(names))
