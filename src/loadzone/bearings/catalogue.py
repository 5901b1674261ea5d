"""The catalogue: every inside of a bearing that a source gives, and the way from a designation to a Bearing."""

import math
from dataclasses import dataclass, replace
from functools import cache

from loadzone.bearings.bearing import Bearing
from loadzone.bearings.boundary import Boundary
from loadzone.bearings.designation import Designation, key_of, parse
from loadzone.bearings.estimate import estimate, rules
from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders
from loadzone.bearings.series import ROOM
from loadzone.bearings.suggest import suggest, systematic_outlines
from loadzone.words.errors import BadInput, UnknownBearing
from loadzone.words.tables import Name, number, read_table
from loadzone.words.texts import Text, text

__all__ = ["Candidate", "Entry", "all_bearings", "entries", "find", "nearest", "suggest"]

MAKERS_DIFFER = 0.003
"""Standard uncertainty of a race order taken from another maker: three makers of 6203 span 0.6 % of BPFO."""


@dataclass(frozen=True)
class Entry:
    """One row of the catalogue: a sourced inside and the names under which it is asked for."""

    name: str
    keys: frozenset[str]
    base: str
    maker: str
    type_key: str
    geometry: Geometry
    note: Name | None


@dataclass(frozen=True)
class Candidate:
    """A designation whose outline is near a wanted one; ``distance_mm`` sums the differences of what was wanted."""

    designation: str
    boundary: Boundary
    distance_mm: float
    is_inside_known: bool


def find(designation: str) -> Bearing:
    """The bearing of a designation.

    An entry of that very name comes first, then one of the same base designation (the maker's own before others'),
    then an estimate from the outline.

    Raises
    ------
    UnknownBearing : no rule reads the designation, or neither a source nor a tested rule gives its inside; the
        message names the nearest designations or the way out

    >>> find("6205-2RS JEM").geometry.pitch_diameter_mm, find("6212").geometry.provenance
    (39.04, 'estimate')
    """
    wanted = key_of(designation)
    read = parse(designation)
    exact = next((entry for entry in entries() if wanted in entry.keys), None)
    if exact is not None:
        return _of_entry(read, exact)
    same = [entry for entry in entries() if entry.base == read.base]
    if same:
        return _of_base(read, sorted(same, key=lambda entry: bool(read.maker) and entry.maker.upper() != read.maker))
    return _estimated(read)


def nearest(
    bore_mm: float | None = None, outer_mm: float | None = None, width_mm: float | None = None, n: int = 10
) -> tuple[Candidate, ...]:
    """Designations whose outline is nearest to the given dimensions, those with a known inside first among equals.

    Raises
    ------
    BadInput : no dimension was given, or one is not a positive number

    >>> nearest(bore_mm=25, outer_mm=52)[0].designation
    '6205'
    """
    wanted = {"bore_mm": bore_mm, "outer_mm": outer_mm, "width_mm": width_mm}
    given = {name: value for name, value in wanted.items() if value is not None}
    if not given or not all(math.isfinite(value) and value > 0 for value in given.values()):
        raise BadInput(text("give a bore, an outside diameter or a width, each a positive number of millimetres"))
    known = {entry.base for entry in entries()}
    found = [
        Candidate(name, outline, sum(abs(getattr(outline, key) - value) for key, value in given.items()), name in known)
        for name, outline in systematic_outlines()
    ]
    found.sort(key=lambda candidate: (candidate.distance_mm, not candidate.is_inside_known))
    return tuple(found[:n])


@cache
def all_bearings() -> tuple[Bearing, ...]:
    """Every bearing whose inside a source gives, in the order of the catalogue."""
    return tuple(_of_entry(parse(entry.base or entry.name), entry) for entry in entries())


