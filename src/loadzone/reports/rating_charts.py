"""Charts of a rating: pressure over the azimuth, a_ISO with the operating point, and what moves the life."""

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from loadzone.design.equilibrium.around import LoadZone
from loadzone.design.life import LifeKind, life_modification
from loadzone.design.sensitivity import Mover
from loadzone.reports.numbers import fixed, significant
from loadzone.reports.svg import Frame, path, picture, round_up, tag
from loadzone.words.columns import width as columns
from loadzone.words.texts import text

Array = NDArray[np.float64]

KAPPAS = (0.15, 0.2, 0.3, 0.4, 0.6, 1.0, 2.0, 4.0)
_LIFE_MODIFICATION = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_RATIO = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_LETTER = 6.4
_MOVER_ROW = 26.0


def pressure_chart(zone: LoadZone, azimuths_deg: Array, lang: str, width: int) -> Markup:
    """Pressure on both races over the azimuth; a mark where an element stands."""
    highest = max(float(zone.inner_mpa.max()), float(zone.outer_mpa.max()))
    carried = np.abs(zone.azimuths_deg[zone.loads_n > 0.0])
    half = min(180.0, max(60.0, 15.0 * math.ceil((float(carried.max()) if carried.size else 60.0) / 15.0) + 15.0))
    frame = Frame(width, 190.0, (-half, half), (0.0, round_up(highest * 1.06)), right=74.0, top=26.0)
    apart_deg = 60.0 if half > 120.0 else 30.0
    every = [apart_deg * k for k in range(-6, 7) if abs(apart_deg * k) <= half]
    shown = np.abs(zone.azimuths_deg) <= half
    angles = zone.azimuths_deg[shown]
    stands = azimuths_deg[np.abs(azimuths_deg) <= half]
    parts = [frame.head(text("MPa; azimuth from the load, deg").render(lang)), frame.axes(x_digits=0, x_ticks=every)]
    inner, outer = float(zone.inner_mpa.max()), float(zone.outer_mpa.max())
    middle, apart = (frame.y(inner) + frame.y(outer)) / 2.0, max(abs(frame.y(inner) - frame.y(outer)), 13.0) / 2.0
    up = 1.0 if inner >= outer else -1.0
    rows = (
        (zone.inner_mpa, "f1", text("inner"), middle - up * apart),
        (zone.outer_mpa, "f2", text("outer"), middle + up * apart),
    )
    for values, colour, name, y in rows:
        parts.append(frame.line(angles, values[shown], f"series {colour}"))
        at = np.interp(stands, zone.azimuths_deg, values)
        parts.append(_marks(frame, stands[at > 0.0], at[at > 0.0], colour))
        words = text("{name} {value}", name=name, value=fixed(float(values.max()))).render(lang)
        parts.append(_name(frame.x_end + 4, y + 4, words, f"axis {colour}-ink strong-ink", "start"))
    return picture(width, frame.height, _pressure_label(zone, lang), *parts)


def life_factor_chart(
    kind: LifeKind,
    ratio: float,
    kappa: float,
    a_iso: float,
    lang: str,
    width: int,
    height: float = 252.0,
    kappas: Sequence[float] = KAPPAS,
) -> Markup:
    """a_ISO over e_C C_u/P for several κ, the operating point with its own curve."""
    frame = Frame(
        width,
        height,
        (math.log10(_RATIO[0]), math.log10(_RATIO[-1])),
        (math.log10(_LIFE_MODIFICATION[0]), math.log10(_LIFE_MODIFICATION[-1])),
        left=30.0,
        right=40.0,
        top=32.0,
    )
    places = np.linspace(*frame.x_range, 160)
    head = text("life modification factor over e_C C_u/P").render(lang)
    parts = [frame.head(head), _log_axes(frame)]
    taken: list[tuple[float, float]] = []
    for each in kappas:
        parts.append(_factor_line(frame, places, each, kind, "reference-line"))
        parts.append(_kappa_name(frame, places, each, kind, taken))
    own = min(max(kappa, 0.1), 4.0)
    parts.append(_factor_line(frame, places, own, kind, "series f1"))
    parts.append(_operating_point(frame, ratio, kappa, a_iso))
    label = text(
        "Life modification factor {a_iso} at e_C C_u/P {ratio} and κ {kappa}",
        a_iso=significant(a_iso),
        ratio=significant(ratio),
        kappa=significant(kappa),
    )
    return picture(width, frame.height, label.render(lang), *parts)


