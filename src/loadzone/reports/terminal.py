"""The terminal page of a diagnosis: verdict, picture, lines, for and against, one thing to do, provenance."""

import math
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from loadzone.monitor.diagnosis import Diagnosis, Line
from loadzone.reports import sentences
from loadzone.reports.ink import Colour, Ink
from loadzone.reports.marks import MarkName, state_word
from loadzone.reports.numbers import fixed
from loadzone.reports.terminal_picture import picture
from loadzone.reports.tokens import Theme
from loadzone.words.columns import TERMINAL_WIDTH, pad, width, wrap
from loadzone.words.texts import Text, text

_MARKS: dict[MarkName, str] = {
    "act": "▲", "plan": "◆", "watch": "◒", "cant": "◌", "none": "–", "good": "○", "sensor": "▨",
}  # fmt: skip
_ASCII_MARKS: dict[MarkName, str] = {
    "act": "!", "plan": "#", "watch": ":", "cant": "?", "none": "-", "good": ".", "sensor": "/",
}  # fmt: skip
_ASCII_SIGNS = str.maketrans({"–": "-", "−": "-", "×": "x", "→": ">", "…": "...", "±": "+-", "\u202f": " ", "▇": "#",
                              "²": "2", "µ": "u"})  # fmt: skip
_POWER_OF_TEN = re.compile(" × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_MOST_LINES = 8
_MOST_REASONS = 4
_LONGEST_BAR = 35


def page(
    diagnosis: Diagnosis,
    lang: str = "en",
    colour: Colour = "none",
    ascii_only: bool = False,
    theme: Theme = "light",
    record_name: str = "",
) -> str:
    """The page, at most 78 columns wide (a Chinese character counts two), ending in a newline.

    Parameters
    ----------
    colour : "none" drops colour but no word; "16" for plain terminals; "true" for the tokens of ``theme``
    ascii_only : draws with ``. : | #`` where block characters would be wide
    record_name : stands above the page where several pages follow each other; "" leaves it out
    """
    ink = Ink(colour, theme, sentences.state(diagnosis))
    family = sentences.family_lines(diagnosis, diagnosis.fault)
    blocks = (
        [[f" {ink.paint(line, 'caption')}" for line in _wrap(record_name, TERMINAL_WIDTH - 1)]] if record_name else []
    )
    blocks.append(_verdict(diagnosis, ink, lang, ascii_only))
    if diagnosis.exhibits is not None:
        blocks.append(picture(diagnosis.exhibits, sentences.flags(diagnosis), ink, lang, ascii_only))
    if family:
        blocks.append(_lines(family, ink, lang))
    blocks.append(_reasons(diagnosis, ink, lang))
    blocks.append(_action(diagnosis, ink, lang))
    blocks.append(_provenance(diagnosis, ink, lang))
    whole = "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
    return _ascii(whole) if ascii_only else whole


def summary_table(
    diagnoses: Iterable[Diagnosis],
    lang: str = "en",
    colour: Colour = "none",
    ascii_only: bool = False,
    theme: Theme = "light",
) -> str:
    """One line a record, worst first, with the counts at the foot; long names and findings wrap, none is cut."""
    ordered = sentences.worst_first(diagnoses)
    marks = _ASCII_MARKS if ascii_only else _MARKS
    words = {each: state_word(each).render(lang) for each in _MARKS}
    word_columns = max((width(words[sentences.state(each)]) for each in ordered), default=0)
    name_columns = min(max((width(sentences.name(each)) for each in ordered), default=0), 30)
    rows: list[str] = []
    for each in ordered:
        ink = Ink(colour, theme, sentences.state(each))
        names = _wrap(sentences.name(each), name_columns)
        left = 3 + word_columns + 2 + name_columns + 2
        findings = _wrap(sentences.headline(each).render(lang), TERMINAL_WIDTH - left)
        for k in range(max(len(names), len(findings))):
            mark = f" {marks[ink.state]} " if k == 0 else "   "
            word = pad(words[ink.state] if k == 0 else "", word_columns)
            name = pad(names[k] if k < len(names) else "", name_columns)
            finding = findings[k] if k < len(findings) else ""
            rows.append((ink.paint(mark + word, "state_word") + f"  {name}  {finding}").rstrip())
    foot = "  ".join(f"{marks[each]} {count} {word.render(lang)}" for each, count, word in sentences.counts(ordered))
    whole = "\n".join([*rows, "", f" {foot}"]) + "\n"
    return _ascii(whole) if ascii_only else whole


def _ascii(words: str) -> str:
    """Signs of ours that some terminals draw wide, as ASCII; the language's own letters stay."""
    powers = _POWER_OF_TEN.sub(lambda match: f"e{match.group(1).translate(_LOWERED)}", words)
    return powers.translate(_ASCII_SIGNS)


def _wrap(words: str, columns: int) -> list[str]:
    """Lines of at most ``columns``; a name without blanks is broken where it must be."""
    lines: list[str] = []
    for line in wrap(words, columns):
        rest = line
        while width(rest) > columns:
            fits = next(k for k in range(len(rest), 0, -1) if width(rest[:k]) <= columns)
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(rest)
    return lines


def _verdict(diagnosis: Diagnosis, ink: Ink, lang: str, ascii_only: bool) -> list[str]:
    mark = (_ASCII_MARKS if ascii_only else _MARKS)[ink.state]
    word = state_word(ink.state).render(lang)
    left = 3 + width(word) + 2
    first, *rest = _wrap(sentences.headline(diagnosis).render(lang), TERMINAL_WIDTH - left)
    rows = [f" {ink.paint(f'{mark} {word}', 'state_word')}  {ink.paint(first, 'strong')}"]
    rows += [" " * left + ink.paint(line, "strong") for line in rest]
    also = sentences.also(diagnosis, lang)
    if also:
        line = text("also: {others}", others=also).render(lang)
        rows += [" " * left + ink.paint(each, "strong") for each in _wrap(line, TERMINAL_WIDTH - left)]
    for line in _wrap(sentences.confidence(diagnosis).render(lang), TERMINAL_WIDTH - left):
        rows.append(" " * left + ink.paint(line, "second"))
    return rows


def _lines(family: Sequence[Line], ink: Ink, lang: str) -> list[str]:
    names = (text("line"), text("nominal"), text("found"), text("over floor"))
    captions = [name.render(lang) for name in names]
    head = (
        "   "
        + pad(captions[0], 6)
        + pad(captions[1], 10, "right")
        + pad(captions[2], 9, "right")
        + pad(captions[3], 13, "right")
    )
    rows = [ink.paint(head, "caption")]
    for line in family[:_MOST_LINES]:
        label = ink.paint(pad(line.label, 6), "strong")
        found = ink.paint(pad(fixed(line.found_order, 3), 9, "right"), "strong")
        over = pad(f"{fixed(line.over_floor_db, 1)} dB", 13, "right")
        bar = ink.paint("▇" * _bar(line), "state")
        rows.append(f"   {label}{pad(fixed(line.nominal_order, 3), 10, 'right')}{found}{over}  {bar}".rstrip())
    return rows


def _bar(line: Line) -> int:
    if line.found_order is None or not math.isfinite(line.over_floor_db):
        return 0
    return min(_LONGEST_BAR, max(0, round(line.over_floor_db / 2.0)))


def _reasons(diagnosis: Diagnosis, ink: Ink, lang: str) -> list[str]:
    groups: list[tuple[Text, list[str]]] = [
        (text("velocity"), [sentences.velocity(diagnosis.zone, lang)] if diagnosis.zone else []),
        (text("for"), _evidence(diagnosis, ("for",), lang)),
        (text("against"), _evidence(diagnosis, ("against", "checked"), lang)),
        (text("note"), [each.render(lang) for each in sentences.remarks(diagnosis)]),
        (text("missing"), [each.render(lang) for each in sentences.missing(diagnosis)]),
    ]
    rows: list[str] = []
    for caption, reasons in groups:
        label = pad(caption.render(lang), 9)
        for reason in reasons[:_MOST_REASONS]:
            for line in _wrap(reason, TERMINAL_WIDTH - 12):
                rows.append(f"   {ink.paint(label, 'caption')}{line}")
                label = " " * 9
    return rows


def _evidence(diagnosis: Diagnosis, weights: tuple[str, ...], lang: str) -> list[str]:
    told = []
    for each in (found for weight in weights for found in diagnosis.evidence if found.weight == weight):
        value = sentences.value(each, lang)
        if each.unit == "p" and each.weight == "for":
            value = text("family-wise {p_value}", p_value=value).render(lang)
        told.append(
            text("{fact}, {value}", fact=each.name, value=value).render(lang) if value else each.name.render(lang)
        )
    return told


def _action(diagnosis: Diagnosis, ink: Ink, lang: str) -> list[str]:
    advice = diagnosis.advice
    if advice is None:
        return []
    first, *rest = _wrap(advice.action.render(lang), TERMINAL_WIDTH - 4)
    rows = [f" {ink.paint('→', 'accent')}  {ink.paint(first, 'strong')}"]
    rows += [f"    {ink.paint(line, 'strong')}" for line in rest]
    for reason in advice.against[:1]:
        rows += [
            f"    {ink.paint(line, 'second')}"
            for line in _wrap(text("Wrong if: {reason}.", reason=reason).render(lang), TERMINAL_WIDTH - 4)
        ]
    return rows


def _provenance(diagnosis: Diagnosis, ink: Ink, lang: str) -> list[str]:
    origin = sentences.provenance(diagnosis)
    facts = [
        (text("record"), sentences.short_hash(diagnosis) or PurePath(diagnosis.record).name),
        (text("rules"), diagnosis.rules),
        (text("geometry"), origin.render(lang) if origin else ""),
    ]
    told = "  ".join(f"{caption.render(lang)} {fact}" for caption, fact in facts if fact)
    rows = [f"   {ink.paint(line, 'caption')}" for line in _wrap(told, TERMINAL_WIDTH - 3)]
    file = f"{_stem(diagnosis.record)}.html"
    other = "en" if lang == "zh" else "zh"
    caption = text("report").render(lang)
    option = f"--report {file} --lang {other}"
    if 3 + width(caption) + 2 + width(option) <= TERMINAL_WIDTH:
        rows.append(f"   {ink.paint(caption, 'caption')}  {ink.paint(option, 'accent')}")
    return rows


def _stem(record: str) -> str:
    """The file's name without its ending; what stands behind the last dot of a date is no ending."""
    path = PurePath(record)
    return (path.name if path.suffix[1:].isdigit() else path.stem) or "report"
