"""How a number is written: true minus, narrow space in thousands, powers of ten, a dash for what is unknown."""

import math
import re

from markupsafe import Markup, escape

UNKNOWN = "–"
NARROW = "\u202f"
_SYMBOL = re.compile(r"(?<![\w/.-])([A-Za-zα-ωΑ-Ω])_([A-Za-z0-9θ]{1,5})(?![\w(])")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(value: float | None, digits: int = 0) -> str:
    r"""A number with a fixed count of decimals.

    >>> fixed(-0.052, 2), fixed(1487.2, 1) == "1\u202f487.2", fixed(float("nan"))
    ('−0.05', True, '–')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    written = f"{value:,.{digits}f}".replace(",", NARROW)
    if not any(sign in written for sign in "123456789"):
        written = written.lstrip("-")
    return written.replace("-", "\u2212")


def significant(value: float | None, digits: int = 3) -> str:
    r"""A number with a count of significant digits and no exponent, trailing zeros dropped.

    >>> significant(0.031234), significant(12000.0) == "12\u202f000", significant(0.5)
    ('0.0312', True, '0.5')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0.0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    written = fixed(value, decimals)
    return written.rstrip("0").rstrip(".") if "." in written else written


def probability(value: float | None) -> str:
    """A p value: decimals down to 0.001, a power of ten below.

    >>> probability(8.1e-12), probability(0.0041), probability(0.62)
    ('8 × 10⁻¹²', '0.004', '0.62')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value >= 0.0095:
        return fixed(value, 2)
    if value >= 0.001:
        return fixed(value, 3)
    if value <= 0.0:
        return "0"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"


def one_in(rate: float) -> str:
    """The N of «1 in N» for a rate.

    >>> one_in(0.01), one_in(0.0)
    ('100', '–')
    """
    return fixed(round(1.0 / rate)) if rate > 0.0 else UNKNOWN


def indexed(symbol: str) -> Markup:
    """A symbol with its index below the line.

    >>> indexed("C_0r"), indexed("κ")
    (Markup('C<sub>0r</sub>'), Markup('κ'))
    """
    head, _, index = symbol.partition("_")
    return Markup("{}<sub>{}</sub>").format(head, index) if index else Markup("{}").format(head)


def with_indices(sentence: str) -> Markup:
    """A sentence whose symbols have their indices below the line; names with more than a letter before stay.

    >>> with_indices("L_nmr, h < 1; C_u/P from loop_count")
    Markup('L<sub>nmr</sub>, h &lt; 1; C<sub>u</sub>/P from loop_count')
    """
    return Markup(_SYMBOL.sub(r"\1<sub>\2</sub>", str(escape(sentence))))  # noqa: S704  what was escaped
