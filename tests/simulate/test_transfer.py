"""Impulses at their exact times: no combs of the sampling grid, resonances as theory has them."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loadzone.simulate.transfer import Resonance, impulse_spectrum, lead_samples, ring, transfer

AnyArray = NDArray[Any]
FS_HZ = 12000.0


def line_spectrum(signal: AnyArray) -> AnyArray:
    """Power with a 4-term Blackman-Harris window: side lobes 92 dB down, main lobe 4 bins wide."""
    phase = 2 * np.pi * np.arange(len(signal)) / len(signal)
    window = 0.35875 - 0.48829 * np.cos(phase) + 0.14128 * np.cos(2 * phase) - 0.01168 * np.cos(3 * phase)
    return np.abs(np.fft.rfft(signal * window)) ** 2


def energy_between_lines(spectrum: AnyArray, rate_hz: float, bin_hz: float) -> float:
    """Power further than 6 bins from every multiple of the rate, over all power."""
    bins = np.arange(len(spectrum))
    distance = np.abs(bins * bin_hz / rate_hz - np.rint(bins * bin_hz / rate_hz)) * rate_hz / bin_hz
    return float(spectrum[distance > 6].sum() / spectrum.sum())


@pytest.mark.parametrize("rate_hz", [107.354, 162.185, 83.7])
def test_a_train_with_a_period_of_no_whole_number_of_samples_has_lines_only_at_multiples_of_its_rate(
    rate_hz: float,
) -> None:
    n = 60000
    times_s = np.arange(-20, n / FS_HZ * rate_hz) / rate_hz + 0.3 / rate_hz
    signal = ring(times_s, np.ones(len(times_s)), [Resonance(3000.0, 20.0)], n, FS_HZ)
    assert energy_between_lines(line_spectrum(signal), rate_hz, FS_HZ / n) < 1e-7


def test_the_same_train_on_whole_samples_would_have_spurious_lines() -> None:
    n, rate_hz = 60000, 107.354
    times_s = np.rint(np.arange(-20, n / FS_HZ * rate_hz) / rate_hz * FS_HZ) / FS_HZ
    signal = ring(times_s, np.ones(len(times_s)), [Resonance(3000.0, 20.0)], n, FS_HZ)
    assert energy_between_lines(line_spectrum(signal), rate_hz, FS_HZ / n) > 1e-3


@pytest.mark.parametrize("harmonic", [1, 5, 20, 50])
def test_lines_of_an_impact_train_lie_at_their_orders_within_a_tenth_of_a_percent(harmonic: int) -> None:
    n, rate_hz = 120000, 107.354
    times_s = np.arange(0, n / FS_HZ * rate_hz) / rate_hz
    spectrum = line_spectrum(ring(times_s, np.ones(len(times_s)), [Resonance(3000.0, 5.0)], n, FS_HZ))
    near = np.flatnonzero(np.abs(np.arange(len(spectrum)) * FS_HZ / n - harmonic * rate_hz) < 20)
    peak = near[np.argmax(spectrum[near])]
    left, middle, right = np.sqrt(spectrum[peak - 1 : peak + 2])
    found_hz = (peak + (right - left) / (left + middle + right)) * FS_HZ / n
    assert found_hz == pytest.approx(harmonic * rate_hz, rel=1e-3)


def test_the_spectrum_of_fractional_impulses_is_their_fourier_sum() -> None:
    rng = np.random.default_rng(4)
    n = 500
    positions, strengths = rng.uniform(0, n, 40), rng.standard_normal(40)
    direct = np.exp(-2j * np.pi * np.outer(np.arange(n // 2 + 1), positions) / n) @ strengths
    fast = impulse_spectrum(positions, strengths, n)
    assert np.abs(fast - direct).max() < 2e-5 * np.abs(direct).max()


def test_impulses_outside_the_record_leave_no_trace() -> None:
    assert not np.abs(impulse_spectrum(np.array([-3.0, 700.0]), np.ones(2), 500)).any()


def test_a_burst_rings_as_a_decaying_cosine_from_its_exact_start() -> None:
    start_s, f0_hz, q = 0.10003, 600.0, 15.0
    signal = ring(np.array([start_s]), np.array([2.0]), [Resonance(f0_hz, q)], 6000, FS_HZ)
    since = np.arange(6000) / FS_HZ - start_s
    decay = np.pi * f0_hz / q
    # exact response of the mode: cos - decay/omega_d sin, both under the exponential
    omega = np.sqrt((2 * np.pi * f0_hz) ** 2 - decay**2)
    expected = 2.0 * np.exp(-decay * since) * (np.cos(omega * since) - decay / omega * np.sin(omega * since))
    after = since > 60 / FS_HZ
    # the ideal filter at fs/2 smears the jump at the start as 1/(pi samples): 0.5 % of it after 60 samples
    assert np.abs(signal[after] - expected[after]).max() < 0.02
    assert np.abs(signal[since < -60 / FS_HZ]).max() < 0.02


def test_a_burst_before_the_first_sample_still_rings_into_the_record() -> None:
    signal = ring(np.array([-0.001]), np.array([1.0]), [Resonance(1000.0, 50.0)], 1000, FS_HZ)
    assert np.abs(signal[:20]).max() > 0.5


def test_bursts_of_the_end_do_not_wrap_round_to_the_start() -> None:
    signal = ring(np.array([0.4999]), np.array([1.0]), [Resonance(1000.0, 50.0)], 6000, FS_HZ)
    assert np.abs(signal[:3000]).max() < 1e-3


def test_a_resonance_has_its_gain_at_f0_and_3_db_less_at_the_ends_of_f0_over_q() -> None:
    n, f0_hz, q = 120000, 3000.0, 30.0
    gains = np.abs(transfer([Resonance(f0_hz, q, 2.0)], n, FS_HZ))
    frequencies = np.arange(n // 2 + 1) * FS_HZ / n
    assert gains[np.argmin(np.abs(frequencies - f0_hz))] == pytest.approx(2.0, rel=1e-3)
    inside = frequencies[gains > 2.0 / np.sqrt(2)]
    assert np.ptp(inside) == pytest.approx(f0_hz / q, rel=0.01)
    assert gains[0] == 0.0


def test_the_lead_lets_a_burst_decay_by_60_db() -> None:
    mode = Resonance(500.0, 60.0)
    assert np.exp(-np.pi * mode.f0_hz / mode.q * lead_samples([mode], FS_HZ) / FS_HZ) <= 1e-3
