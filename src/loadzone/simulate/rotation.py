"""The shaft's angle over time and back, exact for a speed that is piecewise linear."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loadzone.signals.recording import SpeedProfile
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rotation:
    """Break points of a piecewise linear speed: ``times_s``, ``speeds_hz`` and the ``turns`` done there, each (k,).

    Turn 0 is at time 0; the speed goes on unchanged before the first and after the last point of the profile.
    """

    times_s: Floats
    speeds_hz: Floats
    turns: Floats

    def turns_at(self, times_s: ArrayLike) -> Floats:
        """Shaft angle in turns at ``times_s``: the integral of the speed, a quadratic in each segment."""
        times = np.asarray(times_s, dtype=np.float64)
        segment = self._segment(self.times_s, times)
        elapsed = times - self.times_s[segment]
        ramp = self._ramps()[segment]
        return np.asarray(self.turns[segment] + elapsed * (self.speeds_hz[segment] + ramp * elapsed / 2))

    def times_at(self, turns: ArrayLike) -> Floats:
        """When the shaft has done ``turns``: the root of that quadratic, in the form that keeps its digits."""
        wanted = np.asarray(turns, dtype=np.float64)
        segment = self._segment(self.turns, wanted)
        rest = wanted - self.turns[segment]
        speed = self.speeds_hz[segment]
        root = np.sqrt(np.maximum(speed**2 + 2 * self._ramps()[segment] * rest, 0.0))
        return np.asarray(self.times_s[segment] + 2 * rest / (speed + root))

    def speeds_at(self, times_s: ArrayLike) -> Floats:
        """Speed in Hz at ``times_s``."""
        return np.interp(np.asarray(times_s, dtype=np.float64), self.times_s, self.speeds_hz)

    @property
    def profile(self) -> SpeedProfile:
        """What a recording carries of it: the break points from time 0 on, in r/min."""
        kept = self.times_s >= 0.0
        return SpeedProfile(self.times_s[kept], 60.0 * self.speeds_hz[kept])

    def _ramps(self) -> Floats:
        return np.diff(self.speeds_hz) / np.diff(self.times_s)

    @staticmethod
    def _segment(edges: Floats, values: Floats) -> NDArray[np.intp]:
        return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)


def rotation(speed_rpm: float | SpeedProfile, duration_s: float) -> Rotation:
    """Rotation of a constant speed or of a profile, over ``duration_s``.

    Raises
    ------
    BadInput : a speed is not positive and finite, or the profile's times do not rise

    >>> steady = rotation(1500.0, 2.0)
    >>> steady.turns_at([0.0, 1.0]).tolist(), steady.times_at([25.0]).tolist()
    ([0.0, 25.0], [1.0])
    """
    if isinstance(speed_rpm, SpeedProfile):
        times, speeds = np.asarray(speed_rpm.times_s, float), np.asarray(speed_rpm.speeds_rpm, float)
    else:
        times, speeds = np.array([0.0]), np.array([float(speed_rpm)])
    _check(times, speeds)
    before, after = min(times[0], 0.0) - 1.0, max(times[-1], duration_s) + 1.0
    times = np.concatenate([[before], times, [after]])
    speeds_hz = np.concatenate([speeds[:1], speeds, speeds[-1:]]) / 60.0
    if 0.0 not in times:
        speeds_hz = np.insert(speeds_hz, np.searchsorted(times, 0.0), np.interp(0.0, times, speeds_hz))
        times = np.insert(times, np.searchsorted(times, 0.0), 0.0)
    turns = np.concatenate([[0.0], np.cumsum(np.diff(times) * (speeds_hz[1:] + speeds_hz[:-1]) / 2)])
    return Rotation(times, speeds_hz, turns - turns[np.searchsorted(times, 0.0)])


def _check(times: Floats, speeds: Floats) -> None:
    if not (np.isfinite(speeds).all() and (speeds > 0.0).all()):
        raise BadInput(
            text(
                "speed {speed_rpm} rpm: a simulated shaft turns at a positive speed at all times",
                speed_rpm=float(speeds.min()),
            )
        )
    if len(times) != len(speeds) or (np.diff(times) <= 0.0).any():
        raise BadInput(
            text("a speed profile of {count} points needs as many speeds and rising times", count=len(times))
        )
