"""Kinds of machines in words: those that are known in the reader's language, others as somebody entered them."""

from collections.abc import Mapping

from loadzone.words.texts import Text, text

KINDS: Mapping[str, Text] = {
    each.msgid: each
    for each in (
        text("wind turbine"),
        text("metro car, motor bogie"),
        text("electric test vehicle, front axle"),
        text("tunnel boring machine"),
        text("machine tool spindle"),
        text("CT scanner"),
        text("engine test bed"),
    )
}


def kind_word(kind: str, lang: str) -> str:
    """The kind in the language of a page.

    >>> kind_word("pump", "en"), kind_word("CT scanner", "en")
    ('pump', 'CT scanner')
    """
    return KINDS[kind].render("zh" if lang.startswith("zh") else "en") if kind in KINDS else kind
