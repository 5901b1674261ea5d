from collections.abc import Callable
from typing import Any

from loadzone.bench.detection import Trial, detection_trial, run
from loadzone.monitor.diagnosis import Diagnosis


def test_every_method_sees_the_same_records_at_every_strength(
    answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    calls = answer_with(lambda *_, **__: made("confirmed", "outer", 0.001))

    result = run(trials=2, noises=("coloured",), snrs_db=(-20.0, 0.0), jobs=1)

    curve = result["noises"]["coloured"]["curve"]
    assert [point["snr_db"] for point in curve] == [-20.0, 0.0]
    # outer and inner ring in turn, and the answer is always «outer»
    assert [point["confirmed"]["count"] for point in curve] == [1, 1]
    assert [point["test"]["count"] for point in curve] == [1, 1]
    assert curve[1]["kurtogram"]["count"] >= 1
    assert result["noises"]["coloured"]["false_alarms"]["confirmed"]["count"] == 2
    speeds = [call["recording"].speed_rpm.value for call in calls]
    assert speeds[0:2] == speeds[2:4] == speeds[4:6]


def test_an_alarm_for_the_wrong_ring_is_not_a_detection(
    answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    answer_with(lambda *_, **__: made("confirmed", "inner", 0.001))

    answer = detection_trial(Trial("coloured", 0.0, 0, 1))

    assert not answer.confirmed
    assert not answer.test
