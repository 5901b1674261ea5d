"""The fleet that the pages show when they are timed, made by the journeys that make any: 1,000 positions, 90 days.

- The demonstration with two machines of each site: 37 positions of 8 sites and 4 customers with drive trains, bearings
  that were mounted and exchanged, six quantities of every hour, baselines, recordings with verdicts, alarms that people
  acted on, advice with its outcome, and people who may sign in.
- A customer with the rest: four positions to a machine, 25 machines to a site, three quantities in every sixth hour. Of
  each ten positions one has limits, hence a baseline and alarms, and one has a recording with its verdict; of those
  every third is damaged, hence advice. Of each fifty one runs above its limits, and one sends nothing any more.
- One position with a recording of 131,072 samples of a damaged 6226.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loadzone.bearings.catalogue import find
from loadzone.bench.runner import spread, stream
from loadzone.connect.address import Address, Kind
from loadzone.connect.intake import Arrival, message_id
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.flows import people
from loadzone.flows.assets import Machine, Position, Site, enter_asset
from loadzone.flows.audit import Act
from loadzone.flows.demo import Demo, open_demo
from loadzone.flows.demo.plan import DAY_S, ENGINEER, MAKER, read_plan
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.ingest import ingest
from loadzone.flows.platform import Platform, Work, open_platform
from loadzone.flows.recording_view import entries
from loadzone.flows.standing import Fleet, fleet
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.formats.reading import write
from loadzone.signals.recording import Recording
from loadzone.simulate.faults import recording
from loadzone.simulate.truth import FaultKind
from loadzone.store.catalog import EVERYONE
from loadzone.store.catalog.limits import Limit, limits
from loadzone.store.catalog.positions import positions
from loadzone.web.pages.paths import machine_path, position_path, recording_path, site_path

LOGIN = ENGINEER
DAYS = 90
DEMO_MACHINES = 2
OWNER, NAME = "works", "Works of the bench"
DRIVE = "drive"
"""The position with the long recording."""
BEARING, SPEED_RPM, FS_HZ = "6226", 1487.0, 25_600.0
SAMPLES, SHORT = 131_072, 16_384
TO_A_MACHINE, TO_A_SITE = 4, 100
LIMITED, RECORDED, DAMAGED = 10, 10, 3
LOUD, SILENT = 50, 50
EVERY_S = 6 * 3600
QUANTITIES = ("temperature", "rms", "velocity")
UNITS = ("degC", "ms2", "mms")
LEVELS, SPREADS = (48.0, 3.0, 1.6), (0.03, 0.08, 0.08)
LIMITS = {"alert": 2.8, "danger": 4.5}
"""Of the velocity, mm/s."""
PARTS = 2
SEED = 20_261_125


@dataclass(frozen=True)
class Furnished:
    """A folder with the fleet: who may sign in, and the address of each page that is timed, by its name."""

    folder: Path
    login: str
    positions: int
    paths: dict[str, str]


@dataclass(frozen=True)
class _Part:
    folder: str
    number: int
    count: int


def furnish(folder: Path, count: int, jobs: int | None = None) -> Furnished:
    """The fleet in ``folder``; one that is there is used again.

    Parameters
    ----------
    count : positions in all; those of the demonstration are always there
    jobs : processes that write its past

    Raises
    ------
    BadInput : the folder holds a platform of something else
    """
    demo = open_demo(folder, days=DAYS, machines=min(DEMO_MACHINES, max(1, count // 30)), jobs=jobs)
    try:
        rest = max(0, count - demo.past.positions - 1)
        with demo.platform.catalog.read(EVERYONE) as work:
            is_there = positions.find(work, OWNER, DRIVE) is not None
        if not is_there:
            _enter(demo, rest)
            spread(_past, [_Part(str(folder), number, rest) for number in range(PARTS)], jobs)
            _long_recording(demo.platform, folder)
        at_us = demo.platform.clock()
        found = demo.platform.read(EVERYONE, lambda work: fleet(work, at_us))
        return Furnished(folder, LOGIN, len(found.stands), _paths(demo.platform, found))
    finally:
        demo.platform.close()


def _paths(platform: Platform, found: Fleet) -> dict[str, str]:
    """Each page once; machine and position those of the worst state with a drive train."""
    worst = next(each for each in found.stands if each.machine and "drive_train" in each.machine.facts)
    assert worst.machine is not None  # noqa: S101  just looked at
    assert worst.site is not None  # noqa: S101  machines stand at sites
    site = next((each.site for each in found.stands if each.site and each.site.organisation == OWNER), worst.site)
    (long,) = entries(platform, OWNER, DRIVE)
    return {
        "fleet": "/",
        "site": site_path(site),
        "machine": machine_path(worst.machine),
        "position": position_path(worst.position),
        "advice": "/advice",
        "alarms": "/alarms",
        "recording": recording_path(OWNER, DRIVE, long.id),
        "assets": "/assets",
    }


def _enter(demo: Demo, count: int) -> None:
    """Customer, sites, machines, positions and limits, as they were before the first value."""
    act = Act("bench", (demo.plan.origin_s - DAY_S) * 1_000_000)

    def job(work: Work) -> None:
        people.add_organisation(work, act, people.Organisation(OWNER, NAME, act.at_us), login="works-admin")
        people.grant(work, act, OWNER, MAKER, "engineer")
        for number in range(count):
            _enter_one(work, act, number)
        enter_asset(work, act, Position(OWNER, DRIVE, DRIVE, act.at_us, bearing=BEARING))

    demo.platform.catalog.write({OWNER, MAKER}, job)


def _enter_one(work: Work, act: Act, number: int) -> None:
    site, machine = f"hall-{number // TO_A_SITE + 1}", f"pump-{number // TO_A_MACHINE + 1}"
    if number % TO_A_SITE == 0:
        enter_asset(work, act, Site(OWNER, site, f"Hall {number // TO_A_SITE + 1}", "Europe/Berlin"))
    if number % TO_A_MACHINE == 0:
        name = f"Pump {number // TO_A_MACHINE + 1}"
        enter_asset(work, act, Machine(OWNER, machine, site, name, "pump", act.at_us))
    place = f"p{number:04d}"
    facts = {"interval_s": EVERY_S}
    name = ("Motor, drive end", "Motor, non-drive end", "Pump, drive end", "Pump, far end")[number % TO_A_MACHINE]
    enter_asset(work, act, Position(OWNER, place, name, act.at_us, machine, bearing=BEARING, facts=facts))
    if number % LIMITED == 0:
        for level, value in LIMITS.items():
            limits.add(work, Limit(OWNER, place, "velocity", level, act.at_us, value, "set by the plant", "bench", {}))


def _past(part: _Part) -> int:
    """Handle what a share of the positions has sent; how many messages."""
    plan = read_plan(Path(part.folder))
    assert plan is not None  # noqa: S101  of the demonstration that was just opened
    platform = open_platform(part.folder)
    try:
        watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
        arrivals: list[Arrival] = []
        for address, kind, body, at_s in _sent(part, plan.origin_s, plan.filled_s):
            told = message_id(address, kind, body)
            arrivals.append(Arrival(address, kind, body, told, "bench", 0, len(arrivals) + 1, at_s * 1_000_000))
        handle(watch, f"bench-{part.number}", arrivals)
        return len(arrivals)
    finally:
        platform.close()


def _sent(part: _Part, begin_s: int, until_s: int) -> Iterator[tuple[Address, Kind, bytes, int]]:
    """Address, kind, body and time of each message: the values of a position, and its recording where it has one."""
    waves = [_recording("none", SHORT, 2), _recording("outer", SHORT, 3), _recording("inner", SHORT, 4)]
    for number in range(part.number, part.count, PARTS):
        address = Address(OWNER, f"p{number:04d}")
        yield address, "values", _values(number, begin_s, until_s), until_s
        if number % RECORDED == 5:  # others than have limits
            order = number // RECORDED
            made = waves[0] if order % DAMAGED else waves[1 + order // DAMAGED % 2]
            at_us = (until_s - 3600 * (1 + number % 48)) * 1_000_000 + number
            samples = made.samples.astype(np.float32)
            told = Waveform(samples, FS_HZ, "ms2", at_us, "A1", speed_rpm=SPEED_RPM, speed_source="set")
            yield address, "waveform", encode_waveform(told), until_s


def _values(number: int, begin_s: int, until_s: int) -> bytes:
    """Three quantities from begin to end, or to two days before it where the sensor fell silent."""
    random = stream(SEED, number)
    end_s = until_s - 2 * DAY_S if number % SILENT == SILENT - 1 else until_s
    times_us = np.arange(begin_s + number % EVERY_S, end_s, EVERY_S, dtype=np.int64) * 1_000_000
    count = len(times_us)
    levels = np.array(LEVELS) * (0.9 + 0.2 * random.random(3))
    columns = levels * np.exp(np.array(SPREADS) * random.standard_normal((count, 3)))
    if number % LOUD == LIMITED:
        columns[-count // 4 :, 1:] *= np.linspace(1.0, 3.5, count - (-count // 4 + count))[:, None]
    return encode_values(
        Values(np.repeat(times_us, 3), np.round(columns, 4).ravel(), QUANTITIES * count, UNITS * count)
    )


def _recording(fault: FaultKind, samples: int, seed: int) -> Recording:
    made, _ = recording(
        find(BEARING).geometry,
        fault,
        speed_rpm=SPEED_RPM,
        fs_hz=FS_HZ,
        duration_s=samples / FS_HZ,
        rng=np.random.default_rng(seed),
        snr_db=None if fault == "none" else 0.0,
    )
    return made.but(channel="A1")


def _long_recording(platform: Platform, folder: Path) -> None:
    file = write(folder / "recording.wav", [_recording("outer", SAMPLES, 1)])
    (found,) = ingest(platform, Address(OWNER, DRIVE), [str(file)], DiagnoseOptions(bearing=BEARING))
    assert found.refused is None  # noqa: S101  of ours
