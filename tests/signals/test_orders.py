"""Order tracking by tacho and by speed profile."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.signals.orders import (
    ShaftPhase,
    phase_from_profile,
    phase_from_tacho,
    tacho_times,
    to_order_domain,
)
from loadzone.signals.recording import SpeedProfile
from loadzone.signals.spectra import amplitude_spectrum
from loadzone.words.errors import BadInput, BadRecord, OutOfScope

FS = 12_000.0
DURATION_S = 12.0
LINES = ((1.0, 1.0), (3.58, 0.5), (40.0, 0.2))


def _run_up(dtype: type = np.float64) -> tuple[np.ndarray, np.ndarray]:
    """Samples of three orders while the shaft runs from 600 to 1800 r/min, and its revolutions."""
    t = np.arange(int(FS * DURATION_S)) / FS
    revolutions = 10 * t + 20 / (2 * DURATION_S) * t * t
    return _at(revolutions).astype(dtype), revolutions


def _at(revolutions: np.ndarray, highest: float = np.inf) -> np.ndarray:
    return np.sum([a * np.sin(2 * np.pi * h * revolutions + h) for h, a in LINES if h < highest], axis=0)


def _profile() -> SpeedProfile:
    return SpeedProfile(np.array([0.0, DURATION_S]), np.array([600.0, 1800.0]))


@pytest.mark.parametrize("per_rev", [None, 256, 100, 64])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_chirp_becomes_steady_sines_of_its_orders(per_rev: int | None, dtype: type) -> None:
    x, revolutions = _run_up(dtype)
    turned = to_order_domain(x, FS, phase_from_profile(_profile()), per_rev)
    at = turned.first_revolution + np.arange(len(turned.samples)) / turned.samples_per_rev
    assert turned.samples.dtype == dtype
    assert at[-1] > revolutions[-1] - 0.1
    # orders above half the samples a revolution are removed, not folded: order 40 at 64 a revolution is gone;
    # four revolutions at either end carry the ringing of the record's ends
    inner = slice(4 * turned.samples_per_rev, -4 * turned.samples_per_rev)
    np.testing.assert_allclose(turned.samples[inner], _at(at, turned.samples_per_rev / 2)[inner], atol=2e-4)


def test_tacho_pulses_give_the_same_orders() -> None:
    x, revolutions = _run_up()
    pulses = 5 * np.exp(-(((np.mod(revolutions + 0.5, 1) - 0.5) / 0.03) ** 2))
    times = tacho_times(pulses + 0.05 * np.random.default_rng(0).standard_normal(len(pulses)), FS)
    turned = to_order_domain(x, FS, phase_from_tacho(times), 256)
    spectrum = amplitude_spectrum(turned.samples, turned.samples_per_rev)
    for order, amplitude in LINES:
        # the window loses up to 15 % between two bins
        assert 0.84 * amplitude < float(spectrum.at(order)) < 1.01 * amplitude
    assert float(spectrum.at(1.0)) == pytest.approx(1.0, rel=1e-3)
    assert float(spectrum.at(40.0)) == pytest.approx(0.2, rel=0.02)


def test_without_tracking_the_same_chirp_has_no_line() -> None:
    x, _ = _run_up()
    assert amplitude_spectrum(x, FS).levels.max() < 0.25


@settings(max_examples=25)
@given(st.floats(2.0, 60.0), st.floats(0.2, 3.0), st.integers(20, 200))
def test_the_phase_of_a_profile_is_the_integral_of_its_speed(start_hz: float, ratio: float, seconds: int) -> None:
    end_hz = start_hz * ratio
    phase = phase_from_profile(SpeedProfile(np.array([0.0, seconds]), np.array([start_hz, end_hz]) * 60))
    assert phase.revolutions[-1] == pytest.approx((start_hz + end_hz) / 2 * seconds)
    t = np.linspace(0, seconds, 333)
    turned = start_hz * t + (end_hz - start_hz) / (2 * seconds) * t * t
    np.testing.assert_allclose(phase.times_at(turned), t, atol=1e-6 * seconds)
    np.testing.assert_allclose(phase.speeds_rpm_at(t), 60 * (start_hz + (end_hz - start_hz) * t / seconds), rtol=5e-3)


def test_pulses_of_a_smooth_speed_place_the_angle_within_a_thousandth_of_a_turn() -> None:
    t = np.arange(0, 20, 1e-4)
    revolutions = 25 * t + 2 * np.sin(2 * np.pi * 0.3 * t)
    phase = phase_from_tacho(np.interp(np.arange(0, 480), revolutions, t))
    at = np.linspace(1, 478, 5000)
    np.testing.assert_allclose(phase.times_at(at) * 25, np.interp(at, revolutions, t) * 25, atol=1e-3)


def test_an_encoder_of_64_lines_counts_revolutions_not_pulses() -> None:
    phase = phase_from_tacho(np.arange(641) / 64 / 20, pulses_per_rev=64)
    assert phase.revolutions[-1] == 10
    np.testing.assert_allclose(phase.speeds_rpm_at(np.array([0.1, 0.4])), 1200)


def test_falling_edges_and_upside_down_pulses_are_the_same() -> None:
    t = np.arange(24_000) / FS
    pulses = np.clip(8 * np.sin(2 * np.pi * 21.7 * t), -1, 1)
    np.testing.assert_allclose(tacho_times(-pulses, FS, rising=False), tacho_times(pulses, FS))
    # a flank over several samples is dated between them: an eighth of a radian is exact to rounding
    expected = np.arange(1, len(tacho_times(pulses, FS)) + 1) / 21.7
    np.testing.assert_allclose(tacho_times(pulses, FS), expected, atol=1e-6)


def test_noise_on_a_flank_makes_no_second_pulse() -> None:
    t = np.arange(60_000) / FS
    slow = np.sin(2 * np.pi * 3 * t) + 0.1 * np.random.default_rng(1).standard_normal(len(t))
    assert len(tacho_times(slow, FS)) in {14, 15}


def test_channels_in_one_call_give_what_each_gives_alone() -> None:
    x, _ = _run_up(np.float32)
    phase = phase_from_profile(_profile())
    together = to_order_domain(np.stack((x, -2 * x)), FS, phase, 64).samples
    np.testing.assert_allclose(together[1], -2 * together[0], atol=1e-5)
    np.testing.assert_allclose(together[0], to_order_domain(x, FS, phase, 64).samples, atol=1e-5)


def test_a_profile_that_begins_before_and_ends_within_the_record_uses_what_both_cover() -> None:
    x, _ = _run_up()
    phase = phase_from_profile(SpeedProfile(np.array([-2.0, 5.0]), np.array([600.0, 600.0])))
    turned = to_order_domain(x, FS, phase)
    assert turned.first_revolution == pytest.approx(20)
    assert len(turned.samples) == pytest.approx(50 * turned.samples_per_rev, abs=2)


def test_a_missing_or_doubled_pulse_is_named_with_its_time() -> None:
    times = np.arange(100) / 20
    with pytest.raises(BadRecord, match=r"tacho interval at 2\.450 s is 2\.00"):
        phase_from_tacho(np.delete(times, 50))
    with pytest.raises(BadRecord, match="missing or doubled"):
        phase_from_tacho(np.sort(np.append(times, 2.52)))


@pytest.mark.parametrize(
    "profile",
    [
        SpeedProfile(np.array([0.0, 1.0]), np.array([600.0, 0.0])),
        SpeedProfile(np.array([0.0]), np.array([600.0])),
        SpeedProfile(np.array([1.0, 1.0]), np.array([600.0, 700.0])),
    ],
)
def test_a_profile_without_a_phase_is_refused(profile: SpeedProfile) -> None:
    with pytest.raises(BadInput, match="speed profile"):
        phase_from_profile(profile)


def test_what_cannot_be_tracked_is_refused() -> None:
    x, _ = _run_up()
    late = ShaftPhase(np.arange(3.0), np.array([20.0, 20.1, 20.2]), np.full(3, 0.1))
    with pytest.raises(OutOfScope, match="less than one revolution"):
        to_order_domain(x, FS, late)
    with pytest.raises(BadInput, match="1 samples a revolution"):
        to_order_domain(x, FS, phase_from_profile(_profile()), 1)
    with pytest.raises(BadInput, match="give 3 or more rising times"):
        phase_from_tacho(np.array([0.0, 1.0]))
    with pytest.raises(BadRecord, match="tacho pulses found"):
        tacho_times(np.linspace(0, 1, 1000), FS)
    with pytest.raises(BadRecord, match="2 axes"):
        tacho_times(np.zeros((2, 100)), FS)
