"""The terminal pages of product families: the list, what is known of one, and its rating with what led there."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from loadzone.cli.history_page import page as history_page
from loadzone.cli.rate_page import MARKS, led, notice_lines, page, step_lines
from loadzone.flows.history import HistoryAnswer
from loadzone.flows.preset import FamilyResult, PresetAnswer, option
from loadzone.flows.rate import RateAnswer
from loadzone.reports.numbers import significant
from loadzone.words.columns import TERMINAL_WIDTH, pad, wrap
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.design.presets import Preset, Value
    from loadzone.design.step import Mark

KEY_COLUMNS, OPTION_COLUMNS = 22, 20


def list_page(families: "Sequence[Preset]", lang: str = "en") -> list[str]:
    """Key and name of every family, one a line."""
    lines = [f"   {pad(each.key, KEY_COLUMNS)}{each.name.text.render(lang)}" for each in families]
    told = text("what is known of one: loadzone preset NAME; a worked case: loadzone preset NAME --example")
    return [*lines, "", *led("   ", told.render(lang))]


def known_page(family: "Preset", lang: str = "en") -> list[str]:
    """What is known with its source, what is asked of the user, and what nobody says."""
    asked = text("asked: {target}", target=family.target.words.text).render(lang)
    example = text("a worked case, inputs without source: loadzone preset {key} --example", key=family.key)
    name = f"{family.name.text.render(lang)} ({family.key})"
    blocks = [
        [*led(" ◆ ", name), *led("   ", family.bearing.text.render(lang))],
        list(_known(family, lang)),
        _sourced(asked, family.target.mark, family.target.source, lang),
        list(_questions(family, lang)),
        list(_unknown(family, lang)),
        led("   ", example.render(lang)),
    ]
    return _joined(blocks)


def answer_page(found: PresetAnswer, lang: str = "en") -> list[str]:
    """The page of the family's journey below the answers that led to it."""
    blocks = [
        [*led(" ◆ ", found.preset.name.text.render(lang)), *_inputs(found, lang)],
        [*step_lines(found.steps, lang), *(led("   ", found.verdict.render(lang)) if found.verdict else ())],
        _result(found, lang),
        list(_unknown(found.preset, lang)),
    ]
    return _joined(blocks)


def _known(family: "Preset", lang: str) -> Iterator[str]:
    for fact in family.known:
        told = text("{name}: {value} {unit}", name=fact.words.text, value=significant(fact.value, 6), unit=fact.unit)
        yield from _sourced(told.render(lang).rstrip(), fact.mark, fact.source, lang)
    for claim in family.standards:
        yield from _sourced(claim.words.text.render(lang), claim.mark, claim.source, lang)


def _sourced(told: str, mark: "Mark", source: str, lang: str) -> list[str]:
    """A line with how it is known and where it stands."""
    return led("   ", text("{told} [{mark}: {source}]", told=told, mark=MARKS[mark], source=source).render(lang))


def _questions(family: "Preset", lang: str) -> Iterator[str]:
    yield "   " + text("to be given:").render(lang)
    for each in family.questions:
        name = each.words.text.render(lang)
        known = family.defaults.get(each.name)
        if known is not None:
            name = text("{name}; {value} is known", name=name, value=_shown(known)).render(lang)
        elif each.is_optional:
            name = text("{name}; may be left out", name=name).render(lang)
        yield from _listed(option(each.name), name)


def _unknown(family: "Preset", lang: str) -> Iterator[str]:
    for each in family.unknown:
        yield from led(" ? ", each.text.render(lang))


def _inputs(found: PresetAnswer, lang: str) -> list[str]:
    """Every answer as an option; those of the example are called what they are."""
    told = " ".join(f"{option(name)} {_shown(value)}" for name, value in _said(found).items())
    lead = (
        text("example input, no source: {options}", options=told)
        if found.is_example
        else text("answers: {options}", options=told)
    )
    return led("   ", lead.render(lang))


def _said(found: PresetAnswer) -> "Mapping[str, Value]":
    """The answers that are no known numbers of the family."""
    known = found.preset.defaults
    return {name: value for name, value in found.answers.items() if known.get(name) != value}


def _result(found: PresetAnswer, lang: str) -> list[str]:
    result = found.result
    if isinstance(result, RateAnswer):
        return page(result, lang)
    if isinstance(result, HistoryAnswer):
        return history_page(result, lang)
    if isinstance(result, FamilyResult):
        return [*step_lines(result.steps, lang), *notice_lines(result.notices, lang)]
    from loadzone.cli.infer import page as solutions

    return solutions(result, lang).split("\n")


def _listed(name: str, told: str) -> list[str]:
    return wrap(f"     {pad(name, OPTION_COLUMNS)}{told}", TERMINAL_WIDTH, " " * (5 + OPTION_COLUMNS))


def _shown(value: "Value") -> str:
    return shlex.quote(value) if isinstance(value, str) else f"{value:.12g}"


def _joined(blocks: Sequence[Sequence[str]]) -> list[str]:
    return "\n\n".join("\n".join(block) for block in blocks if block).split("\n")
