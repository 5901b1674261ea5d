"""A computation that can be followed: each step with its symbol, value, clause and how far its source was verified."""

from dataclasses import dataclass
from typing import Literal

from loadzone.words.texts import Text

Mark = Literal["read", "computed", "derived", "not verified"]
"""How a formula or number is known: read in a named source, computed and checked a second way, derived here, or from
memory and not verified against its source."""


@dataclass(frozen=True)
class Step:
    """One line of the computation: ``symbol`` as the field writes it, ``value`` in ``unit``, clause with edition."""

    symbol: str
    value: float
    unit: str
    clause: str
    mark: Mark

    def told(self, lang: str = "en") -> str:
        """The clause in ``lang``: its parts are named one by one, titles of standards as they are.

        >>> Step("κ", 1.5, "", "ISO 281:2007, viscosity ratio", "read").told("zh")
        'ISO 281:2007，黏度比'
        """
        comma = "，" if lang == "zh" else ", "
        return comma.join(Text(part).render(lang) for part in self.clause.split(", "))


@dataclass(frozen=True)
class Notice:
    """A limit that was met or passed: ``code`` is stable, the text says quantity, value, limit and way out."""

    code: str
    text: Text