def tornado(movers: Sequence[Mover], life_h: float, lang: str, width: int) -> Markup:
    """A bar for each input between the lives at the ends of its span, on a logarithmic axis.

    From 10 000 h on in thousand hours, as `is_in_thousands` tells.
    """
    rows = [_ends(each, life_h) for each in movers]
    scale = 1e-3 if is_in_thousands(life_h) else 1.0
    names = [each.name.render(lang) for each in movers]
    left = max((_long(name) for name in names), default=0.0) + 46.0
    right = width - 40.0
    low = math.log10(min([life_h, *(shorter for shorter, _ in rows)]))
    high = math.log10(max([life_h, *(longer for _, longer in rows)]))
    spread = max(high - low, 0.02)

    def place(value_h: float) -> float:
        return left + (math.log10(value_h) - low) / spread * (right - left)

    zero, height = place(life_h), _MOVER_ROW * len(rows) + 12.0
    parts: list[Markup] = []
    for index, (name, (shorter, longer)) in enumerate(zip(names, rows, strict=True)):
        y = 10.0 + _MOVER_ROW * index
        start, end = place(shorter), place(longer)
        parts += [
            _name(0, y + 11.0, name, "mover", "start"),
            _bar(start, zero, y, "shorter"),
            _bar(zero, end, y, "longer"),
            _name(start - 5.0, y + 11.0, hours_short(shorter * scale), "axis", "end"),
            _name(end + 5.0, y + 11.0, hours_short(longer * scale), "axis", "start"),
        ]
    parts.append(tag("path", d=f"M{zero:.1f} 6V{height - 4:.1f}", class_="zero"))
    label = text("What moves the life: {names}", names=", ".join(names))
    return picture(width, height, label.render(lang), *parts)


def is_in_thousands(life_h: float) -> bool:
    """Whether lives around this one are told in thousand hours."""
    return life_h >= 10_000.0


def _ends(mover: Mover, life_h: float) -> tuple[float, float]:
    """The shorter and the longer life; where an end has none, or both lie on one side, the bar ends at the base."""
    lives = [each for each in (mover.life_low_h, mover.life_high_h) if each is not None and each > 0.0]
    return min([life_h, *lives]), max([life_h, *lives])


def _bar(start: float, end: float, y: float, style: str) -> Markup:
    return tag("rect", x=round(start, 1), y=y, width=round(max(end - start, 0.6), 1), height=14, class_=style)


def _long(words: str) -> float:
    """Width of a name in pixels, roughly: Chinese signs are twice as wide."""
    return 6.6 * columns(words)


def hours_short(life_h: float) -> str:
    """Hours in three significant digits.

    >>> hours_short(569.2), hours_short(123456.0) == "123\u202f000"
    ('569', True)
    """
    if not (math.isfinite(life_h) and life_h > 0.0):
        return "–"
    digits = 2 - math.floor(math.log10(life_h))
    return fixed(round(life_h, digits), max(digits, 0))


def _marks(frame: Frame, angles: Array, values: Array, colour: str) -> Markup:
    """Discs for the first series, squares for the second."""
    found = []
    for angle, value in zip(angles.tolist(), values.tolist(), strict=True):
        x, y = round(frame.x(angle), 1), round(frame.y(value), 1)
        if colour == "f1":
            found.append(tag("circle", cx=x, cy=y, r=2.6, class_=f"{colour}-fill"))
        else:
            found.append(tag("rect", x=x - 2.4, y=y - 2.4, width=4.8, height=4.8, class_=f"{colour}-fill"))
    return Markup("").join(found)


def _pressure_label(zone: LoadZone, lang: str) -> str:
    label = text(
        "Contact pressure: inner race up to {inner} MPa, outer race up to {outer} MPa",
        inner=fixed(float(zone.inner_mpa.max())),
        outer=fixed(float(zone.outer_mpa.max())),
    )
    return label.render(lang)


