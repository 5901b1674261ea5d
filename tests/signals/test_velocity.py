"""Velocity and displacement from acceleration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.signals.velocity import (
    STANDARD_GRAVITY_MS2,
    displacement_rms,
    in_motion_unit,
    motion_rms,
    velocity_band_hz,
    velocity_rms,
)
from loadzone.words.errors import BadInput, BadRecord, MissingInput, OutOfScope

FS = 12_000.0


def _sine(frequency_hz: float, seconds: float = 2.0, fs_hz: float = FS) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * fs_hz)) / fs_hz + 0.4)


@pytest.mark.parametrize("frequency_hz", [15.0, 30.0, 159.1549, 412.3, 950.0])
def test_a_sine_of_one_g_has_the_velocity_of_mechanics(frequency_hz: float) -> None:
    # a = 9.80665 m/s² peak, v = a/(2πf); a sine between two bins keeps to 1e-3
    expected = STANDARD_GRAVITY_MS2 * 1000 / (2 * np.pi * frequency_hz) / np.sqrt(2)
    assert float(velocity_rms(_sine(frequency_hz), FS, "g", 1500)) == pytest.approx(expected, rel=1e-3)


@settings(max_examples=30)
@given(st.integers(25, 1900))
def test_a_sine_of_whole_periods_is_integrated_exactly_and_every_unit_agrees(periods: int) -> None:
    frequency = periods / 2.0
    angular = 2 * np.pi * frequency
    x = _sine(frequency)
    expected = 1 / np.sqrt(2)
    for unit, peak in (
        ("mms", 1.0),
        ("um", 1000 / angular),
        ("ms2", angular / 1000),
        ("g", angular / 1000 / STANDARD_GRAVITY_MS2),
    ):
        # three bins of the window stand for the sine; their curvature is left at (bin/frequency)⁴
        assert float(velocity_rms(peak * x, FS, unit, 1500)) == pytest.approx(expected, rel=1e-4)
        assert float(displacement_rms(peak * x, FS, unit, 1500)) == pytest.approx(expected * 1000 / angular, rel=4e-4)


def test_a_strong_line_above_the_band_does_not_leak_into_the_velocity() -> None:
    # 10 g at 3000.25 Hz is far outside; with a rectangular window it would read about 0.5 mm/s
    assert float(velocity_rms(10 * _sine(3000.25), FS, "g", 1500)) < 0.01


def test_the_lower_corner_goes_down_to_two_hertz_below_600_rpm() -> None:
    assert velocity_band_hz(600) == (10.0, 1000.0)
    assert velocity_band_hz(599) == (2.0, 1000.0)
    slow = _sine(5.0, seconds=4)
    assert float(velocity_rms(slow, FS, "mms", 1500)) < 1e-4
    assert float(velocity_rms(slow, FS, "mms", 120)) == pytest.approx(1 / np.sqrt(2), rel=1e-3)


def test_the_waveform_of_a_sine_is_integrated_with_its_phase() -> None:
    t = np.arange(24_000) / FS
    velocity = in_motion_unit(np.cos(2 * np.pi * 50 * t).astype(np.float32), FS, "ms2", (10, 1000), "mms")
    assert velocity.dtype == np.float32
    np.testing.assert_allclose(velocity, 1000 / (2 * np.pi * 50) * np.sin(2 * np.pi * 50 * t), atol=1e-4)
    back = in_motion_unit(velocity, FS, "mms", (10, 1000), "ms2")
    np.testing.assert_allclose(back, np.cos(2 * np.pi * 50 * t), atol=1e-4)


def test_noise_has_the_same_velocity_by_waveform_and_by_spectrum() -> None:
    x = np.random.default_rng(0).standard_normal((2, 120_000))
    by_waveform = in_motion_unit(x, FS, "ms2", (10, 1000), "mms").std(axis=-1)
    # the lowest bins rule: some tens of them, windowed here and not there
    np.testing.assert_allclose(velocity_rms(x, FS, "ms2", 1500), by_waveform, rtol=0.2)
    assert motion_rms(x, FS, "ms2", (10, 1000), "mms").shape == (2,)


def test_a_unit_that_is_missing_or_not_of_motion_is_refused() -> None:
    with pytest.raises(MissingInput, match="unit of the samples is not known"):
        velocity_rms(_sine(50), FS, None, 1500)
    for unit in ("v", "degc", "pa", "mm/s", ""):
        with pytest.raises(OutOfScope, match="not one of motion"):
            velocity_rms(_sine(50), FS, unit, 1500)


def test_a_record_that_cannot_show_the_band_is_refused() -> None:
    with pytest.raises(OutOfScope, match="does not cover the band up to 1000"):
        velocity_rms(_sine(50, fs_hz=1900), 1900, "g", 1500)
    with pytest.raises(OutOfScope, match=r"holds 1\.0 periods of 10"):
        velocity_rms(_sine(50, seconds=0.1), FS, "g", 1500)
    with pytest.raises(BadInput, match="speed 0 rpm"):
        velocity_rms(_sine(50), FS, "g", 0)
    with pytest.raises(BadRecord):
        velocity_rms(np.ones(24_000), FS, "g", 1500)
