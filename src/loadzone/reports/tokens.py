"""The numbers of the design language (colours, heat map, fonts) and the style sheet variables made from them."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class StateToken:
    """Word (English msgid) of a health state and its rank in «worst first»."""

    word: str
    rank: int


@dataclass(frozen=True)
class Tokens:
    """Colours and heat map stops by theme, font stacks by use, health states by name."""

    name: str
    colour: dict[Theme, dict[str, str]]
    temper: dict[Theme, list[tuple[float, str]]]
    font: dict[str, str]
    states: dict[str, StateToken]


@cache
def tokens() -> Tokens:
    """The tokens as packaged."""
    return msgspec.json.decode(files("loadzone.reports").joinpath("data/tokens.json").read_bytes(), type=Tokens)


def variables(theme: Theme) -> str:
    """Declarations of one theme for a style sheet: ``--page:#FAFAF8;--ink:#11181B;...``.

    >>> variables("light")[:14]
    '--page:#FAFAF8'
    """
    return ";".join(f"--{name.replace('_', '-')}:{value}" for name, value in tokens().colour[theme].items())


def temper(theme: Theme) -> NDArray[np.uint8]:
    """The heat map «temper» as 256 colours, shape (256, 3): linear in sRGB between its stops; zero is the page."""
    stops = tokens().temper[theme]
    places = np.array([place for place, _ in stops])
    colours = np.array([rgb(colour) for _, colour in stops], dtype=float)
    at = np.linspace(0.0, 1.0, 256)
    return np.stack([np.interp(at, places, colours[:, k]) for k in range(3)], axis=1).round().astype(np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of ``#RRGGBB``.

    >>> rgb("#AE4F08")
    (174, 79, 8)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
