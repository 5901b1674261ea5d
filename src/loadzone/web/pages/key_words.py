"""What keys of islands do, in words: the sheet of keys asks for them by the names that the islands give."""

import json
from collections.abc import Mapping

from loadzone.words.texts import Text, text

WORDS: Mapping[str, Text] = {
    "here": text("Controls of this page"),
    "page": text("Anywhere on this page"),
    "everywhere": text("On every page"),
    "cursor": text("move the cursor, with Shift ten steps"),
    "ends": text("first and last value"),
    "recording": text("open the recording at the cursor"),
    "newest": text("back to the newest values"),
    "pan": text("move along, with Shift a whole window"),
    "closer": text("closer"),
    "wider": text("wider"),
    "whole": text("show all"),
    "line": text("cursor to the first line of the family"),
    "move": text("move"),
    "fold": text("fold and unfold"),
}


def key_words(lang: str) -> str:
    """All of them in a language, as JSON."""
    return json.dumps({name: words.render(lang) for name, words in WORDS.items()}, ensure_ascii=False)
