"""Sentences as values: English is the key, the fields travel with it, the language is chosen where it is shown.

A room that finds something says ``text("speed {speed_rpm} rpm ...", speed_rpm=0)`` and never formats it;
a door (command, page, report, API) renders it in the reader's language.
"""

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
LOCALE_FOLDER = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Text:
    """A sentence (or a name) of ours together with its values.

    ``msgid`` is the English wording in `str.format` syntax; a field may itself be a `Text`.
    """

    msgid: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def render(self, lang: str = "en") -> str:
        """The sentence in ``lang`` ("en" or "zh"); English where a translation is missing."""
        values = {name: value.render(lang) if isinstance(value, Text) else value for name, value in self.fields.items()}
        return _catalogue(lang)(self.msgid).format(**values)

    def __str__(self) -> str:
        return self.render("en")


def text(msgid: str, /, **fields: object) -> Text:
    """Mark a sentence for translation and bind its values.

    >>> str(text("{count} records", count=3))
    '3 records'
    """
    return Text(msgid, fields)


@cache
def _catalogue(lang: str) -> Callable[[str], str]:
    found = gettext.translation("loadzone", LOCALE_FOLDER, languages=[lang], fallback=True)
    return lambda msgid: found.gettext(msgid) if msgid else ""
