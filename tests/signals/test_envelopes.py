"""Envelopes and their spectra."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.signals.envelopes import (
    analytic_band,
    band_envelope,
    band_envelope_spectrum,
    envelope_spectrum,
    squared_envelope_spectrum,
)
from loadzone.signals.spectra import power_density
from loadzone.words.errors import BadInput, BadRecord, OutOfScope

FS = 12_000.0
BAND = (2000.0, 4000.0)
seeds = st.integers(0, 2**31)


def _modulated(depth: float = 0.5, rate_hz: float = 107.0, seconds: float = 1.0) -> np.ndarray:
    t = np.arange(int(FS * seconds)) / FS
    return (1 + depth * np.cos(2 * np.pi * rate_hz * t)) * np.cos(2 * np.pi * 3000 * t)


def test_the_squared_envelope_of_a_modulated_tone_has_the_lines_of_algebra() -> None:
    for spectrum in (squared_envelope_spectrum(_modulated(), FS), band_envelope_spectrum(_modulated(), FS, BAND)):
        # (1 + m cos)² = 1 + m²/2 + 2 m cos + m²/2 cos 2: mean squares 2 m² and m⁴/8
        assert float(spectrum.at(107)) == pytest.approx(2 * 0.5**2, rel=1e-6)
        assert float(spectrum.at(214)) == pytest.approx(0.5**4 / 8, rel=1e-6)
        assert float(spectrum.levels.sum()) == pytest.approx(2 * 0.5**2 + 0.5**4 / 8, rel=1e-6)


def test_the_amplitude_envelope_of_a_modulated_tone_is_its_modulation() -> None:
    envelope = band_envelope(_modulated(), FS, BAND, "amplitude")
    t = np.arange(len(envelope.levels)) / envelope.fs_hz
    np.testing.assert_allclose(envelope.levels, 1 + 0.5 * np.cos(2 * np.pi * 107 * t), atol=1e-9)
    assert envelope.fs_hz >= 2 * (BAND[1] - BAND[0])


@given(seeds, st.sampled_from([500, 501, 509, 600]))
def test_the_sum_of_the_spectrum_is_the_variance_of_the_envelope(seed: int, n: int) -> None:
    x = np.random.default_rng(seed).standard_normal(n)
    for kind in ("squared", "amplitude", "log"):
        envelope = band_envelope(x, FS, BAND, kind)  # type: ignore[arg-type]  # one of the three names
        assert envelope_spectrum(envelope).levels.sum() == pytest.approx(envelope.levels.var())


@given(seeds, st.floats(1e-3, 1e3))
def test_the_squared_spectrum_goes_with_the_fourth_power_and_the_log_spectrum_not_at_all(
    seed: int, scale: float
) -> None:
    x = np.random.default_rng(seed).standard_normal(600)
    squared = squared_envelope_spectrum(x, FS).levels
    np.testing.assert_allclose(
        squared_envelope_spectrum(-scale * x, FS).levels, scale**4 * squared, rtol=1e-6, atol=1e-12 * scale**4
    )
    log = band_envelope_spectrum(x, FS, BAND, "log").levels
    np.testing.assert_allclose(band_envelope_spectrum(scale * x, FS, BAND, "log").levels, log, rtol=1e-6, atol=1e-15)


@given(seeds, st.integers(1, 599))
def test_a_later_start_does_not_change_the_lines(seed: int, shift: int) -> None:
    x = np.random.default_rng(seed).standard_normal(600)
    for kernel in (squared_envelope_spectrum, lambda x, fs: band_envelope_spectrum(x, fs, BAND)):
        np.testing.assert_allclose(kernel(np.roll(x, shift), FS).levels, kernel(x, FS).levels, rtol=1e-6, atol=1e-12)


@given(seeds)
def test_the_analytic_band_of_a_sum_is_the_sum(seed: int) -> None:
    x, y = np.random.default_rng(seed).standard_normal((2, 600))
    parts = analytic_band(x, FS, BAND).samples + 2 * analytic_band(y, FS, BAND).samples
    np.testing.assert_allclose(analytic_band(x + 2 * y, FS, BAND).samples, parts, atol=1e-9)


def test_white_noise_has_exponential_line_powers() -> None:
    x = np.random.default_rng(3).standard_normal(120_000).astype(np.float32)
    levels = band_envelope_spectrum(x, FS, BAND).levels[100:2000].astype(np.float64)
    # Exp(1) over the local mean: median ln 2, 5 % above ln 20 (monitoring practice: 3 standard errors of 1900 bins)
    ratio = levels / levels.mean()
    assert np.median(ratio) == pytest.approx(np.log(2), abs=0.07)
    assert (ratio > np.log(20)).mean() == pytest.approx(0.05, abs=0.015)


def _bursts(times_s: np.ndarray, seconds: float, fs_hz: float) -> np.ndarray:
    """Short bursts of 600 Hz at exact times."""
    n = int(seconds * fs_hz)
    near = np.arange(-8, 9)
    index = np.round(times_s * fs_hz).astype(int)[:, None] + near
    since = index / fs_hz - times_s[:, None]
    x = np.zeros(n + 40)
    np.add.at(x, np.clip(index, 0, n + 39), np.exp(-((since / 0.0015) ** 2)) * np.cos(2 * np.pi * 600 * since))
    return x[:n]


def test_a_line_that_slips_is_as_wide_as_the_square_of_the_slip() -> None:
    # cumulative jitter σ of the period: Lorentz line of full width 2π h² σ² f at half height; 0.25 Hz for f = 100 Hz,
    # σ = 2 %, h = 1
    fs_hz, seconds, sigma = 2000.0, 1600.0, 0.02
    rng = np.random.default_rng(0)
    times = np.cumsum(0.01 * (1 + sigma * rng.standard_normal(int(seconds * 100))))
    x = _bursts(times[times < seconds - 1], seconds, fs_hz)
    envelope = band_envelope(x, fs_hz, (300, 900))
    density = power_density(envelope.levels, envelope.fs_hz, int(40 * envelope.fs_hz))
    first, stop = (int(f / density.resolution_hz) for f in (97, 103))
    line = density.levels[first:stop] - np.median(density.levels[first - 400 : first])
    # area over height of a Lorentz line is π/2 times its width; the Hann window adds 0.04 Hz; 80 averages
    width = 2 / np.pi * line.sum() * density.resolution_hz / np.convolve(line, np.full(3, 1 / 3)).max()
    assert width == pytest.approx(2 * np.pi * sigma**2 * 100, abs=0.07)


@pytest.mark.parametrize("harmonic", [1, 2, 3])
def test_independent_jitter_lowers_a_line_without_widening_it(harmonic: int) -> None:
    # amplitude factor exp(−(2π h σ)²/2) of harmonic h, σ of the period
    fs_hz, seconds, sigma = 2000.0, 200.0, 0.04
    even = 0.01 * np.arange(1, int(seconds * 100) - 2)
    moved = even + 0.01 * sigma * np.random.default_rng(1).standard_normal(len(even))
    plain, jittered = (
        band_envelope_spectrum(_bursts(times, seconds, fs_hz), fs_hz, (200, 998)) for times in (even, moved)
    )
    near = (100.0 * harmonic - 0.1, 100.0 * harmonic + 0.1)
    powers = []
    for spectrum in (plain, jittered):
        first, stop = (round(f / spectrum.resolution_hz) for f in near)
        powers.append(spectrum.levels[first:stop].sum())
    expected = np.exp(-((2 * np.pi * harmonic * sigma) ** 2))
    assert powers[1] / powers[0] == pytest.approx(expected, rel=0.06)


def test_single_precision_stays_single_and_channels_do_not_mix() -> None:
    batch = np.random.default_rng(1).standard_normal((3, 1021)).astype(np.float32)
    for kernel in (squared_envelope_spectrum, lambda x, fs: band_envelope_spectrum(x, fs, BAND, "log")):
        together = kernel(batch, FS)
        assert together.levels.dtype == np.float32
        for row, channel in enumerate(batch):
            np.testing.assert_allclose(together.levels[row], kernel(channel, FS).levels, rtol=1e-3, atol=1e-6)


def test_a_length_without_small_factors_finds_the_same_line() -> None:
    x = _modulated()[:11_987]  # a prime
    assert float(squared_envelope_spectrum(x, FS).peak_hz((20, 1000))) == pytest.approx(107, abs=1)


@pytest.mark.parametrize("kernel", [squared_envelope_spectrum, lambda x, fs: band_envelope_spectrum(x, fs, BAND)])
def test_bad_records_are_refused(kernel: object) -> None:
    for bad in (np.zeros(500), np.ones(5), np.full(500, np.nan)):
        with pytest.raises(BadRecord):
            kernel(bad, FS)  # type: ignore[operator]  # one of the two kernels
    with pytest.raises(BadInput):
        kernel(np.arange(500.0), -1.0)  # type: ignore[operator]  # as above


def test_a_band_above_the_nyquist_frequency_is_refused() -> None:
    with pytest.raises(OutOfScope, match="7000"):
        band_envelope_spectrum(_modulated(), FS, (5000, 7000))
