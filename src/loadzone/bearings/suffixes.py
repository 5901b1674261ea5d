"""Suffixes and prefixes of designations: what a maker's letters mean, and for which type of bearing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from loadzone.bearings.series import ROOM, BearingType
from loadzone.words.tables import Name, number, read_table

Kind = Literal[
    "seal",
    "shield",
    "groove",
    "bore",
    "tolerance",
    "clearance",
    "angle",
    "set",
    "cage",
    "design",
    "material",
    "heat",
    "grease",
    "prefix",
    "unknown",
]


@dataclass(frozen=True)
class Suffix:
    """A mark of a designation and its meaning; ``maker`` is empty where several makers use it alike."""

    code: str
    kind: Kind
    meaning: Name | None
    maker: str = ""
    contact_angle_deg: float | None = None
    source: str = ""

    @property
    def is_known(self) -> bool:
        """The table explains the mark."""
        return self.meaning is not None


def read_suffixes(rest: str, bearing_type: BearingType, maker: str = "") -> tuple[Suffix, ...]:
    """Meanings of what stands after the bore code.

    A mark that the table does not hold is tried as several marks written together (BEP is B, E, P), the fewest
    first, each of another kind; where that fails too, it is returned with kind ``unknown``.

    Parameters
    ----------
    rest : text after the bore code, upper case, as "-2RS JEM"
    bearing_type : one letter means different things on different types
    maker : preferred where makers differ; empty when not known
    """
    marks = known_suffixes(bearing_type.key)
    found: list[Suffix] = []
    for mark in re.split(r"[\s/,.\-]+", rest):
        if not mark:
            continue
        parts = _split(mark, marks)
        meanings = [_choose(marks[part], maker) for part in parts or ()]
        is_read = len({meaning.kind for meaning in meanings}) == len(meanings) > 0
        found += meanings if is_read else [Suffix(mark, "unknown", None)]
    return tuple(found)


@cache
def known_suffixes(type_key: str) -> Mapping[str, tuple[Suffix, ...]]:
    """Every mark that is used on a type, with its meanings; those for this very type come first."""
    found: dict[str, list[Suffix]] = {}
    rows = [row for row in _rows() if row["applies"] == "*" or type_key in row["applies"].split(",")]
    for row in sorted(rows, key=lambda row: row["applies"] == "*"):
        found.setdefault(row["code"], []).append(_suffix(row))
    return {code: tuple(meanings) for code, meanings in found.items()}


@cache
def known_prefixes(type_key: str) -> Mapping[str, Suffix]:
    """Every mark that may stand before a series of a type; the table writes it with an ellipsis."""
    return {
        code[:-1]: Suffix(code[:-1], meanings[0].kind, meanings[0].meaning, source=meanings[0].source)
        for code, meanings in known_suffixes(type_key).items()
        if code.endswith("…")
    }


def _rows() -> tuple[Mapping[str, str], ...]:
    columns = ("code", "applies", "maker", "kind", "meaning_en", "meaning_zh", "contact_angle_deg")
    return read_table(ROOM, "suffixes.csv", columns)


def _suffix(row: Mapping[str, str]) -> Suffix:
    return Suffix(
        code=row["code"],
        kind=cast("Kind", row["kind"]),
        meaning=Name(row["meaning_en"], zh=row["meaning_zh"]),
        maker=row["maker"],
        contact_angle_deg=number(row["contact_angle_deg"]),
        source=row["source"],
    )


def _choose(meanings: tuple[Suffix, ...], maker: str) -> Suffix:
    return next((meaning for meaning in meanings if maker and meaning.maker == maker), meanings[0])


def _split(mark: str, marks: Mapping[str, tuple[Suffix, ...]]) -> list[str] | None:
    """The fewest known marks that make up ``mark``; of equally few, the one that starts with the longest."""
    best: dict[int, list[str] | None] = {len(mark): []}
    for start in range(len(mark) - 1, -1, -1):
        best[start] = None
        for end in range(len(mark), start, -1):
            tail = best[end]
            if mark[start:end] not in marks or tail is None:
                continue
            found = best[start]
            if found is None or len(tail) + 1 < len(found):
                best[start] = [mark[start:end], *tail]
    return best[0]
