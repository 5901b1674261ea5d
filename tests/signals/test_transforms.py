"""The shared Fourier transform."""

import numpy as np
import pytest
import scipy.fft
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.signals.transforms import LONGEST, SHORTEST, rfft


@settings(max_examples=40, deadline=None)
@given(st.integers(16, 40_000), st.integers(0, 30_000), st.sampled_from([np.float32, np.float64]), st.booleans())
def test_any_length_and_padding_gives_the_bins_of_scipy(n: int, more: int, dtype: type, is_fast: bool) -> None:
    length = scipy.fft.next_fast_len(n + more, real=True) if is_fast else n + more
    x = np.random.default_rng(n).standard_normal(n).astype(dtype)
    found = rfft(x, length)
    expected = scipy.fft.rfft(x.astype(np.float64), length)
    assert found.dtype == (np.complex64 if dtype is np.float32 else np.complex128)
    # rounding grows with the root of the count of sums: 20 units of it
    np.testing.assert_allclose(found, expected, atol=20 * float(np.finfo(dtype).eps) * np.sqrt(n), rtol=0)


@pytest.mark.parametrize("length", [SHORTEST, 12_000, 120_000, 122_880, 131_072, LONGEST])
def test_the_lengths_of_everyday_are_as_exact_as_scipys_own(length: int) -> None:
    x = np.random.default_rng(0).standard_normal(length)
    exact = scipy.fft.rfft(x)
    single = x.astype(np.float32)
    ours = np.abs(rfft(single) - exact).max()
    assert ours < 2 * np.abs(scipy.fft.rfft(single) - exact).max()


def test_channels_are_transformed_each_for_itself() -> None:
    x = np.random.default_rng(0).standard_normal((3, 12_000))
    np.testing.assert_allclose(rfft(x), [rfft(row) for row in x], atol=1e-11)


def test_the_samples_are_left_as_they_were() -> None:
    x = np.random.default_rng(0).standard_normal(12_000)
    before = x.copy()
    rfft(x)
    rfft(x, 16_384)
    np.testing.assert_array_equal(x, before)
