"""The page and the picture that the detection curves become in the documentation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from loadzone.bench.detection import METHODS
from loadzone.reports.svg import Frame, tag
from loadzone.reports.tokens import Theme, tokens

PAGE = "detection-curves.md"
PICTURE = "detection-curves.svg"
NAMES = {
    "confirmed": "loadzone, confirmed (severity gate included)",
    "test": "loadzone, test alone",
    "kurtogram": "kurtogram band, squared envelope, same test",
}
NOISE_NAMES = {
    "coloured": "Coloured noise",
    "poisson_shocks": "Coloured noise with random shocks",
    "gear_unlisted": "Gear stage whose second shaft is not listed",
}
HEADS = {"coloured": "Coloured noise", "poisson_shocks": "Random shocks", "gear_unlisted": "Unlisted shaft"}
SERIES = ("s1", "s2", "s3")
PANEL = (300.0, 220.0)
KEY_HEIGHT = 62.0
MARGIN = 10.0

Curve = Sequence[Mapping[str, Any]]


def write_docs(result: Mapping[str, Any], folder: Path) -> tuple[Path, Path]:
    """Write the page and its picture into ``folder``.

    Parameters
    ----------
    result : what `loadzone.bench.detection.run` returned
    folder : usually docs/methods; it is made where it is missing

    Returns
    -------
    Paths of the page (Markdown) and the picture (SVG)
    """
    folder.mkdir(parents=True, exist_ok=True)
    page, shown = folder / PAGE, folder / PICTURE
    shown.write_text(picture(result["noises"]), encoding="utf-8")
    page.write_text(markdown(result), encoding="utf-8")
    return page, shown


def markdown(result: Mapping[str, Any]) -> str:
    """The page: what was asked, the picture, one table a noise, what made it, what it does not say."""
    tables = "\n\n".join(_table(kind, found) for kind, found in result["noises"].items())
    return _PAGE.format(tables=tables, picture=PICTURE, **_signature(result["made_by"]))


def picture(noises: Mapping[str, Any]) -> str:
    """Shares in percent over dB, one panel a noise, a bar for each exact 95 % interval; follows light and dark."""
    panels = [
        tag("g", _panel(HEADS.get(kind, kind), found["curve"]), transform=f"translate({place * PANEL[0]:g} 0)")
        for place, (kind, found) in enumerate(noises.items())
    ]
    width, height = PANEL[0] * len(panels) + 2 * MARGIN, PANEL[1] + KEY_HEIGHT + 2 * MARGIN
    inside = tag("g", *_key(), *panels, transform=f"translate({MARGIN:g} {MARGIN:g})")
    return str(
        tag(
            "svg",
            tag("style", Markup(_style())),  # noqa: S704  colours and fonts of our own tokens
            tag("rect", width=width, height=height, class_="page"),
            inside,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width:g} {height:g}",
            width=width,
            height=height,
            role="img",
            aria_label="Share of faults found over the ratio of burst power to noise power",
        )
    )


def _panel(name: str, curve: Curve) -> Markup:
    strengths = np.array([point["snr_db"] for point in curve])
    frame = Frame(PANEL[0], PANEL[1], (float(strengths.min()) - 1, float(strengths.max()) + 1), (0.0, 100.0))
    drawn = [frame.head(f"{name}: found in %, over dB"), frame.axes(x_digits=0, y_count=5, x_count=10)]
    for series, method in zip(SERIES, METHODS, strict=True):
        shares = np.array([100.0 * point[method]["share"] for point in curve])
        bars = "".join(
            f"M{frame.x(point['snr_db']):.1f} {frame.y(100 * point[method]['low95']):.1f}"
            f"V{frame.y(100 * point[method]['high95']):.1f}"
            for point in curve
        )
        drawn += [tag("path", d=bars, class_=f"bar {series}"), frame.line(strengths, shares, f"line {series}")]
        drawn += [
            _mark(series, frame.x(x), frame.y(y)) for x, y in zip(strengths.tolist(), shares.tolist(), strict=True)
        ]
    return tag("g", *drawn, transform=f"translate(0 {KEY_HEIGHT:g})")


def _key() -> list[Markup]:
    rows = []
    for place, (series, method) in enumerate(zip(SERIES, METHODS, strict=True)):
        middle = 8.0 + 17.0 * place
        rows += [
            tag("path", d=f"M0 {middle:g}H26", class_=f"line {series}"),
            _mark(series, 13.0, middle),
            tag("text", NAMES[method], x=34, y=middle + 4, class_="axis"),
        ]
    return rows


def _mark(series: str, x: float, y: float) -> Markup:
    """Disc, square, diamond: told apart without colour."""
    right, down = round(x, 1), round(y, 1)
    shapes = {
        "s1": f"M{right - 3.5:g} {down:g}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
        "s2": f"M{right - 3:g} {down - 3:g}h6v6h-6z",
        "s3": f"M{right:g} {down - 4:g}l4 4l-4 4l-4 -4z",
    }
    return tag("path", d=shapes[series], class_=f"mark {series}")


def _style() -> str:
    font = next(iter(tokens().font.values()))
    dark = f"@media (prefers-color-scheme:dark){{{_colours('dark')}}}"
    return f".axis{{font:11px {font}}}.line{{fill:none;stroke-width:1.5}}.bar{{opacity:.45}}{_colours('light')}{dark}"


def _colours(theme: Theme) -> str:
    colour = tokens().colour[theme]
    series = "".join(f".{name}{{stroke:{colour[name]}}}.mark.{name}{{fill:{colour[name]}}}" for name in SERIES)
    ground = f".page{{fill:{colour['page']}}}.axis{{fill:{colour['ink3']}}}"
    return f"{ground}.grid{{stroke:{colour['line']}}}.rule{{stroke:{colour['rule']};fill:none}}{series}"


def _table(kind: str, found: Mapping[str, Any]) -> str:
    lines = [f"## {NOISE_NAMES.get(kind, kind)}", ""]
    lines += ["| dB | " + " | ".join(NAMES[method] for method in METHODS) + " |"]
    lines += ["|---" * (len(METHODS) + 1) + "|"]
    lines += [_row(f"{point['snr_db']:g}", point) for point in found["curve"]]
    lines += [_row("no fault", found["false_alarms"])]
    return "\n".join(lines)


def _row(name: str, point: Mapping[str, Any]) -> str:
    cells = (
        f"{100 * point[method]['share']:.1f} % ({100 * point[method]['low95']:.1f} to "
        f"{100 * point[method]['high95']:.1f})"
        for method in METHODS
    )
    return f"| {name} | " + " | ".join(cells) + " |"


def _signature(made: Mapping[str, Any]) -> dict[str, object]:
    machine = made["machine"]
    return {
        "command": made["command"],
        "trials": made["trials"],
        "versions": f"loadzone {made['version']}, Python {machine['python']}, "
        f"NumPy {machine['numpy']}, SciPy {machine['scipy']}",
    }


_PAGE = """# Detection curves

