"""Colour on a terminal: roles of the design language as escape codes, or nothing at all."""

from dataclasses import dataclass
from typing import Literal

from loadzone.reports.marks import MarkName
from loadzone.reports.tokens import Theme, rgb, tokens

Colour = Literal["none", "16", "true"]
Role = Literal["state", "state_word", "strong", "second", "caption", "accent", "data"]

_SIXTEEN = {"act": "91", "plan": "1;33", "watch": "33", "good": "32"}
_FIXED_SIXTEEN: dict[Role, str] = {"strong": "1", "second": "", "caption": "2", "accent": "34", "data": "34"}
_TOKEN: dict[Role, str] = {"second": "ink2", "caption": "ink3", "accent": "accent", "data": "s1", "strong": "ink"}
_BOLD: tuple[Role, ...] = ("state_word", "strong")


@dataclass(frozen=True)
class Ink:
    """What a role looks like for one state, depth of colour and theme."""

    colour: Colour = "none"
    theme: Theme = "light"
    state: MarkName = "good"

    def paint(self, words: str, role: Role) -> str:
        r"""``words`` in the colour of a role; unchanged where there is no colour or nothing to show.

        >>> Ink("16", state="act").paint("Act now", "state")
        '\x1b[91mAct now\x1b[0m'
        """
        code = self._code(role)
        return f"\x1b[{code}m{words}\x1b[0m" if code and words.strip() else words

    def _code(self, role: Role) -> str:
        if self.colour == "none":
            return ""
        if self.colour == "16":
            return _SIXTEEN.get(self.state, "2") if role in {"state", "state_word"} else _FIXED_SIXTEEN[role]
        name = _TOKEN.get(role, self.state if self.state in _SIXTEEN else "ink3")
        red, green, blue = rgb(tokens().colour[self.theme][name])
        return f"{'1;' if role in _BOLD else ''}38;2;{red};{green};{blue}"
