import numpy as np
import pytest

from loadzone.bearings.catalogue import find
from loadzone.bench.rival import impulsive_band, kurtogram_detection, squared_envelope_bank
from loadzone.simulate.faults import recording

BEARING = find("6205-2RS JEM SKF")
FS_HZ = 12_000.0


def test_the_rival_finds_a_strong_fault_in_gaussian_noise() -> None:
    made = recording(
        BEARING.geometry, "outer", speed_rpm=1800, fs_hz=FS_HZ, duration_s=5, rng=np.random.default_rng(3), snr_db=-6.0
    )

    found = kurtogram_detection(made.recording.samples, FS_HZ, 30.0, BEARING.orders, 0.02)

    assert found.leader.fault == "outer"
    assert found.p_value < 0.01


def test_the_band_is_never_narrower_than_asked() -> None:
    noise = np.random.default_rng(5).standard_normal(60_000).astype(np.float32)
    for least_hz in (100.0, 700.0, 2500.0):
        low, high = impulsive_band(noise, FS_HZ, least_hz)

        assert high - low >= least_hz - 1e-6


def test_a_modulation_stands_at_its_frequency_with_its_power() -> None:
    times_s = np.arange(60_000) / FS_HZ
    carrier = (1 + 0.05 * np.cos(2 * np.pi * 100.0 * times_s)) * np.cos(2 * np.pi * 3000.0 * times_s)

    bank = squared_envelope_bank(carrier, FS_HZ, (2000.0, 4000.0), 500.0)

    line = round(100.0 / bank.resolution_hz)
    # (1 + a cos)² has the amplitude 2a at the first harmonic
    assert bank.powers[0, line] == pytest.approx((2 * 0.05) ** 2, rel=0.02)
    assert np.argmax(bank.powers[0]) == line


def test_nothing_is_claimed_above_the_width_of_the_band() -> None:
    noise = np.random.default_rng(5).standard_normal(60_000).astype(np.float32)

    bank = squared_envelope_bank(noise, FS_HZ, (2000.0, 2700.0), 1500.0)

    known = np.isfinite(bank.powers[0])
    assert known[: int(690.0 / bank.resolution_hz)].all()
    assert not known[int(700.0 / bank.resolution_hz) + 1 :].any()
