"""A recording of a bearing with a chosen fault in chosen surroundings.

>>> made = recording(
...     Geometry(9, 7.94, 39.04), "inner", speed_rpm=1797, fs_hz=12000, duration_s=1.0, snr_db=-6.0,
...     rng=np.random.default_rng(1),
... )
>>> made.recording.samples.shape, made.truth.lines[2].label
((12000,), 'BPFI')
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import DefectOrders, defect_orders
from loadzone.signals.recording import Recording, SpeedProfile
from loadzone.simulate.impacts import Setting, fault_impacts, with_spall
from loadzone.simulate.machine import Floats, Gear, gear_mesh, mains
from loadzone.simulate.noises import NoiseKind, NoiseRecord, draw_resonances, noise, shocks
from loadzone.simulate.rotation import Rotation, rotation
from loadzone.simulate.transfer import Resonance, Singles, lead_samples, ring
from loadzone.simulate.truth import FAULT_KINDS, FaultKind, Simulated, Truth, order_lines
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

STEEL_DENSITY_KG_MM3 = 7.8e-6
FLUTE_PITCH_MM = 1.5
"""Pitch of washboard flutes where none is given: assumed, range 0.5-3 mm."""
MODAL_MASS_KG = 2.0
"""Mass of a housing mode where none is given: assumed, range 0.5-5 kg."""


@dataclass(frozen=True)
class Surroundings:
    """What else is in the record; each part has ``share`` times the rms of the noise.

    ``noise_rms_ms2`` is the rms of the noise of kind ``noise`` (m/s^2); ``shocks_hz`` a mean rate.
    """

    noise: NoiseKind = "coloured"
    noise_rms_ms2: float = 1.0
    gears: tuple[Gear, ...] = ()
    mains_hz: float | None = None
    shocks_hz: float | None = None
    share: float = 0.5


def recording(
    geometry: Geometry,
    fault: FaultKind,
    *,
    speed_rpm: float | SpeedProfile,
    fs_hz: float,
    duration_s: float,
    rng: np.random.Generator,
    size_mm: float | None = None,
    snr_db: float | None = None,
    slip: float = 0.0,
    setting: Setting | None = None,
    surroundings: Surroundings | None = None,
    resonances: tuple[Resonance, ...] | None = None,
    modal_mass_kg: float = MODAL_MASS_KG,
) -> Simulated:
    """Acceleration at the housing of a bearing whose outer ring stands still.

    Parameters
    ----------
    geometry, fault : the bearing, one row, and what is damaged
    speed_rpm : constant, or a profile (run-up) whose phase is integrated exactly
    fs_hz, duration_s, rng : sampling rate, length, the only source of chance
    size_mm : spall length along the raceway (electric erosion: pitch of the flutes), which sets the strength by
        mechanics, see `with_spall` and `fault_bursts`; or
    snr_db : power of the bursts over that of all else, whole band; overrides the strength that ``size_mm`` gives
    slip : relative deviation of the cage from pure rolling, see `slipped_orders`
    setting, surroundings : how the bearing runs, what else vibrates
    resonances, modal_mass_kg : path to the sensor; three random modes when not given

    Returns
    -------
    Simulated; samples float32 in m/s^2

    Raises
    ------
    MissingInput : a fault without size and without ratio
    BadInput : unknown fault, size out of range, speed not positive, a record shorter than 16 samples
    """
    _check(fault, size_mm, snr_db)
    n = _samples(fs_hz, duration_s)
    setting, surroundings = setting or Setting(), surroundings or Surroundings()
    burst_rng, around_rng, path_rng = rng.spawn(3)
    shaft = rotation(speed_rpm, duration_s)
    samples, record = _around(surroundings, shaft, n, fs_hz, around_rng)
    orders = slipped_orders(geometry, slip)
    told = _told(surroundings, record) | {"conditions": {"slip": slip, **asdict(setting)}}
    if fault != "none":
        path = resonances or draw_resonances(fs_hz, path_rng)
        bursts = fault_bursts(
            fault, geometry, orders, setting, shaft, path, n, fs_hz, burst_rng, size_mm, modal_mass_kg
        )
        bursts, told["snr_db"] = _at_ratio(bursts, samples, snr_db)
        samples = samples + bursts
        told["size_mm"] = FLUTE_PITCH_MM if fault == "electric_erosion" and size_mm is None else size_mm
    mean_rpm = 60.0 * float(shaft.turns_at(n / fs_hz)) * fs_hz / n
    truth = Truth(fault, geometry, orders, shaft.profile, mean_rpm, lines=order_lines(fault, orders), **told)
    given = speed_rpm if isinstance(speed_rpm, SpeedProfile) else None
    return Simulated(_recording(samples, fs_hz, mean_rpm, given), truth)


def slipped_orders(geometry: Geometry, slip: float) -> DefectOrders:
    """Orders of a bearing whose cage runs ``slip`` (relative) off pure rolling; outer ring fixed.

    The elements pass the outer ring as the cage carries them, the inner ring as often as they lag behind it:
    BPFO = Z c, BPFI = Z (1 - c); the spin follows the cage.
    """
    ideal = defect_orders(geometry)
    cage = ideal.cage * (1 + slip)
    n_elements = geometry.n_elements
    return replace(
        ideal, cage=cage, outer=n_elements * cage, inner=n_elements * (1 - cage), spin=ideal.spin * (1 + slip)
    )


def fault_bursts(
    fault: FaultKind,
    geometry: Geometry,
    orders: DefectOrders,
    setting: Setting,
    shaft: Rotation,
    path: tuple[Resonance, ...],
    n: int,
    fs_hz: float,
    rng: np.random.Generator,
    size_mm: float | None,
    modal_mass_kg: float = MODAL_MASS_KG,
) -> Singles:
    """The fault's share of the acceleration, m/s^2, (n,).

    An element of mass m that strikes at velocity u gives a housing mode (f0, mass M) the impulse m u; the mode then
    rings with the acceleration 2 pi f0 m u / M. Without a size the blows are single and of unit strength.
    """
    lead_s = lead_samples(path, fs_hz) / fs_hz
    span_turns = (float(shaft.turns_at(-lead_s)), float(shaft.turns_at(n / fs_hz)))
    n_flutes = max(3, round(_raceway_mm(geometry) / (size_mm or FLUTE_PITCH_MM)))
    impacts = fault_impacts(fault, orders, setting, span_turns, rng, n_flutes)
    if size_mm is None or fault == "cage":
        times_s, strengths = shaft.times_at(impacts.turns), impacts.strengths
        return ring(times_s, strengths, path, n, fs_hz)
    if fault == "electric_erosion":
        times_s, blows_ms = _flute_blows(impacts.turns, impacts.strengths, geometry, orders, size_mm, shaft)
    else:
        times_s, blows_ms = with_spall(impacts, geometry, orders, size_mm, shaft)
    mass_kg = STEEL_DENSITY_KG_MM3 * math.pi / 6 * geometry.element_diameter_mm**3
    modes = tuple(Resonance(r.f0_hz, r.q, r.gain * 2 * math.pi * r.f0_hz * mass_kg / modal_mass_kg) for r in path)
    return ring(times_s, blows_ms, modes, n, fs_hz)


def _check(fault: FaultKind, size_mm: float | None, snr_db: float | None) -> None:
    if fault not in FAULT_KINDS:
        raise BadInput(text("fault {fault!r}: the kinds are {kinds}", fault=fault, kinds=", ".join(FAULT_KINDS)))
    if fault == "cage" and snr_db is None:
        raise MissingInput(text("a cage fault has no size: give the ratio of bursts to noise in dB"))
    if fault != "none" and size_mm is None and snr_db is None:
        raise MissingInput(
            text(
                "how strong is the {fault} fault: give its size in mm or the ratio of bursts to noise in dB",
                fault=fault,
            )
        )
    if size_mm is not None and not size_mm > 0.0:
        raise BadInput(text("size {size_mm} mm: a fault has a positive size", size_mm=size_mm))


def _samples(fs_hz: float, duration_s: float) -> int:
    n = round(fs_hz * duration_s) if fs_hz > 0.0 and duration_s > 0.0 else 0
    if n < 16:
        raise BadInput(
            text(
                "{duration_s} s at {fs_hz} Hz: a recording needs a positive length and rate and at least 16 samples",
                duration_s=duration_s,
                fs_hz=fs_hz,
            )
        )
    return n


def _around(
    surroundings: Surroundings, shaft: Rotation, n: int, fs_hz: float, rng: np.random.Generator
) -> tuple[Singles, NoiseRecord]:
    """Everything but the fault, m/s^2, (n,), and what the kind of noise brought along."""
    times_s: Floats = np.arange(n, dtype=np.float64) / fs_hz
    turns = shaft.turns_at(times_s)
    shaft_hz = float(turns[-1] / times_s[-1])
    record = noise(surroundings.noise, n, fs_hz, shaft_hz, rng, turns)
    total = record.samples.copy()
    share = np.float32(surroundings.share)
    for gear in surroundings.gears:
        total += share * gear_mesh(gear, turns, fs_hz / shaft_hz, rng)
    if surroundings.mains_hz:
        total += share * mains(times_s, surroundings.mains_hz, rng)
    if surroundings.shocks_hz:
        total += share * shocks(n, fs_hz, surroundings.shocks_hz, draw_resonances(fs_hz, rng), rng)
    return total * np.float32(surroundings.noise_rms_ms2), record


def _at_ratio(bursts: Singles, around: Singles, snr_db: float | None) -> tuple[Singles, float]:
    """``bursts`` scaled to the wished ratio of powers, or as they are; with the ratio that then holds."""
    powers = [float(np.vdot(part, part)) for part in (bursts, around)]
    if powers[0] == 0.0:
        raise BadInput(text("no element meets the fault within the record: it is too short for this speed"))
    actual_db = 10 * math.log10(powers[0] / powers[1])
    if snr_db is None:
        return bursts, actual_db
    return bursts * np.float32(10 ** ((snr_db - actual_db) / 20)), snr_db


def _told(surroundings: Surroundings, record: NoiseRecord) -> dict[str, Any]:
    """The fields of `Truth` about what else is in the record."""
    return {
        "noise": surroundings.noise,
        "noise_rms_ms2": surroundings.noise_rms_ms2,
        "gears": surroundings.gears + record.gears,
        "listed_gears": surroundings.gears + record.listed_gears,
        "mains_hz": tuple(hz for hz in (surroundings.mains_hz, record.mains_hz) if hz),
        "shocks_hz": tuple(hz for hz in (surroundings.shocks_hz, record.shocks_hz) if hz),
    }


def _raceway_mm(geometry: Geometry) -> float:
    return math.pi * geometry.pitch_diameter_mm * (1 + geometry.gamma)


def _flute_blows(
    turns: Floats, strengths: Floats, geometry: Geometry, orders: DefectOrders, pitch_mm: float, shaft: Rotation
) -> tuple[Floats, Floats]:
    """One blow a flute, as over a spall half as long as the pitch."""
    times_s = shaft.times_at(turns)
    speeds_ms = np.pi * 1e-3 * geometry.element_diameter_mm * orders.spin * shaft.speeds_at(times_s)
    return times_s, strengths * speeds_ms * pitch_mm / geometry.element_diameter_mm


def _recording(samples: Singles, fs_hz: float, mean_rpm: float, profile: SpeedProfile | None) -> Recording:
    return Recording(
        samples=np.asarray(samples, dtype=np.float32),
        channel="housing",
        fs_hz=Sourced(float(fs_hz), "file", "simulated"),
        unit=Sourced("ms2", "file", "simulated"),
        speed_rpm=Sourced(mean_rpm, "file", "simulated: mean over the record"),
        profile=profile,
    )
