"""Bearings as they are looked for: mounted in the fleet, by designation, by outline; and a duty to start from."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

from loadzone.bearings.boundary import Boundary
from loadzone.bearings.catalogue import entries, find, nearest
from loadzone.bearings.designation import Designation, key_of, parse
from loadzone.bearings.geometry import Provenance
from loadzone.bearings.suggest import suggest, systematic_names
from loadzone.flows.rate import RateOptions, case_of, subject_of
from loadzone.flows.standing import Stand, fleet
from loadzone.store.catalog import Work
from loadzone.store.catalog.units import mountings, mountings_table, units
from loadzone.words.errors import UnknownBearing

SHARE_OF_C = 0.1
"""Load of the duty to start from over the dynamic load rating: what bearings in machines usually carry, assumed."""
SPEED_RPM, OIL, TEMPERATURE_DEGC, CLEANLINESS = 1500.0, "68", 70.0, "normal"
"""The rest of the duty to start from, assumed as well."""
CLEANLINESS_WORDS = ("high", "normal", "slight", "typical", "severe", "very-severe", "grease:normal", "inline:-/17/14")
"""Guide words and two rows of annex A: what can be typed for the cleanliness, beside e_C itself."""


@dataclass(frozen=True)
class Type:
    """A type of bearing as a list shows it; ``provenance`` of its inside is None where no source and no rule has it."""

    designation: str
    read: Designation | None
    provenance: Provenance | None

    @property
    def boundary(self) -> Boundary | None:
        """Its outline, where a table holds it."""
        return self.read.boundary if self.read else None


@dataclass(frozen=True, eq=False)
class Mounted:
    """A type with the positions where it is mounted or foreseen, worst first."""

    type: Type
    stands: tuple[Stand, ...]


@dataclass(frozen=True)
class Outline:
    """What is wanted of an outline, mm; None where it does not matter."""

    bore_mm: float | None = None
    outer_mm: float | None = None
    width_mm: float | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is wanted."""
        return self.bore_mm is self.outer_mm is self.width_mm is None


def mounted(work: Work, at_us: int) -> tuple[Mounted, ...]:
    """The types of bearing in the fleet that is seen, those at the worst positions first.

    What is mounted counts; where no unit is entered, the bearing that the position foresees.
    """
    c = mountings_table.c
    bearings = {(each.organisation, each.serial): each.bearing for each in units.all(work)}
    there = {
        (each.organisation, each.position): bearings.get((each.organisation, each.serial))
        for each in mountings.all(work, c.removed_us.is_(None))
    }
    found: dict[str, tuple[str, list[Stand]]] = {}
    for stand in fleet(work, at_us).stands:
        place = stand.position
        bearing = there.get((place.organisation, place.id)) or place.bearing
        if bearing:
            found.setdefault(key_of(bearing), (bearing, []))[1].append(stand)
    return tuple(Mounted(type_of(name), tuple(stands)) for name, stands in found.values())


def search(wanted: str, outline: Outline, first: Sequence[Mounted] = (), count: int = 24) -> tuple[Type, ...]:
    """Types by designation, or by outline, nearest first; none where nothing is wanted.

    Parameters
    ----------
    first : types that come before the others where they begin like the wanted designation

    Raises
    ------
    BadInput : a dimension that is not a positive number
    """
    if not outline.is_empty:
        near = nearest(outline.bore_mm, outline.outer_mm, outline.width_mm, n=2 * count)
        key = key_of(wanted)
        names: Iterable[str] = (each.designation for each in near if key_of(each.designation).startswith(key))
    elif wanted.strip():
        key = key_of(wanted)
        names = (
            *(each.type.designation for each in first if key_of(each.type.designation).startswith(key)),
            *_names(wanted, count),
        )
    else:
        return ()
    return tuple(type_of(name) for name in list(dict.fromkeys(names))[:count])


def type_of(designation: str) -> Type:
    """What a list shows of a type; a designation that no rule reads stays as it is."""
    try:
        read = parse(designation)
    except UnknownBearing:
        return Type(designation, None, None)
    try:
        return Type(read.normalised, read, find(designation).geometry.provenance)
    except UnknownBearing:
        return Type(read.normalised, read, None)


def started(designation: str, options: RateOptions) -> RateOptions:
    """The duty; where no load is said a tenth of C, where nothing of lubrication VG 68 at 70 °C, normally clean.

    Raises
    ------
    UnknownBearing, OutOfScope, MissingInput : its inside or its rating is not known
    """
    if options.radial_n or options.axial_n:
        return options
    bearing = case_of(subject_of(designation, options), options)
    load_n = float(f"{SHARE_OF_C * bearing.capability().c_n:.2g}")
    is_thrust = bearing.type_key.startswith("thrust")
    loaded = replace(options, axial_n=load_n) if is_thrust else replace(options, radial_n=load_n)
    if options.oil is not None or options.temperature_degc is not None or options.cleanliness is not None:
        return loaded
    return replace(loaded, oil=OIL, temperature_degc=TEMPERATURE_DEGC, cleanliness=CLEANLINESS)


def _names(wanted: str, count: int) -> Iterator[str]:
    """The designation itself if it can be read, then those that begin like it, then those that are near."""
    with suppress(UnknownBearing):
        yield parse(wanted).normalised
    beginning = [name for key, name in _known() if key.startswith(key_of(wanted))]
    yield from beginning[:count]
    if not beginning:
        yield from suggest(wanted, 8)


@cache
def _known() -> tuple[tuple[str, str], ...]:
    """Designations with their keys: those of the catalogue, then every systematic one whose outline is known."""
    return tuple((key_of(name), name) for name in (*(each.name for each in entries()), *systematic_names()))
