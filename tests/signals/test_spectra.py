"""Spectra of the signal itself, bands and whitening."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.signals.spectra import (
    amplitude_spectrum,
    band_rms,
    power_density,
    whiten_by_cepstrum,
    whiten_locally,
)
from loadzone.words.errors import BadInput, BadRecord, OutOfScope

FS = 1000.0
seeds = st.integers(0, 2**31)


def _noise(seed: int, n: int = 600) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(n)


@given(seeds, st.sampled_from([100, 101, 127, 512, 600]))
def test_bands_that_tile_the_spectrum_hold_the_variance(seed: int, n: int) -> None:
    x = _noise(seed, n)
    # edges between bins of any of these lengths
    parts = band_rms(x, FS, [(0, 100.003), (100.003, 333.337), (333.337, 500)])
    assert (parts**2).sum() == pytest.approx(x.var())


@given(seeds, st.sampled_from(["hann", "rectangular"]))
def test_the_sum_of_the_power_density_is_the_variance(seed: int, window: str) -> None:
    x = np.random.default_rng(seed).standard_normal(1 << 15)
    density = power_density(x, FS, 256, window)  # type: ignore[arg-type]  # sampled from the two names
    # 128 and more segments: the estimate of a variance scatters by about sqrt(2/32768), windows weigh the ends less
    assert density.levels.sum() * density.resolution_hz == pytest.approx(x.var(), rel=0.03)


@pytest.mark.parametrize("window", ["hann", "rectangular"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sine_on_a_bin_reads_its_amplitude_and_keeps_its_precision(window: str, dtype: type) -> None:
    x = (2.5 * np.cos(2 * np.pi * 120 * np.arange(1000) / FS + 0.7) + 9).astype(dtype)
    spectrum = amplitude_spectrum(x, FS, window)  # type: ignore[arg-type]  # one of the two names
    assert spectrum.levels.dtype == dtype
    assert float(spectrum.at(120)) == pytest.approx(2.5, rel=1e-5)
    assert float(spectrum.peak_hz()) == 120
    assert float(spectrum.peak_hz((130, 400))) != 120


@given(seeds, st.floats(1e-3, 1e3))
def test_spectra_are_as_large_as_the_signal(seed: int, scale: float) -> None:
    x = _noise(seed)
    np.testing.assert_allclose(
        amplitude_spectrum(scale * x, FS).levels, scale * amplitude_spectrum(x, FS).levels, rtol=1e-9
    )
    np.testing.assert_allclose(
        power_density(-scale * x, FS, 128).levels, scale**2 * power_density(x, FS, 128).levels, rtol=1e-9
    )


def test_channels_in_one_call_give_what_each_gives_alone() -> None:
    batch = np.random.default_rng(1).standard_normal((3, 700)).astype(np.float32)
    for kernel in (amplitude_spectrum, power_density):
        together = kernel(batch, FS).levels
        for row, channel in enumerate(batch):
            np.testing.assert_allclose(together[row], kernel(channel, FS).levels, rtol=1e-4, atol=1e-7)
    for whiten in (whiten_by_cepstrum, lambda x: whiten_locally(x, FS)):
        np.testing.assert_allclose(whiten(batch)[1], whiten(batch[1]), atol=1e-4)
    assert band_rms(batch, FS, [(10, 20), (20, 40)]).shape == (3, 2)


@given(seeds, st.floats(1e-3, 1e3))
def test_whitening_forgets_the_scale_and_keeps_the_polarity(seed: int, scale: float) -> None:
    x = np.cumsum(_noise(seed))
    for whiten in (whiten_by_cepstrum, lambda x: whiten_locally(x, FS)):
        np.testing.assert_allclose(whiten(-scale * x), -whiten(x), atol=1e-6)
        assert whiten(x).var() == pytest.approx(1)


def test_cepstral_whitening_makes_every_magnitude_equal() -> None:
    spectrum = amplitude_spectrum(whiten_by_cepstrum(np.cumsum(_noise(4))), FS, "rectangular")
    inner = spectrum.levels[1:-1]
    np.testing.assert_allclose(inner, inner[0], rtol=1e-9)


def test_local_whitening_levels_a_slope_and_cuts_a_tone_to_three_floors() -> None:
    n = 60_000
    t = np.arange(n) / 12_000
    red = np.cumsum(_noise(5, n)) + 50 * np.sin(2 * np.pi * 2000 * t)
    spectrum = amplitude_spectrum(whiten_locally(red, 12_000), 12_000, "rectangular")
    medians = [np.median(spectrum.levels[k : k + 300]) for k in range(600, 30_000, 300)]
    assert max(medians) < 1.05 * min(medians)
    assert float(spectrum.at(2000)) == pytest.approx(3 * np.median(medians), rel=0.05)


def test_impossible_bands_are_refused_with_the_limit() -> None:
    with pytest.raises(OutOfScope, match="reaches 500"):
        band_rms(_noise(0), FS, [(100, 600)])
    with pytest.raises(OutOfScope, match="holds 2 spectral bins"):
        band_rms(_noise(0), FS, [(100, 102)])
    with pytest.raises(BadInput, match="low < high"):
        band_rms(_noise(0), FS, [(200, 100)])
    with pytest.raises(BadInput, match="sampling rate 0"):
        amplitude_spectrum(_noise(0), 0.0)
    with pytest.raises(BadInput, match="clipped at 0"):
        whiten_locally(_noise(0), FS, clip=0)
    with pytest.raises(BadRecord):
        power_density(np.zeros(100), FS)
