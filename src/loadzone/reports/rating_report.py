"""The report of a rating: one self-contained page that answers first, shows who carries, and proves every step."""

import math

from loadzone.reports.pages import date, paper_zoom, render
from loadzone.reports.rating_views import HASH_SIGNS, RatingSheet, views_of

_FOOT_SIGNS = 60
"""Signs of the command that fit into one line of the foot."""
_STEPS, _STEP_PX = 40, 22
"""Steps that a sheet of paper holds at full size, and the height of one."""


def rating_report(sheet: RatingSheet, lang: str = "en", generated_on: str = "") -> str:
    """One HTML page without a request to anywhere, three sheets of A4 when printed.

    Parameters
    ----------
    lang : "en" or "zh"
    generated_on : date of the report as YYYY-MM-DD; "" leaves it out, so that two parties get equal pages
    """
    result, views = sheet.result, views_of(sheet, lang)
    foot_px = 14 * math.ceil(len(sheet.check) / _FOOT_SIGNS)
    return render(
        "rating.html.j2",
        lang,
        **vars(views),
        designation=sheet.designation,
        number=result.inputs_hash[:HASH_SIGNS],
        date=date(generated_on, lang),
        charts=[each for each in (views.factor, views.pressure) if each is not None],
        zooms=(
            paper_zoom(50, 17 * (len(sheet.given) - 6), foot_px),
            paper_zoom(20 * (len(result.notices) - 14), foot_px),
            paper_zoom(_STEP_PX * (len(result.steps) - _STEPS), foot_px),
        ),
    )
