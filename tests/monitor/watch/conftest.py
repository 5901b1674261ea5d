"""Streams of evidence of one position, healthy or not, and settings that learn quickly."""

from collections.abc import Callable

import numpy as np
import pytest

from loadzone.monitor.watch.baseline import LearningRules
from loadzone.monitor.watch.limits import Target
from loadzone.monitor.watch.reading import HOUR_US, Reading
from loadzone.monitor.watch.settings import Quantity, WatchSettings

QUICK = LearningRules(
    least_readings=16, least_effective=4.0, least_days=0.0, class_readings=4, class_effective=1.0, most=200
)
Make = Callable[..., list[Reading]]


@pytest.fixture(scope="session")
def quick() -> WatchSettings:
    """One quantity and the velocity, read every hour, learnt within a day."""
    quantities = (Quantity("rms"), Quantity("velocity_rms_mms"))
    return WatchSettings(quantities=quantities, target=Target(0.02, 3600.0), learning=QUICK)


@pytest.fixture(scope="session")
def hourly() -> Make:
    """``hourly(count, start=, factor=, **fields)``: readings of a steady machine, all values times ``factor``."""

    def make(count: int, start: int = 0, factor: float = 1.0, seed: int = 1, **fields: object) -> list[Reading]:
        rng = np.random.default_rng([seed, start])
        return [
            Reading(
                (start + n) * HOUR_US,
                start + n,
                {
                    "rms": factor * float(np.exp(0.1 * rng.standard_normal())),
                    "velocity_rms_mms": factor * float(np.exp(0.05 * rng.standard_normal())),
                },
                **{"speed_rpm": 1480.0 + float(rng.standard_normal()), "load": 80.0, "temperature_degc": 45.0} | fields,  # type: ignore[arg-type]
            )
            for n in range(count)
        ]

    return make
