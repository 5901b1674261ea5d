"""The shaft's speed: as stated, as a tacho tells it, and as the record's own lines correct it."""

from dataclasses import dataclass, replace

import numpy as np

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import search_window
from loadzone.monitor.detect.speed import SEARCH, is_shaft, other_multiple, refined, speed_curve
from loadzone.monitor.diagnosis import Problem
from loadzone.monitor.manipulate import EnvelopeLines
from loadzone.signals.orders import ShaftPhase, phase_from_profile, phase_from_tacho
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

SEEN = 30.0
"""Score over the curve's median from which the shaft's own lines are seen (simulated noise stays below 22)."""
CLEARLY_BETTER = 8.0
"""Lead, in nepers of chance, over the stated speed and over every other reading."""
STATED = 0.005
"""A stated speed is a name plate or a display: good to half a percent."""
APART = 0.02
"""Readings nearer than this are one reading."""


@dataclass(frozen=True, eq=False)
class Shaft:
    """Mean and highest speed in Hz; ``phase`` where it varies; ``source`` as kind and detail.

    ``is_measured``: a tacho, or lines of the record that agree with each other; ``stated_hz``: before any correction.
    """

    mean_hz: float
    highest_hz: float
    stated_hz: float
    source: str
    phase: ShaftPhase | None = None
    is_measured: bool = False
    is_estimated: bool = False

    def window(self, geometry: Geometry) -> float:
        """Relative half width of the search around nominal orders.

        A speed that the lines confirm leaves slip and contact angle alone: 1 % also for a catalogue's geometry, or
        twice its uncertainty where sources disagree.
        """
        if self.is_measured and geometry.provenance == "catalogue":
            return max(0.01, 2 * geometry.relative_uncertainty)
        return search_window(geometry, self.is_measured, self.is_estimated)


def shaft_of(recording: Recording) -> Shaft:
    """Speed of a recording by its best source: tacho, then profile, then one number.

    Raises
    ------
    BadInput : a speed of zero, negative or not finite; a tacho that does not turn
    """
    if recording.tacho_times_s is not None:
        return _varying(phase_from_tacho(recording.tacho_times_s), recording.duration_s, "file: tacho")
    if recording.profile is not None:
        return _varying(phase_from_profile(recording.profile), recording.duration_s, recording.profile.source)
    stated = recording.speed_rpm
    if stated is None or not (np.isfinite(stated.value) and stated.value > 0):
        raise BadInput(
            text(
                "speed {speed_rpm:g} rpm: a bearing that stands still has no defect frequencies; "
                "give --speed or a tacho channel",
                speed_rpm=stated.value if stated else 0.0,
            )
        )
    hz = stated.value / 60
    return Shaft(hz, hz, hz, f"{stated.kind}: {stated.detail}" if stated.detail else stated.kind)


@dataclass(frozen=True, eq=False)
class Reading:
    """One reading of the speed: ``score`` is what the shaft's own lines say for it, ``problems`` what must be told."""

    shaft: Shaft
    score: float
    problems: tuple[Problem, ...] = ()


def speed_readings(shaft: Shaft, lines: EnvelopeLines) -> list[Reading]:
    """The stated speed as the shaft's own lines support it, and another one where they clearly say otherwise.

    Which of two readings holds is for the bearing's lines to decide: a ring's order near 5 with its sidebands looks
    like a shaft a little off the true speed.
    """
    if shaft.phase is not None:
        return [Reading(shaft, 0.0)]
    curve = speed_curve(lines)
    stated = shaft.stated_hz
    best_hz, best = curve.best(stated * (1 - SEARCH), stated * (1 + SEARCH))
    near_hz, near = curve.best(stated * (1 - STATED), stated * (1 + STATED))
    if best >= SEEN and near >= min(max(SEEN, best / 2), best - CLEARLY_BETTER):
        # a shaft seen where it was said to be is not talked away by a bearing's louder lines beside it;
        # less than half as much is the skirt of a shaft next to it
        return [Reading(_measured(shaft, refined(lines, near_hz), shaft.source), near)]
    as_stated = Reading(shaft, near, _other_multiple(lines))
    below = curve.best(stated * (1 - SEARCH), best_hz * (1 - APART))
    above = curve.best(best_hz * (1 + APART), stated * (1 + SEARCH))
    is_clear = best - max(below[1], above[1], near) >= CLEARLY_BETTER
    if best < SEEN or not is_clear or not is_shaft(lines, best_hz):
        return [as_stated]
    found_hz = refined(lines, best_hz)
    source = f"estimated: shaft lines (stated {60 * stated:.0f} rpm)"
    return [as_stated, Reading(_measured(shaft, found_hz, source), best, _corrected(stated, found_hz))]


def _measured(shaft: Shaft, hz: float, source: str) -> Shaft:
    return replace(shaft, mean_hz=hz, highest_hz=hz, is_measured=True, source=source)


def _corrected(stated_hz: float, found_hz: float) -> tuple[Problem, ...]:
    return (
        Problem(
            "speed_corrected",
            text(
                "the stated speed of {stated_rpm:.0f} r/min does not fit: the shaft's lines say {found_rpm:.1f} r/min",
                stated_rpm=60 * stated_hz,
                found_rpm=60 * found_hz,
            ),
        ),
    )


def _other_multiple(lines: EnvelopeLines) -> tuple[Problem, ...]:
    """What to say where shaft lines stand at another multiple of the stated speed and none supports it."""
    multiple = other_multiple(lines)
    if multiple is None:
        return ()
    doubt = text(
        "no shaft line supports the stated speed, but lines stand at {multiple:g} times it: "
        "check speed and sampling rate",
        multiple=multiple,
    )
    return (Problem("speed_doubt", doubt),)


def _varying(phase: ShaftPhase, duration_s: float | None, source: str) -> Shaft:
    """Mean speed over the whole record: its orders are cycles in the record over revolutions in the record."""
    span = duration_s or float(phase.times_s[-1])
    first, last = phase.revolutions_at(np.array([0.0, span]))
    mean = float(last - first) / span
    return Shaft(mean, float(1 / phase.periods_s.min()), mean, source, phase, is_measured=True)
