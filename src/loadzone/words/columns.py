"""Columns of a terminal: how wide a text is drawn, where Chinese signs take two columns and accents none."""

import unicodedata
from typing import Literal

TERMINAL_WIDTH = 78
"""Widest line that a command prints."""


def width(shown: str) -> int:
    """Columns that ``shown`` takes on a terminal.

    Wide and full-width signs count two, combining marks and zero-width signs none, everything else one. Signs of
    ambiguous width count one, as terminals outside CJK locales draw them.

    Source: Unicode Standard Annex 11, East Asian Width.

    >>> width("BPFO 3.58"), width("外圈 3.58")
    (9, 9)
    """
    return sum(_columns(sign) for sign in shown)


def pad(shown: str, columns: int, align: Literal["left", "right", "centre"] = "left") -> str:
    """``shown`` filled with blanks to ``columns``; a text that is wider stays as it is.

    >>> pad("轴承", 6), pad("7.1", 6, "right")
    ('轴承  ', '   7.1')
    """
    missing = max(columns - width(shown), 0)
    before = {"left": 0, "right": missing, "centre": missing // 2}[align]
    return " " * before + shown + " " * (missing - before)


def cut(shown: str, columns: int) -> str:
    """``shown`` shortened to ``columns``, its last sign an ellipsis where something was cut.

    >>> cut("spherical roller", 10), cut("调心滚子轴承", 6)
    ('spherical…', '调心…')
    """
    if width(shown) <= columns:
        return shown
    kept, used = "", 1
    for sign in shown:
        used += _columns(sign)
        if used > columns:
            break
        kept += sign
    return kept + "…"


def wrap(shown: str, columns: int = TERMINAL_WIDTH, indent: str = "") -> list[str]:
    """Lines of at most ``columns``, the second and later ones led by ``indent``.

    Breaks at blanks and between wide signs; a closing sign never starts a line.

    >>> wrap("one two three", 8, "  ")
    ['one two', '  three']
    """
    lines, line = [], ""
    for piece in _pieces(shown):
        if line.strip() and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = indent + piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


CLOSING = "，。；：、！？）」》”’%"


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1


def _pieces(shown: str) -> list[str]:
    """The shortest runs that may not be broken, each with the blanks after it."""
    pieces: list[str] = []
    for sign in shown:
        last = pieces[-1][-1] if pieces else " "
        is_glued = sign in CLOSING or (_columns(sign) < 2 and _columns(last) < 2)
        if not pieces or (sign != " " and (last == " " or not is_glued)):
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces
