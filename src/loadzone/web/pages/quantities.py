"""Names and units of what is measured, as they stand on pages."""

from collections.abc import Mapping

from loadzone.reports.numbers import fixed, significant
from loadzone.reports.quantity_names import quantity_name as name

__all__ = ["name", "unit", "usual_unit", "value"]

UNITS: Mapping[str, str] = {
    "ms2": "m/s²",
    "mms": "mm/s",
    "degC": "°C",
    "degc": "°C",
    "um": "µm",
    "rpm": "r/min",
    "v": "V",
    "pa": "Pa",
}
USUAL: Mapping[str, str] = {"velocity": "mms", "rms": "ms2", "peak": "ms2", "temperature": "degC", "speed_rpm": "rpm"}
"""Units in which the platform keeps what it computes, and in which devices send what they measure."""
WHOLE = ("speed", "speed_rpm", "load")
"""Quantities of which nobody reads a decimal."""


def unit(code: str) -> str:
    """«mm/s» of ``mms``."""
    return UNITS.get(code, code)


def usual_unit(quantity: str) -> str:
    """The unit in which a limit of a quantity stands; empty where it has none, or none that is known.

    >>> usual_unit("velocity:DE"), usual_unit("kurtosis")
    ('mm/s', '')
    """
    return unit(USUAL.get(quantity.partition(":")[0], ""))


def value(quantity: str, number: float | None, code: str = "") -> str:
    """A value with its unit, in the digits that its quantity has."""
    base = quantity.partition(":")[0]
    written = fixed(number, 0) if base in WHOLE and number is not None and abs(number) >= 10 else significant(number)
    return f"{written} {unit(code)}".strip()
