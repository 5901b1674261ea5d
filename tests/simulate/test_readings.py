"""Simulated readings: the correlation, temperature and faults that they say they have."""

from dataclasses import replace

import numpy as np
import pytest

from loadzone.simulate.readings import QUANTITIES, Growth, Life, readings

LIFE = Life(0.8, season_k=0.0, points=1)


def logs(life: Life, growth: Growth | None = None, count: int = 20_000) -> np.ndarray:
    """The logarithm of rms with the known influences taken out, in standard deviations."""
    found = readings(life, count, np.random.default_rng(3), growth)
    level, spread, slope = QUANTITIES["rms"]
    return np.array(
        [
            (
                np.log(each.values["rms"] / level)
                - 2.0 * np.log((each.speed_rpm or 0.0) / 1480.0)
                - 0.004 * ((each.load or 0.0) - 80.0)
                - slope * ((each.temperature_degc or 0.0) - 50.0)
            )
            / spread
            for each in found
        ]
    )


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.8])
@pytest.mark.parametrize("noise", ["gaussian", "heavy"])
def test_deviations_have_unit_variance_and_the_stated_correlation(phi: float, noise: str) -> None:
    z = logs(replace(LIFE, phi=phi, noise=noise))  # type: ignore[arg-type]

    assert z.std() == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(z[1:], z[:-1])[0, 1] == pytest.approx(phi, abs=0.03)


def test_a_fault_moves_what_comes_after_it_and_nothing_before() -> None:
    begins, month = 5000 * LIFE.interval_s, 365.25 * 86_400 / 12
    moved = logs(LIFE, Growth(begins, step=3.0, per_month=0.5)) - logs(LIFE)

    assert moved[:5000] == pytest.approx(0.0, abs=1e-9)
    assert moved[5000] == pytest.approx(3.0)
    assert moved[-1] == pytest.approx(3.0 + 0.5 * (19_999 - 5000) * LIFE.interval_s / month)


def test_operating_points_change_after_days_not_hours() -> None:
    found = readings(Life(0.5), 5000, np.random.default_rng(1))
    loads = np.array([each.load or 0.0 for each in found])
    changes = np.count_nonzero(np.abs(np.diff(loads)) > 8.0)

    assert 5000 / 12 * 0.6 < changes < 5000 / 12 * 1.4
