"""The table of quantities: one name, symbol, unit and number of digits wherever a quantity is shown."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal, get_args

from loadzone.words.errors import BadInput
from loadzone.words.tables import BrokenTable, Name, read_table
from loadzone.words.texts import text

Style = Literal["fixed", "trimmed", "significant", "power"]
"""How digits count: after the point; the same without trailing zeros; significant ones; power of ten when small."""

NOTHING = "–"
MINUS = "\u2212"
NARROW = "\u202f"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Quantity:
    """How one quantity is called and written; it cannot be made without a source.

    ``digits`` counts by ``style``; ``unit`` is empty for pure numbers.
    """

    key: str
    name: Name
    symbol: str
    unit: str
    digits: int
    style: Style
    source: str

    def __post_init__(self) -> None:
        if not self.source.strip():
            raise BrokenTable(text("quantity {key} has no source", key=self.key))
        if self.style not in get_args(Style) or self.digits < 0:
            raise BrokenTable(text("quantity {key} has no rule for its digits", key=self.key))

    def format(self, value: float | None, lang: str = "en") -> str:
        """Number and unit as they are shown; a dash for None, NaN and infinities.

        >>> quantity("velocity").format(-2.604), quantity("p_value").format(8e-12)
        ('−2.60 mm/s', '8 × 10⁻¹²')
        """
        del lang
        shown = self.number(value)
        return shown if shown == NOTHING or not self.unit else f"{shown} {self.unit}"

    def number(self, value: float | None) -> str:
        """The number alone, for tables that carry the unit in their head."""
        if value is None or not math.isfinite(value):
            return NOTHING
        if self.style == "power":
            return _power(float(value), self.digits)
        if self.style == "significant":
            return _grouped(_significant(float(value), self.digits))
        shown = f"{value:.{self.digits}f}"
        return _grouped(shown.rstrip("0").rstrip(".") if self.style == "trimmed" and "." in shown else shown)

    def label(self, lang: str = "en") -> str:
        """Name with symbol, as «Pitch diameter D_pw»."""
        return f"{self.name.render(lang)} {self.symbol}".strip()


def quantity(key: str) -> Quantity:
    """The quantity of that key.

    Raises
    ------
    BadInput : the table has no such quantity
    """
    table = quantities()
    if key not in table:
        raise BadInput(text("no quantity is called {key}; the table has {known}", key=key, known=", ".join(table)))
    return table[key]


@cache
def quantities() -> Mapping[str, Quantity]:
    """All quantities by key, in the order of the table."""
    columns = ("key", "name_en", "name_zh", "symbol", "unit", "digits", "style")
    return {
        row["key"]: Quantity(
            key=row["key"],
            name=Name(row["name_en"], zh=row["name_zh"]),
            symbol=row["symbol"],
            unit=row["unit"],
            digits=int(row["digits"]),
            style=row["style"],  # type: ignore[arg-type]  # checked on construction
            source=row["source"],
        )
        for row in read_table("loadzone.words", "quantities.csv", columns)
    }


def _significant(value: float, digits: int) -> str:
    return f"{Decimal(f'{value:.{digits - 1}e}'):f}" if value else "0"


def _power(value: float, digits: int) -> str:
    """Three decimals where that says something, else a power of ten with ``digits`` significant digits."""
    if value == 0.0 or abs(value) >= 0.001:
        return _grouped(f"{value:.3f}")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa.replace('-', MINUS)} × 10{str(int(exponent)).translate(_RAISED)}"


def _grouped(shown: str) -> str:
    """True minus, and narrow no-break spaces between groups of three from 10 000 on (ISO 80000-1, 7.3.1)."""
    sign = MINUS if shown.startswith("-") and shown.strip("-0.") else ""
    whole, point, decimals = shown.lstrip("-").partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", NARROW)
    return sign + whole + point + decimals
