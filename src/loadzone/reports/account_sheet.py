"""The accounts of a span as sheets of A4: one set of sentences and figures for the page and for a PDF by Typst."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from markupsafe import Markup

from loadzone.reports.marks import MarkName, name_mark, state_mark
from loadzone.reports.tokens import tokens
from loadzone.words.errors import StoreUnavailable
from loadzone.words.texts import text

if TYPE_CHECKING:
    from typst import Fonts

FONT = "Noto Sans SC"


@dataclass(frozen=True)
class Figure:
    """A key figure: value, unit, what it means."""

    value: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Line:
    """One bearing that was opened: where, what was said, what was found, days of notice, whether that was right."""

    state: MarkName
    position: str
    place: str
    said: str
    found: str
    notice: str
    judged: str
    path: str = ""


@dataclass(frozen=True)
class AccountSheet:
    """Everything that stands on the sheets, in the reader's language.

    ``days``: positions in a state over the days, drawn for paper, and narrow for a phone; ``now``: state, position and
    finding of each position, worst first; ``watched``: name, share in percent as it is written, share from 0 to 1;
    ``planned``: day and words; ``foot``: cells of the title block.
    """

    kind: str
    period: str
    heading: str
    lead: str
    figures: Sequence[Figure]
    opened: Sequence[Line]
    days: Markup | None
    days_narrow: Markup | None
    now: Sequence[tuple[MarkName, str, str]]
    watched: Sequence[tuple[str, str, float]]
    planned: Sequence[tuple[str, str]]
    definitions: Sequence[str]
    foot: Sequence[tuple[str, str]]


def pdf(sheet: AccountSheet, words: dict[str, str], lang: str, fonts: Path) -> bytes:
    """The sheets as PDF/A4; the same bytes for the same sheet.

    Parameters
    ----------
    words : names of sections and columns by key, as the template `account.typ` asks for them
    fonts : folder of the font that the build has copied; no other font is looked at

    Raises
    ------
    StoreUnavailable : typst or the font is not there, or a character would be left out
    """
    try:
        import typst
    except ImportError as error:
        raise StoreUnavailable(
            text("a PDF is made by the package typst, which is not installed: uv sync --extra platform")
        ) from error
    data = {
        **asdict(sheet),
        "words": words,
        "lang": lang,
        "colours": tokens().colour["light"],
        "logo": _drawn(name_mark(16)),
        "days_narrow": None,
        "days": None if sheet.days is None else _drawn(sheet.days),
        "marks": {
            state: _drawn(state_mark(state, 14)) for state in ("act", "plan", "watch", "cant", "none", "good", "sensor")
        },
    }
    made, warnings = typst.compile_with_warnings(
        files("loadzone.reports").joinpath("templates/account.typ").read_bytes(),
        sys_inputs={"data": msgspec.json.encode(data).decode()},
        font_paths=_fonts(fonts),
        ignore_system_fonts=True,
    )
    if warnings:
        reason = "; ".join(each.message for each in warnings)
        raise StoreUnavailable(
            text(
                "the PDF would leave something out ({reason}): run uv sync --reinstall-package loadzone", reason=reason
            )
        )
    return bytes(made)


@cache
def _fonts(folder: Path) -> "Fonts":
    """The font of the build alone, read once: every machine makes the same sheet."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _drawn(svg: Markup) -> str:
    """An SVG that stands alone: with its style sheet, whose colours are those of paper, and one font."""
    style = _paper_style()
    body = re.sub(r"var\(--([a-z0-9-]+)\)", _colour, str(svg))
    opened = body.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return opened.replace(">", f"><style>{style}</style>", 1)


@cache
def _paper_style() -> str:
    """The rules of the figures with colours in place of variables: one set for each state."""
    sheet = files("loadzone.reports").joinpath("templates/figures.css").read_text("utf-8")
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", sheet)
    written = []
    for selector, body in rules:
        if "var(--state" in body:
            for state in ("act", "plan", "watch", "good", "cant", "none", "sensor"):
                for each in selector.split(","):
                    written.append(f".state-{state} {each.strip()}{{{_of_state(body, state)}}}")
                    written.append(f"{each.strip()}.state-{state}{{{_of_state(body, state)}}}")
        elif "--state" not in body:
            written.append(f"{selector.strip()}{{{body}}}")
    found = re.sub(r"var\(--([a-z0-9-]+)\)", _colour, "".join(written))
    return found.replace("<", "")


def _of_state(body: str, state: str) -> str:
    quiet = {"cant": "ink3", "none": "ink3", "sensor": "ink3"}
    ink = {"cant": "ink2", "none": "ink2", "sensor": "ink2"}
    body = body.replace("var(--state-soft)", f"var(--{state if state not in quiet else 'well'}-soft)")
    body = body.replace("var(--state-ink)", f"var(--{ink.get(state, state + '-ink')})")
    return body.replace("var(--state)", f"var(--{quiet.get(state, state)})")


def _colour(found: re.Match[str]) -> str:
    name = found[1]
    if name in {"ui", "code"}:
        return f"'{FONT}'"
    return tokens().colour["light"].get(name.replace("-", "_"), "#FFFFFF")
