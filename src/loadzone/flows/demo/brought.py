"""Recordings that somebody brought along: a site of their own, marked as real, each folder and bearing a position.

A table ``labels.csv`` in the folder says rate, speed and bearing of each file; what it says about faults is not read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from loadzone.connect.address import Address
from loadzone.flows.assets import Machine, Position, Site, enter_asset
from loadzone.flows.audit import Act
from loadzone.flows.demo.furnish import WHO
from loadzone.flows.demo.plan import MAKER
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.flows.files import Wanted, labels_by_file, wanted_files
from loadzone.flows.ingest import Ingested, ingest
from loadzone.flows.platform import Platform, Work
from loadzone.store.catalog.machines import machines, sites
from loadzone.store.catalog.positions import positions

LABELS = "labels.csv"
REAL = {"simulated": False}
LONGEST_NAME = 80


@dataclass(frozen=True)
class Brought:
    """One file: where it belongs, and what the table says about it."""

    path: str
    address: Address
    machine: str
    name: str
    said: DiagnoseOptions


def brought_along(folder: Path) -> list[Brought]:
    """The recordings of a folder, in the order of their names.

    Raises
    ------
    BadInput : no recording in it, or a table that cannot be understood
    """
    table = folder / LABELS
    labels = labels_by_file(table) if table.is_file() else {}
    found = wanted_files([str(folder)], table if labels else None)
    return [_placed(folder, Wanted(each.path, labels.get(Path(each.path).resolve(), ()))) for each in found]


def take_in(
    platform: Platform, folder: Path, told: Callable[[int, int], None], is_over: Callable[[], bool] = lambda: False
) -> list[Ingested]:
    """Enter the site and put the recordings in, each once; ``is_over`` is asked between two files.

    Raises
    ------
    BadInput : as `brought_along`
    """
    files = brought_along(folder)
    platform.catalog.write(MAKER, lambda work: _enter(work, Act(WHO, platform.clock()), folder, files))
    done: list[Ingested] = []
    for number, each in enumerate(files, start=1):
        if is_over():
            break
        done += ingest(platform, each.address, [each.path], each.said)
        told(number, len(files))
    return done


def _placed(folder: Path, wanted: Wanted) -> Brought:
    path = Path(wanted.path)
    label = wanted.labels[0] if wanted.labels else None
    inside = path.relative_to(folder).parent
    machine = str(inside) if inside.parts else folder.resolve().name
    bearing = label.bearing if label else None
    name = bearing or path.stem
    said = DiagnoseOptions(
        bearing=bearing,
        speed_rpm=label.speed_rpm if label else None,
        fs_hz=label.fs_hz if label else None,
        channel=label.channel or label.variable if label else None,
    )
    return Brought(str(path), Address(MAKER, _identifier(f"{machine}/{name}")), machine, name[:LONGEST_NAME], said)


def _enter(work: Work, act: Act, folder: Path, files: list[Brought]) -> None:
    """Site, machines and positions, where they are not there yet."""
    site = _identifier(folder.resolve().name)
    if sites.find(work, MAKER, site) is None:
        enter_asset(work, act, Site(MAKER, site, folder.resolve().name[:LONGEST_NAME], facts=REAL))
    for each in files:
        machine = _identifier(each.machine)
        if machines.find(work, MAKER, machine) is None:
            made = Machine(MAKER, machine, site, each.machine[:LONGEST_NAME], "recordings", act.at_us, REAL)
            enter_asset(work, act, made)
        if positions.find(work, MAKER, each.address.position) is None:
            place = Position(
                MAKER, each.address.position, each.name, act.at_us, machine, bearing=each.said.bearing, facts=REAL
            )  # fmt: skip
            enter_asset(work, act, place)


def _identifier(words: str) -> str:
    """The words as an identifier; a short digest keeps apart what would look the same."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", words).strip("-")[:40]
    return f"{plain or 'r'}-{blake2b(words.encode(), digest_size=4).hexdigest()}"
