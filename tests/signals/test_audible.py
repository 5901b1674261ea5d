"""What is heard of a record has its frequencies, its length, and no sample that clips."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.signals.audible import HEADROOM, RATE_HZ, audible
from loadzone.words.errors import BadInput, BadRecord, OutOfScope


def tone(hertz: float, fs_hz: float, seconds: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * fs_hz)) / fs_hz).astype(np.float32)


def strongest_hz(samples: np.ndarray) -> float:
    levels = np.abs(np.fft.rfft(samples.astype(float)))
    return float(levels.argmax()) * RATE_HZ / len(samples)


@given(fs_hz=st.sampled_from([5_000.0, 12_000.0, 25_600.0, 44_100.0, 97_656.0]), hertz=st.floats(300.0, 2_000.0))
def test_a_tone_keeps_its_frequency_whatever_the_rate(fs_hz: float, hertz: float) -> None:
    heard = audible(tone(hertz, fs_hz, 0.5), fs_hz)
    assert strongest_hz(heard.samples) == pytest.approx(hertz, abs=2.1)
    assert len(heard.samples) == pytest.approx(0.5 * RATE_HZ, abs=2)


@given(st.floats(1e-6, 1e6))
def test_the_largest_sample_is_one_decibel_below_full_scale(scale: float) -> None:
    heard = audible(np.float32(scale) * tone(700.0, 12_000.0, 0.25), 12_000.0)
    assert np.abs(heard.samples.astype(int)).max() == pytest.approx(HEADROOM * 32767, abs=1)


def test_only_the_band_is_heard() -> None:
    both = 10 * tone(500.0, 25_600.0, 1.0) + tone(4_000.0, 25_600.0, 1.0)
    assert strongest_hz(audible(both, 25_600.0).samples) == pytest.approx(500.0, abs=1.5)
    assert strongest_hz(audible(both, 25_600.0, (3_000.0, 5_000.0)).samples) == pytest.approx(4_000.0, abs=1.5)


@pytest.mark.parametrize(
    ("samples", "band", "error"),
    [
        (np.ones(1000), None, BadRecord),
        (np.full(1000, np.nan), None, BadRecord),
        (np.arange(10.0), None, BadRecord),
        (np.arange(1000.0), (3000.0, 100.0), BadInput),
        (np.arange(1000.0), (100.0, 90_000.0), OutOfScope),
        (np.arange(1000.0), (30_000.0, 40_000.0), OutOfScope),
    ],
)
def test_what_cannot_be_heard_is_refused(
    samples: np.ndarray, band: tuple[float, float] | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        audible(samples, 100_000.0, band)
