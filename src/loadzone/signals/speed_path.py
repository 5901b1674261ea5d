"""Speed without a tacho: the smooth path along which the harmonics of one shaft hold the most of the spectrum."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from loadzone.signals.envelopes import band_envelope
from loadzone.signals.orders import OrderSignal, ShaftPhase, phase_from_profile, to_order_domain
from loadzone.signals.recording import SpeedProfile
from loadzone.signals.samples import Complexes, Floats, centred, positive_rate, power_of
from loadzone.signals.transforms import rfft
from loadzone.words.errors import BadInput, BadRecord, OutOfScope
from loadzone.words.texts import text

FRAME_PERIODS = (8, 16, 32)
"""Lengths of the frames in turns at the lowest speed; all are tried: short ones follow, long ones resolve."""
STEP = 0.0025
"""Relative step of the candidates of the first search; the phase of the lines refines it afterwards."""
ENVELOPE_HARMONICS = 10
"""Shaft harmonics that the thinned envelope still holds."""
SCORE_CAP = 3.0
"""Natural logarithm of the power over its surroundings that one line may add: no line decides alone."""
HALF_BANDS = (0.2, 0.2, 0.1, 0.06)
"""Half widths, in orders, of the bands in which lines are followed, one a pass: the nearer the path, the narrower."""
SURROUNDINGS = 0.25
"""Half width, in orders, of what a line must stand out from."""
REACH = 8
"""Revolutions either side over which a line's phase is fitted by a straight one."""
STANDS_OUT = 8.0
"""Power density of a line over that of its surroundings from which on it counts as seen (noise: about 1)."""
NOTCH_HZ = 0.3
"""Half width of what is left out about an ignored line: the mains hold their frequency better than that."""
AGREEMENT = 0.005
"""Two lines agree where the speeds that they tell differ by less than this share."""


@dataclass(frozen=True, eq=False)
class SpeedPath:
    """A shaft's speed as the samples tell it: ``speeds_rpm`` (k,) at ``times_s`` (k,).

    ``lines``: the harmonics that were followed, the strongest first. ``disagreement``: median relative difference of
    the speeds that the first two tell. ``confidence``: share of the record where both stand out and agree within
    0.5 %, 0 to 1; below about 0.5 the path is a guess. A steady foreign pair of lines (mains) passes for a shaft where
    none is stronger, and a machine that shows only even harmonics looks like one of twice the speed.
    """

    times_s: NDArray[np.float64]
    speeds_rpm: NDArray[np.float64]
    lines: tuple[int, ...]
    disagreement: float
    confidence: float

    def profile(self) -> SpeedProfile:
        """The same as a profile, as a recording carries it."""
        return SpeedProfile(self.times_s, self.speeds_rpm, "estimated: followed by the shaft's lines")

    def phase(self) -> ShaftPhase:
        """The phase along the path, for `to_order_domain`."""
        return phase_from_profile(self.profile())