How often is a fault of a given strength found, at a stated false-alarm rate of 1 %? Strength is the power of the
fault's bursts over the power of everything else in the whole band: at -20 dB the bursts carry one hundredth of it.

![Share of faults found over strength, three noises, three methods]({picture})

Each point is {trials} simulated records of 5 s at 12 kHz: bearing 6205, outer and inner ring in turn, shaft at 15 to
40 Hz, element passages that jitter by 0.5 %, a cage up to 1.5 % off pure rolling, three random resonances. The same
machines serve every strength, and each record serves every method. Brackets and bars are exact 95 % intervals
(Clopper and Pearson 1934). «Found» means the right ring, and no other.

The three methods:

- **loadzone, confirmed**: the verdict as a user sees it, severity gate included.
- **loadzone, test alone**: family-wise p <= 0.01, no stronger decoy, the right ring first.
- **kurtogram band, squared envelope, same test**: the band of largest kurtosis (1/3-binary tree, bands at least three
  times as wide as the largest fault frequency), its squared envelope spectrum (Antoni and Randall, MSSP 20 (2006) 308),
  then our search with our decoys. Only the view of the record differs, not the threshold.

{tables}

## What these curves do not say

They are simulations: bursts ring in three modes, and the noises imitate, they do not come from machines. Rolling
elements and cages are not in them. A record longer than 5 s finds weaker faults. The row «no fault» is a check on
few records; the false-alarm rates that we state come from `loadzone bench false-alarms`. Where it lies above 1 % for a
method, that method does not keep its level in this noise, and its curve flatters it.

Made by `{command}` ({versions}).
"""
