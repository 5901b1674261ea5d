"""Ten kinds of noise without a bearing fault: the null suite that every fault detector must survive.

Each imitates one way in which a healthy machine misleads an envelope detector; `noise` draws one record.
Source of the list: the null study of this project (white noise alone flatters a method; gears, shocks and shaft
modulation are where false alarms come from).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from scipy import fft

from loadzone.simulate.machine import (
    Floats,
    Gear,
    draw_gear,
    gear_mesh,
    mains,
    shaft_modulation,
    to_unit_rms,
)
from loadzone.simulate.transfer import Resonance, Singles, Spectrum, ring, shape
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

NoiseKind = Literal[
    "white",
    "coloured",
    "slow_load",
    "poisson_shocks",
    "alpha_stable",
    "gear_listed",
    "gear_unlisted",
    "shaft_modulated",
    "hard_impact",
    "mix",
]
NOISE_KINDS: tuple[NoiseKind, ...] = get_args(NoiseKind)
SENSOR_FLOOR = 0.1
MODULATING_HARMONICS = 15


@dataclass(frozen=True, eq=False)
class NoiseRecord:
    """``samples`` (n,) float32 of rms 1; ``gears``: all that mesh in it; ``listed_gears``: those the plant knows of.

    ``mains_hz`` and ``shocks_hz`` (mean rate) are None where the kind has none.
    """

    samples: Singles
    listed_gears: tuple[Gear, ...] = ()
    gears: tuple[Gear, ...] = ()
    mains_hz: float | None = None
    shocks_hz: float | None = None


@dataclass(frozen=True, eq=False)
class _Frame:
    """What every kind is drawn from: length, rate, shaft angle in turns (n,) or None for a steady shaft."""

    n: int
    fs_hz: float
    shaft_hz: float
    rng: np.random.Generator
    given_turns: Floats | None = field(default=None)

    @property
    def times_s(self) -> Floats:
        return np.arange(self.n, dtype=np.float64) / self.fs_hz

    @property
    def turns(self) -> Floats:
        if self.given_turns is not None:
            return self.given_turns
        return np.arange(self.n, dtype=np.float64) * (self.shaft_hz / self.fs_hz)


def noise(
    kind: NoiseKind, n: int, fs_hz: float, shaft_hz: float, rng: np.random.Generator, turns: Floats | None = None
) -> NoiseRecord:
    """One record of the noise ``kind``.

    Parameters
    ----------
    kind : one of `NOISE_KINDS`
    n : samples, at least 16
    fs_hz, shaft_hz : sampling rate and (mean) shaft speed
    rng : the only source of chance; the same state gives the same record
    turns : (n,) shaft angle in turns where the speed varies; without it the shaft runs steadily at ``shaft_hz``

    Returns
    -------
    NoiseRecord with rms 1

    Raises
    ------
    BadInput : unknown kind, fewer than 16 samples, a rate or speed that is not positive

    >>> record = noise("gear_listed", 4096, 12000.0, 30.0, np.random.default_rng(1))
    >>> record.samples.dtype.name, len(record.listed_gears)
    ('float32', 1)
    """
    if kind not in _MAKERS:
        raise BadInput(text("noise {kind!r}: the kinds are {kinds}", kind=kind, kinds=", ".join(NOISE_KINDS)))
    if n < 16 or not fs_hz > 0.0 or not shaft_hz > 0.0:
        raise BadInput(
            text(
                "{n} samples at {fs_hz} Hz and a shaft at {shaft_hz} Hz: "
                "noise needs at least 16 samples, a positive rate and a positive speed",
                n=n,
                fs_hz=fs_hz,
                shaft_hz=shaft_hz,
            )
        )
    return _MAKERS[kind](_Frame(n, fs_hz, shaft_hz, rng, turns))


def draw_resonances(fs_hz: float, rng: np.random.Generator, count: int = 3) -> tuple[Resonance, ...]:
    """Modes between 4 and 46 % of the sampling rate, Q log-uniform from 5 to 60, gains within a factor of 3."""
    frequencies = rng.uniform(0.04, 0.46, count) * fs_hz
    qualities = np.exp(rng.uniform(np.log(5.0), np.log(60.0), count))
    gains = np.exp(rng.uniform(-np.log(3.0) / 2, np.log(3.0) / 2, count))
    return tuple(Resonance(float(f), float(q), float(g)) for f, q, g in zip(frequencies, qualities, gains, strict=True))


def coloured_noise(n: int, fs_hz: float, resonances: tuple[Resonance, ...], rng: np.random.Generator) -> Singles:
    """Gaussian noise through resonances, with a white sensor floor 20 dB under their peak; rms 1, (n,)."""
    return to_unit_rms(shape(_white_spectrum(n, rng), resonances, n, fs_hz, SENSOR_FLOOR))


def slow_factor(n: int, fs_hz: float, depth: float, rng: np.random.Generator) -> Singles:
    """Positive factor of a load that wanders: exp of Gaussian 1/f noise up to 200 Hz, rms ``depth`` nepers, (n,)."""
    bins = np.arange(1, max(2, min(n // 2, int(200.0 * n / fs_hz))))
    spectrum = np.zeros(n // 2 + 1, dtype=np.complex64)
    spectrum[bins] = (rng.standard_normal(len(bins)) + 1j * rng.standard_normal(len(bins))) / np.sqrt(bins)
    wander = to_unit_rms(np.asarray(fft.irfft(spectrum, n), dtype=np.float32))
    return np.asarray(np.exp(np.float32(depth) * wander), dtype=np.float32)


def shocks(
    n: int, fs_hz: float, rate_hz: float, resonances: tuple[Resonance, ...], rng: np.random.Generator
) -> Singles:
    """Poisson shocks of log-normal strength (sigma 1 neper) through resonances, rms 1 (0 where none fell), (n,)."""
    count = rng.poisson(rate_hz * n / fs_hz)
    times_s = rng.uniform(0.0, n / fs_hz, count)
    strengths = rng.lognormal(0.0, 1.0, count) * rng.choice([-1.0, 1.0], count)
    return to_unit_rms(ring(times_s, strengths, resonances, n, fs_hz))


def _white(frame: _Frame) -> NoiseRecord:
    return NoiseRecord(to_unit_rms(frame.rng.standard_normal(frame.n, dtype=np.float32)))


def _coloured(frame: _Frame) -> NoiseRecord:
    return NoiseRecord(_background(frame))


def _slow_load(frame: _Frame) -> NoiseRecord:
    factor = slow_factor(frame.n, frame.fs_hz, frame.rng.uniform(0.1, 0.5), frame.rng)
    return NoiseRecord(to_unit_rms(factor * _background(frame)))


def _poisson_shocks(frame: _Frame) -> NoiseRecord:
    rate_hz = _draw_rate(frame.rng)
    return _sum(_background(frame), _shock_part(frame, rate_hz), frame, shocks_hz=rate_hz)


def _alpha_stable(frame: _Frame) -> NoiseRecord:
    driven = np.asarray(fft.rfft(_symmetric_stable(frame.n, frame.rng)), dtype=np.complex64)
    resonances = draw_resonances(frame.fs_hz, frame.rng)
    return NoiseRecord(to_unit_rms(shape(driven, resonances, frame.n, frame.fs_hz, SENSOR_FLOOR)))


def _gear_listed(frame: _Frame) -> NoiseRecord:
    gear = draw_gear(frame.rng)
    return _sum(_background(frame), _gear_part(frame, gear), frame, listed_gears=(gear,), gears=(gear,))


def _gear_unlisted(frame: _Frame) -> NoiseRecord:
    gear = draw_gear(frame.rng, (0.37, 0.43))
    return _sum(_background(frame), _gear_part(frame, gear), frame, gears=(gear,))


def _shaft_modulated(frame: _Frame) -> NoiseRecord:
    depth = frame.rng.uniform(0.1, 0.5)
    factor = shaft_modulation(frame.turns, MODULATING_HARMONICS, depth, frame.rng)
    return NoiseRecord(to_unit_rms(factor * _background(frame)))


def _hard_impact(frame: _Frame) -> NoiseRecord:
    return _sum(_background(frame), hard_impacts(frame.turns, frame.n, frame.fs_hz, frame.rng), frame)


def _mix(frame: _Frame) -> NoiseRecord:
    rng = frame.rng
    factor = slow_factor(frame.n, frame.fs_hz, rng.uniform(0.1, 0.4), rng)
    factor *= shaft_modulation(frame.turns, MODULATING_HARMONICS, rng.uniform(0.1, 0.3), rng)
    rate_hz, mains_hz = _draw_rate(rng), float(rng.choice([50.0, 60.0]))
    body = factor * _background(frame)
    body += np.float32(rng.uniform(0.2, 1.0)) * mains(frame.times_s, mains_hz, rng)
    return _sum(to_unit_rms(body), _shock_part(frame, rate_hz), frame, mains_hz=mains_hz, shocks_hz=rate_hz)


def hard_impacts(turns: Floats, n: int, fs_hz: float, rng: np.random.Generator) -> Singles:
    """One equal impact a turn at its exact phase, through resonances, rms 1, (n,)."""
    wanted = np.arange(np.ceil(turns[0]), turns[-1]) + rng.random()
    times_s = np.interp(wanted, turns, np.arange(n) / fs_hz)
    return to_unit_rms(ring(times_s, np.ones(len(times_s)), draw_resonances(fs_hz, rng), n, fs_hz))


def _background(frame: _Frame) -> Singles:
    return coloured_noise(frame.n, frame.fs_hz, draw_resonances(frame.fs_hz, frame.rng), frame.rng)


def _shock_part(frame: _Frame, rate_hz: float) -> Singles:
    return shocks(frame.n, frame.fs_hz, rate_hz, draw_resonances(frame.fs_hz, frame.rng), frame.rng)


def _gear_part(frame: _Frame, gear: Gear) -> Singles:
    return gear_mesh(gear, frame.turns, frame.fs_hz / frame.shaft_hz, frame.rng)


def _sum(
    background: Singles,
    extra: Singles,
    frame: _Frame,
    listed_gears: tuple[Gear, ...] = (),
    gears: tuple[Gear, ...] = (),
    mains_hz: float | None = None,
    shocks_hz: float | None = None,
) -> NoiseRecord:
    """``background`` plus ``extra`` between -10 and +6 dB of it."""
    share = np.float32(10 ** (frame.rng.uniform(-10.0, 6.0) / 20))
    return NoiseRecord(to_unit_rms(background + share * extra), listed_gears, gears, mains_hz, shocks_hz)


def _draw_rate(rng: np.random.Generator) -> float:
    return float(np.exp(rng.uniform(0.0, np.log(60.0))))


def _white_spectrum(n: int, rng: np.random.Generator) -> Spectrum:
    return np.asarray(fft.rfft(rng.standard_normal(n, dtype=np.float32)), dtype=np.complex64)


def _symmetric_stable(n: int, rng: np.random.Generator) -> Singles:
    """Symmetric stable variates of index 1.5; Chambers, Mallows and Stuck, JASA 71 (1976) 340, for beta = 0."""
    uniform = rng.random(n, dtype=np.float32) * np.float32(1 - 2e-6) + np.float32(1e-6)
    angle = np.float32(np.pi) * (uniform - np.float32(0.5))
    cosine = np.sin(np.float32(np.pi) * uniform)
    waiting = rng.standard_exponential(n, dtype=np.float32) + np.float32(1e-7)
    # alpha = 3/2: the exponents 1/alpha and (1 - alpha)/alpha are cube roots
    variates = np.sin(1.5 * angle) * np.cbrt(waiting / (np.cos(0.5 * angle) * cosine**2))
    return np.asarray(variates, dtype=np.float32)


_MAKERS: dict[str, Callable[[_Frame], NoiseRecord]] = {
    "white": _white,
    "coloured": _coloured,
    "slow_load": _slow_load,
    "poisson_shocks": _poisson_shocks,
    "alpha_stable": _alpha_stable,
    "gear_listed": _gear_listed,
    "gear_unlisted": _gear_unlisted,
    "shaft_modulated": _shaft_modulated,
    "hard_impact": _hard_impact,
    "mix": _mix,
}
