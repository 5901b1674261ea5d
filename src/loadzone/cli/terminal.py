"""What this terminal can show: colour, its depth and ground, block characters."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from loadzone.reports.ink import Colour
    from loadzone.reports.tokens import Theme

LIGHT_GROUNDS = ("7", "15")


def colour_of(
    stream: TextIO | None = None, environment: Mapping[str, str] | None = None, is_plain: bool = False
) -> "Colour":
    """Depth of colour: none in a pipe, with ``--plain``, with NO_COLOR (no-color.org) and on a dumb terminal."""
    known = os.environ if environment is None else environment
    out = sys.stdout if stream is None else stream
    if is_plain or known.get("NO_COLOR") or known.get("TERM") == "dumb" or not out.isatty():
        return "none"
    return "true" if known.get("COLORTERM") in {"truecolor", "24bit"} else "16"


def theme_of(environment: Mapping[str, str] | None = None) -> "Theme":
    """Ground of the terminal where it tells (COLORFGBG, as rxvt, Konsole and others set it), else dark."""
    known = os.environ if environment is None else environment
    return "light" if known.get("COLORFGBG", "").rpartition(";")[2] in LIGHT_GROUNDS else "dark"
