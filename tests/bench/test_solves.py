"""The bench of equilibria: every case converges, every promised figure is there."""

import pytest

from loadzone.bench.histories import histories
from loadzone.bench.solves import CLASSES, CLEARANCES_MM, run


def test_all_cases_converge_and_every_rate_is_reported() -> None:
    told = []
    found = run(trials=2000, progress=lambda done, count: told.append((done, count)))
    for name, figures in found["convergence"].items():
        assert figures["converged"] == figures["cases"], name
        assert figures["worst_residual"] < 1e-9, name
    assert found["convergence"]["together"]["cases"] <= 2000
    rates = found["solves_per_s"]
    assert len(rates["cold"]) == len(CLASSES) * len(CLEARANCES_MM)
    assert set(rates) >= {"cold_pooled", "cold_pooled_with_life_and_stress", "warm_history", "roller_30_laminae"}
    assert set(rates["slewing_z120_by_class"]) == set(CLASSES)
    assert set(found["peer"]["classes"]) == set(CLASSES)
    assert 0.0 < found["peer"]["converged_share"] <= 1.0
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert found["made_by"]["command"] == "loadzone bench solves"


def test_histories_become_lives_whole_and_in_bins() -> None:
    found = histories(1, 500)
    ball, main = found["ball_6210"], found["double_row_tapered"]
    assert ball["command_exit_code"] == 0
    for bearing in (ball, main):
        assert bearing["converged"] == bearing["steps"]
        assert bearing["lnmr_h"] > 0.0
        assert [each["bins"] for each in bearing["bins"]] == [100, 500, 500]
        assert bearing["bins"][-1]["error"] == pytest.approx(0.0, abs=1e-9)
    assert ball["bins"][-1]["lnmr_h"] == pytest.approx(ball["lnmr_h"], rel=1e-9)
