"""Columns of a terminal: Chinese counts double, nothing is cut in half."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.words.columns import cut, pad, width, wrap

signs = st.text(alphabet="ab 1.，。轴承外圈×−▇é", max_size=120)


@pytest.mark.parametrize(
    ("shown", "columns"),
    [("", 0), ("abc", 3), ("轴承", 4), ("，", 2), ("e\u0301", 1), ("\u202f", 1), ("▇▇", 2), ("−×–", 3)],
)
def test_width_counts_terminal_columns(shown: str, columns: int) -> None:
    assert width(shown) == columns


@given(signs, st.integers(0, 90), st.sampled_from(["left", "right", "centre"]))
def test_padding_reaches_the_column_or_leaves_a_wider_text_alone(
    shown: str, columns: int, align: Literal["left", "right", "centre"]
) -> None:
    assert width(pad(shown, columns, align)) == max(columns, width(shown))


@given(signs, st.integers(1, 90))
def test_cutting_never_exceeds_the_column(shown: str, columns: int) -> None:
    assert width(cut(shown, columns)) <= columns


@given(signs, st.integers(30, 90))
def test_wrapping_keeps_every_sign_and_the_width(shown: str, columns: int) -> None:
    lines = wrap(shown, columns, "  ")
    assert "".join("".join(lines).split()) == "".join(shown.split())
    if " " in shown or not shown.isascii():
        longest_run = max((len(run) for run in shown.split()), default=0)
        assert longest_run * 2 + 2 > columns or all(width(line) <= columns for line in lines)
