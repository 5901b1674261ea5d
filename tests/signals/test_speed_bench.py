"""The bench of the kernels' speed reports what it promises (how fast they are is no matter for a test)."""

import json

from loadzone.bench.speed import run


def test_the_bench_reports_a_ratio_for_every_kernel() -> None:
    found = run(repeats=2, with_peers=False, memory_samples=0, seed=1)
    assert set(found["kernels"]) == {
        "descriptors",
        "squared_envelope",
        "band_envelope",
        "kurtogram",
        "coherence",
        "diagnose",
    }
    for name, figures in found["kernels"].items():
        assert name == "diagnose" or figures["ratio_to_rfft"] > 0
    assert json.loads(json.dumps(found))["peers"] == {}
