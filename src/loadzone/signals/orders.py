"""Order tracking: from samples at equal times to samples at equal shaft angles, by tacho pulses or a speed profile."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.recording import SpeedProfile
from loadzone.signals.samples import Floats, as_signal, finite_mean, positive_rate
from loadzone.words.errors import BadInput, BadRecord, OutOfScope
from loadzone.words.texts import text

BLOCK = 1 << 15
"""Output samples made at a time, so that memory does not grow with the record."""
MARGIN = 256
"""Samples beyond a block on either side; the outer half fades, so that a block's ends do not ring into it."""
OVERSAMPLING = 4
LAGRANGE_NODES = (-2, -1, 0, 1, 2, 3)


@dataclass(frozen=True, eq=False)
class ShaftPhase:
    """How far a shaft has turned: ``revolutions`` (k,) at ``times_s`` (k,), both rising, and ``periods_s`` (k,) there.

    Between the knots the time is a cubic of the revolution with those values and slopes.
    """

    revolutions: NDArray[np.float64]
    times_s: NDArray[np.float64]
    periods_s: NDArray[np.float64]

    def times_at(self, revolutions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Time of each revolution, s; outside the knots the speed of the nearest end goes on."""
        knots, times, slopes = self.revolutions, self.times_s, self.periods_s
        left = np.clip(np.searchsorted(knots, revolutions, side="right") - 1, 0, len(knots) - 2)
        width = knots[left + 1] - knots[left]
        u = np.clip((revolutions - knots[left]) / width, 0, 1)
        rise = times[left + 1] - times[left]
        start, end = slopes[left] * width, slopes[left + 1] * width
        inside = times[left] + u * (start + u * (3 * rise - 2 * start - end + u * (start + end - 2 * rise)))
        before = np.minimum(revolutions - knots[0], 0) * slopes[0]
        after = np.maximum(revolutions - knots[-1], 0) * slopes[-1]
        return cast("NDArray[np.float64]", inside + before + after)

    def revolutions_at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Revolutions at each time; outside the knots the speed of the nearest end goes on."""
        inside = np.interp(times_s, self.times_s, self.revolutions)
        before = np.minimum(times_s - self.times_s[0], 0) / self.periods_s[0]
        after = np.maximum(times_s - self.times_s[-1], 0) / self.periods_s[-1]
        return cast("NDArray[np.float64]", inside + before + after)

    def speeds_rpm_at(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Speed at each time, r/min; the ends go on."""
        return 60.0 / np.interp(times_s, self.times_s, self.periods_s)


@dataclass(frozen=True, eq=False)
class OrderSignal:
    """Samples at equal angles, (m,) or (channels, m), the first one at ``first_revolution``.

    Every spectrum of them with ``samples_per_rev`` in the place of the rate is one over orders.
    """

    samples: Floats
    samples_per_rev: int
    first_revolution: float


def tacho_times(samples: Floats, fs_hz: float, rising: bool = True) -> NDArray[np.float64]:
    """Times of the pulses in a tacho channel.

    Parameters
    ----------
    samples : (n,) of the pulse channel, any unit, either polarity
    fs_hz : sampling rate, Hz
    rising : take the rising edges, otherwise the falling ones

    Returns
    -------
    (pulses,) in s: where the edge crosses half height, between samples. A pulse counts once it has passed from below
    30 % to above 70 % of the height, so noise on a flank makes no second one

    Raises
    ------
    BadRecord : more than one axis, NaN, or no two pulses
    """
    signal = as_signal(samples)
    if signal.ndim != 1:
        raise BadRecord(text("samples have {axes} axes: give one tacho channel of shape (n,)", axes=signal.ndim))
    finite_mean(signal)
    signal = signal if rising else -signal
    low, high = np.percentile(signal, (0.1, 99.9))
    middle, guard = (low + high) / 2, 0.2 * (high - low)
    state = np.where(signal > middle + guard, 1, np.where(signal < middle - guard, -1, 0))
    decided = np.flatnonzero(state)
    fired = decided[1:][(state[decided[1:]] == 1) & (state[decided[:-1]] == -1)]
    if len(fired) < 2:
        raise BadRecord(text("{count} tacho pulses found, 2 are needed: check the tacho channel", count=len(fired)))
    below = np.maximum.accumulate(np.where(signal <= middle, np.arange(len(signal)), 0))[fired - 1]
    share = (middle - signal[below]) / (signal[below + 1] - signal[below])
    return cast("NDArray[np.float64]", (below + share.astype(np.float64)) / positive_rate(fs_hz))


def phase_from_tacho(times_s: NDArray[np.float64], pulses_per_rev: int = 1) -> ShaftPhase:
    """Phase of a shaft from the times of its pulses (the phase is interpolated, not a staircase of speeds).

    Parameters
    ----------
    times_s : (k,) rising, k >= 3
    pulses_per_rev : pulses a revolution, equally spaced

    Raises
    ------
    BadInput : fewer than 3 times, not rising, or ``pulses_per_rev`` below 1
    BadRecord : an interval more than 1.6 times, or less than 0.6 times, the median of its five neighbours
    """
    times = np.asarray(times_s, dtype=np.float64)
    intervals = np.diff(times)
    if pulses_per_rev < 1 or len(times) < 3 or not (intervals > 0).all():
        raise BadInput(
            text(
                "{count} tacho times with {pulses} pulses a revolution give no phase: give 3 or more rising times",
                count=len(times),
                pulses=pulses_per_rev,
            )
        )
    ratios = intervals / _medians_near(intervals)
    worst = int(np.abs(np.log(ratios)).argmax())
    if not 0.6 <= ratios[worst] <= 1.6:
        raise BadRecord(
            text(
                "tacho interval at {time_s:.3f} s is {ratio:.2f} times its neighbours: a pulse is missing or doubled",
                time_s=float(times[worst]),
                ratio=float(ratios[worst]),
            )
        )
    revolutions = np.arange(len(times)) / pulses_per_rev
    return ShaftPhase(revolutions, times, np.gradient(times, revolutions, edge_order=2))


def _medians_near(intervals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of each interval and its two neighbours on either side."""
    reach = min(2, len(intervals) - 1)
    padded = np.pad(intervals, reach, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(np.median(windows, axis=-1), dtype=np.float64)


def phase_from_profile(profile: SpeedProfile) -> ShaftPhase:
    """Phase of a shaft as the integral of its speed, which is taken as linear between the times of the profile.

    Raises
    ------
    BadInput : fewer than 2 times, times not rising, or a speed that is not positive
    """
    times = np.asarray(profile.times_s, dtype=np.float64)
    speeds = np.asarray(profile.speeds_rpm, dtype=np.float64)
    if len(times) < 2 or len(times) != len(speeds) or not (np.diff(times) > 0).all() or not (speeds > 0).all():
        raise BadInput(
            text("speed profile of {count} points gives no phase: give rising times, speeds above 0", count=len(times))
        )
    # knots at least every quarter of a revolution: the cubic inverse of the quadratic phase is then exact to 1e-6
    pieces = np.ceil(np.diff(times) * np.maximum(speeds[:-1], speeds[1:]) / 60 * 4).astype(int)
    pieces = np.clip(pieces, 1, 1 << 20)
    starts = np.repeat(np.concatenate(([0], np.cumsum(pieces)[:-1])), pieces)
    share = (np.arange(pieces.sum()) - starts) / np.repeat(pieces, pieces)
    dense = np.append(np.repeat(times[:-1], pieces) + share * np.repeat(np.diff(times), pieces), times[-1])
    hertz = np.interp(dense, times, speeds) / 60
    turned = np.concatenate(([0.0], np.cumsum((hertz[1:] + hertz[:-1]) / 2 * np.diff(dense))))
    return ShaftPhase(turned, dense, 1 / hertz)


def to_order_domain(
    samples: Floats, fs_hz: float, phase: ShaftPhase, samples_per_rev: int | None = None
) -> OrderSignal:
    """The signal at equal steps of shaft angle.

    Parameters
    ----------
    samples : (n,) or (channels, n), any unit
    fs_hz : sampling rate, Hz
    phase : from `phase_from_tacho`, `phase_from_profile` or a speed path; only what both cover is used
    samples_per_rev : orders up to half of it are kept, higher ones removed before they alias; by default as many as
        keep the count of samples at mean speed

    Returns
    -------
    OrderSignal in the unit and precision of the samples

    Raises
    ------
    BadRecord : fewer than 16 samples, NaN among them
    OutOfScope : record and phase share less than one revolution
    BadInput : ``samples_per_rev`` below 2

    Source: Fyfe and Munck, Analysis of computed order tracking, MSSP 11 (1997) 187; here by 6-point Lagrange
    interpolation of the four times oversampled signal, error below 1e-4 up to half the Nyquist frequency.
    """
    signal = as_signal(samples)
    finite_mean(signal)
    first, last = _shared(signal.shape[-1] / positive_rate(fs_hz), 1 / fs_hz, phase)
    mean_hz = (last - first) / float(np.ptp(phase.times_at(np.array([first, last]))))
    per_rev = samples_per_rev or scipy.fft.next_fast_len(int(np.ceil(fs_hz / mean_hz)), real=True)
    if per_rev < 2:
        raise BadInput(text("{count} samples a revolution are too few: give 2 or more", count=per_rev))
    count = int((last - first) * per_rev + 1e-6) + 1
    made = np.empty((*signal.shape[:-1], count), dtype=signal.dtype)
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        made[..., start:stop] = _block(signal, fs_hz, phase, first, per_rev, start, stop)
    return OrderSignal(made, per_rev, first)


def _shared(duration_s: float, step_s: float, phase: ShaftPhase) -> tuple[float, float]:
    """First and last revolution that both the record and the phase cover."""
    limits = np.clip((0.0, duration_s - step_s), phase.times_s[0], phase.times_s[-1])
    ends = np.interp(limits, phase.times_s, phase.revolutions)
    for _ in range(4):  # Newton, from the linear inverse that is already near
        ends -= (phase.times_at(ends) - limits) / np.interp(ends, phase.revolutions, phase.periods_s)
    if ends[1] - ends[0] < 1:
        raise OutOfScope(
            text("the record and its speed share less than one revolution: check that their times begin together")
        )
    return float(ends[0]), float(ends[1])


def _block(
    signal: Floats, fs_hz: float, phase: ShaftPhase, first: float, per_rev: int, start: int, stop: int
) -> Floats:
    """Output samples ``start`` to ``stop``: taken densely enough for every frequency, then decimated in orders."""
    ends = first + np.array([start - MARGIN, stop + MARGIN]) / per_rev
    knots = phase.times_at(np.linspace(ends[0], ends[1], 257))
    slowest_hz = (ends[1] - ends[0]) / 256 / float(np.diff(knots).max())
    finer = max(1, int(np.ceil(fs_hz / (slowest_hz * per_rev) - 1e-9)))
    if finer == 1:
        revolutions = first + np.arange(start, stop) / per_rev
        return _interpolated(signal, phase.times_at(revolutions) * fs_hz)
    size = stop - start + 2 * MARGIN
    padded = scipy.fft.next_fast_len(size, real=True)
    revolutions = first + (np.arange(padded * finer) / finer + start - MARGIN) / per_rev
    dense = _interpolated(signal, phase.times_at(revolutions) * fs_hz)
    dense *= _fade(padded * finer, (MARGIN // 2) * finer).astype(dense.dtype)
    bins = scipy.fft.rfft(dense)[..., : padded // 2 + 1]
    if padded % 2 == 0:
        bins[..., -1] = 0
    coarse = scipy.fft.irfft(bins, padded, overwrite_x=True)
    coarse /= finer
    return coarse[..., MARGIN : MARGIN + stop - start]


def _interpolated(signal: Floats, positions: NDArray[np.float64]) -> Floats:
    """The signal at fractional sample ``positions`` (rising); beyond its ends it stays at its end values."""
    low = int(np.floor(positions[0])) - MARGIN
    high = int(np.ceil(positions[-1])) + MARGIN + 1
    size = scipy.fft.next_fast_len(high - low, real=True)
    piece = signal[..., np.clip(np.arange(low, low + size), 0, signal.shape[-1] - 1)]
    piece = piece * _fade(size, MARGIN // 2).astype(signal.dtype)
    fine = scipy.fft.irfft(scipy.fft.rfft(piece), size * OVERSAMPLING)
    fine *= OVERSAMPLING
    places = (positions - low) * OVERSAMPLING
    whole = places.astype(np.intp)
    u = (places - whole).astype(signal.dtype)
    made = np.zeros((*signal.shape[:-1], len(positions)), dtype=signal.dtype)
    for node in LAGRANGE_NODES:
        weight = np.ones_like(u)
        for other in LAGRANGE_NODES:
            if other != node:
                weight *= (u - u.dtype.type(other)) * u.dtype.type(1 / (node - other))
        made += fine[..., whole + node] * weight
    return made


def _fade(size: int, length: int) -> NDArray[np.float64]:
    """Ones with a raised-cosine rise and fall of ``length`` samples."""
    fade = np.ones(size)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / length)
    fade[:length] = rise
    fade[size - length :] = rise[::-1]
    return fade
