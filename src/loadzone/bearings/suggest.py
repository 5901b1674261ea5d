"""Nearest designations to one that was not understood: the catalogue's names and every systematic one we can size."""

import difflib
import unicodedata
from functools import cache

from loadzone.bearings.boundary import Boundary, boundaries
from loadzone.bearings.series import ROOM, all_series, code_of_bore
from loadzone.words.tables import read_table


def suggest(designation: str, n: int = 3) -> tuple[str, ...]:
    """Up to ``n`` known designations, nearest first.

    Names are preselected by difflib's ratio and ordered by the number of typing slips (a letter too many, missing,
    wrong, or two exchanged); of equally near ones come first those with the same figures, then those whose inside
    is known.

    >>> suggest("6250", 1)
    ('6205',)
    """
    wanted = _folded(designation)
    names = {_folded(name): name for name in (*systematic_names(), *catalogue_names())}
    near = difflib.get_close_matches(wanted, names, n=60, cutoff=0.4)
    known = {_folded(name) for name in catalogue_names()}
    near.sort(
        key=lambda name: (
            slips(wanted, name),
            sorted(name) != sorted(wanted),
            name not in known,
            abs(len(name) - len(wanted)),
        )
    )
    return tuple(names[name] for name in near[:n])


@cache
def catalogue_names() -> tuple[str, ...]:
    """Names in the catalogue, with the base designations of its entries."""
    rows = read_table(ROOM, "catalogue.csv", ("designation", "base"))
    return tuple(dict.fromkeys(name for row in rows for name in (row["designation"], row["base"]) if name))


def systematic_names() -> tuple[str, ...]:
    """Every designation that a series and a size of the boundary tables make up."""
    return tuple(name for name, _ in systematic_outlines())


@cache
def systematic_outlines() -> tuple[tuple[str, Boundary], ...]:
    """The systematic designations with their outlines; below 10 mm those of deep groove ball bearings alone."""
    return tuple(
        (series.code + code_of_bore(bore_mm), outline)
        for series in all_series().values()
        for bore_mm, outline in boundaries().get((series.plan, series.dimension_series), {}).items()
        if bore_mm >= 10 or series.type.key == "deep_groove_ball"
    )


def slips(a: str, b: str) -> int:
    """Typing slips between two words: insertions, deletions, replacements and exchanges of neighbours.

    Source: optimal string alignment distance (Damerau 1964, restricted form).

    >>> slips("6250", "6205"), slips("6205", "6206"), slips("NU21O", "NU210")
    (1, 1, 1)
    """
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, sign in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _folded(designation: str) -> str:
    """Letters, figures and slashes alone; the letter O counts as a zero, with which it is easily confused."""
    plain = unicodedata.normalize("NFKC", designation).upper().replace("O", "0")
    return "".join(sign for sign in plain if sign.isalnum() or sign in "/&")
