"""Spectral correlation, coherence and the enhanced envelope spectrum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.signals.cyclostationary import coherence_map, enhanced_envelope_spectrum, spectral_correlation
from loadzone.words.errors import BadInput, BadRecord, OutOfScope

FS = 12_000.0


def _modulated_noise(alpha_hz: float, depth: float = 0.7, n: int = 60_000, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(n)
    return noise * (1 + depth * np.cos(2 * np.pi * alpha_hz * np.arange(n) / FS))


@pytest.mark.parametrize("alpha_hz", [12.3, 23.4, 46.875, 70.3, 93.75, 187.5, 205.0, 373.3])
def test_modulated_white_noise_has_the_coherence_of_its_modulation(alpha_hz: float) -> None:
    # S(α)/S(0) of (1 + m cos 2παt) noise is m/(1 + m²/2): squared 0.316 for m = 0.7, at every carrier
    spectrum = enhanced_envelope_spectrum(coherence_map(_modulated_noise(alpha_hz), FS, 400))
    assert float(spectrum.peak_hz((10, 399))) == pytest.approx(alpha_hz, abs=spectrum.resolution_hz)
    # 5 s and about 64 independent carriers: 4 % scatter, and up to 3 % where α lies between two bins
    loss = np.sinc((alpha_hz / spectrum.resolution_hz + 0.5) % 1 - 0.5) ** 2
    assert float(spectrum.at(alpha_hz)) == pytest.approx(loss * (0.7 / (1 + 0.7**2 / 2)) ** 2, rel=0.08)


def test_stationary_noise_has_a_coherence_near_one_over_the_averages() -> None:
    coherence = coherence_map(np.random.default_rng(5).standard_normal(120_000).astype(np.float32), FS, 400)
    levels = enhanced_envelope_spectrum(coherence).levels[200:]
    # 120,000 samples in Hann windows of 256 (1.5 bins wide): about 700 to 1100 independent averages
    assert 1 / 1200 < levels.mean() < 1 / 600
    assert levels.max() < 3 * levels.mean()
    assert coherence.levels.dtype == np.float32


def test_a_band_that_carries_the_modulation_shows_it_and_the_rest_does_not() -> None:
    n = 60_000
    rng = np.random.default_rng(1)
    bins = np.fft.rfft(_modulated_noise(100.0, n=n))
    bins[int(4000 * n / FS) :] = 0
    x = np.fft.irfft(bins, n) + np.fft.irfft(
        np.where(np.arange(len(bins)) * FS / n > 4000, np.fft.rfft(rng.standard_normal(n)), 0), n
    )
    coherence = coherence_map(x, FS, 150)
    low, high = (enhanced_envelope_spectrum(coherence, band) for band in ((500, 3500), (4500, 5900)))
    assert float(low.at(100)) > 0.25
    assert float(high.at(100)) < 0.01


def test_the_row_at_zero_is_the_power_density_and_its_sum_the_variance() -> None:
    x = np.cumsum(np.random.default_rng(2).standard_normal(20_000)) * 0.1
    correlation = spectral_correlation(x, FS, 100)
    np.testing.assert_allclose(correlation.values[0].real, correlation.density, rtol=1e-9)
    white = spectral_correlation(np.random.default_rng(2).standard_normal(20_000), FS, 100)
    total = (white.density.sum() + white.density[1:-1].sum()) * white.resolution_hz
    assert total == pytest.approx(1, rel=0.05)


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.floats(1e-3, 1e3))
def test_coherence_forgets_scale_and_polarity_and_correlation_goes_with_the_square(seed: int, scale: float) -> None:
    x = np.random.default_rng(seed).standard_normal(2048)
    plain, moved = coherence_map(x, FS, 400, 64), coherence_map(-scale * x, FS, 400, 64)
    np.testing.assert_allclose(moved.levels, plain.levels, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(
        spectral_correlation(scale * x, FS, 400, 64).values,
        scale**2 * spectral_correlation(x, FS, 400, 64).values,
        rtol=1e-6,
        atol=1e-12 * scale**2,
    )


def test_any_linear_filter_leaves_the_coherence_of_a_broad_band_signal() -> None:
    x = _modulated_noise(150.0)
    filtered = np.convolve(x, [1.0, -0.6, 0.2])
    plain, other = (enhanced_envelope_spectrum(coherence_map(s, FS, 200)) for s in (x, filtered[: len(x)]))
    assert float(other.at(150)) == pytest.approx(float(plain.at(150)), rel=0.03)


def test_channels_in_one_call_give_what_each_gives_alone() -> None:
    batch = np.random.default_rng(1).standard_normal((2, 5000)).astype(np.float32)
    together = coherence_map(batch, FS, 300)
    assert together.levels.shape == (2, len(together.alphas_hz), len(together.frequencies_hz))
    for row, channel in enumerate(batch):
        np.testing.assert_allclose(together.levels[row], coherence_map(channel, FS, 300).levels, rtol=1e-2, atol=1e-5)


def test_impossible_requests_are_refused_with_the_limit() -> None:
    x = np.random.default_rng(0).standard_normal(4096)
    with pytest.raises(OutOfScope, match="fs/4 = 3000"):
        coherence_map(x, FS, 4000)
    with pytest.raises(BadInput, match="window of 255"):
        coherence_map(x, FS, 100, 255)
    with pytest.raises(BadRecord, match="needs 2048"):
        coherence_map(x[:1000], FS, 100)
