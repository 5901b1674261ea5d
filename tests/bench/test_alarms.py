"""The bench of alarms: the same live fold, rates with exact intervals, delays that count what was never found."""

import numpy as np
import pytest

from loadzone.bench.alarms import FAULT_DAY, HEALTHY, Lived, Trial, detection, false_alarms, live
from loadzone.bench.runner import spread
from loadzone.simulate.readings import Life

LIFE = Life(0.5, 4 * 3600.0)


def lived(*alarm_days: float, judged: int = 2190) -> Lived:
    return Lived(alarm_days, judged, 100, 10, 20.0)


def test_the_rate_is_of_the_months_in_which_a_position_was_judged() -> None:
    # 2,190 readings of 4 h are 365 days: 11.99 months
    told = false_alarms([lived(40.0, 90.0), lived(), lived()], LIFE)

    assert told["position_months"] == pytest.approx(36.0, abs=0.1)
    assert told["per_month"] == pytest.approx(2 / 35.975, rel=1e-3)
    assert told["low95"] < told["per_month"] < told["high95"]
    assert told["positions_with_alarm"]["count"] == 1


def test_no_alarm_obeys_the_rule_of_three_and_a_half() -> None:
    told = false_alarms([lived()] * 30, LIFE)

    # two-sided 95 %: -ln(0.025) = 3.69 events
    assert told["high95"] == pytest.approx(3.69 / 359.75, rel=0.01)


def test_a_fault_that_was_never_found_stands_at_the_end_of_the_delays() -> None:
    told = detection([lived(FAULT_DAY + 2.0), lived(FAULT_DAY + 4.0), lived(), lived(FAULT_DAY - 5.0)])

    assert told["found"]["count"] == 2
    assert told["found"]["share"] == pytest.approx(2 / 3, abs=1e-6)
    assert (told["days_median"], told["days_p90"]) == (4.0, None)


def test_the_number_of_processes_does_not_change_what_is_lived() -> None:
    tasks = [Trial(n, 3, 0, Life(0.0, 86_400.0), HEALTHY) for n in range(2)]
    alone, together = (spread(live, tasks, jobs) for jobs in (1, 2))

    assert alone == together
    assert all(np.isfinite(each.first_day or 0.0) for each in alone)
