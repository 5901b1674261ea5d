"""The past of the fleet: what its sensors would have sent, through the one way, in parts that run side by side.

A part is a share of the positions with a stream of its own. It goes from one working morning to the next: everything
that was sent until then is handled as one batch, then people look at what came of it. A part that was interrupted goes
on where the catalog says that it is.
"""

import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake import Arrival, message_id
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.flows.demo.plan import DAY_S, HOUR_S, Plan, read_plan
from loadzone.flows.demo.staff import Staff
from loadzone.flows.platform import Platform, open_platform
from loadzone.flows.pool import in_order
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.flows.watch.silence import Silences
from loadzone.signals.recording import Recording
from loadzone.simulate.fleet import (
    QUANTITIES,
    FleetMachine,
    FleetPosition,
    Observed,
    observed,
    samples_at,
    wave_hours,
)
from loadzone.simulate.fleet.profiles import measured_at_s
from loadzone.store.catalog.progress import progress

DOOR = "demonstration"
PARTS = 2
MORNING_S = 6 * HOUR_S
"""UTC; the people of all sites are thought to look then."""
IN_A_SLICE = 1000
"""Messages of a part between two mornings are fewer."""
WAVE_AFTER_S = 300
"""A recording is made so long behind the values of its hour."""


@dataclass(frozen=True)
class Task:
    """One part of the past to be written, from hour to hour (s since 1970)."""

    folder: str
    part: int
    begin_s: int
    until_s: int


@dataclass(frozen=True)
class Written:
    """What a part wrote: moments with values, recordings, messages put aside; processor seconds, and whether here."""

    moments: int = 0
    recordings: int = 0
    dead: int = 0
    cpu_s: float = 0.0
    is_lost: bool = False
    is_here: bool = True


@dataclass(frozen=True, eq=False)
class _Sender:
    address: Address
    machine: FleetMachine
    position: FleetPosition
    told: Observed
    waves_s: tuple[int, ...]


def write_past(plan: Plan, folder: Path, until_s: int, *, jobs: int | None = None) -> list[Written]:
    """Write everything between ``plan.filled_s`` and ``until_s`` (whole hours), on as many processes as there are."""
    tasks = [Task(str(folder), part, plan.filled_s, until_s) for part in range(PARTS)]
    if until_s - plan.filled_s < DAY_S:
        jobs = 1  # starting a process takes longer
    return list(in_order(write_part, tasks, lambda _: Written(is_lost=True), jobs))


