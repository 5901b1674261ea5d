"""How a page is made of a template: sentences in the reader's language, the style sheet, escaped by default."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from loadzone.reports.marks import name_mark, state_mark
from loadzone.reports.numbers import UNKNOWN
from loadzone.reports.tokens import tokens, variables
from loadzone.words.texts import text

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_HTML_LANG = {"en": "en", "zh": "zh-Hans"}


def render(template: str, lang: str, **values: object) -> str:
    """A template of this room; in it ``t("sentence", field=...)`` speaks ``lang`` and every value is escaped."""

    def say(msgid: str, **fields: object) -> str:
        return text(msgid, **fields).render(lang)

    page = _environment().get_template(template)
    return page.render(
        t=say, lang=_HTML_LANG.get(lang, lang), style=style_sheet(), name_mark=name_mark, mark=state_mark, **values
    )


def date(iso: str, lang: str) -> str:
    """«24 November 2026» or 2026-11-24; what is no date stays as it is.

    >>> date("2026-11-24", "en"), date("2026-11-24", "zh"), date("", "en")
    ('24 November 2026', '2026-11-24', '')
    """
    parts = iso[:10].split("-")
    if lang == "zh" or len(parts) != 3 or not all(part.isdigit() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return iso[:10]
    return f"{int(parts[2])} {_MONTHS[int(parts[1]) - 1]} {parts[0]}"


def paper_zoom(*surplus_px: int) -> float:
    """Scale of a printed sheet that holds more than there is room for at full size (A4 is 1122 px high)."""
    return round(max(0.75, 1122 / (1122 + sum(max(0, each) for each in surplus_px))), 3)


@cache
def style_sheet() -> Markup:
    """The style of every page of this room, both themes in it; paper is always light on white."""
    fonts = tokens().font
    rules = "".join(_environment().get_template(name).render() for name in ("figures.css", "style.css"))
    root = f":root{{{variables('light')};--ui:{fonts['ui']};--code:{fonts['code']}}}"
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{variables('dark')};color-scheme:dark}}}}"
    return Markup(f"{root}{dark}{rules}")  # noqa: S704  # our own files, no value of a user in them


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("loadzone.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: UNKNOWN if value is None else value,
    )
