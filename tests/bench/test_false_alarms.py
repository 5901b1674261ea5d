from collections.abc import Callable
from typing import Any

import pytest

from loadzone.bench.false_alarms import Trial, alarm_trial, counts, run
from loadzone.bench.subject import Outcome
from loadzone.monitor.diagnosis import Diagnosis


def test_one_run_serves_all_levels_and_ten_kinds_of_noise(
    answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    rates = iter([0.0005, 0.005, 0.03, 0.5] * 10)
    answer_with(lambda *_, **__: made("confirmed", "outer", next(rates)))

    result = run(trials=4, jobs=1)

    assert list(result["levels"]) == ["0.05", "0.01", "0.001"]
    for level, alarms in (("0.05", 3), ("0.01", 2), ("0.001", 1)):
        noises = result["levels"][level]["noises"]
        assert len(noises) == 10
        assert {found["alarms"] for found in noises.values()} == {alarms}
        assert result["levels"][level]["pooled"]["alarms"] == 10 * alarms
        assert result["levels"][level]["pooled"]["rate"] == pytest.approx(alarms / 4)
        assert set(result["levels"][level]["pooled"]) == {"trials", "alarms", "confirmed", "rate", "upper95"}


def test_an_alarm_needs_no_stronger_decoy_and_a_confirmation_the_severity_gate() -> None:
    outcomes = [
        Outcome("confirmed", p_value=0.001, confirmed_p=(("outer", 0.001),)),
        Outcome("suspected", p_value=0.002),
        Outcome("unexplained", p_value=0.0001, is_beaten=True),
        Outcome("undetermined"),
    ]

    assert counts(outcomes, 0.01) == {
        "trials": 4,
        "alarms": 2,
        "confirmed": 1,
        "rate": 0.5,
        "upper95": pytest.approx(0.9024, abs=1e-4),
    }


def test_records_are_five_seconds_at_12_khz_and_listed_gears_are_told(
    answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    calls = answer_with(lambda *_, **__: made())

    alarm_trial(Trial("gear_listed", 0, 1, 0.05))
    alarm_trial(Trial("gear_unlisted", 0, 1, 0.05))

    listed, unlisted = calls
    assert listed["recording"].duration_s == 5.0
    assert 15.0 <= listed["recording"].speed_rpm.value / 60.0 <= 40.0
    assert listed["gears"][0].shaft_order == 1.0
    assert listed["gears"][1].teeth * listed["gears"][1].shaft_order == pytest.approx(listed["gears"][0].teeth)
    assert unlisted["gears"] == ()
    assert listed["false_alarm_rate"] == 0.05


def test_more_trials_leave_the_first_ones_as_they_were(
    answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    calls = answer_with(lambda *_, **__: made())

    run(trials=1, kinds=("white", "mix"), jobs=1)
    run(trials=2, kinds=("mix",), jobs=1)

    assert (calls[1]["recording"].samples == calls[2]["recording"].samples).all()
    assert not (calls[2]["recording"].samples == calls[3]["recording"].samples).all()


def test_the_number_of_processes_does_not_change_the_result() -> None:
    alone, together = (run(trials=2, kinds=("white", "gear_listed"), jobs=jobs) for jobs in (1, 2))

    assert alone == together
