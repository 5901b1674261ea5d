"""Lubrication: ν_1, ν over temperature, contamination, grease interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.lubrication import (
    Oil,
    cleanliness_codes,
    cleanliness_from_option,
    contamination,
    contamination_raw,
    oil_from_option,
    reference_viscosity,
    relubrication_interval_h,
    viscosity,
)
from loadzone.words.errors import BadInput, OutOfScope


def test_the_branches_of_the_reference_viscosity_differ_by_two_percent_at_1000_rpm() -> None:
    below, at = reference_viscosity([999.999999, 1000.0], 50.0)
    assert below / at == pytest.approx(1.023, abs=5e-4)


@given(nu40=st.floats(5.0, 2000.0), share=st.floats(0.05, 0.6))
def test_the_viscosity_goes_through_both_stated_points_and_falls(nu40: float, share: float) -> None:
    oil = Oil(nu40, max(nu40 * share, 1.0))
    found = viscosity(oil, [40.0, 70.0, 100.0])
    assert found[[0, 2]] == pytest.approx([oil.nu40_mm2_s, oil.nu100_mm2_s], rel=1e-9)
    assert found[0] > found[1] > found[2]


def test_oils_between_the_grades_lie_between_them() -> None:
    assert 5.5 < oil_from_option("40").nu100_mm2_s < 6.5
    assert oil_from_option("ISO VG 46").nu100_mm2_s == 6.5


@pytest.mark.parametrize("code", list(cleanliness_codes()))
def test_every_code_gives_a_share_and_a_thicker_film_no_less(code: str) -> None:
    clean = cleanliness_from_option(code)
    found = np.array([float(contamination(clean, kappa, 150.0)) for kappa in (0.2, 1.0, 4.0)])
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert (np.diff(found) >= 0.0).all()


def test_a_very_dirty_small_bearing_would_have_a_negative_e_c_and_is_held_at_0() -> None:
    clean = cleanliness_from_option("grease:very-severe")
    assert float(contamination_raw(clean, 1.0, 50.0)) < 0.0 == float(contamination(clean, 1.0, 50.0))


def test_codes_are_read_in_the_ways_people_write_them() -> None:
    assert cleanliness_from_option("-/17/14") == cleanliness_from_option("inline:17/14")
    assert cleanliness_from_option("bath:21/18").a == 0.00411
    assert cleanliness_from_option("Very Severe").band == (0.0, 0.0, 0.0, 0.0)


def test_grease_intervals_halve_with_15_kelvin_and_double_only_once() -> None:
    base = relubrication_interval_h(1500.0, 50.0, "deep_groove_ball")
    assert relubrication_interval_h(1500.0, 50.0, "deep_groove_ball", 85.0) == pytest.approx(base / 2)
    assert relubrication_interval_h(1500.0, 50.0, "deep_groove_ball", 20.0) == pytest.approx(base * 2)
    assert relubrication_interval_h(1500.0, 50.0, "spherical_roller", is_vertical=True) == pytest.approx(base / 20)


def test_impossible_lubricants_are_refused_with_the_way_out() -> None:
    for option in ("thick", "68/90", "nan", "1/2/3"):
        with pytest.raises(BadInput):
            oil_from_option(option)
    with pytest.raises(OutOfScope, match="both viscosities"):
        oil_from_option("3000")
    for option in ("filthy", "1.5", "nan"):
        with pytest.raises(BadInput):
            cleanliness_from_option(option)
    with pytest.raises(OutOfScope, match="no grease interval"):
        relubrication_interval_h(20_000.0, 100.0, "cylindrical_roller")