def progress_of(platform: Platform, plan: Plan, until_s: int) -> float:
    """Share of the past that all parts have written, 0 to 1."""
    with platform.catalog.read(()) as work:
        done = [progress(work, _source(part)) for part in range(PARTS)]
    hours = [plan.filled_s / HOUR_S if each is None else each // IN_A_SLICE for each in done]
    return float((min(hours) * HOUR_S - plan.filled_s) / max(until_s - plan.filled_s, 1))


def write_part(task: Task) -> Written:
    """Write one part; in a process of its own, or here."""
    began = time.process_time()
    plan = read_plan(Path(task.folder))
    assert plan is not None  # noqa: S101  who gave the task wrote it
    platform = open_platform(task.folder)
    try:
        senders = list(_senders(plan, task))
        watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
        places = {(each.address.organisation, each.address.position): each.position for each in senders}
        staff = Staff(platform, plan, places)
        silences = Silences(platform, plan.origin_s * 1_000_000, f"silence-{task.part}")
        mine = frozenset(each.address for each in senders)
        moments = recordings = dead = 0
        for begin_s, end_s in mornings(task.begin_s, task.until_s):
            arrivals = list(_arrivals(plan, senders, begin_s, end_s))
            if arrivals:
                harvest = handle(watch, _source(task.part), arrivals)
                recordings += len(harvest.recordings)
                dead += len(harvest.dead)
            silences.tick(end_s * 1_000_000, mine)
            if end_s % DAY_S == MORNING_S:
                staff.morning(end_s)
            moments += sum(_count(each.told, begin_s, end_s) for each in senders)
    finally:
        platform.close()
    is_here = multiprocessing.parent_process() is None
    return Written(moments, recordings, dead, time.process_time() - began, is_here=is_here)


def mornings(begin_s: int, until_s: int) -> Iterator[tuple[int, int]]:
    """Spans from one working morning to the next, and what is left before and behind.

    >>> [end % DAY_S // HOUR_S for _, end in mornings(0, 5 * DAY_S)]
    [6, 6, 6, 0]
    """
    while begin_s < until_s:
        end_s = (begin_s - MORNING_S) // DAY_S * DAY_S + DAY_S + MORNING_S
        while (end_s // DAY_S + 3) % 7 >= 5:  # 1970 began with a Thursday
            end_s += DAY_S
        end_s = min(end_s, until_s)
        yield begin_s, end_s
        begin_s = end_s


def values_body(told: Observed, chosen: slice) -> bytes:
    """The message of some moments, the points of each beside each other."""
    times_us = told.times_us[chosen]
    names = tuple(told.values)
    columns = np.stack([told.values[name][chosen] for name in names], axis=1)
    return encode_values(
        Values(
            np.repeat(times_us, len(names)),
            columns.ravel(),
            names * len(times_us),
            tuple(QUANTITIES[name] for name in names) * len(times_us),
        )
    )


def wave_body(recording: Recording, time_us: int) -> bytes:
    """The message of a recording."""
    assert recording.fs_hz is not None  # noqa: S101  simulated
    speed = recording.speed_rpm
    return encode_waveform(
        Waveform(
            recording.samples.astype(np.float32, copy=False),
            recording.fs_hz.value,
            "ms2",
            time_us,
            recording.channel,
            speed_rpm=speed.value if speed else None,
            speed_source="measured" if speed else None,
        )
    )


def _senders(plan: Plan, task: Task) -> Iterator[_Sender]:
    hours_s = np.arange(task.begin_s, task.until_s, HOUR_S, dtype=np.float64)
    for organisation, _, machine, position in plan.fleet.places():
        if position.number % PARTS != task.part:
            continue
        told = observed(
            machine, position, origin_s=plan.origin_s, span_s=plan.span_s, times_s=hours_s + measured_at_s(machine)
        )
        waves = wave_hours(machine, position, plan.origin_s, plan.span_s)
        made = tuple(round(plan.origin_s + each * HOUR_S + measured_at_s(machine)) for each in waves)
        yield _Sender(Address(organisation.id, position.id), machine, position, told, made)


def _arrivals(plan: Plan, senders: list[_Sender], begin_s: int, end_s: int) -> Iterator[Arrival]:
    """What came between two times, position by position; numbers that say until which hour the past is written."""
    number = end_s // HOUR_S * IN_A_SLICE
    for each in senders:
        for kind, body in _bodies(plan, each, begin_s, end_s):
            yield Arrival(
                each.address, kind, body, message_id(each.address, kind, body), DOOR, 0, number, end_s * 1_000_000
            )  # fmt: skip
            number += 1


def _bodies(plan: Plan, sender: _Sender, begin_s: int, end_s: int) -> Iterator[tuple[Kind, bytes]]:
    chosen = _between(sender.told, begin_s, end_s)
    if chosen.stop > chosen.start:
        yield "values", values_body(sender.told, chosen)
    for wave_s in sender.waves_s:
        if begin_s <= wave_s < end_s:
            made = samples_at(
                sender.machine, sender.position, origin_s=plan.origin_s, span_s=plan.span_s, time_s=float(wave_s)
            )
            yield "waveform", wave_body(made, (wave_s + WAVE_AFTER_S) * 1_000_000)


def _between(told: Observed, begin_s: int, end_s: int) -> slice:
    first, last = np.searchsorted(told.times_us, [begin_s * 1_000_000, end_s * 1_000_000])
    return slice(int(first), int(last))


def _count(told: Observed, begin_s: int, end_s: int) -> int:
    chosen = _between(told, begin_s, end_s)
    return int(chosen.stop - chosen.start)


def _source(part: int) -> str:
    return f"demonstration-{part}"
