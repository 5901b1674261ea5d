"""Orders against published numbers, balances that any geometry keeps, and options as users type them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.bearings.geometry import Geometry, Provenance, geometry_from_option
from loadzone.bearings.orders import RingSpeeds, defect_orders, ring_speeds_from_option, search_window
from loadzone.words.errors import BadInput

# Monitoring reference 2.1: geometry as published (inches where the source has inches), BPFO, BPFI, spin, cage
PUBLISHED = {
    "6205, CWRU drive end": ((9, 0.3126, 1.537, 0), (3.5848, 5.4152, 2.3567, 0.3983)),
    "6203, CWRU fan end": ((8, 0.2656, 1.122, 0), (3.0531, 4.9469, 1.9938, 0.3816)),
    "6205, pitch (d + D)/2": ((9, 7.938, 38.5, 0), (3.5722, 5.4278, 2.3220, 0.3969)),
    "6205 at 10 deg": ((9, 0.3126, 1.537, 10), (3.5987, 5.4013, 2.3598, 0.3999)),
    "6205 at 15 deg": ((9, 0.3126, 1.537, 15), (3.6160, 5.3840, 2.3635, 0.4018)),
    "6205 at 25 deg": ((9, 0.3126, 1.537, 25), (3.6705, 5.3295, 2.3749, 0.4078)),
    "MFPT NICE": ((8, 0.235, 1.245, 0), (3.2450, 4.7550, 2.5546, 0.4056)),
    "IMS ZA-2115": ((16, 0.331, 2.815, 15.17), (7.0921, 8.9079, 4.1975, 0.4433)),
    "XJTU UER204": ((8, 7.92, 34.55, 0), (3.0831, 4.9169, 2.0666, 0.3854)),
}

geometries = st.builds(
    lambda n, pitch, share, angle: Geometry(n, pitch * share, pitch, angle),
    st.integers(3, 60),
    st.floats(5, 3000),
    st.floats(0.01, 0.6),
    st.floats(0, 89),
)


@pytest.mark.parametrize(("geometry", "expected"), PUBLISHED.values(), ids=PUBLISHED)
def test_orders_equal_the_published_ones_to_their_last_digit(
    geometry: tuple[int, float, float, float], expected: tuple[float, ...]
) -> None:
    orders = defect_orders(Geometry(*geometry))
    # half a unit of the last digit, and as much again where the source rounded its own inputs
    assert (orders.outer, orders.inner, orders.spin, orders.cage) == pytest.approx(expected, abs=1.01e-4)


@pytest.mark.parametrize(("pitch_mm", "expected"), [(29.05, 3.0706), (28.55, 3.0543)])
def test_the_two_pitches_quoted_for_the_paderborn_6203_give_their_two_orders(pitch_mm: float, expected: float) -> None:
    assert defect_orders(Geometry(8, 6.75, pitch_mm)).outer == pytest.approx(expected, abs=5e-5)


def test_cwru_publishes_the_element_defect_as_twice_the_spin() -> None:
    orders = defect_orders(Geometry(9, 0.3126, 1.537))  # trap 9: 4.7135 and 2.357 are the same bearing
    assert orders.ball == pytest.approx(4.7135, abs=1e-4)  # published from unrounded inches
    assert orders.spin == pytest.approx(2.357, abs=5e-4)


def test_the_cage_rate_stored_in_mfpt_files_is_that_of_a_turning_outer_ring() -> None:
    nice = Geometry(8, 0.235, 1.245)  # trap 8: 14.8375 Hz at 25 Hz stored, 10.14 Hz with the inner ring turning
    assert 25 * defect_orders(nice, inner_speed=0, outer_speed=1).cage == pytest.approx(14.8594, abs=5e-4)
    assert 25 * defect_orders(nice).cage == pytest.approx(10.14, abs=5e-3)


@given(geometries)
def test_race_orders_add_up_to_the_number_of_elements(geometry: Geometry) -> None:
    orders = defect_orders(geometry)
    assert orders.outer + orders.inner == pytest.approx(geometry.n_elements, rel=1e-12)


@given(geometries)
def test_the_outer_order_is_the_cage_order_times_the_number_of_elements(geometry: Geometry) -> None:
    orders = defect_orders(geometry)
    assert orders.outer == pytest.approx(geometry.n_elements * orders.cage, rel=1e-12)


@given(geometries)
def test_a_turning_outer_ring_keeps_race_orders_and_mirrors_the_cage(geometry: Geometry) -> None:
    inner, outer = defect_orders(geometry), defect_orders(geometry, inner_speed=0, outer_speed=1)
    assert (outer.outer, outer.inner, outer.spin) == pytest.approx((inner.outer, inner.inner, inner.spin), rel=1e-12)
    assert outer.cage == pytest.approx(1 - inner.cage, rel=1e-12)


@given(geometries, st.floats(-3, 3), st.floats(-3, 3).filter(lambda speed: abs(speed) > 1e-3))
def test_race_lines_depend_on_the_difference_of_the_ring_speeds_alone(
    geometry: Geometry, common: float, difference: float
) -> None:
    moved = defect_orders(geometry, common + difference, common)
    still = defect_orders(geometry, (common + difference) - common, 0)
    assert (moved.outer, moved.inner) == pytest.approx((still.outer, still.inner), rel=1e-12)


def test_the_6203_sits_in_the_integer_trap_at_1_74_percent_slip_and_the_6205_does_not() -> None:
    in_trap = defect_orders(Geometry(8, 0.2656, 1.122))
    assert in_trap.integer_distance == pytest.approx(0.0174, abs=5e-5)  # monitoring reference 2.1, supplement S5
    assert in_trap.is_integer_trap
    assert not defect_orders(Geometry(9, 0.3126, 1.537)).is_integer_trap


@pytest.mark.parametrize(
    ("provenance", "measured", "estimated", "window"),
    [
        ("drawing", True, False, 0.01),
        ("user", True, False, 0.01),
        ("drawing", False, False, 0.02),
        ("catalogue", True, False, 0.02),
        ("drawing", False, True, 0.04),
        ("estimate", True, False, 0.04),
    ],
)
def test_the_search_window_follows_from_what_is_known(
    provenance: Provenance, measured: bool, estimated: bool, window: float
) -> None:
    assert search_window(Geometry(9, 7.94, 39.04, provenance=provenance), measured, estimated) == window


def test_a_typed_geometry_is_read_and_ranks_as_a_drawing() -> None:
    geometry = geometry_from_option(" 9, 7.94 ,39.04,0 ")
    assert (geometry.n_elements, geometry.element_diameter_mm, geometry.pitch_diameter_mm) == (9, 7.94, 39.04)
    assert geometry.provenance == "user"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("9,7.94", "2 values"),
        ("", "1 values"),
        ("9,7,94,39,04,0", "6 values"),
        ("9,x,39.04,0", "element diameter DW in mm is «x»"),
        ("9.5,7.94,39.04", "whole number"),
        ("nan,7.94,39.04", "number of elements Z"),
        ("9,7.94,inf", "pitch diameter DPW in mm"),
        ("2,7.94,39.04", "at least 3"),
        ("9,40,39.04", "smaller than the pitch diameter"),
        ("9,-1,39.04", "positive"),
        ("9,7.94,39.04,91", "between 0 and 90"),
    ],
)
def test_a_malformed_geometry_is_refused_with_what_is_wrong(option: str, said: str) -> None:
    with pytest.raises(BadInput) as refusal:
        geometry_from_option(option)
    assert said in str(refusal.value)


@pytest.mark.parametrize("field", ["pitch_diameter_mm", "contact_angle_deg"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_geometry_is_made_of_numbers_that_are_none(field: str, value: float) -> None:
    with pytest.raises(BadInput):
        Geometry(**{"n_elements": 9, "element_diameter_mm": 7.94, "pitch_diameter_mm": 39.04, field: value})


def test_turning_rings_are_read_with_their_reference_speed() -> None:
    assert ring_speeds_from_option("inner") == RingSpeeds(1, 0)
    assert ring_speeds_from_option("outer") == RingSpeeds(0, 1)
    assert ring_speeds_from_option("both:-1500,750") == RingSpeeds(-1, 0.5, 1500)
    assert ring_speeds_from_option("both:0,-900") == RingSpeeds(0, -1, 900)


@pytest.mark.parametrize(
    "option", ["", "inner ring", "both", "both:1", "both:a,b", "both:nan,1", "both:100,100", "1,2"]
)
def test_a_malformed_turning_is_refused(option: str) -> None:
    with pytest.raises(BadInput):
        ring_speeds_from_option(option)
