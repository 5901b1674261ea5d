"""Identifiers, which are parts of addresses, and names, which are for the eye."""

import re
import unicodedata

from loadzone.store.catalog.tables import ID_LENGTH, NAME_LENGTH
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

_IDENTIFIER = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_LENGTH}}}", re.ASCII)


def identifier(value: str) -> str:
    """The value, where it can be part of an address (a topic, a subject, a path).

    Raises
    ------
    BadInput : other characters, or none, or too many

    >>> identifier("line-3_motor")
    'line-3_motor'
    """
    if not _IDENTIFIER.fullmatch(value):
        raise BadInput(
            text(
                "{value} is no identifier: 1 to {limit} letters A to Z, digits, _ and -; others go into names",
                value=repr(value[:80]),
                limit=ID_LENGTH,
            )
        )
    return value


def name(value: str) -> str:
    """The value without blanks around it, where it can be shown: any script, no control characters.

    Raises
    ------
    BadInput : empty, too long, or with characters that cannot be shown

    >>> name(" 3号线 <电机> ")
    '3号线 <电机>'
    """
    shown = value.strip()
    if not 0 < len(shown) <= NAME_LENGTH or not (shown.isprintable() or _can_be_shown(shown)):
        raise BadInput(
            text(
                "{value} is no name: 1 to {limit} characters that can be shown",
                value=repr(value[:80]),
                limit=NAME_LENGTH,
            )
        )
    return shown


def _can_be_shown(words: str) -> bool:
    """What Python does not call printable may still be shown, as the wide blanks of Chinese."""
    return all(unicodedata.category(each) not in {"Cc", "Cs"} for each in words)
