"""Progress as the load zone shows it: an arc that fills from the left."""

from markupsafe import Markup

from loadzone.reports.svg import picture, tag

LENGTH = 100
PATH = "M2 3C34 14 78 14 110 3"


def arc(share: float, label: str) -> Markup:
    """A share of 0 to 1 as a filled part of an arc; ``label`` says it to who does not see it."""
    filled = round(LENGTH * min(max(share, 0.0), 1.0))
    return picture(
        112,
        15,
        label,
        tag("path", d=PATH, class_="track"),
        tag("path", d=PATH, class_="filled", pathLength=LENGTH, stroke_dasharray=f"{filled} {LENGTH}"),
        class_="arc",
    )