def _log_axes(frame: Frame) -> Markup:
    parts: list[Markup] = []
    for value in _LIFE_MODIFICATION:
        y = frame.y(math.log10(value))
        if value > _LIFE_MODIFICATION[0]:
            parts.append(tag("path", d=f"M{frame.left:g} {y:.1f}H{frame.x_end:g}", class_="grid"))
        parts.append(_name(frame.left - 6, y + 4, significant(value), "axis", "end"))
    feet = "".join(f"M{frame.x(math.log10(value)):.1f} {frame.y_end:g}v4" for value in _RATIO)
    parts.append(tag("path", d=f"M{frame.left:g} {frame.y_end:g}H{frame.x_end:g}{feet}", class_="rule"))
    parts += [
        _name(frame.x(math.log10(value)), frame.y_end + 15, significant(value), "axis", "middle")
        for value in (0.01, 0.05, 0.2, 1.0, 5.0)
    ]
    return Markup("").join(parts)


def _factors(places: Array, kappa: float, kind: LifeKind) -> Array:
    return np.asarray(life_modification(kappa, 10.0**places, kind))


def _factor_line(frame: Frame, places: Array, kappa: float, kind: LifeKind, class_: str) -> Markup:
    values = _factors(places, kappa, kind)
    first = int(np.argmax(values >= 49.999)) if (values >= 49.999).any() else len(values) - 1
    shown = slice(0, first + 1)
    x = frame.left + (places[shown] - frame.x_range[0]) / (frame.x_range[1] - frame.x_range[0]) * (
        frame.x_end - frame.left
    )
    y = np.array([frame.y(value) for value in np.log10(np.maximum(values[shown], 0.1)).tolist()])
    return tag("path", d=path(x, y), class_=class_)


def _kappa_name(frame: Frame, places: Array, kappa: float, kind: LifeKind, taken: list[tuple[float, float]]) -> Markup:
    """κ where its curve leaves the plot: above, or at the right."""
    values = _factors(places, kappa, kind)
    over = values >= 49.999
    words = f"κ {significant(kappa)}"
    if over.any():
        x, y, anchor = frame.x(float(places[int(np.argmax(over))])), frame.top - 5.0, "middle"
        words = words if kappa in {4.0, 0.15} else significant(kappa)
    else:
        x, y, anchor = frame.x_end + 4.0, frame.y(math.log10(float(values[-1]))) + 4.0, "start"
    if any(abs(x - other_x) < 22.0 and abs(y - other_y) < 11.0 for other_x, other_y in taken):
        return Markup("")
    taken.append((x, y))
    return _name(x, y, words, "axis", anchor)


def _operating_point(frame: Frame, ratio: float, kappa: float, a_iso: float) -> Markup:
    x = frame.x(math.log10(min(max(ratio, _RATIO[0]), _RATIO[-1])))
    y = frame.y(math.log10(min(max(a_iso, 0.1), 50.0)))
    dashes = tag("path", d=f"M{frame.left:g} {y:.1f}H{x:.1f}V{frame.y_end:g}", class_="to-axis")
    spot = tag("circle", cx=round(x, 1), cy=round(y, 1), r=4, class_="f1-fill")
    words = f"{significant(a_iso)}, κ {significant(kappa)}"
    long = _LETTER * len(words)
    is_left = x - frame.left > long + 10
    down = y - 8 if y - 19 > frame.top else y + 16
    ground = tag(
        "rect",
        x=round(x - 8 - long if is_left else x + 6, 1),
        y=round(down - 11, 1),
        width=round(long, 1),
        height=14,
        class_="ground",
    )
    name = _name(x - 8 if is_left else x + 8, down, words, "axis f1-ink strong-ink", "end" if is_left else "start")
    return dashes + ground + spot + name


def _name(x: float, y: float, words: str, class_: str, anchor: str) -> Markup:
    return tag("text", words, x=round(x, 1), y=round(y, 1), text_anchor=anchor, class_=class_)
