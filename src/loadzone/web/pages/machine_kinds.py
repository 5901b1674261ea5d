"""Kinds of machines in words: those that are known in the reader's language, others as somebody entered them."""

from collections.abc import Mapping

from loadzone.words.texts import Text, text

KINDS: Mapping[str, Text] = {
    "wind turbine": text("wind turbine"),
    "metro car, motor bogie": text("metro car, motor bogie"),
    "electric test vehicle, front axle": text("electric test vehicle, front axle"),
    "tunnel boring machine": text("tunnel boring machine"),
    "machine tool spindle": text("machine tool spindle"),
    "CT scanner": text("CT scanner"),
    "engine test bed": text("engine test bed"),
}


def kind_word(kind: str, lang: str) -> str:
    """The kind in the language of a page.

    >>> kind_word("pump", "en"), kind_word("CT scanner", "en")
    ('pump', 'CT scanner')
    """
    return KINDS[kind].render("zh" if lang.startswith("zh") else "en") if kind in KINDS else kind
