"""Speed without a tacho."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from loadzone.signals.orders import to_order_domain
from loadzone.signals.spectra import amplitude_spectrum
from loadzone.signals.speed_path import follow_speed
from loadzone.words.errors import BadInput, BadRecord, OutOfScope

FS = 12_000.0
HARMONICS = ((1, 1.0), (2, 0.6), (3, 0.4), (4, 0.2), (5, 0.2), (6, 0.1))


def _shaft(
    hz_at: Callable[[np.ndarray], np.ndarray], seconds: float, noise: float, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Samples, times and true speed (Hz) of a shaft with six harmonics in white noise of that deviation."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(FS * seconds)) / FS
    hz = hz_at(t)
    turned = np.cumsum(hz) / FS
    lines = np.sum([a * np.cos(2 * np.pi * h * turned + rng.uniform(0, 6.28)) for h, a in HARMONICS], axis=0)
    return (lines + noise * rng.standard_normal(len(t))).astype(np.float32), t, hz


@pytest.mark.parametrize("seconds", [5.0, 10.0, 20.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_run_up_from_600_to_1800_rpm_is_followed_within_half_a_percent(seconds: float, seed: int) -> None:
    x, t, hz = _shaft(lambda t: 10 + 20 * t / seconds, seconds, noise=1.0, seed=seed)
    path = follow_speed(x, FS, 300, 2400)
    error = path.speeds_rpm / (60 * np.interp(path.times_s, t, hz)) - 1
    assert np.abs(error).max() < 0.005
    assert path.confidence > 0.95
    assert path.disagreement < 0.001


@pytest.mark.parametrize(
    "hz_at",
    [lambda t: 25 + 3 * np.sin(2 * np.pi * 0.2 * t), lambda t: 30 - 20 * (t / 15) ** 1.5, lambda t: 29.53 + 0 * t],
    ids=["swinging", "running down", "steady"],
)
def test_other_courses_of_speed_are_followed_too(hz_at: Callable[[np.ndarray], np.ndarray]) -> None:
    x, t, hz = _shaft(hz_at, 15, noise=2.0)
    path = follow_speed(x, FS, 500, 2400)
    error = np.abs(path.speeds_rpm / (60 * np.interp(path.times_s, t, hz)) - 1)
    assert np.median(error) < 0.0025
    assert np.quantile(error, 0.95) < 0.01
    assert path.confidence > 0.8


def test_the_path_sharpens_a_bearing_line_that_the_run_up_smears() -> None:
    x, _, hz = _shaft(lambda t: 10 + 20 * t / 20, 20, noise=0.3)
    x = x + 0.5 * np.cos(2 * np.pi * 3.5848 * np.cumsum(hz) / FS).astype(np.float32)
    turned = to_order_domain(x, FS, follow_speed(x, FS, 300, 2400).phase(), 32)
    assert amplitude_spectrum(x, FS).levels.max() < 0.2
    spectrum = amplitude_spectrum(turned.samples, turned.samples_per_rev)
    assert float(spectrum.peak_hz((3.2, 3.8))) == pytest.approx(3.5848, rel=0.003)


def test_noise_alone_gets_no_confidence() -> None:
    for seed in range(4):
        noise = np.random.default_rng(seed).standard_normal(120_000)
        assert follow_speed(noise, FS, 300, 2400).confidence < 0.2


def test_mains_can_be_kept_from_drawing_the_path() -> None:
    t = np.arange(int(10 * FS)) / FS
    x, _, _ = _shaft(lambda t: 21.3 + 0 * t, 10, noise=1.0)
    x = x + (4 * np.sin(2 * np.pi * 50 * t) + 4 * np.sin(2 * np.pi * 100 * t)).astype(np.float32)
    path = follow_speed(x, FS, 1000, 3100, ignored_hz=(50, 100, 150))
    assert np.median(path.speeds_rpm) == pytest.approx(21.3 * 60, rel=0.002)
    assert path.profile().speeds_rpm.shape == path.times_s.shape


@pytest.mark.parametrize("scale", [1e-6, -1e6])
def test_scale_and_polarity_do_not_matter(scale: float) -> None:
    x, _, _ = _shaft(lambda t: 10 + 20 * t / 5, 5, noise=1.0)
    plain, moved = (follow_speed(s, FS, 500, 2000) for s in (x.astype(np.float64), scale * x.astype(np.float64)))
    np.testing.assert_allclose(moved.speeds_rpm, plain.speeds_rpm, rtol=1e-6)


@pytest.mark.parametrize(("record", "speed_rpm"), [(105, 1797), (278, 1796), (294, 1797), (170, 1774)])
def test_the_speed_of_a_cwru_record_is_found_from_its_own_lines(real_data: Path, record: int, speed_rpm: float) -> None:
    name, variables = f"{record}.mat", scipy.io.whosmat(real_data / "cwru" / f"{record}.mat")
    channel = "DE" if record in {105, 170} else "FE"
    variable = next(v for v, _, _ in variables if v.endswith(f"{channel}_time"))
    x = scipy.io.loadmat(real_data / "cwru" / name)[variable].ravel()
    path = follow_speed(x, 12_000, 0.95 * speed_rpm, 1.05 * speed_rpm)
    # labels.csv: RPM variable of the file, itself up to 12 r/min off
    assert np.median(path.speeds_rpm) == pytest.approx(speed_rpm, rel=0.002)
    assert path.confidence > 0.6


def test_impossible_searches_are_refused() -> None:
    x, _, _ = _shaft(lambda t: 25 + 0 * t, 2, noise=1.0)
    with pytest.raises(BadInput, match="0 < lowest < highest"):
        follow_speed(x, FS, 1000, 1000)
    with pytest.raises(OutOfScope, match="no two harmonics"):
        follow_speed(x, 100, 1000, 3000)
    with pytest.raises(BadRecord, match="needs 192000"):
        follow_speed(x, FS, 60, 3000)
    with pytest.raises(BadRecord, match="one channel"):
        follow_speed(np.stack((x, x)), FS, 600, 3000)
