"""What is known of the schema: attributes with unit and type by version, renamed ones, units with their factors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.tables import read_table
from loadzone.words.texts import text

ROOM = "loadzone.formats.rexs"
FIRST, LAST = "1.4", "2.0"
VERSIONS = ("1.4", "1.5", "1.6", "1.7", "2.0")
WRITTEN = {"2.0": "2.0.0"}
"""The standard numbers its versions by three numbers from 2.0.0 on."""
UNSTATED = (None, "", "none")
"""What files write for a unit where there is none, or where the program did not say it."""
NUMBERING = re.compile(r"(\d{1,3})\.(\d{1,3})(?:\.\d{1,3})?", re.ASCII)


class Version(NamedTuple):
    """A version as numbers that compare."""

    major: int
    minor: int


@dataclass(frozen=True)
class Definition:
    """One attribute in a range of versions; ``until`` is empty for the last, ``renamed_to`` for what just ends."""

    id: str
    components: tuple[str, ...]
    unit: str
    kind: str
    since: str
    until: str
    renamed_to: str
    source: str

    @property
    def is_verified(self) -> bool:
        """Whether unit and type were read in the schema; else they are a hint."""
        return "not verified" not in self.source

    def holds_in(self, version: str) -> bool:
        """Whether the schema of a version has it."""
        asked = clamped(version)
        return number_of(self.since) <= asked and (not self.until or asked <= number_of(self.until))


@dataclass(frozen=True)
class Unit:
    """A unit: what it measures, and how many of the SI unit it is."""

    name: str
    quantity: str
    factor: float


def number_of(version: str) -> Version:
    """The numbers of a version such as "1.6" or "2.0.0".

    Raises
    ------
    BadInput : it is no version

    >>> number_of("2.0.0") > number_of("1.7")
    True
    """
    found = NUMBERING.fullmatch(version.strip())
    if not found:
        raise BadInput(text("version «{version}»: REXS counts its versions as 1.4 or 2.0.0", version=version))
    return Version(int(found[1]), int(found[2]))


def clamped(version: str) -> Version:
    """The nearest version that the tables know."""
    return min(max(number_of(version), number_of(FIRST)), number_of(LAST))


def is_known(version: str) -> bool:
    """Whether the tables hold this very version."""
    return number_of(version) in {number_of(each) for each in VERSIONS}


@cache
def definitions() -> Mapping[str, tuple[Definition, ...]]:
    """All rows of the table by attribute."""
    found: dict[str, tuple[Definition, ...]] = {}
    columns = ("component", "attribute", "unit", "type", "since", "until", "renamed_to")
    for row in read_table(ROOM, "attributes.csv", columns):
        name = row["attribute"]
        one = Definition(
            name,
            tuple(row["component"].split()),
            row["unit"],
            row["type"],
            row["since"],
            row["until"],
            row["renamed_to"],
            row["source"],
        )
        found[name] = (*found.get(name, ()), one)
    return found


def definition(attribute_id: str, version: str) -> Definition | None:
    """The attribute in a version; one that this version lacks as its nearest version has it."""
    rows = definitions().get(attribute_id, ())
    return next((each for each in rows if each.holds_in(version)), rows[-1] if rows else None)


def name_in(attribute_id: str, version: str) -> str | None:
    """The name of an attribute in a version, found along its renamings; None where that version has it not.

    >>> name_in("reference_diameter", "2.0"), name_in("reference_diameter_rolling_bearing", "1.6")
    ('reference_diameter_rolling_bearing', 'reference_diameter')
    """
    for name in family(attribute_id):
        if any(each.holds_in(version) for each in definitions()[name]):
            return name
    return None


@cache
def family(attribute_id: str) -> tuple[str, ...]:
    """All names of an attribute over the versions, this one first; alone where the table has no other.

    >>> family("viscosity_ratio_iso_281_2007")
    ('viscosity_ratio_iso_281_2007', 'viscosity_ratio_according_to_iso_281_2007')
    """
    if attribute_id not in definitions():
        return ()
    names = [attribute_id]
    for name in names:
        later = {each.renamed_to for each in definitions()[name] if each.renamed_to}
        earlier = {old for old, rows in definitions().items() if any(row.renamed_to == name for row in rows)}
        names.extend(sorted((later | earlier) - set(names)))
    return tuple(names)


@cache
def units() -> Mapping[str, Unit]:
    """The table of units."""
    rows = read_table(ROOM, "units.csv", ("unit", "quantity", "factor"))
    return {row["unit"]: Unit(row["unit"], row["quantity"], float(row["factor"])) for row in rows}


def is_plain(unit: str, other: str) -> bool:
    """Whether one factor leads from a unit to the other."""
    a, b = units().get(unit), units().get(other)
    return a is not None and b is not None and a.quantity == b.quantity


def in_unit(value: float, unit: str, other: str) -> float:
    """A value in another unit of the same quantity.

    Raises
    ------
    OutOfScope : no plain factor leads there

    >>> in_unit(14.8, "kN", "N"), in_unit(12.0, "mum", "mm")
    (14800.0, 0.012)
    """
    if unit == other:
        return value
    if not is_plain(unit, other):
        raise OutOfScope(text("no plain factor leads from {unit} to {other}", unit=unit, other=other))
    a, b = units()[unit].factor, units()[other].factor
    if a == b:
        return value
    return value * round_factor(a / b) if a > b else value / round_factor(b / a)


def round_factor(factor: float) -> float:
    """A factor of at least 1 without the rounding of its division: 1e-3/1e-6 is 1000."""
    whole = float(round(factor))
    return whole if abs(factor - whole) < 1e-9 * factor else factor


@cache
def bearing_types() -> Mapping[tuple[str, int], str]:
    """Our type of bearing for a bearing_type and its number of rows; empty where there is no rating for it."""
    rows = read_table(ROOM, "bearing_types.csv", ("bearing_type", "rows", "type_key"))
    return {(row["bearing_type"], int(row["rows"])): row["type_key"] for row in rows}
