"""The fast kernels agree with their readable twins."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from loadzone.signals.cyclostationary import spectral_correlation
from loadzone.signals.descriptors import descriptors
from loadzone.signals.envelopes import band_envelope_spectrum, squared_envelope_spectrum
from loadzone.signals.kurtogram import FADE, SEAM, fast_kurtogram, spectral_kurtosis
from loadzone.signals.orders import SpeedProfile, phase_from_profile, tacho_times, to_order_domain
from loadzone.signals.spectra import power_density, whitened
from loadzone.signals.velocity import velocity_rms

# test folders are no packages, so the file is loaded by its path
_SPEC = importlib.util.spec_from_file_location("signal_twins", Path(__file__).with_name("twins.py"))
assert _SPEC
assert _SPEC.loader
twins = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(twins)

FS = 1000.0
N = 9216  # 12 blocks of the kurtogram's step: no padding, so the twins need none


def _record(dtype: type, n: int = N) -> np.ndarray:
    rng = np.random.default_rng(11)
    t = np.arange(n) / FS
    noise = rng.standard_normal(n) * (1 + 0.8 * np.cos(2 * np.pi * 37.5 * t))
    return (noise + 0.5 * np.sin(2 * np.pi * 80 * t) + 0.3).astype(dtype)


def _close(found: object, expected: object, dtype: type, scale: float = 1.0) -> None:
    # a sum over thousands of products of rounded numbers: some hundred units of resolution, of the largest level
    expected = np.asarray(expected)
    largest = float(np.abs(expected).max())
    np.testing.assert_allclose(found, expected, rtol=0, atol=300 * scale * np.finfo(dtype).resolution * largest)


def _descriptors(dtype: type) -> None:
    found, expected = descriptors(_record(dtype)).to_dict(), twins.descriptors(_record(dtype))
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=float(100 * np.finfo(dtype).resolution), abs=1e-5)


def _squared_envelope(dtype: type) -> None:
    x = _record(dtype)
    _close(squared_envelope_spectrum(x, FS).levels, twins.squared_envelope_spectrum(x), dtype)


def _band_envelope(dtype: type) -> None:
    x = _record(dtype)
    found = band_envelope_spectrum(x, FS, (100, 200))
    first, stop = int(np.ceil(100 * N / FS)), int(200 * N / FS) + 1
    expected = twins.band_envelope_spectrum(x, first, stop)[: stop - first]
    _close(found.levels[: stop - first], expected, dtype)
    assert found.resolution_hz == pytest.approx(FS / N)


def _kurtogram(dtype: type) -> None:
    x = _record(dtype)
    for row in fast_kurtogram(x, FS, levels=4).rows:
        _close(row.kurtosis, twins.kurtogram_row(x, row.n_bands, SEAM, FADE), dtype, scale=10)


def _spectral_kurtosis(dtype: type) -> None:
    x = _record(dtype)
    _close(spectral_kurtosis(x, FS, 128).levels, twins.spectral_kurtosis(x, 128), dtype, scale=10)


def _power_density(dtype: type) -> None:
    x = _record(dtype)
    _close(power_density(x, FS, 512).levels, twins.power_density(x, FS, 512), dtype)


def _spectral_correlation(dtype: type) -> None:
    x = _record(dtype, 4096)
    found = spectral_correlation(x, FS, 120.0, 64)
    for row, carrier in ((0, 9), (17, 20), (len(found.alphas_hz) // 3, 12), (len(found.alphas_hz) - 5, 3)):
        expected = twins.spectral_correlation(x, FS, 64, found.alphas_hz[row], carrier)
        # 1e-3 of the power density: the weights are of a sampled window there, of a continuous one here
        assert abs(found.values[row, carrier] - expected) < 1e-3 * found.density.max()


def _whitened(dtype: type) -> None:
    bins = np.fft.rfft(_record(dtype)).astype(np.complex64 if dtype is np.float32 else np.complex128)
    _close(whitened(bins, 0.5, 10.0, 3.0), twins.whitened(bins, 20, 3.0), dtype)


def _order_domain(dtype: type) -> None:
    n = 3000
    t = np.arange(n) / FS
    x = np.sin(2 * np.pi * (40 * t + 10 * t * t)).astype(dtype)
    phase = phase_from_profile(SpeedProfile(np.array([0.0, 3.0]), np.array([600.0, 900.0])))
    turned = to_order_domain(x, FS, phase, 128)
    revolutions = turned.first_revolution + np.arange(len(turned.samples)) / 128
    middle = slice(1000, -1000, 50)
    expected = twins.order_samples(x, phase.times_at(revolutions[middle]) * FS)
    # the sinc series is cut at the ends of the record: 1e-3 there; closer agreement is tested on whole sines
    np.testing.assert_allclose(turned.samples[middle], expected, atol=2e-3)


def _tacho(dtype: type) -> None:
    t = np.arange(5000) / FS
    pulses = np.exp(-(((np.mod(7.3 * t, 1) - 0.5) / 0.05) ** 2)) + 0.03 * np.random.default_rng(2).standard_normal(5000)
    x = pulses.astype(dtype)
    np.testing.assert_allclose(tacho_times(x, FS), twins.tacho_times(x, FS), atol=1e-6)


def _velocity(dtype: type) -> None:
    t = np.arange(12000) / 6000
    x = (3 * np.sin(2 * np.pi * 47.5 * t) + np.sin(2 * np.pi * 333 * t)).astype(dtype)
    expected = twins.velocity_rms_mms(x, 6000, (10, 1000))
    assert float(velocity_rms(x, 6000, "ms2", 1500)) == pytest.approx(expected, rel=1e-5)


KERNELS: dict[str, Callable[[type], None]] = {
    "descriptors": _descriptors,
    "squared_envelope_spectrum": _squared_envelope,
    "band_envelope_spectrum": _band_envelope,
    "fast_kurtogram": _kurtogram,
    "spectral_kurtosis": _spectral_kurtosis,
    "power_density": _power_density,
    "spectral_correlation": _spectral_correlation,
    "whitened": _whitened,
    "to_order_domain": _order_domain,
    "tacho_times": _tacho,
    "velocity_rms": _velocity,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kernel", KERNELS)
def test_the_fast_kernel_agrees_with_the_readable_one(kernel: str, dtype: type) -> None:
    KERNELS[kernel](dtype)
