"""Spectral kurtosis and the kurtogram."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.signals.kurtogram import fast_kurtogram, spectral_kurtosis, tree
from loadzone.words.errors import BadInput, BadRecord

FS = 12_000.0
seeds = st.integers(0, 2**31)


def _bursts(period_s: float, decay_s: float, seconds: float, carrier_hz: float = 3000.0) -> np.ndarray:
    """Exponential bursts at exact, not whole, sample times; ``decay_s`` is the decay of the amplitude."""
    t = np.arange(int(seconds * FS)) / FS
    x = np.zeros(len(t))
    rng = np.random.default_rng(8)
    for start in np.arange(rng.uniform(0, period_s), seconds, period_s):
        alive = slice(int(np.ceil(start * FS)), int((start + 12 * decay_s) * FS))
        since = t[alive] - start
        x[alive] += np.exp(-since / decay_s) * np.cos(2 * np.pi * carrier_hz * since + rng.uniform(0, 2 * np.pi))
    return x


@pytest.mark.parametrize(
    ("levels", "nodes"), [(1, 3), (2, 10), (3, 24), (4, 52), (5, 108), (6, 220), (7, 444), (8, 892)]
)
def test_the_tree_has_the_known_count_of_nodes(levels: int, nodes: int) -> None:
    # 1/3-binary tree of Antoni, MSSP 21 (2007) 108, counted by level
    assert sum(count for _, count in tree(levels)) == nodes


def test_spectral_kurtosis_of_gaussian_noise_is_zero_with_variance_four_over_n() -> None:
    rng = np.random.default_rng(1)
    window, n_frames = 64, 1000
    found = []
    for _ in range(20):
        # frames that do not overlap are independent: let only every second one of the half-overlapping stand
        z = rng.standard_normal((n_frames, window))
        power = np.abs(np.fft.rfft(z)[:, 1:-1]) ** 2
        found.append((power**2).mean(axis=0) / power.mean(axis=0) ** 2 - 2)
        x = rng.standard_normal(n_frames * window // 2)
        assert spectral_kurtosis(x, FS, window).levels[2:-2].mean() == pytest.approx(0, abs=0.05)
    # Antoni, MSSP 20 (2006) 282: variance 4/n of the estimate; 620 values: 6 % standard error of a variance, and skew
    assert np.var(found) == pytest.approx(4 / n_frames, rel=0.25)


def test_kurtosis_of_the_nodes_of_white_noise_scatters_as_four_over_their_samples() -> None:
    rng = np.random.default_rng(4)
    rows = [fast_kurtogram(rng.standard_normal(61_440), FS, 6).rows[-1].kurtosis[1:-1] for _ in range(10)]
    n_node = 61_440 // 2 // 64
    assert np.mean(rows) == pytest.approx(0, abs=0.02)
    assert np.var(rows) == pytest.approx(4 / n_node, rel=0.3)


def test_the_largest_of_444_nodes_of_white_noise_is_near_a_third() -> None:
    rng = np.random.default_rng(2)
    largest = [fast_kurtogram(rng.standard_normal(120_000).astype(np.float32), FS).best().kurtosis for _ in range(25)]
    # simulated for N = 120,000: median 0.30, 95 % point 0.36; a median of 25 has a standard error near 0.01
    assert np.median(largest) == pytest.approx(0.30, abs=0.03)
    assert np.quantile(largest, 0.95) == pytest.approx(0.36, abs=0.06)


@pytest.mark.parametrize(("ratio", "expected", "tolerance"), [(5.1, 3.10, 0.1), (12.0, 10.0, 0.05)])
def test_a_train_of_bursts_has_the_kurtosis_of_period_over_decay(
    ratio: float, expected: float, tolerance: float
) -> None:
    # K = Tp/τ − 2 for separate exponential bursts; the whole band keeps the bursts as they are
    tau = 0.004
    kurtogram = fast_kurtogram(_bursts(ratio * tau, tau, 20), FS, levels=2)
    assert float(kurtogram.rows[0].kurtosis[0]) == pytest.approx(expected, rel=tolerance)


def test_a_train_of_overlapping_bursts_of_random_phase_still_follows_the_rule_roughly() -> None:
    # Tp/τ = 3.67 gives 1.67 by the rule and 1.79 when the bursts overlap (simulation of the study)
    tau = 0.004
    found = float(fast_kurtogram(_bursts(3.67 * tau, tau, 60), FS, levels=1).rows[0].kurtosis[0])
    assert found == pytest.approx(1.79, abs=0.15)


def test_the_best_node_holds_the_resonance_of_the_bursts() -> None:
    x = 0.4 * _bursts(0.1, 0.001, 10, carrier_hz=4300) + np.random.default_rng(0).standard_normal(120_000) * 0.05
    best = fast_kurtogram(x, FS).best()
    assert best.band_hz[0] < 4300 < best.band_hz[1]
    assert best.kurtosis > 5


def test_a_single_shock_outweighs_everything_which_is_why_the_kurtogram_only_hints() -> None:
    x = 0.1 * np.random.default_rng(0).standard_normal(120_000)
    x[60_000] += 50
    assert fast_kurtogram(x, FS).best().kurtosis > 100


@given(seeds, st.floats(1e-12, 1e12))
def test_scale_and_polarity_do_not_matter_even_in_single_precision(seed: int, scale: float) -> None:
    x = np.random.default_rng(seed).standard_normal(1024).astype(np.float32)
    moved = (-scale * x.astype(np.float64)).astype(np.float32)
    for plain, other in zip(fast_kurtogram(x, FS, 3).rows, fast_kurtogram(moved, FS, 3).rows, strict=True):
        np.testing.assert_allclose(other.kurtosis, plain.kurtosis, atol=2e-4)
    np.testing.assert_allclose(spectral_kurtosis(moved, FS, 64).levels, spectral_kurtosis(x, FS, 64).levels, atol=2e-4)


def test_channels_in_one_call_give_what_each_gives_alone() -> None:
    batch = np.random.default_rng(1).standard_normal((3, 9000)).astype(np.float32)
    together = fast_kurtogram(batch, FS)
    assert together.n_nodes == 444
    for row, channel in enumerate(batch):
        alone = fast_kurtogram(channel, FS)
        assert together.best(row).band_hz == alone.best().band_hz
        assert together.best(row).kurtosis == pytest.approx(alone.best().kurtosis, abs=1e-3)


def test_a_record_without_its_upper_half_has_no_impulses_there() -> None:
    t = np.arange(9216) / FS
    rng = np.random.default_rng(3)
    x = sum(np.cos(2 * np.pi * f * t + rng.uniform(0, 6)) for f in rng.uniform(10, 1000, 50))
    assert np.isfinite(fast_kurtogram(x, FS).best().kurtosis)


def test_what_cannot_be_cut_into_bands_is_refused() -> None:
    with pytest.raises(BadInput, match="0 levels"):
        tree(0)
    with pytest.raises(BadRecord, match="needs 5120"):
        fast_kurtogram(np.random.default_rng(0).standard_normal(4000), FS)
    with pytest.raises(BadRecord, match="needs 2048"):
        spectral_kurtosis(np.random.default_rng(0).standard_normal(1000), FS)