def follow_speed(
    signal: Floats,
    fs_hz: float,
    lowest_rpm: float,
    highest_rpm: float,
    harmonics: int = 8,
    fastest_change: float = 0.5,
    ignored_hz: Sequence[float] = (),
) -> SpeedPath:
    """Find the speed of a shaft from its harmonics in the signal, constant or running up and down.

    Parameters
    ----------
    signal : (n,), acceleration or velocity, any unit
    fs_hz : sampling rate, Hz
    lowest_rpm, highest_rpm : range to search; the narrower, the surer
    harmonics : count of shaft harmonics that are scored
    fastest_change : largest relative change of speed a second
    ignored_hz : foreign steady lines, such as the mains and their multiples, that must not draw the path

    Returns
    -------
    SpeedPath over the record

    Raises
    ------
    BadRecord : more than one channel, constant, not finite, or shorter than 16 turns at the lowest speed
    BadInput : the range is empty or not positive
    OutOfScope : the second harmonic of the highest speed lies above fs/2

    Method: comb energy of whitened short-time spectra, less the energy half way between the teeth (against half and
    double speed), a smooth path by dynamic programming, then the phase of the strongest line in the order domain;
    the second strongest line validates. Compare Peeters et al., MSSP 129 (2019) 407 (review of tacholess methods).
    """
    rest = _checked(signal, fs_hz, lowest_rpm, highest_rpm)
    lowest_hz, highest_hz = lowest_rpm / 60, highest_rpm / 60
    slow, rate_hz = _slowed(rest, fs_hz, 2.56 * (harmonics + 1) * highest_hz, ignored_hz)
    teeth = min(harmonics, int(rate_hz / 2 / highest_hz))
    candidates = np.exp(np.arange(np.log(lowest_hz), np.log(highest_hz) + STEP / 2, STEP))
    found = []
    for frame in sorted({min(int(turns * rate_hz / lowest_hz), len(slow) // 2) for turns in FRAME_PERIODS}):
        times, levels, bin_hz = _prominences(slow, rate_hz, frame, 2 * highest_hz)
        scores = _comb_scores(levels, candidates / bin_hz, teeth)
        path = candidates[_smooth_path(scores, fastest_change * float(times[1] - times[0]) / STEP)]
        found.append(_refined(slow, rate_hz, (lowest_rpm, highest_rpm), times, path, teeth))
    return max(found, key=lambda path: (round(path.confidence, 2), -path.disagreement))


def follow_speed_in_envelope(signal: Floats, fs_hz: float, lowest_rpm: float, highest_rpm: float) -> SpeedPath:
    """The same by the log envelope of the upper two thirds of the range, where a shaft modulates noise or strikes.

    Parameters, errors and result as of `follow_speed`.
    """
    envelope = band_envelope(signal, fs_hz, (fs_hz / 6, 0.48 * fs_hz), kind="log")
    thinning = max(1, int(envelope.fs_hz / (2.56 * ENVELOPE_HARMONICS * highest_rpm / 60)))
    whole = len(envelope.levels) // thinning * thinning
    thinned = envelope.levels[:whole].reshape(-1, thinning).mean(axis=1, dtype=np.float64)
    return follow_speed(thinned, envelope.fs_hz / thinning, lowest_rpm, highest_rpm)


def _checked(signal: Floats, fs_hz: float, lowest_rpm: float, highest_rpm: float) -> Floats:
    """The centred signal, once rate, range and length allow a search."""
    if not 0 < lowest_rpm < highest_rpm:
        raise BadInput(
            text(
                "speeds from {lowest_rpm:g} to {highest_rpm:g} rpm are no range: give 0 < lowest < highest",
                lowest_rpm=lowest_rpm,
                highest_rpm=highest_rpm,
            )
        )
    if 4 * highest_rpm / 60 > positive_rate(fs_hz):
        raise OutOfScope(
            text(
                "sampling rate {fs_hz:g} Hz shows no two harmonics of {highest_rpm:g} rpm: give a lower highest speed",
                fs_hz=fs_hz,
                highest_rpm=highest_rpm,
            )
        )
    if np.ndim(signal) != 1:
        raise BadRecord(text("samples have {axes} axes: give one channel of shape (n,)", axes=np.ndim(signal)))
    return centred(signal, max(64, int(16 * fs_hz * 60 / lowest_rpm)))


def _slowed(rest: Floats, fs_hz: float, wanted_hz: float, ignored_hz: Sequence[float]) -> tuple[Floats, float]:
    """The signal at the lowest rate that is not below ``wanted_hz``, the ignored lines left out, by its bins."""
    n = rest.shape[-1]
    length = scipy.fft.next_fast_len(n, real=True)
    size = min(length, scipy.fft.next_fast_len(int(np.ceil(wanted_hz / fs_hz * length)), real=True))
    bins = rfft(rest, length)[: size // 2 + 1]
    for line_hz in ignored_hz:
        centre, reach = line_hz / fs_hz * length, NOTCH_HZ / fs_hz * length
        bins[max(int(centre - reach), 0) : int(centre + reach) + 2] = 0
    slow = scipy.fft.irfft(bins, size)[: n * size // length]
    return cast("Floats", slow / np.sqrt(np.vecdot(slow, slow) / len(slow))), fs_hz * size / length


def _prominences(
    slow: Floats, rate_hz: float, frame: int, surroundings_hz: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Times of the frames (frames,), how far each bin stands out (frames, bins; 0 to the cap), and a bin's width."""
    hop = max(1, frame // 8)
    pieces = np.lib.stride_tricks.sliding_window_view(slow, frame)[::hop]
    window = np.hanning(frame + 2)[1:-1].astype(slow.dtype)
    length = scipy.fft.next_fast_len(4 * frame, real=True)
    bin_hz = rate_hz / length
    power = power_of(scipy.fft.rfft(pieces * window, length))
    size = int(np.clip(surroundings_hz / bin_hz, 4, power.shape[-1]))
    whole = power.shape[-1] // size * size
    medians = np.median(power[:, :whole].reshape(len(power), -1, size), axis=-1)
    medians = np.maximum(medians, power.max() * 1e-9)
    places = np.arange(power.shape[-1])
    centres = (np.arange(medians.shape[-1]) + 0.5) * size
    floors = np.array([np.interp(places, centres, row) for row in medians])
    levels = np.clip(np.log(power / floors + 1e-12), 0, SCORE_CAP)
    times = (np.arange(len(pieces)) * hop + (frame - 1) / 2) / rate_hz
    return times.astype(np.float64), levels, bin_hz


def _comb_scores(levels: NDArray[np.float64], candidates: NDArray[np.float64], teeth: int) -> NDArray[np.float64]:
    """Weighted mean level at the harmonics of each candidate (in bins) less that half way before each of them."""
    numbers = np.arange(1, teeth + 1)
    weights = 1 / np.sqrt(numbers)
    scores = np.zeros((len(levels), len(candidates)))
    for number, weight in zip(numbers, weights / weights.sum(), strict=True):
        for place, sign in ((number * candidates, 1), ((number - 0.5) * candidates, -1)):
            left = np.minimum(place.astype(np.intp), levels.shape[-1] - 2)
            share = np.minimum(place - left, 1)
            scores += sign * weight * (levels[:, left] * (1 - share) + levels[:, left + 1] * share)
    return scores


def _smooth_path(scores: NDArray[np.float64], reach: float) -> NDArray[np.intp]:
    """Candidate of each frame on the path of the largest summed score that moves at most ``reach`` a frame."""
    n_frames, n_candidates = scores.shape
    steps = int(np.clip(np.ceil(reach), 1, n_candidates - 1))
    moves = np.arange(-steps, steps + 1)
    penalty = 0.1 * (moves / (steps + 1)) ** 2
    best = scores[0].copy()
    came_from = np.empty((n_frames, n_candidates), dtype=np.intp)
    for frame in range(1, n_frames):
        padded = np.pad(best, steps, constant_values=-np.inf)
        reached = np.lib.stride_tricks.sliding_window_view(padded, 2 * steps + 1) - penalty
        choice = reached.argmax(axis=1)
        came_from[frame] = np.arange(n_candidates) + moves[choice]
        best = reached[np.arange(n_candidates), choice] + scores[frame]
    path = np.empty(n_frames, dtype=np.intp)
    path[-1] = best.argmax()
    for frame in range(n_frames - 1, 0, -1):
        path[frame - 1] = came_from[frame, path[frame]]
    return path


@dataclass(frozen=True, eq=False)
class _Line:
    """One harmonic along a path: relative excess of the speed it tells, its weight, and whether it stands out, (n,)."""

    number: int
    excess: NDArray[np.float64]
    weight: NDArray[np.float64]
    is_seen: NDArray[np.bool_]


def _refined(
    slow: Floats,
    rate_hz: float,
    limits_rpm: tuple[float, float],
    times: NDArray[np.float64],
    path_hz: NDArray[np.float64],
    teeth: int,
) -> SpeedPath:
    """The path corrected by the phase of its strongest lines, pass by pass, and judged by two of them."""
    knots = np.linspace(0.0, (len(slow) - 1) / rate_hz, max(2 * len(times), 64))
    speeds = np.clip(_extended(knots, times, _smoothed(_smoothed(path_hz, 5), 5)) * 60, *limits_rpm)
    for half_band in HALF_BANDS:
        phase = phase_from_profile(SpeedProfile(knots, speeds))
        turned = to_order_domain(slow, rate_hz, phase, 2 * (teeth + 1))
        lines = _lines(turned, teeth, half_band)
        places = turned.first_revolution + np.arange(len(turned.samples)) / turned.samples_per_rev
        at = phase.times_at(places)
        excess = _joint_excess(lines, is_robust=half_band > HALF_BANDS[-1])
        speeds = np.clip(speeds * (1 + np.interp(knots, at, excess)), *limits_rpm)
    difference = np.abs(lines[0].excess - lines[1].excess)
    agree = (difference < AGREEMENT) & lines[0].is_seen & lines[1].is_seen
    numbers = tuple(line.number for line in lines)
    return SpeedPath(knots, speeds, numbers, float(np.median(difference)), float(agree.mean()))


def _joint_excess(lines: list[_Line], is_robust: bool) -> NDArray[np.float64]:
    """What the lines tell together: while bands are wide a foreign line may sit in one, so first only the median."""
    told = np.array([line.excess for line in lines])
    if is_robust:
        return np.asarray(np.median(told, axis=0), dtype=np.float64)
    weights = np.array([line.weight for line in lines])
    return np.asarray((weights * told).sum(axis=0) / weights.sum(axis=0), dtype=np.float64)


def _extended(knots: NDArray[np.float64], times: NDArray[np.float64], path: NDArray[np.float64]) -> NDArray[np.float64]:
    """The path at ``knots``; outside its first and last time the trend of the nearest six frames goes on."""
    few = min(len(times), 6)
    start = np.polyfit(times[:few], path[:few], 1)[0]
    end = np.polyfit(times[-few:], path[-few:], 1)[0]
    beyond = np.minimum(knots - times[0], 0) * start + np.maximum(knots - times[-1], 0) * end
    return np.asarray(np.interp(knots, times, path) + beyond, dtype=np.float64)


def _lines(turned: OrderSignal, teeth: int, half_band: float) -> list[_Line]:
    """The three strongest harmonics in the order domain, the strongest first."""
    per_rev, n = turned.samples_per_rev, len(turned.samples)
    length = scipy.fft.next_fast_len(n)
    bins = scipy.fft.fft(turned.samples, length)
    spectrum = power_of(bins)
    strengths = []
    for number in range(1, teeth + 1):
        near = spectrum[_around(number, half_band, per_rev, length)]
        wide = spectrum[_around(number, SURROUNDINGS, per_rev, length)]
        strengths.append(float(near.max() / np.median(wide)))
    ranked = [int(place) + 1 for place in np.argsort(strengths)[::-1][:3]]
    return [_line(bins, number, half_band, per_rev, n) for number in ranked]


def _line(bins: Complexes, number: int, half_band: float, per_rev: int, n: int) -> _Line:
    line, wide = (_band(bins, _around(number, half, per_rev, len(bins)), n) for half in (half_band, SURROUNDINGS))
    reach = REACH * per_rev
    power, around = (_mean_near(power_of(values).astype(np.float64), reach) for values in (line, wide))
    noise = np.maximum(around - power, 0.03 * around) * half_band / (SURROUNDINGS - half_band)
    turns = np.unwrap(np.angle(line)).astype(np.float64) / (2 * np.pi * number) - np.arange(n) / per_rev
    # a phase error of the line counts 1/number as revolutions: weight by number² and by signal over noise
    return _Line(number, _slope(turns, reach) * per_rev, number**2 * power / noise, power > STANDS_OUT * noise)


def _band(bins: Complexes, kept: slice, n: int) -> Complexes:
    """The first ``n`` samples of what lies in the bins ``kept``."""
    only = np.zeros_like(bins)
    only[kept] = bins[kept]
    return cast("Complexes", scipy.fft.ifft(only, overwrite_x=True)[:n])


def _around(number: int, half_band: float, per_rev: int, length: int) -> slice:
    """Bins within ``half_band`` orders about harmonic ``number``."""
    low, high = ((number + side * half_band) / per_rev * length for side in (-1, 1))
    return slice(int(low), int(high) + 1)


def _mean_near(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Mean over ``reach`` values either side, fewer at the ends."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    left, right = _window(len(values), reach)
    return np.asarray((total[right] - total[left]) / (right - left), dtype=np.float64)


def _slope(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Slope a sample of the least-squares line over ``reach`` values either side, fewer at the ends."""
    left, right = _window(len(values), reach)
    count = (right - left).astype(np.float64)
    middle = (left + right - 1) / 2
    # sums about the middle of the record keep the cancellation small
    index = np.arange(len(values)) - len(values) / 2
    first = np.concatenate(([0.0], np.cumsum(values)))
    moment = np.concatenate(([0.0], np.cumsum(values * index)))
    covariance = moment[right] - moment[left] - (first[right] - first[left]) * (middle - len(values) / 2)
    return np.asarray(covariance / (count * (count * count - 1) / 12), dtype=np.float64)


def _window(n: int, reach: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First index and end of the window about each of ``n`` places."""
    places = np.arange(n)
    return np.maximum(places - reach, 0), np.minimum(places + reach + 1, n)


def _smoothed(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Moving mean over ``size`` values, a line through the ends going on."""
    half = size // 2
    padded = np.pad(values, half, mode="reflect", reflect_type="odd")
    return np.convolve(padded, np.full(size, 1 / size), mode="valid")
