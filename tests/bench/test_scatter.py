"""The bench of scatter: every promised figure is there, and the gradients meet their differences."""

from loadzone.bench.gradient_sweep import BEARINGS
from loadzone.bench.scatter import run


def test_bands_shares_times_and_gradients_are_reported() -> None:
    told = []
    found = run(trials=200, progress=lambda done, count: told.append((done, count)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    drawn = found["scatter"]
    assert drawn["lnmr_h"]["p05"] < drawn["lnmr_h"]["p50"] < drawn["lnmr_h"]["p95"]
    assert {"load", "cleanliness", "clearance", "shaft", "housing", "groove_inner"} <= set(drawn["shares"])
    assert {"warm_s", "cold_s"} <= set(drawn)
    assert set(found["gradients"]) == set(BEARINGS)
    for figures in found["gradients"].values():
        assert figures["within_1e-5"] == figures["compared"]
        assert figures["cases"] == figures["compared"] + sum(figures["excluded"].values())
    assert found["made_by"]["command"] == "loadzone bench scatter"
