"""Designations read aloud: type, series, bore and the meaning of every mark, from «6205-2RS1/C3» to «23160 CCK/W33»."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from loadzone.bearings.boundary import Boundary, boundary
from loadzone.bearings.series import ROOM, BearingType, BoreRule, Series, all_series, bearing_types, bore_of_code
from loadzone.bearings.suffixes import Suffix, known_prefixes, read_suffixes
from loadzone.bearings.suggest import suggest
from loadzone.words.columns import cut
from loadzone.words.errors import UnknownBearing
from loadzone.words.tables import number, read_table
from loadzone.words.texts import Text, text

LONGEST_NAME = 60
"""Signs beyond which a text is no designation."""


@dataclass(frozen=True)
class Designation:
    """What a designation says.

    ``base`` is series and bore code without blanks ("NU2210"), the key under which bearings share an outline;
    for a maker's own name it is that name and ``series`` is None. ``contact_angle_deg`` is None where neither the
    type nor a mark states it. ``marks`` are prefixes and suffixes in the order in which they stand.
    """

    raw: str
    normalised: str
    base: str
    type: BearingType
    series: Series | None
    bore_mm: float | None
    boundary: Boundary | None
    maker: str = ""
    marks: tuple[Suffix, ...] = ()
    contact_angle_deg: float | None = None

    @property
    def rows(self) -> int:
        """Rows of rolling elements."""
        return self.type.rows

    @property
    def unknown_marks(self) -> tuple[str, ...]:
        """Marks that no table explains."""
        return tuple(mark.code for mark in self.marks if not mark.is_known)


def parse(designation: str) -> Designation:
    """Read a designation.

    Full-width figures, lower case, missing or doubled blanks and a maker's name before or after do no harm.

    Raises
    ------
    UnknownBearing : no rule reads it; the message names the nearest designations

    Source: bore-code and series rules of ISO 15, ISO 355, ISO 104 and makers' catalogues (data/series.csv).

    >>> found = parse("ntn 6205llu/c3")
    >>> found.base, found.maker, found.bore_mm, [str(mark.meaning) for mark in found.marks]
    ('6205', 'NTN', 25.0, ['contact seals on both sides', 'clearance above normal'])
    """
    maker, name = split_maker(normalise(designation))
    without_remark = re.sub(r"\s*\([^)]*\)", "", name)
    is_short = len(name) <= LONGEST_NAME
    found = (next(_readings(designation, without_remark, maker), None) or _own_name(designation)) if is_short else None
    if found is None:
        raise UnknownBearing(_refusal(designation, name))
    return found


def normalise(designation: str) -> str:
    """Upper case, half-width, single blanks, plain hyphens.

    >>> normalise(" ６２０５－2rs1  c3 ")
    '6205-2RS1 C3'
    """
    plain = unicodedata.normalize("NFKC", designation).translate({0x2010: "-", 0x2011: "-", 0x2013: "-", 0x2212: "-"})
    return " ".join(plain.upper().split())


def split_maker(normalised: str) -> tuple[str, str]:
    """The maker's name, if it stands first or last, and the rest.

    >>> split_maker("6205-2RS JEM SKF")
    ('SKF', '6205-2RS JEM')
    """
    for maker in makers():
        for pattern in (rf"^{re.escape(maker)}[\s:]+", rf"[\s(]+{re.escape(maker)}\)?$"):
            rest = re.sub(pattern, "", normalised)
            if rest != normalised:
                return maker, rest.strip()
    return "", normalised


@cache
def makers() -> tuple[str, ...]:
    """Trade names that may stand beside a designation."""
    return tuple(row["name"] for row in read_table(ROOM, "makers.csv", ("name",)))


def _readings(raw: str, name: str, maker: str) -> Iterator[Designation]:
    """Readings of ``name`` by the rules: the longest series code first, without a prefix before with one."""
    codes = sorted(all_series(), key=len, reverse=True)
    for allow_prefix in (False, True):
        for code in codes:
            series = all_series()[code]
            prefixes = known_prefixes(series.type.key).values() if allow_prefix else (None,)
            for prefix in prefixes:
                found = _read(raw, name, maker, series, prefix)
                if found is not None:
                    yield found


def _read(raw: str, name: str, maker: str, series: Series, prefix: Suffix | None) -> Designation | None:
    match = _pattern(series.code, series.bore_rule, prefix.code if prefix else "").match(name)
    if match is None or not _ends_there(match["bore"], match["rest"]):
        return None
    bore_mm = bore_of_code(match["bore"]) if series.bore_rule == "code" else _bore(series, match)
    if series.bore_rule != "none" and not bore_mm:
        return None
    if len(match["bore"]) == 1 and series.code not in MINIATURE_SERIES:
        return None
    marks = read_suffixes(match["rest"], series.type, maker)
    angles = [mark.contact_angle_deg for mark in marks if mark.contact_angle_deg is not None]
    return Designation(
        raw=raw,
        normalised=name,
        base=series.code + match["bore"] + (match.groupdict().get("width") or ""),
        type=series.type,
        series=series,
        bore_mm=bore_mm,
        boundary=boundary(series, bore_mm) or _outline(match, bore_mm),
        maker=maker,
        marks=(prefix, *marks) if prefix else marks,
        contact_angle_deg=angles[0] if angles else series.type.contact_angle_deg,
    )


MINIATURE_SERIES = frozenset({"60", "62", "63", "67", "68", "69", "617", "618", "619", "70", "72"})
"""Series in which one figure after the series is the bore in millimetres."""

_BORES: dict[BoreRule, str] = {
    "code": r"(?P<bore>/\d{1,4}(?:\.\d)?|\d{1,2})",
    "bore_width": r"(?P<bore>\d{2})(?P<width>\d{2})",
    "bore/width": r"(?P<bore>\d{1,3})/(?P<width>\d{1,3})",
    "none": r"(?P<bore>\d{2})",
}


@cache
def _pattern(code: str, bore_rule: BoreRule, prefix: str) -> re.Pattern[str]:
    lead = re.escape(prefix) + r"[\s\-]?" if prefix else ""
    return re.compile(rf"^{lead}{_spaced(code)}[\s\-]?{_BORES[bore_rule]}(?P<rest>.*)$", re.ASCII)


def _spaced(code: str) -> str:
    """A pattern for a series code whose letters and figures may stand apart: NU2 also reads «NU 2»."""
    match = re.match(r"^([A-Z]*)(\d*)$", code)
    letters, figures = match.groups() if match else (code, "")
    return re.escape(letters) + (r"[\s\-]?" if letters and figures else "") + figures


def _ends_there(bore: str, rest: str) -> bool:
    """No further figure may follow the bore code unless a blank, hyphen or slash stands between."""
    return not rest[:1].isdigit() and not (rest[:1] == "/" and rest[1:2].isdigit() and not bore.startswith("/"))


def _bore(series: Series, match: re.Match[str]) -> float | None:
    return None if series.bore_rule == "none" else float(match["bore"])


def _outline(match: re.Match[str], bore_mm: float | None) -> Boundary | None:
    """Bore and width that stand in the designation itself; the outside diameter is not in it."""
    width = match.groupdict().get("width")
    return Boundary(bore_mm, None, float(width), "stated by the designation itself") if width else None


def _own_name(raw: str) -> Designation | None:
    """A maker's or test rig's own name that the catalogue holds."""
    wanted = key_of(raw)
    for row in read_table(ROOM, "catalogue.csv", ("designation", "aliases", "type", "maker")):
        names = (row["designation"], *filter(None, row["aliases"].split(";")))
        if wanted not in {key_of(name) for name in names}:
            continue
        bearing_type = bearing_types()[row["type"]]
        bore, outer, wide = (number(row[column]) for column in ("bore_mm", "outer_mm", "width_mm"))
        return Designation(
            raw=raw,
            normalised=normalise(raw),
            base=row["base"] or row["designation"],
            type=bearing_type,
            series=None,
            bore_mm=bore,
            boundary=Boundary(bore, outer, wide, row["source"]) if bore is not None else None,
            maker=row["maker"],
            contact_angle_deg=number(row["contact_angle_deg"]),
        )
    return None


def key_of(designation: str) -> str:
    """The letters and figures of a designation alone, for comparing names.

    >>> key_of("6205-2RS jem") == key_of("6205 2RS JEM")
    True
    """
    return re.sub(r"[^\w&]", "", normalise(designation))


def _refusal(designation: str, name: str) -> Text:
    designation = cut(designation, LONGEST_NAME)
    nearest = ", ".join(suggest(designation))
    if not nearest:
        return text(
            "«{designation}» is no designation; write one as 6205-2RS/C3, "
            "or give the geometry itself with --geometry Z,DW,DPW,ANGLE",
            designation=designation,
        )
    if re.fullmatch(r"\d{3}|\d{6}", name):
        return text(
            "{designation}: this may be an old Chinese or Russian code, whose rules are not verified here; "
            "give the present designation (nearest: {nearest}) or --geometry Z,DW,DPW,ANGLE",
            designation=designation,
            nearest=nearest,
        )
    return text(
        "{designation}: no rule reads this designation; nearest: {nearest}; "
        "or give the geometry itself with --geometry Z,DW,DPW,ANGLE",
        designation=designation,
        nearest=nearest,
    )
