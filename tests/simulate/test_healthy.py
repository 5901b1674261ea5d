"""The population: sound and spalled alike but for the spall, modulation of percents, every level with its source."""

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loadzone.simulate.healthy import SPALLED, healthy, spalled
from loadzone.simulate.population import healthy_levels
from loadzone.simulate.truth import FaultKind
from loadzone.words.errors import BadInput


def whitened_power(samples: NDArray[Any], fs_hz: float) -> NDArray[np.float64]:
    """Squared signal over its mean, less one, after division by 60 Hz block medians, from 500 Hz up."""
    n = len(samples)
    spectrum = np.fft.rfft(samples)
    width = int(60 * n / fs_hz)
    used = len(spectrum) // width * width
    spectrum[:used] /= np.repeat(np.median(np.abs(spectrum[:used]).reshape(-1, width), axis=1), width)
    spectrum[used:] = 0
    spectrum[: int(500 * n / fs_hz)] = 0
    power = np.fft.irfft(spectrum, n) ** 2
    return np.asarray(power / power.mean() - 1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seed_makes_the_same_sound_bearing(seed: int) -> None:
    first, second = healthy(np.random.default_rng(seed)), healthy(np.random.default_rng(seed))
    assert np.array_equal(first.recording.samples, second.recording.samples)
    assert first.truth.to_dict() == second.truth.to_dict()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_spalled_bearing_is_the_sound_one_of_the_same_seed_with_bursts_added(seed: int) -> None:
    sound, damaged = healthy(np.random.default_rng(seed)), spalled(0.5, np.random.default_rng(seed))
    bursts = damaged.recording.samples.astype(float) - sound.recording.samples
    found_db = 10 * np.log10(np.sum(bursts**2) / np.sum(sound.recording.samples.astype(float) ** 2))
    assert damaged.truth.snr_db == pytest.approx(found_db, abs=0.2)
    assert damaged.truth.fault in SPALLED
    assert dict(damaged.truth.conditions) == dict(sound.truth.conditions)


def test_a_sound_bearing_modulates_its_noise_by_percents_not_more() -> None:
    depths = [healthy(np.random.default_rng(seed)).truth.conditions["modulation_bpfo"] for seed in range(15)]
    assert 0.002 < float(np.median(np.array(depths, dtype=float))) < 0.1
    assert max(float(depth) for depth in depths) < 0.3


@pytest.mark.parametrize("seed", [1, 2, 6, 7, 12])
def test_the_told_modulation_is_in_the_record(seed: int) -> None:
    # machines without gears and mains; the rest of the machine's noise dilutes the modulation by its share of the power
    # (in each whitened bin on average); Gaussian noise leaves about 0.005 at any order
    made = healthy(np.random.default_rng(seed))
    conditions = {key: value for key, value in made.truth.conditions.items() if not isinstance(value, str)}
    assert (made.truth.gears, made.truth.mains_hz) == ((), ())
    fs_hz = conditions["fs_hz"]
    power = whitened_power(made.recording.samples, fs_hz)
    times_s = np.arange(len(power)) / fs_hz
    turns = np.cumsum(np.interp(times_s, made.truth.speed.times_s, made.truth.speed.speeds_rpm)) / 60 / fs_hz
    share = 1 / (1 + 10 ** (conditions["foreign_noise_db"] / 10))
    for key, order in (("modulation_shaft", 1.0), ("modulation_oval", 2.0)):
        found = 2 * abs(np.mean(power * np.exp(-2j * np.pi * order * turns)))
        assert found == pytest.approx(share * conditions[key], abs=0.012)


def test_sizes_order_the_strength_of_the_bursts() -> None:
    ratios = [spalled(size_mm, np.random.default_rng(5), "outer").truth.snr_db or 0.0 for size_mm in (0.1, 0.4, 1.6)]
    assert ratios == sorted(ratios)
    assert ratios[2] - ratios[0] > 12.0


@pytest.mark.parametrize("fault", SPALLED)
def test_the_asked_element_is_the_spalled_one(fault: FaultKind) -> None:
    truth = spalled(0.5, np.random.default_rng(1), fault).truth
    assert (truth.fault, truth.size_mm) == (fault, 0.5)
    assert truth.lines


def test_a_sound_bearing_has_no_fault_lines_in_its_truth() -> None:
    truth = healthy(np.random.default_rng(1)).truth
    assert (truth.fault, truth.lines, truth.snr_db, truth.size_mm) == ("none", (), None, None)


def test_the_truth_of_the_population_survives_json() -> None:
    told = spalled(0.5, np.random.default_rng(1)).truth.to_dict()
    assert json.loads(json.dumps(told)) == told


def test_recordings_lie_within_the_ranges_of_the_population() -> None:
    for seed in range(6):
        recording, truth = healthy(np.random.default_rng(seed))
        assert recording.fs_hz is not None
        assert recording.fs_hz.value in (12000.0, 12800.0, 20000.0, 25600.0, 48000.0, 50000.0)
        assert 5.0 <= (recording.duration_s or 0.0) <= 10.0
        assert 590.0 < truth.mean_speed_rpm < 3650.0
        assert np.isfinite(recording.samples).all()
        assert recording.samples.dtype == np.float32


def test_every_level_states_its_source_or_that_it_is_assumed() -> None:
    for key, level in healthy_levels().items():
        assert level.low < level.high, key
        assert level.source, key
        assert level.scale in ("log", "linear", "choice"), key


def test_a_cage_has_no_spall() -> None:
    with pytest.raises(BadInput, match="outer, inner, ball"):
        spalled(0.5, np.random.default_rng(1), "cage")
