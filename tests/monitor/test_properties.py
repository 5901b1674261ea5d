"""What must change nothing: polarity, scale, offset, the name of the channel, the order in which things are said."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadzone.bearings.geometry import Geometry
from loadzone.monitor.assess import grade
from loadzone.monitor.diagnose import diagnose
from loadzone.monitor.diagnosis import FAULTS, Diagnosis
from loadzone.signals.recording import Recording
from loadzone.words.sourced import Sourced

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Make = Callable[..., Recording]

scales = st.floats(1e-6, 1e6).map(lambda value: float(np.float32(value)))
faults = st.sampled_from(["outer", "inner", "none"])


def _short(made: Make, fault: str) -> Recording:
    return made(fault, 2, -3.0, 3.0)


def _is_same(one: Diagnosis, other: Diagnosis) -> None:
    assert one.verdict == other.verdict
    assert [fault.fault for fault in one.faults] == [fault.fault for fault in other.faults]
    assert [fault.order for fault in one.faults] == pytest.approx([fault.order for fault in other.faults], rel=1e-9)
    # the last digits of float32 samples move a score by one step of its table at most: 1/16 neper
    assert one.p_value == pytest.approx(other.p_value, rel=0.1)
    assert one.severity.depth == pytest.approx(other.severity.depth, abs=1e-3)


@given(faults, scales, st.sampled_from([-1.0, 1.0]))
@FEW
def test_polarity_and_scale_of_the_samples_change_nothing(
    made: Make, geometry: Geometry, fault: str, scale: float, sign: float
) -> None:
    whole = _short(made, fault)
    _is_same(diagnose(whole.but(samples=whole.samples * np.float32(sign * scale)), geometry), diagnose(whole, geometry))


@given(faults, st.floats(-50, 50))
@FEW
def test_a_constant_offset_changes_nothing(made: Make, geometry: Geometry, fault: str, offset: float) -> None:
    whole = _short(made, fault)
    shifted = whole.but(samples=(whole.samples.astype(np.float64) + offset).astype(np.float32))
    one, other = diagnose(shifted, geometry), diagnose(whole, geometry)
    assert one.verdict == other.verdict
    # an offset of 50 leaves a float32 sample steps of 4e-6; a score may move by two steps of its table
    assert one.severity.depth == pytest.approx(other.severity.depth, abs=5e-3)
    assert one.p_value == pytest.approx(other.p_value, rel=0.2)


def test_float_32_and_float_64_samples_get_one_answer(made: Make, geometry: Geometry) -> None:
    whole = _short(made, "outer")
    _is_same(diagnose(whole.but(samples=whole.samples.astype(np.float64)), geometry), diagnose(whole, geometry))


def test_the_unit_changes_no_verdict(made: Make, geometry: Geometry) -> None:
    whole = _short(made, "outer")
    answers = [
        diagnose(whole.but(unit=unit), geometry) for unit in (None, Sourced("g", "user"), Sourced("mms", "user"))
    ]
    for each in answers:
        _is_same(each, answers[0])


def test_time_may_run_faster_where_the_rate_and_the_speed_run_with_it(combed: Make, geometry: Geometry) -> None:
    slow = combed(3.5848, 0.8)
    assert slow.fs_hz is not None
    fast = slow.but(fs_hz=Sourced(slow.fs_hz.value * 1.7, "user"), speed_rpm=Sourced(1.7 * 1500.0, "user"))
    one, other = diagnose(slow, geometry), diagnose(fast, geometry)
    assert (one.verdict, one.fault) == (other.verdict, other.fault) == ("confirmed", "outer")
    assert other.faults[0].order == pytest.approx(one.faults[0].order, rel=1e-3)
    assert other.severity.depth == pytest.approx(one.severity.depth, rel=0.1)  # whitening blocks are 60 Hz in either


def test_the_same_record_gives_the_same_answer_and_is_left_as_it_was(made: Make, geometry: Geometry) -> None:
    whole = _short(made, "inner")
    before = whole.samples.copy()
    one, other = diagnose(whole, geometry), diagnose(whole, geometry)
    assert one.to_dict() == other.to_dict()
    np.testing.assert_array_equal(whole.samples, before)


def test_a_read_only_record_is_no_obstacle(made: Make, geometry: Geometry) -> None:
    samples = _short(made, "outer").samples.copy()
    samples.flags.writeable = False
    assert diagnose(_short(made, "outer").but(samples=samples), geometry).verdict == "confirmed"


def test_every_second_sample_is_a_record_like_any_other(made: Make, geometry: Geometry) -> None:
    whole = made("outer", 1)
    assert whole.fs_hz is not None
    strided = whole.but(samples=whole.samples[::2], fs_hz=Sourced(6000.0, "user"))
    copied = strided.but(samples=strided.samples.copy())
    assert diagnose(strided, geometry).to_dict() == diagnose(copied, geometry).to_dict()


@given(st.floats(0, 5), st.floats(0, 5))
@settings(deadline=None)
def test_a_deeper_modulation_has_no_milder_grade(one: float, other: float) -> None:
    order = ["none", "slight", "moderate", "severe"]
    low, high = sorted((one, other))
    assert order.index(grade(low)) <= order.index(grade(high))


def test_the_steps_of_the_grade_are_1_5_and_3_and_9_decibels() -> None:
    # power between trough and crest of exp(d cos) is exp(2 d)
    nepers = [db / 20 * np.log(10) for db in (1.49, 1.52, 2.99, 3.02, 9.0, 9.05)]
    assert [grade(depth) for depth in nepers] == ["none", "slight", "slight", "moderate", "moderate", "severe"]


# the interface of `diagnose --json` as it was asked for, and what was added to it
ITEM = {"record", "channel", "fs_hz", "speed_rpm", "speed_source", "bearing", "geometry_source"}
ITEM |= {"verdict", "fault", "faults", "ranking", "p_value", "false_alarm_rate", "unexplained_order", "severity"}
ITEM |= {"advice", "evidence", "problems"}
ADDED = {"zone", "rules", "record_hash"}
ADVICE = {"action", "within", "confidence", "why", "against", "order", "on_removal"}
VERDICTS = {"confirmed", "suspected", "unexplained", "healthy", "undetermined"}


@pytest.fixture(scope="session")
def answers(made: Make, combed: Make, record: Make, geometry: Geometry) -> list[Diagnosis]:
    """One diagnosis of every verdict."""
    outer, quiet = made("outer", 1), made("none", 2)
    return [
        diagnose(outer, geometry, bearing="6205"),
        diagnose(combed(3.5848, 0.25), geometry),
        diagnose(combed(3.05, 0.8), geometry),
        diagnose(quiet, geometry),
        diagnose(record(np.zeros(5000)), geometry),
    ]


def test_every_verdict_is_met(answers: list[Diagnosis]) -> None:
    assert {each.verdict for each in answers} == VERDICTS


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_json_of_a_diagnosis_has_the_names_of_the_interface(lang: str, answers: list[Diagnosis]) -> None:
    for each in answers:
        item = json.loads(json.dumps(each.to_dict(lang), allow_nan=False, ensure_ascii=False))
        assert set(item) == ITEM | ADDED
        assert item["verdict"] in VERDICTS
        assert item["fault"] in {*FAULTS, None}
        assert sorted(name for name, _ in item["ranking"]) == sorted(FAULTS)
        assert [score for _, score in item["ranking"]] == sorted((s for _, s in item["ranking"]), reverse=True)
        assert set(item["severity"]) == {"grade", "depth", "line_db"}
        assert item["severity"]["grade"] in {"none", "slight", "moderate", "severe"}
        assert set(item["advice"]) >= ADVICE
        for fault in item["faults"]:
            assert set(fault) == {"fault", "order", "p_value", "severity", "verdict"}
            assert fault["verdict"] in {"confirmed", "suspected"}
        for evidence in item["evidence"]:
            assert set(evidence) >= {"name", "value", "unit", "expected", "source"}
        for problem in item["problems"]:
            assert set(problem) == {"code", "text"}


def test_the_verdict_is_that_of_the_strongest_fault(answers: list[Diagnosis]) -> None:
    for each in answers:
        if each.faults:
            assert each.verdict == each.faults[0].verdict
            assert each.fault == each.faults[0].fault
            assert each.severity == each.faults[0].severity


def test_languages_change_words_and_no_fact(answers: list[Diagnosis]) -> None:
    for each in answers:
        english, chinese = each.to_dict("en"), each.to_dict("zh")
        for name in ITEM - {"advice", "evidence", "problems"}:
            assert english[name] == chinese[name]


def test_the_stated_rate_is_given_back_and_a_stricter_one_confirms_no_more(combed: Make, geometry: Geometry) -> None:
    record = combed(3.5848, 0.4, 3.0)
    answers = [diagnose(record, geometry, false_alarm_rate=rate) for rate in (0.05, 0.01, 1e-15)]
    assert [each.false_alarm_rate for each in answers] == [0.05, 0.01, 1e-15]
    assert answers[0].verdict == "confirmed"
    assert answers[2].verdict != "confirmed"


def test_the_hash_is_that_of_the_samples_and_nothing_else(made: Make, geometry: Geometry) -> None:
    whole = _short(made, "outer")
    one = diagnose(whole, geometry).record_hash
    assert len(one) == 64
    assert diagnose(whole.but(channel="other", speed_rpm=Sourced(900.0, "user")), geometry).record_hash == one
    assert diagnose(whole.but(samples=whole.samples[:-1]), geometry).record_hash != one


def test_the_curves_behind_the_verdict_fit_together(answers: list[Diagnosis]) -> None:
    shown = answers[0].exhibits
    assert shown is not None
    assert len(shown.orders) == len(shown.levels) == len(shown.floor)
    assert len(shown.decoy_scores) == len(shown.decoy_orders)
    assert set(shown.scores) == set(FAULTS)
    assert shown.scores["outer"] > shown.limit_score > np.median(shown.decoy_scores)
    highest = shown.orders[shown.levels.argmax()]
    assert highest / 3.5848 == pytest.approx(round(highest / 3.5848), abs=0.01)
    found = {line.label: line.found_order for line in shown.lines if line.fault == "outer"}
    assert found["BPFO"] == pytest.approx(3.5848, rel=0.005)
    assert found["2×"] == pytest.approx(2 * 3.5848, rel=0.005)
