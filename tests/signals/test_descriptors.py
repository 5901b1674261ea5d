"""Descriptors of the waveform."""

from pathlib import Path

import numpy as np
import pytest
import scipy.io
from hypothesis import given
from hypothesis import strategies as st

from loadzone.signals.descriptors import BLOCK, descriptors
from loadzone.words.errors import BadRecord

SHAPES = ("crest", "kurtosis", "skewness", "shape", "impulse", "clearance")
seeds = st.integers(0, 2**31)


def _noise(seed: int, n: int = 512) -> np.ndarray:
    return np.random.default_rng(seed).standard_t(5, n)


def test_a_sine_has_the_descriptors_of_the_textbook() -> None:
    found = descriptors(2 * np.sin(2 * np.pi * np.arange(100_000) / 1000) + 7)
    assert float(found.mean) == pytest.approx(7)
    assert float(found.rms) == pytest.approx(np.sqrt(2))
    assert float(found.crest) == pytest.approx(np.sqrt(2))
    assert float(found.kurtosis) == pytest.approx(1.5)
    assert float(found.skewness) == pytest.approx(0, abs=1e-9)
    assert float(found.shape) == pytest.approx(np.pi / np.sqrt(8), rel=1e-5)
    assert float(found.impulse) == pytest.approx(np.pi / 2, rel=1e-5)


def test_gaussian_noise_has_kurtosis_three() -> None:
    n = 1_000_000
    found = descriptors(np.random.default_rng(0).standard_normal(n).astype(np.float32))
    # variance of the sample kurtosis of Gaussian noise: 24/n; four standard errors
    assert float(found.kurtosis) == pytest.approx(3, abs=4 * np.sqrt(24 / n))


@given(seeds, st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
def test_scale_and_offset_do_not_change_the_shape(seed: int, scale: float, offset: float) -> None:
    x = _noise(seed)
    plain, moved = descriptors(x), descriptors(scale * (x + offset))
    for name in SHAPES:
        assert float(getattr(moved, name)) == pytest.approx(float(getattr(plain, name)), rel=1e-6, abs=1e-6)
    assert float(moved.rms) == pytest.approx(scale * float(plain.rms), rel=1e-6)


@given(seeds)
def test_turning_the_sensor_round_changes_only_the_sign_of_mean_and_skewness(seed: int) -> None:
    plain, turned = descriptors(_noise(seed)).to_dict(), descriptors(-_noise(seed)).to_dict()
    for name, value in plain.items():
        sign = -1 if name in {"mean", "skewness"} else 1
        assert turned[name] == pytest.approx(sign * value)  # type: ignore[operator]  # one channel: floats


@given(seeds, st.integers(0, 511))
def test_the_order_of_samples_does_not_matter(seed: int, shift: int) -> None:
    plain, rolled = descriptors(_noise(seed)).to_dict(), descriptors(np.roll(_noise(seed), shift)).to_dict()
    assert rolled == pytest.approx(plain)


def test_channels_in_one_call_give_what_each_gives_alone_also_beyond_one_block() -> None:
    batch = np.random.default_rng(1).standard_normal((3, 2 * BLOCK + 77)).astype(np.float32)
    together = descriptors(batch)
    assert together.rms.shape == (3,)
    for row, channel in enumerate(batch):
        assert float(together.kurtosis[row]) == pytest.approx(float(descriptors(channel).kurtosis), rel=1e-6)


@pytest.mark.parametrize("bad", [np.ones(100), np.full(100, 0.1, np.float32), np.zeros((2, 64))])
def test_a_constant_record_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(BadRecord, match="equal"):
        descriptors(bad)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_record_with_a_sample_that_is_no_number_is_refused(value: float) -> None:
    x = _noise(3)
    x[17] = value
    with pytest.raises(BadRecord, match="1 samples are not finite"):
        descriptors(x)


def test_too_few_samples_and_too_many_axes_are_refused() -> None:
    with pytest.raises(BadRecord, match="15 samples are too few"):
        descriptors(_noise(0, 15))
    with pytest.raises(BadRecord, match="3 axes"):
        descriptors(np.zeros((2, 2, 64)))


@pytest.mark.parametrize(("record", "published"), [(170, 22.1), (186, 8.84), (198, 2.94)])
def test_kurtosis_of_cwru_records_is_the_published_one(real_data: Path, record: int, published: float) -> None:
    # Smith and Randall, MSSP 64-65 (2015) 100, table B2, 12 kHz drive end at 1 hp, by way of a public transcription
    # whose author met all 36 values within 0.3 %; three digits are printed
    x = scipy.io.loadmat(real_data / "cwru" / f"{record}.mat")[f"X{record}_DE_time"].ravel()
    assert float(descriptors(x).kurtosis) == pytest.approx(published, rel=0.005)
