from loadzone.bench.intervals import share


def test_without_trials_there_is_a_count_and_no_rate() -> None:
    assert share(0, 0) == {"count": 0, "share": None, "low95": None, "high95": None}
