"""Recordings of sound and of spalled bearings from one population, so that detection compares like with like.

A sound bearing is not silent at its own orders: ovality, waviness, unequal elements and the passage of elements under
the load give low-frequency lines and modulate the broadband contact noise by percents (derivation in
`loadzone.simulate.contacts`). A method that calls any line at BPFO a fault condemns these bearings; how large the lines
are is drawn from data/healthy_levels.csv and told in the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import fft

from loadzone.bearings.orders import DefectOrders
from loadzone.signals.recording import Recording, SpeedProfile
from loadzone.simulate.contacts import Contacts, contacts, noise_level
from loadzone.simulate.faults import fault_bursts, slipped_orders
from loadzone.simulate.impacts import Setting
from loadzone.simulate.machine import Floats, gear_mesh, mains
from loadzone.simulate.noises import coloured_noise
from loadzone.simulate.population import Case, draw_case
from loadzone.simulate.rotation import Rotation, rotation
from loadzone.simulate.transfer import Singles
from loadzone.simulate.truth import FaultKind, Simulated, Truth, order_lines
from loadzone.words.errors import BadInput
from loadzone.words.sourced import Sourced
from loadzone.words.texts import text

POINTS_PER_TURN = 48
"""Grid of the contact model: enough for twice BPFI of 20 elements."""
MARGIN_POINTS = 200
SPALLED: tuple[FaultKind, ...] = ("outer", "inner", "ball")
REFERENCE_RPM = 1500.0
REFERENCE_PITCH_MM = 38.5
LOW_PASS = 0.4
"""Share of the grid's rate above which the rings' motion is cut."""


@dataclass(frozen=True, eq=False)
class _Grid:
    """Coarse grid of the contact model: every ``step``-th sample, ``MARGIN_POINTS`` more at both ends."""

    times_s: Floats
    step: int
    turns: Floats
    cage_turns: Floats


def healthy(rng: np.random.Generator) -> Simulated:
    """A sound bearing in a random machine; acceleration in m/s^2, 5 to 10 s at 12 to 50 kHz.

    The truth's ``conditions`` give all that was drawn, and ``modulation_bpfo``, ``modulation_bpfi``,
    ``modulation_bpfi_minus_shaft``, ``modulation_bpfi_plus_shaft``, ``modulation_shaft``, ``modulation_oval`` (twice
    shaft), ``modulation_cage``: amplitude (nepers of power) of the contact noise's level at these orders.
    """
    return _simulate("none", None, rng)


def spalled(size_mm: float, rng: np.random.Generator, fault: FaultKind | None = None) -> Simulated:
    """The same population with a spall of ``size_mm`` on ``fault`` (outer, inner, ball; random when not given).

    The same state of ``rng`` gives the very machine and noise of `healthy`, with the spall's bursts added.

    Raises
    ------
    BadInput : a fault that has no spall, or a size outside the model of `loadzone.simulate.impacts.with_spall`
    """
    if fault is not None and fault not in SPALLED:
        raise BadInput(text("fault {fault!r}: a spall sits on {kinds}", fault=fault, kinds=", ".join(SPALLED)))
    return _simulate(fault, size_mm, rng)


def _simulate(fault: FaultKind | None, size_mm: float | None, rng: np.random.Generator) -> Simulated:
    case_rng, run_rng, noise_rng, fault_rng = rng.spawn(4)
    case = draw_case(case_rng)
    levels = case.levels
    fs_hz = levels["fs_hz"]
    n = round(fs_hz * levels["duration_s"])
    shaft = _shaft(case, run_rng)
    orders = slipped_orders(case.geometry, levels["cage_slip"])
    grid = _grid(shaft, orders, n, case, run_rng)
    state = contacts(
        case.geometry, case.form, grid.turns, grid.cage_turns, case.load_n, case.unbalance_n, is_roller=case.is_roller
    )
    level = noise_level(state, levels["load_exponent"], levels["nearness"], case.sensor_rad)
    body = _body(case, shaft, grid, state, level, n, noise_rng)
    damage: FaultKind = fault or SPALLED[int(fault_rng.integers(len(SPALLED)))]
    snr_db = None
    if damage != "none":
        setting = _setting(case, state, fault_rng)
        mass_kg = levels["modal_mass_kg"] * (case.geometry.pitch_diameter_mm / REFERENCE_PITCH_MM) ** 3
        bursts = fault_bursts(
            damage,
            case.geometry,
            orders,
            setting,
            shaft,
            case.path,
            n,
            fs_hz,
            fault_rng,
            size_mm,
            mass_kg / levels["edge_sharpness"],
        )
        snr_db = float(10 * np.log10(np.vdot(bursts, bursts) / np.vdot(body, body)))
        body = body + bursts
    told = _conditions(case, state, level, grid)
    mean_rpm = 60.0 * float(shaft.turns_at(n / fs_hz)) * fs_hz / n
    truth = _truth(damage, size_mm, snr_db, case, orders, shaft, mean_rpm, told)
    return Simulated(_recording(body, fs_hz, mean_rpm), truth)


def _shaft(case: Case, rng: np.random.Generator) -> Rotation:
    """Speed that wanders a little from second to second."""
    times_s = np.arange(0.0, case.levels["duration_s"] + 1.0)
    speeds = case.levels["speed_rpm"] * (1 + case.levels["speed_wander"] * rng.standard_normal(len(times_s)))
    return rotation(SpeedProfile(times_s, speeds), case.levels["duration_s"])


def _grid(shaft: Rotation, orders: DefectOrders, n: int, case: Case, rng: np.random.Generator) -> _Grid:
    fs_hz = case.levels["fs_hz"]
    step = max(1, int(fs_hz / (POINTS_PER_TURN * shaft.speeds_hz.max())))
    count = int(fft.next_fast_len(-(-n // step) + 2 * MARGIN_POINTS, real=True))
    times_s = (np.arange(count, dtype=np.float64) - MARGIN_POINTS) * (step / fs_hz)
    turns = shaft.turns_at(times_s)
    passages = np.arange(int(np.ceil(np.ptp(turns) * orders.outer)) + 2)
    walk = np.cumsum(rng.normal(0.0, case.levels["cage_jitter"], len(passages))) / orders.n_elements
    cage_turns = orders.cage * turns + np.interp((turns - turns[0]) * orders.outer, passages, walk)
    return _Grid(times_s, step, turns, cage_turns)


def _body(
    case: Case, shaft: Rotation, grid: _Grid, state: Contacts, level: Floats, n: int, rng: np.random.Generator
) -> Singles:
    """Everything that a sound machine gives: contact noise, rings' motion, the rest of the machine; m/s^2, (n,)."""
    levels = case.levels
    fs_hz = levels["fs_hz"]
    times_s = np.arange(n, dtype=np.float64) / fs_hz
    turns = shaft.turns_at(times_s)
    contact_rms = np.float32(levels["contact_noise_ms2"] * levels["speed_rpm"] / REFERENCE_RPM)
    foreign_rms = contact_rms * np.float32(10 ** (levels["foreign_noise_db"] / 20))
    body = coloured_noise(n, fs_hz, case.path, rng) * np.interp(times_s, grid.times_s, level).astype(np.float32)
    body *= contact_rms
    body += foreign_rms * coloured_noise(n, fs_hz, case.foreign_path, rng)
    body += np.float32(levels["mobility_ratio"]) * _motion(state, case.sensor_rad, grid, n, fs_hz)
    if case.gear:
        body += foreign_rms * gear_mesh(case.gear, turns, n / float(turns[-1]), rng)
    if case.mains_hz:
        body += foreign_rms * np.float32(0.5) * mains(times_s, case.mains_hz, rng)
    return np.asarray(body, dtype=np.float32)


