"""What else vibrates in a machine: gear stages, mains hum, shaft modulation; phases follow the shaft exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.simulate.transfer import Singles

Floats = NDArray[np.float64]
Phasors = NDArray[np.complex64]


@dataclass(frozen=True)
class Gear:
    """A gear stage whose pinion sits on the reference shaft (order 1); all orders are multiples of that shaft."""

    pinion_teeth: int
    wheel_teeth: int

    @property
    def mesh_order(self) -> float:
        """Order of the tooth mesh."""
        return float(self.pinion_teeth)

    @property
    def wheel_order(self) -> float:
        """Order of the second shaft."""
        return self.pinion_teeth / self.wheel_teeth

    @property
    def shaft_orders(self) -> tuple[float, float]:
        """Orders of both shafts."""
        return (1.0, self.wheel_order)


def draw_gear(rng: np.random.Generator, wheel_order: tuple[float, float] = (0.15, 0.85)) -> Gear:
    """A stage with 17 to 35 pinion teeth whose second shaft turns at an order within ``wheel_order``."""
    pinion = int(rng.integers(17, 36))
    wheel = round(pinion / rng.uniform(*wheel_order))
    return Gear(pinion, wheel + 1 if wheel % pinion == 0 else wheel)


def gear_mesh(gear: Gear, turns: Floats, fs_over_shaft: float, rng: np.random.Generator) -> Singles:
    """Mesh harmonics below half the sampling rate with amplitude sidebands of both shafts, rms 1, (n,) like ``turns``.

    Up to four harmonics, each half as strong as the one before on average; modulation depths 0.1 to 0.5 for each shaft
    at its first and second order (assumed: a used industrial gear).
    """
    modulation = np.ones(turns.shape, dtype=np.float32)
    for order in gear.shaft_orders:
        modulation += harmonics(order * turns, _random_phasors(rng.uniform(0.1, 0.5) * np.array([1.0, 0.4]), rng))
    count = max(1, min(4, int(0.45 * fs_over_shaft / gear.mesh_order)))
    amplitudes = 0.5 ** np.arange(count) * rng.lognormal(0.0, 0.5, count)
    mesh = harmonics(gear.mesh_order * turns, _random_phasors(amplitudes, rng))
    return to_unit_rms(modulation * mesh)


def mains(times_s: Floats, mains_hz: float, rng: np.random.Generator) -> Singles:
    """Hum of an electric motor: lines at 1, 2, 4, 6 times the mains frequency, twice mains the strongest; rms 1."""
    amplitudes = np.zeros(6)
    amplitudes[[0, 1, 3, 5]] = np.array([0.4, 1.0, 0.3, 0.2]) * rng.lognormal(0.0, 0.4, 4)
    return to_unit_rms(harmonics(mains_hz * times_s, _random_phasors(amplitudes, rng)))


def shaft_modulation(turns: Floats, n_harmonics: int, depth: float, rng: np.random.Generator) -> Singles:
    """Positive factor with ``n_harmonics`` of the shaft: exp of a random series whose rms is ``depth`` nepers, (n,)."""
    series = harmonics(turns, _random_phasors(rng.rayleigh(1.0, n_harmonics), rng))
    return np.asarray(np.exp(np.float32(depth) * to_unit_rms(series)), dtype=np.float32)


def harmonics(turns: Floats, coefficients: NDArray[np.complex128]) -> Singles:
    """Real part of sum c_k exp(2 pi j k turns), k = 1.. : one complex exponential, then Horner's rule; (n,)."""
    angle = (2 * np.pi * (turns - np.floor(turns))).astype(np.float32)
    phasor = np.empty(turns.shape, dtype=np.complex64)
    np.cos(angle, out=phasor.real)
    np.sin(angle, out=phasor.imag)
    total = np.zeros(turns.shape, dtype=np.complex64)
    for coefficient in coefficients[::-1]:
        total += np.complex64(coefficient)
        total *= phasor
    return np.ascontiguousarray(total.real)


def to_unit_rms(signal: Singles) -> Singles:
    """``signal`` divided by its rms."""
    rms = np.sqrt(np.vdot(signal, signal) / len(signal))
    return np.asarray(signal / np.float32(rms), dtype=np.float32) if rms > 0 else signal


def _random_phasors(amplitudes: Floats, rng: np.random.Generator) -> NDArray[np.complex128]:
    return np.asarray(amplitudes * np.exp(2j * np.pi * rng.random(len(amplitudes))), dtype=np.complex128)
