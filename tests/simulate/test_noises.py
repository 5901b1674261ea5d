"""Ten kinds of noise: what each one holds, and that a seed makes it again."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from loadzone.simulate.noises import NOISE_KINDS, NoiseKind, NoiseRecord, _symmetric_stable, noise
from loadzone.words.errors import BadInput

AnyArray = NDArray[Any]
FS_HZ, SHAFT_HZ, N = 12000.0, 29.95, 120000


def draw(kind: NoiseKind, seed: int = 1, n: int = N) -> NoiseRecord:
    return noise(kind, n, FS_HZ, SHAFT_HZ, np.random.default_rng(seed))


def order_powers(power_signal: AnyArray, orders: ArrayLike) -> AnyArray:
    """Amplitudes at orders of the shaft, over the median of their surroundings."""
    window = np.hanning(len(power_signal))
    spectrum = np.abs(np.fft.rfft((power_signal - power_signal.mean()) * window))
    bin_hz = FS_HZ / len(power_signal)
    found = []
    for order in np.asarray(orders):
        centre = round(order * SHAFT_HZ / bin_hz)
        around = np.r_[spectrum[centre - 60 : centre - 10], spectrum[centre + 10 : centre + 60]]
        found.append(spectrum[centre - 2 : centre + 3].max() / np.median(around))
    return np.array(found)


@pytest.mark.parametrize("kind", NOISE_KINDS)
def test_every_kind_is_float32_of_rms_one_and_finite(kind: NoiseKind) -> None:
    samples = draw(kind).samples
    assert samples.dtype == np.float32
    assert samples.shape == (N,)
    assert np.isfinite(samples).all()
    assert np.sqrt(np.mean(samples.astype(float) ** 2)) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("kind", NOISE_KINDS)
def test_a_seed_makes_the_same_record_and_another_seed_another(kind: NoiseKind) -> None:
    assert np.array_equal(draw(kind, 7, 4096).samples, draw(kind, 7, 4096).samples)
    assert not np.array_equal(draw(kind, 7, 4096).samples, draw(kind, 8, 4096).samples)


def test_there_are_ten_kinds() -> None:
    assert len(NOISE_KINDS) == len(set(NOISE_KINDS)) == 10


def test_white_noise_is_gaussian_and_flat() -> None:
    samples = draw("white").samples.astype(float)
    # standard error of the kurtosis of n Gaussian values: sqrt(24/n) = 0.014
    assert np.mean(samples**4) == pytest.approx(3.0, abs=5 * np.sqrt(24 / N))
    thirds = np.add.reduceat(np.abs(np.fft.rfft(samples)) ** 2, [1, N // 6, N // 3])
    assert thirds / thirds.mean() == pytest.approx(np.ones(3), abs=0.05)


def test_the_stable_variates_have_the_tail_of_index_one_and_a_half() -> None:
    # P(|X| > x) -> 2 Gamma(a) sin(pi a / 2) / pi x^-a, a = 1.5: 0.3989 x^-1.5 (Nolan, Univariate Stable
    # Distributions, theorem 1.2); about 1100 exceedances, standard error 3 %
    variates = _symmetric_stable(1_000_000, np.random.default_rng(2))
    assert np.mean(np.abs(variates) > 50.0) == pytest.approx(0.3989 * 50**-1.5, rel=0.12)


def test_the_listed_gear_is_told_and_its_mesh_is_in_the_record() -> None:
    record = draw("gear_listed")
    assert record.listed_gears == record.gears
    assert order_powers(record.samples, [record.gears[0].mesh_order])[0] > 20


def test_the_unlisted_gear_hides_a_second_shaft_near_the_order_of_a_cage() -> None:
    for seed in range(20):
        record = draw("gear_unlisted", seed, 4096)
        assert record.listed_gears == ()
        assert 0.35 < record.gears[0].wheel_order < 0.45


def test_the_sidebands_of_a_gear_lie_at_both_shafts() -> None:
    record = draw("gear_listed", 3)
    gear = record.gears[0]
    orders = [gear.mesh_order + sign * shaft for sign in (-1, 1) for shaft in gear.shaft_orders]
    assert (order_powers(record.samples, orders) > 5).all()


def test_shaft_modulation_shows_at_many_harmonics_of_the_shaft_and_not_between() -> None:
    samples = draw("shaft_modulated").samples.astype(float)
    assert (order_powers(samples**2, range(1, 16)) > 6).sum() >= 5
    assert (order_powers(samples**2, np.arange(1, 16) + 0.5) < 6).all()


def test_the_hard_impact_comes_once_a_turn_at_its_exact_phase() -> None:
    samples = draw("hard_impact").samples
    strongest = order_powers(samples, range(30, 150))
    between = order_powers(samples, np.arange(30, 150) + 0.5)
    assert np.median(strongest) > 5 * np.median(between)
    assert between.max() < 8


def test_shocks_and_mains_are_told() -> None:
    record = draw("mix")
    assert record.mains_hz in (50.0, 60.0)
    assert record.shocks_hz is not None
    assert 1.0 <= record.shocks_hz <= 60.0


@pytest.mark.parametrize(("kind", "n", "fs_hz", "shaft_hz"), [("white", 8, 12000.0, 30.0), ("white", 100, 0.0, 30.0)])
def test_a_record_without_length_or_rate_is_refused(kind: NoiseKind, n: int, fs_hz: float, shaft_hz: float) -> None:
    with pytest.raises(BadInput, match="at least 16 samples"):
        noise(kind, n, fs_hz, shaft_hz, np.random.default_rng(1))


def test_an_unknown_kind_is_answered_with_the_kinds_there_are() -> None:
    with pytest.raises(BadInput, match="poisson_shocks"):
        noise("pink", 100, FS_HZ, SHAFT_HZ, np.random.default_rng(1))  # type: ignore[arg-type]  # the point


def test_a_run_up_carries_the_hard_impacts_along() -> None:
    # speed doubles over the record: the impacts' times follow the angle, so they are ever closer together
    times_s = np.arange(N) / FS_HZ
    turns = 20.0 * times_s + 20.0 / times_s[-1] * times_s**2 / 2
    record = noise("hard_impact", N, FS_HZ, 30.0, np.random.default_rng(3), turns)
    power = record.samples.astype(float) ** 2
    power -= power.mean()
    line = abs(power @ np.exp(-2j * np.pi * turns))
    beside = [abs(power @ np.exp(-2j * np.pi * order * turns)) for order in (0.8, 0.9, 1.1, 1.2)]
    assert line > 10 * np.median(beside)


def test_a_short_record_without_a_shock_is_still_noise() -> None:
    for seed in range(20):
        samples = draw("poisson_shocks", seed, 16).samples
        assert np.isfinite(samples).all()