def _motion(state: Contacts, sensor_rad: float, grid: _Grid, n: int, fs_hz: float) -> Singles:
    """Acceleration of the inner ring towards the sensor, m/s^2, (n,): -omega^2 times its displacement.

    Both ends of the margin are faded so that the FFT's periodic continuation does not knock.
    """
    path_um = state.x_um * np.cos(sensor_rad) + state.y_um * np.sin(sensor_rad)
    path_um = path_um - path_um.mean()
    fade = np.sin(np.linspace(0.0, np.pi / 2, MARGIN_POINTS // 2)) ** 2
    path_um[: len(fade)] *= fade
    path_um[-len(fade) :] *= fade[::-1]
    spectrum = fft.rfft(path_um)
    frequencies = np.arange(len(spectrum)) * (fs_hz / grid.step / len(path_um))
    spectrum *= -1e-6 * (2 * np.pi * frequencies) ** 2 * (frequencies < LOW_PASS * fs_hz / grid.step)
    fine = fft.irfft(spectrum, len(path_um) * grid.step) * grid.step
    start = MARGIN_POINTS * grid.step
    return np.asarray(fine[start : start + n], dtype=np.float32)


def _setting(case: Case, state: Contacts, rng: np.random.Generator) -> Setting:
    width_deg = min(state.load_zone_deg, 359.0)
    return Setting(
        load_zone_deg=width_deg,
        spall_deg=float(rng.normal(0.0, width_deg / 8)),
        jitter=case.levels["cage_jitter"],
        unbalance=case.levels["unbalance_ratio"],
        load_exponent=10 / 9 if case.is_roller else 3 / 2,
    )


def _conditions(case: Case, state: Contacts, level: Floats, grid: _Grid) -> dict[str, float | str]:
    """What was drawn and how deeply the noise is modulated at the orders of the bearing."""
    n_elements = case.geometry.n_elements
    angles: Mapping[str, Floats] = {
        "modulation_bpfo": n_elements * grid.cage_turns,
        "modulation_bpfi": n_elements * (grid.turns - grid.cage_turns),
        "modulation_bpfi_minus_shaft": n_elements * (grid.turns - grid.cage_turns) - grid.turns,
        "modulation_bpfi_plus_shaft": n_elements * (grid.turns - grid.cage_turns) + grid.turns,
        "modulation_shaft": grid.turns,
        "modulation_oval": 2 * grid.turns,
        "modulation_cage": grid.cage_turns,
    }
    nepers = 2 * np.log(level)
    weights = np.hanning(len(nepers)) / np.hanning(len(nepers)).sum()
    deviation = (nepers - nepers @ weights) * weights
    depths = {name: 2 * float(abs(deviation @ np.exp(-2j * np.pi * turns))) for name, turns in angles.items()}
    return {
        "bearing": case.designation,
        "load_n": case.load_n,
        "load_zone_deg": state.load_zone_deg,
        "sensor_deg": float(np.degrees(case.sensor_rad)),
        **case.levels,
        **depths,
    }


def _truth(
    fault: FaultKind,
    size_mm: float | None,
    snr_db: float | None,
    case: Case,
    orders: DefectOrders,
    shaft: Rotation,
    mean_rpm: float,
    told: Mapping[str, float | str],
) -> Truth:
    gears = (case.gear,) if case.gear else ()
    return Truth(
        fault=fault,
        geometry=case.geometry,
        orders=orders,
        speed=shaft.profile,
        mean_speed_rpm=mean_rpm,
        size_mm=size_mm,
        snr_db=snr_db,
        lines=order_lines(fault, orders),
        noise="contact",
        noise_rms_ms2=case.levels["contact_noise_ms2"] * case.levels["speed_rpm"] / REFERENCE_RPM,
        gears=gears,
        listed_gears=gears,
        mains_hz=(case.mains_hz,) if case.mains_hz else (),
        conditions=told,
    )


def _recording(samples: Singles, fs_hz: float, mean_rpm: float) -> Recording:
    return Recording(
        samples=samples,
        channel="housing",
        fs_hz=Sourced(fs_hz, "file", "simulated"),
        unit=Sourced("ms2", "file", "simulated"),
        speed_rpm=Sourced(mean_rpm, "file", "simulated: mean over the record"),
    )
