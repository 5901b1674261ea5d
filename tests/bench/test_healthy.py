from collections.abc import Callable
from typing import Any

import pytest

from loadzone.bench.healthy import SIZE_EDGES_MM, Answer, Trial, detection, run
from loadzone.bench.subject import Outcome
from loadzone.monitor.diagnosis import Diagnosis


def test_shares_of_verdicts_and_the_detection_curve_come_with_their_intervals(
    answer_with: Callable[..., list[Any]], made: Callable[..., Diagnosis]
) -> None:
    verdicts = iter(["healthy", "suspected", "undetermined", "confirmed", "confirmed", "healthy"])
    calls = answer_with(lambda *_, **__: made(next(verdicts), "outer", 0.001))

    result = run(trials=3, jobs=1)

    assert result["healthy"]["trials"] == 3
    assert result["healthy"]["suspected"]["share"] == pytest.approx(1 / 3, abs=1e-6)
    assert result["healthy"]["suspected"]["low95"] < 1 / 3 < result["healthy"]["suspected"]["high95"]
    assert result["healthy"]["confirmed"]["count"] == 0
    # spalls sit on outer ring, inner ring and element in turn; the answer was «outer», «outer», «healthy»
    assert result["spalled"]["all"]["confirmed_right"]["count"] == 1
    assert result["spalled"]["all"]["wrong"]["count"] == 1
    assert result["spalled"]["faults"]["ball"]["missed"]["count"] == 1
    assert sum(each["trials"] for each in result["spalled"]["sizes"]) == 3
    assert result["spalled"]["sizes"][0]["size_mm"] == list(SIZE_EDGES_MM[:2])
    assert all(call["geometry"].n_elements >= 8 for call in calls)


def test_a_suspicion_of_the_right_element_is_counted_apart() -> None:
    trial = Trial(0, 1, 1, "inner", 2.0)
    answers = [
        Answer(trial, Outcome("suspected", fault="inner")),
        Answer(trial, Outcome("suspected", fault="outer")),
        Answer(trial, Outcome("confirmed", fault="inner", confirmed_p=(("inner", 0.001), ("outer", 0.001)))),
    ]

    found = detection(answers)

    counted = {name: found[name]["count"] for name in ("confirmed_right", "suspected_right", "wrong", "missed")}
    assert counted == {"confirmed_right": 0, "suspected_right": 1, "wrong": 1, "missed": 1}