@cache
def entries() -> tuple[Entry, ...]:
    """The rows of the catalogue."""
    columns = ("designation", "aliases", "base", "maker", "type", "n_elements", "element_diameter_mm")
    more = ("pitch_diameter_mm", "contact_angle_deg", "provenance", "relative_uncertainty", "note_en", "note_zh")
    return tuple(
        Entry(
            name=row["designation"],
            keys=frozenset(key_of(name) for name in (row["designation"], *row["aliases"].split(";")) if name),
            base=row["base"],
            maker=row["maker"],
            type_key=row["type"],
            geometry=Geometry(
                n_elements=int(row["n_elements"]),
                element_diameter_mm=float(row["element_diameter_mm"]),
                pitch_diameter_mm=float(row["pitch_diameter_mm"]),
                contact_angle_deg=number(row["contact_angle_deg"]) or 0.0,
                provenance="catalogue",
                source=f"{row['designation']}: {row['source']}",
                relative_uncertainty=float(row["relative_uncertainty"]),
            ),
            note=Name(row["note_en"], zh=row["note_zh"]) if row["note_en"] else None,
        )
        for row in read_table(ROOM, "catalogue.csv", (*columns, *more))
    )


def _of_entry(read: Designation, entry: Entry) -> Bearing:
    same = [other for other in entries() if entry.base and other.base == entry.base]
    notes = (entry.note,) if entry.note else ()
    return Bearing(entry.name, read, entry.geometry, _others(entry.geometry, same), notes)


def _of_base(read: Designation, same: list[Entry]) -> Bearing:
    first = same[0]
    geometry = first.geometry
    if read.contact_angle_deg is not None and read.type.key == "angular_contact_ball":
        geometry = replace(geometry, contact_angle_deg=read.contact_angle_deg)
    others = _others(first.geometry, same)
    spread = _spread([first.geometry, *others])
    geometry = replace(geometry, relative_uncertainty=max(geometry.relative_uncertainty, spread / 2, MAKERS_DIFFER))
    notes: list[Text] = [text("geometry of «{entry}»; a designation does not fix the inside", entry=first.name)]
    if others:
        notes.append(
            text(
                "{count} sources for {base} differ by {percent:.1f} % in BPFO",
                count=1 + len(others),
                base=first.base,
                percent=100 * spread,
            )
        )
    notes += [first.note] if first.note else []
    return Bearing(read.normalised, read, geometry, others, tuple(notes))


def _others(geometry: Geometry, same: list[Entry]) -> tuple[Geometry, ...]:
    """The geometries among ``same`` that disagree with ``geometry``, each once."""
    seen = {_numbers(geometry)}
    found: list[Geometry] = []
    for entry in same:
        if _numbers(entry.geometry) not in seen:
            seen.add(_numbers(entry.geometry))
            found.append(entry.geometry)
    return tuple(found)


def _numbers(geometry: Geometry) -> tuple[float, ...]:
    return (
        geometry.n_elements,
        geometry.element_diameter_mm,
        geometry.pitch_diameter_mm,
        geometry.contact_angle_deg,
    )


def _estimated(read: Designation) -> Bearing:
    try:
        likely, next_likely = estimate(read)
    except UnknownBearing as refusal:
        if read.boundary is not None:
            raise
        raise UnknownBearing(_not_found(read, refusal.message)) from refusal
    return Bearing(read.normalised, read, likely, (next_likely,), _notes_of_estimate(read, likely))


def _notes_of_estimate(read: Designation, likely: Geometry) -> tuple[Text, ...]:
    rule = rules()[read.type.key]
    right = text(
        "geometry estimated by rule: Z was right for {right} of {tested} bearings; BPFO is then within "
        "{percent:.1f} %, else off by about {step:.0f} %",
        right=rule.n_right,
        tested=rule.n_tested,
        percent=100 * rule.uncertainty_right_z,
        step=100 / likely.n_elements,
    )
    low, high = rule.tested_bores_mm
    bore_mm = read.bore_mm or low
    if low <= bore_mm <= high:
        return (right,)
    outside = text(
        "bore {bore:g} mm: the rule was tested on bores of {low:g} to {high:g} mm only",
        bore=bore_mm,
        low=low,
        high=high,
    )
    return (right, outside)


def _not_found(read: Designation, reason: Text) -> Text:
    near = ", ".join(name for name in suggest(read.normalised, 4) if name != read.base)
    return text("{reason}; nearest known designations: {nearest}", reason=reason, nearest=near)


def _spread(geometries: list[Geometry]) -> float:
    """Range of BPFO over its mean."""
    outer = [defect_orders(geometry).outer for geometry in geometries]
    return (max(outer) - min(outer)) / (sum(outer) / len(outer))
