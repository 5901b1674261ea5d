"""The bench of equilibria: every case converges, every promised figure is there."""

from loadzone.bench.solves import CLASSES, CLEARANCES_MM, run


def test_all_cases_converge_and_every_rate_is_reported() -> None:
    told = []
    found = run(trials=2000, progress=lambda done, count: told.append((done, count)))
    for name, figures in found["convergence"].items():
        assert figures["converged"] == figures["cases"], name
        assert figures["worst_residual"] < 1e-9, name
    rates = found["solves_per_s"]
    assert len(rates["cold"]) == len(CLASSES) * len(CLEARANCES_MM)
    assert set(rates) >= {"cold_pooled", "cold_pooled_with_life_and_stress", "warm_history", "roller_30_laminae"}
    assert set(found["peer"]["classes"]) == set(CLASSES)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert found["made_by"]["command"] == "loadzone bench solves"
