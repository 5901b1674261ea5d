"""Gaps in the course of a position: what counts as one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sqlalchemy", reason="the platform needs its extra")

from loadzone.flows.course import PARTS, Buckets, gaps

DAY_US = 86_400_000_000


def line(*days: float) -> Buckets:
    starts = np.array([round(day * DAY_US) for day in days], dtype=np.int64)
    values = np.ones(len(starts))
    return Buckets(starts, np.ones(len(starts), dtype=np.int64), values, values, values)


def test_a_gap_lies_where_no_line_has_a_value_for_a_day() -> None:
    one, other = line(*np.arange(0, 3, 0.1), *np.arange(6, 10, 0.1)), line(3.5)
    ((first, last),) = gaps([one, other], (0, 10 * DAY_US))
    assert 3.5 * DAY_US < first < 3.6 * DAY_US
    assert last == 6 * DAY_US


def test_what_ends_early_has_a_gap_up_to_now_and_what_begins_late_has_none_before() -> None:
    ((first, last),) = gaps([line(*np.arange(4, 6, 0.1))], (0, 10 * DAY_US))
    assert first < 6 * DAY_US < last == 10 * DAY_US


def test_no_line_has_no_gap() -> None:
    assert gaps([], (0, DAY_US)) == ()


@given(st.lists(st.floats(0.0, 30.0, allow_nan=False), min_size=1, max_size=60))
def test_no_value_lies_within_a_gap(days: list[float]) -> None:
    span = (0, 30 * DAY_US)
    found = line(*sorted(set(days)))
    for first, last in gaps([found], span):
        assert first <= last
        inside = (found.starts_us >= first) & (found.starts_us < last)
        assert not inside.any()
        assert last - first >= DAY_US - span[1] // PARTS
