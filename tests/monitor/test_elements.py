"""Rolling elements whose strikes have no phase: a hump a little below twice the spin, not a comb."""

from collections.abc import Callable

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.monitor.diagnose import diagnose
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.signals.recording import Recording
from loadzone.simulate.healthy import healthy, spalled

FS_HZ = 12_000.0
SHAFT_HZ = 25.0
WIDTH = 0.3
"""Width of the hump in orders; the cage turns at 0.3983."""


@pytest.fixture(scope="module")
def humped(record: Callable[..., Recording]) -> Callable[..., Recording]:
    """White noise whose power wanders in a band of orders: ``humped(centre, depth)``, half as deep at twice the centre.

    ``depth`` in nepers is the amplitude of the cosine that would carry the energy of the first band.
    """

    def make(centre: float, depth: float, seed: int = 1, seconds: float = 8.0) -> Recording:
        rng = np.random.default_rng(seed)
        n = round(seconds * FS_HZ)
        orders = np.fft.rfftfreq(n, 1 / FS_HZ) / SHAFT_HZ
        swing = np.zeros(n)
        for h in (1, 2):
            bins = rng.standard_normal(len(orders)) + 1j * rng.standard_normal(len(orders))
            band = np.fft.irfft(np.where(np.abs(orders - h * centre) < WIDTH / 2, bins, 0), n)
            swing += depth / h * band / band.std() / np.sqrt(2)
        return record(rng.standard_normal(n) * np.exp(swing / 2), speed_rpm=60 * SHAFT_HZ)

    return make


def _is_hump(found: Diagnosis) -> bool:
    return any("hump" in each.name.render() for each in found.evidence)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("centre", [4.45, 4.6])
def test_a_hump_below_twice_the_spin_is_an_element(
    centre: float, seed: int, humped: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(humped(centre, 0.5, seed), geometry)
    assert found.fault == "ball"
    assert found.ranking[0][0] == "ball"
    assert _is_hump(found)
    # the crest of a level averaged over a cage order
    assert found.faults[0].order == pytest.approx(centre, abs=0.2)
    assert found.faults[0].p_value < 1e-6


def test_a_deeper_hump_is_deeper_and_surer(humped: Callable[..., Recording], geometry: Geometry) -> None:
    found = [diagnose(humped(4.6, depth), geometry) for depth in (0.25, 0.5, 0.8)]
    depths = [each.severity.depth for each in found]
    assert depths == sorted(depths)
    assert found[0].verdict == "suspected"
    assert found[2].verdict == "confirmed"


def test_the_depth_of_a_hump_is_that_of_the_wandering_power(
    humped: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(humped(4.6, 0.8), geometry)
    assert found.severity.depth == pytest.approx(0.8 * np.sqrt(1.25), rel=0.2)


@pytest.mark.parametrize("centre", [5.9, 7.9])
def test_a_hump_elsewhere_is_no_element(centre: float, humped: Callable[..., Recording], geometry: Geometry) -> None:
    found = diagnose(humped(centre, 0.5), geometry)
    assert found.fault != "ball"
    assert found.verdict != "confirmed"


@pytest.mark.parametrize("order", [3.5848, 5.4152])
def test_the_sharp_lines_of_a_ring_make_no_hump(
    order: float, combed: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(combed(order, 1.0), geometry)
    assert found.fault in {"outer", "inner"}
    assert not _is_hump(found)


def test_sound_bearings_with_waviness_run_out_and_ovality_are_not_confirmed() -> None:
    for seed in range(8):
        recording, truth = healthy(np.random.default_rng(seed))
        assert diagnose(recording, truth.geometry).verdict != "confirmed"


def test_spalls_of_three_millimetres_in_the_same_machines_are_named() -> None:
    named = []
    for seed in range(8):
        recording, truth = spalled(3.0, np.random.default_rng(seed))
        found = diagnose(recording, truth.geometry)
        confirmed = {fault.fault for fault in found.faults if fault.verdict == "confirmed"}
        assert confirmed <= {truth.fault}
        named.append(found.fault == truth.fault)
    assert sum(named) >= 7
