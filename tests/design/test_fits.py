"""Fits, temperature and speed: exact special cases, monotone chains, tables, bad input."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.bearings.tolerances import fit_classes, limit_deviations, radial_clearance, ring_deviations
from loadzone.design.fits import (
    Mounting,
    clearance_band,
    fit_tolerances,
    growth_of_inner_raceway,
    operating_clearance,
    sample_clearance,
    seat_pressure,
    shrink_of_outer_raceway,
)
from loadzone.design.inside import Material
from loadzone.words.errors import BadInput, OutOfScope

STEEL = Material(206_000.0)
M6205 = Mounting(25.0, 52.0, 30.56, 46.44, clearance_mm=0.0125, element_mm=7.938)


@given(st.floats(0, 0.05), st.floats(10, 200), st.floats(1.05, 1.5))
def test_on_a_solid_shaft_of_the_same_steel_the_raceway_grows_by_the_interference_times_the_ratio(
    interference: float, bore: float, ratio: float
) -> None:
    pressure = seat_pressure(interference, bore, 0.0, ratio * bore, STEEL, STEEL)
    assert growth_of_inner_raceway(pressure, bore, ratio * bore, STEEL) == pytest.approx(
        interference / ratio, abs=1e-15
    )


def test_in_a_stiff_housing_the_outer_ring_takes_the_whole_interference() -> None:
    rigid = Material(1e15)
    pressure = seat_pressure(0.02, 52.0, 46.0, np.inf, STEEL, rigid)
    bore, outside = 46.0, 52.0
    shrink_outside = pressure * outside / 206_000 * ((outside**2 + bore**2) / (outside**2 - bore**2) - 0.3)
    assert shrink_outside == pytest.approx(0.02)
    assert 0 < float(shrink_of_outer_raceway(pressure, outside, bore, STEEL)) < 0.0225


def test_a_loose_fit_changes_nothing() -> None:
    found = operating_clearance(replace(M6205, shaft_interference_mm=-0.01, housing_interference_mm=-0.02))
    assert found.clearance_mm == pytest.approx(0.0125)
    assert found.shaft_pressure_mpa == 0


def test_a_uniform_rise_only_scales_the_clearance() -> None:
    rise = dict.fromkeys(("inner_rise_k", "outer_rise_k", "element_rise_k", "shaft_rise_k", "housing_rise_k"), 50.0)
    mounting = replace(M6205, raceway_outer_mm=30.56 + 2 * 7.938 + 0.0125, shaft_interference_mm=0.01, **rise)
    cold = operating_clearance(replace(mounting, **dict.fromkeys(rise, 0.0)))
    assert operating_clearance(mounting).clearance_mm == pytest.approx(float(cold.clearance_mm), abs=1e-5)


def test_an_aluminium_housing_lets_go_when_it_warms() -> None:
    mounting = replace(M6205, housing_interference_mm=0.02, housing_outer_mm=80.0, housing=Material(70_000.0, 0.33))
    warm = replace(mounting, housing_expansion=23e-6, housing_rise_k=40.0, outer_rise_k=40.0)
    assert operating_clearance(mounting).housing_pressure_mpa > 0
    assert operating_clearance(warm).housing_pressure_mpa == 0


def test_speed_takes_clearance_and_pressure_until_the_ring_lifts_off_its_shaft() -> None:
    found = operating_clearance(replace(M6205, shaft_interference_mm=0.002, speed_rpm=np.array([0.0, 1e4, 1e5])))
    assert np.all(np.diff(found.shaft_pressure_mpa) < 0)
    assert found.shaft_pressure_mpa[-1] == 0
    assert np.all(np.diff(found.clearance_mm) < 0)


@given(st.floats(0, 0.03), st.floats(0, 0.03), st.floats(0, 40))
def test_the_chain_adds_up(shaft: float, housing: float, warm: float) -> None:
    mounting = replace(
        M6205, shaft_interference_mm=shaft, housing_interference_mm=housing, inner_rise_k=warm, speed_rpm=6000.0
    )
    found = operating_clearance(mounting)
    left = 0.0125 - found.inner_growth_mm - found.outer_shrink_mm + found.thermal_mm - found.centrifugal_mm
    assert found.clearance_mm == pytest.approx(float(left))
    assert found.steps()[-1].value == pytest.approx(1000 * float(left))


def test_every_sampled_assembly_lies_in_the_band_of_its_tolerances() -> None:
    tolerances = {"clearance_mm": (0.005, 0.020), "shaft_interference_mm": (0.002, 0.021), "smoothing_mm": (0.0, 0.002)}
    band = clearance_band(M6205, tolerances)
    drawn = sample_clearance(M6205, tolerances, np.random.default_rng(7), 2000).clearance_mm
    assert float(band.min.clearance_mm) <= drawn.min() < drawn.max() <= float(band.max.clearance_mm)
    assert np.mean(drawn) == pytest.approx(float(band.mean.clearance_mm), abs=2e-4)
    assert float(band.min.clearance_mm) == pytest.approx(0.005 - 0.021 * 25 / 30.56)


def test_a_tolerance_of_something_else_is_refused() -> None:
    with pytest.raises(BadInput, match="bore_mm"):
        clearance_band(M6205, {"bore_mm": (24.99, 25.0)})
    with pytest.raises(BadInput, match="in order"):
        clearance_band(M6205, {"clearance_mm": (0.02, 0.01)})


def test_rings_that_do_not_fit_into_each_other_are_refused() -> None:
    with pytest.raises(BadInput, match="must grow"):
        Mounting(25.0, 52.0, 24.0, 46.0)
    with pytest.raises(BadInput, match="housing of 50 mm"):
        replace(M6205, housing_outer_mm=50.0)


@pytest.mark.parametrize(
    ("tolerance_class", "nominal_mm", "lower_um", "upper_um"),
    [
        ("h6", 25, -13, 0),
        ("k6", 50, 2, 18),
        ("m6", 100, 13, 35),
        ("j5", 25, -4, 5),
        ("js6", 60, -9.5, 9.5),
        ("H7", 52, 0, 30),
        ("J7", 100, -13, 22),
        ("K7", 150, -28, 12),
        ("N7", 62, -39, -9),
        ("P7", 200, -79, -33),
        ("g6", 10, -14, -5),
    ],
)
def test_seat_tolerances_have_their_known_limits(
    tolerance_class: str, nominal_mm: float, lower_um: float, upper_um: float
) -> None:
    limits = limit_deviations(tolerance_class, nominal_mm)
    assert (1000 * limits.lower_mm, 1000 * limits.upper_mm) == pytest.approx((lower_um, upper_um))


def test_grades_widen_with_size_and_number() -> None:
    sizes = (2, 5, 8, 15, 25, 40, 60, 100, 150, 220, 300, 350, 450)
    widths = [[limit_deviations(f"h{grade}", size).width_mm for size in sizes] for grade in range(3, 10)]
    assert np.all(np.diff(widths, axis=1) >= 0)
    assert np.all(np.diff(widths, axis=0) > 0)


def test_clearance_groups_follow_each_other() -> None:
    for bore in (12, 25, 60, 110, 190):
        groups = [radial_clearance(bore, name) for name in ("C2", "CN", "C3", "C4", "C5")]
        assert np.all(np.diff([each.lower_mm for each in groups]) > 0)
        assert np.all(np.diff([each.upper_mm for each in groups]) > 0)
    assert radial_clearance(25).mark == "read"
    assert radial_clearance(190).mark == "not verified"


def test_ring_and_fit_are_read() -> None:
    assert ring_deviations("inner", 25).lower_mm == pytest.approx(-0.010)
    assert ring_deviations("outer", 52).lower_mm == pytest.approx(-0.013)
    assert fit_classes("js6/JS7") == ("js6", "JS7")


def test_classes_that_no_table_holds_are_refused() -> None:
    for name, size in (("zz9", 25), ("k5/H7", 25)):
        with pytest.raises(BadInput):
            limit_deviations(name, size)
    for name, size in (("k6", 900), ("M6", 25), ("k9", 25)):
        with pytest.raises(OutOfScope, match="deviations"):
            limit_deviations(name, size)
    with pytest.raises(BadInput):
        fit_classes("k5")


def test_a_fit_becomes_limits_with_the_mark_of_the_least_known_table() -> None:
    found = fit_tolerances(25.0, 52.0, "k5/H7", "C3")
    assert found.limits_mm["housing_interference_mm"] == pytest.approx((-0.043, 0.0))
    assert found.limits_mm["clearance_mm"] == pytest.approx((0.013, 0.028))
    assert found.mark == "not verified"
    band = clearance_band(M6205, found.limits_mm)
    assert float(band.min.clearance_mm) < float(band.mean.clearance_mm) < float(band.max.clearance_mm)
