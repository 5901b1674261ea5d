"""The table of quantities: digits, units, signs and that nothing is without a source."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.words.errors import BadInput
from loadzone.words.quantities import MINUS, NARROW, NOTHING, Quantity, quantities, quantity
from loadzone.words.tables import BrokenTable, Name


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("velocity", 2.604, "2.60 mm/s"),
        ("velocity", -2.604, f"{MINUS}2.60 mm/s"),
        ("velocity", -0.001, "0.00 mm/s"),
        ("speed", 1797.2, "1797 r/min"),
        ("speed", 18204, f"18{NARROW}204 r/min"),
        ("samples", 1_234_567, f"1{NARROW}234{NARROW}567"),
        ("p_value", 8e-12, "8 × 10⁻¹²"),
        ("p_value", 0.0042, "0.004"),
        ("p_value", 0.0, "0.000"),
        ("rms_g", 0.07416, "0.0742 g"),
        ("rms_g", 0.0, "0 g"),
        ("rms_g", 9.999, "10.0 g"),
        ("bore", 25.0, "25 mm"),
        ("bearing_width", 15.25, "15.25 mm"),
        ("bpfo", 3.58476, "3.5848"),
        ("level", 31.84, "31.8 dB"),
        ("false_alarm_rate", 1.0, "1 %"),
    ],
)
def test_a_value_is_shown_with_its_digits_and_a_blank_before_the_unit(key: str, value: float, shown: str) -> None:
    assert quantity(key).format(value) == shown


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_shown_as_a_dash_without_a_unit(nothing: float | None) -> None:
    assert {entry.format(nothing) for entry in quantities().values()} == {NOTHING}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_hyphen_ever_stands_for_a_minus(value: float) -> None:
    for entry in quantities().values():
        assert "-" not in entry.format(value)


@given(st.floats(-1e6, 1e6))
def test_what_is_shown_reads_back_within_its_last_digit(value: float) -> None:
    shown = quantity("velocity").number(value).replace(NARROW, "").replace(MINUS, "-")
    assert float(shown) == pytest.approx(value, abs=0.005 + 1e-9)


def test_every_quantity_has_a_name_in_both_languages_and_a_source() -> None:
    for entry in quantities().values():
        assert entry.source
        assert entry.name.render("zh") != entry.name.render("en")


def test_a_quantity_without_a_source_cannot_be_made() -> None:
    with pytest.raises(BrokenTable):
        Quantity("load", Name("Load", zh="载荷"), "F", "N", 0, "fixed", " ")


def test_an_unknown_quantity_is_named_with_those_there_are() -> None:
    with pytest.raises(BadInput) as refusal:
        quantity("colour")
    assert "bpfo" in str(refusal.value)
