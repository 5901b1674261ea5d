"""Then and now: every value of a finding is compared, and only rounding is forgiven."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.flows.then_and_now import SAME, Compared, then_and_now
from loadzone.flows.why import Chain

SIMPLE = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
FOUND = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.recursive(
        SIMPLE, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3)
    ),
    min_size=1,
    max_size=4,
)


@given(found=FOUND)
def test_a_finding_compared_with_itself_is_the_same_to_the_last_digit(found: dict[str, object]) -> None:
    assert all(
        each.is_same and each.is_exact for each in then_and_now(Chain("x", result={"found": found}, again=found))
    )


@given(number=st.floats(1e-200, 1e200), sign=st.sampled_from([1, -1]))
def test_rounding_is_the_same_and_more_is_not(number: float, sign: int) -> None:
    rounded, changed = (
        Compared("x", number, number * (1 + SAME / 3)),
        Compared("x", number, sign * number * (1 + 3 * SAME)),
    )
    assert rounded.is_same
    assert not changed.is_same
    assert changed.relative is not None
    assert changed.relative > SAME


@pytest.mark.parametrize(("stored", "again"), [("outer", "inner"), (True, 1.5), (None, 0.0), ([1.0], [1.0, 2.0])])
def test_what_is_no_number_must_be_equal(stored: object, again: object) -> None:
    (told,) = then_and_now(Chain("x", result={"found": {"a": stored}}, again={"a": again}))
    assert (told.place, told.is_same) == ("a", False)


def test_a_value_that_is_new_or_gone_is_told_at_its_place() -> None:
    chain = Chain("x", result={"found": {"a": {"b": 1}}}, again={"a": {"c": 1}})
    assert [(each.place, each.stored, each.again) for each in then_and_now(chain)] == [
        ("a.b", 1, None),
        ("a.c", None, 1),
    ]


def test_a_chain_that_was_not_computed_again_compares_nothing() -> None:
    assert then_and_now(Chain("x", result={"found": {"a": 1}})) == ()
