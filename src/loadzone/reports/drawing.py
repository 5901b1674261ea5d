"""Charts of a record by the chart grammar: waveform, spectrum, envelope spectrum, decoys. SVG, thinned to pixels."""

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from loadzone.monitor.diagnosis import SYMBOLS, Exhibits, FaultName
from loadzone.reports.numbers import fixed, one_in, significant
from loadzone.reports.sentences import Flag
from loadzone.reports.svg import Frame, picture, round_up, tag
from loadzone.words.texts import Text, text

REFERENCE_CLASS: dict[FaultName, str] = {"outer": "f1", "inner": "f3", "ball": "f4", "cage": "f5"}
"""Series colour of each family where it is only a reference: s1, s3, s4, s5."""
_FLAG_GAP = 40.0
_LETTER = 7.0


def thin(values: NDArray[np.floating], count: int) -> NDArray[np.float64]:
    """Minimum and maximum of ``count`` equal stretches, shape (2 count,), or the values where they are fewer.

    No peak is lost; a stretch without a finite value is NaN, which a line draws as a gap.
    """
    all_values = values.astype(np.float64)
    if len(values) <= 2 * count:
        return all_values
    edges = np.linspace(0, len(values), count + 1).astype(int)[:-1]
    finite = np.isfinite(all_values)
    low = np.minimum.reduceat(np.where(finite, all_values, np.inf), edges)
    high = np.maximum.reduceat(np.where(finite, all_values, -np.inf), edges)
    pairs = np.stack([low, high], axis=1).ravel()
    return np.where(np.isfinite(pairs), pairs, np.nan)


def waveform(
    samples: NDArray[np.floating],
    fs_hz: float,
    start_s: float,
    unit: str,
    lang: str,
    width: int,
    period: tuple[float, str] | None = None,
) -> Markup:
    """Samples (n,) over milliseconds from ``start_s`` on; ``period`` (s, symbol) is drawn as a dimension line."""
    reach = round_up(_largest(samples))
    span_ms = len(samples) / fs_hz * 1000.0
    frame = Frame(width, 144.0, (0.0, span_ms), (-reach, reach), top=34.0 if period else 20.0)
    values = thin(samples, int(frame.x_end - frame.left))
    times = np.linspace(0.0, span_ms, max(len(values), 2))[: len(values)]
    head = text("{unit}; ms from {start} s on", unit=unit, start=fixed(start_s, 2)).render(lang)
    parts = [frame.head(head), frame.axes(y_count=4), frame.line(times, values, "data dense")]
    if period:
        parts.append(_period(frame, samples, fs_hz, period[0], _period_name(*period).render(lang)))
    label = text("Waveform, {span} ms, up to {peak} {unit}", span=fixed(span_ms), peak=significant(reach), unit=unit)
    return picture(width, frame.height, label.render(lang), *parts)


def spectrum(levels: NDArray[np.floating], resolution_hz: float, unit: str, lang: str, width: int) -> Markup:
    """Amplitudes (k,) over kHz from 0 on."""
    top = round_up(_largest(levels))
    end_khz = max(len(levels) - 1, 1) * resolution_hz / 1000.0
    frame = Frame(width, 128.0, (0.0, end_khz), (0.0, top))
    values = thin(levels, int(frame.x_end - frame.left))
    hertz = np.linspace(0.0, end_khz, max(len(values), 2))[: len(values)]
    head = text("Amplitude, {unit}; kHz", unit=unit).render(lang)
    label = text("Amplitude spectrum up to {end} kHz", end=significant(end_khz)).render(lang)
    return picture(
        width, frame.height, label, frame.head(head), frame.axes(y_count=3), frame.line(hertz, values, "data dense")
    )


def envelope_spectrum(
    exhibits: Exhibits,
    flags: Sequence[Flag],
    references: Sequence[tuple[FaultName, float]],
    lang: str,
    width: int,
) -> Markup:
    """Level of the log envelope over order, the found lines flagged, the other families dotted, the floor named."""
    end = order_end(exhibits, flags)
    inside = exhibits.orders <= end
    levels = np.asarray(exhibits.levels, dtype=float)[inside]
    orders = np.asarray(exhibits.orders, dtype=float)[inside]
    top = round_up(_largest(levels))
    frame = Frame(width, 236.0, (0.0, end), (0.0, top), right=48.0, top=60.0)
    count = int(frame.x_end - frame.left)
    values = thin(levels, count)
    places = np.linspace(orders[0], orders[-1], len(values)) if len(values) else values
    floor = _floor(frame, exhibits, inside, lang)
    head = text("ln; order of shaft speed").render(lang)
    parts = [
        frame.head(head),
        frame.axes(),
        floor,
        _references(frame, references, flags),
        _windows(frame, flags, exhibits),
    ]
    parts += [frame.line(places, values, "data"), _flags(frame, flags), _sidebands(frame, flags)]
    names = ", ".join(f"{flag.label} {fixed(flag.order, 2)}" for flag in flags) or "–"
    label = text("Envelope spectrum, lines found: {lines}", lines=names).render(lang)
    return picture(width, frame.height, label, *parts)


def order_end(exhibits: Exhibits, flags: Sequence[Flag]) -> float:
    """Where the order axis ends: 16, further for the third harmonic of a high line, never past the data."""
    last = _largest(exhibits.orders) or 16.0
    tops = sorted(flag.order for flag in flags if not flag.is_sideband)
    wanted = max(16.0, 1.05 * tops[min(2, len(tops) - 1)]) if tops else 16.0
    return max(min(float(np.ceil(wanted)), last), 1.0)


def decoy_dots(exhibits: Exhibits, fault: FaultName | None, rate: float, lang: str, width: int) -> Markup:
    """Each decoy a dot over its score, the limit «1 in N by chance» dashed, the record's own score as a bar."""
    scores = np.asarray(exhibits.decoy_scores, dtype=float)
    scores = scores[np.isfinite(scores)]
    own = exhibits.scores.get(fault, math.nan) if fault else max(exhibits.scores.values(), default=math.nan)
    far = _largest(np.array([*scores, exhibits.limit_score, own]))
    frame = Frame(width, 128.0, (0.0, round_up(far * 1.04)), (0.0, 1.0), left=4.0, right=4.0, top=34.0)
    foot = frame.y_end + 15
    parts = [
        tag("path", d=f"M{frame.left:g} {frame.y_end:g}H{frame.x_end:g}", class_="rule"),
        _dots(frame, scores),
        _limit(frame, exhibits.limit_score, text("1 in {count} by chance", count=one_in(rate)).render(lang)),
        _own_score(frame, own, fault is not None, text("this record").render(lang)),
        _name(0, foot, text("{count} decoys", count=len(scores)).render(lang), "axis", "start"),
        _name(width, foot, text("search score").render(lang), "axis", "end"),
    ]
    label = text(
        "{count} decoy windows, score of this record {score}, limit {limit}",
        count=len(scores),
        score=fixed(own, 1),
        limit=fixed(exhibits.limit_score, 1),
    )
    return picture(width, frame.height, label.render(lang), *parts)


def _limit(frame: Frame, score: float, name: str) -> Markup:
    if not math.isfinite(score):
        return Markup("")
    x = frame.x(score)
    is_at_end = x + _LETTER * len(name) > frame.x_end - 4
    line = tag("path", d=f"M{x:.1f} {frame.top - 6:g}V{frame.y_end:g}", class_="chance")
    return line + _name(x + (-5 if is_at_end else 5), 23, name, "axis", "end" if is_at_end else "start")


def _own_score(frame: Frame, score: float, is_found: bool, name: str) -> Markup:
    if not math.isfinite(score):
        return Markup("")
    x = frame.x(score)
    line = tag("path", d=f"M{x:.1f} {frame.top - 8:g}V{frame.y_end:g}", class_="state-bar" if is_found else "own-bar")
    anchor = "end" if x > frame.width / 2 else "start"
    return line + _name(x, 11, name, "state-name" if is_found else "axis strong", anchor)


def level_bar(decibels: float, width: int = 56) -> Markup:
    """A bar of a line's level over its floor, 40 dB full."""
    share = min(max(decibels, 0.0), 40.0) / 40.0 if np.isfinite(decibels) else 0.0
    bar = tag("rect", x=0, y=2, width=round(share * width, 1), height=8, class_="state-fill")
    return tag("svg", bar, viewBox=f"0 0 {width} 12", width=width, height=12, aria_hidden="true")


def _largest(values: NDArray[np.floating]) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def _name(x: float, y: float, words: str, class_: str, anchor: str) -> Markup:
    return tag("text", words, x=round(x, 1), y=round(y, 1), text_anchor=anchor, class_=class_)


def _period_name(period_s: float, symbol: str) -> Text:
    return text("{span} ms, one period of {symbol}", span=significant(period_s * 1000.0), symbol=symbol)


def _period(frame: Frame, samples: NDArray[np.floating], fs_hz: float, period_s: float, name: str) -> Markup:
    """From the largest sample to one period later, as a dimension line above the plot."""
    usable = np.nan_to_num(np.abs(samples[: max(1, len(samples) - int(period_s * fs_hz) - 1)]))
    start_ms = float(np.argmax(usable)) / fs_hz * 1000.0
    left, right = frame.x(start_ms), frame.x(start_ms + period_s * 1000.0)
    y = frame.top - 6
    legs = tag("path", d=f"M{left:.1f} {y:g}V{frame.y_end:g}M{right:.1f} {y:g}V{frame.y_end:g}", class_="state-dots")
    bar = tag(
        "path", d=f"M{left:.1f} {y:g}H{right:.1f}M{left:.1f} {y - 3:g}v6M{right:.1f} {y - 3:g}v6", class_="state-line"
    )
    middle = (left + right) / 2
    is_right = middle > frame.width * 0.6
    return Markup("").join(
        [legs, bar, _name(right if is_right else left, y - 6, name, "state-name", "end" if is_right else "start")]
    )


def _floor(frame: Frame, exhibits: Exhibits, inside: NDArray[np.bool_], lang: str) -> Markup:
    floor = np.asarray(exhibits.floor, dtype=float)[inside]
    if not np.isfinite(floor).any():
        return Markup("")
    step = max(1, len(floor) // 200)
    orders = np.asarray(exhibits.orders, dtype=float)[inside][::step]
    line = frame.line(orders, floor[::step], "floor")
    last = floor[np.isfinite(floor)][-1]
    y = min(frame.y(float(last)) - 2, frame.y_end - 4)
    return line + _name(frame.x_end + 6, y, text("floor").render(lang), "axis", "start")


def _references(frame: Frame, references: Sequence[tuple[FaultName, float]], flags: Sequence[Flag]) -> Markup:
    """Fundamentals of the families that were not found, names staggered where they would touch."""
    lines: list[Markup] = []
    names: list[Markup] = []
    poles = [frame.x(flag.order) for flag in flags if not flag.is_sideband]
    ends = [-1e9, -1e9]
    for fault, order in sorted(references, key=lambda each: each[1]):
        if not frame.x_range[0] < order < frame.x_range[1]:
            continue
        x = frame.x(order)
        anchor = "middle"
        if any(0.0 <= pole - x < _FLAG_GAP / 2 for pole in poles):
            anchor = "end"
        elif any(0.0 <= x - pole < _FLAG_GAP / 2 for pole in poles) or x - frame.left < _FLAG_GAP / 2:
            anchor = "start"
        long = _LETTER * len(SYMBOLS[fault])
        start = x - {"end": long, "middle": long / 2, "start": 0.0}[anchor]
        level = 0 if start > ends[0] + 4 else 1
        ends[level] = start + long
        y = frame.top - (5, 17)[level]
        family = REFERENCE_CLASS[fault]
        lines.append(tag("path", d=f"M{x:.1f} {y + 3:g}V{frame.y_end:g}", class_=f"reference {family}"))
        names.append(tag("rect", x=round(start, 1), y=y - 9, width=long, height=11, class_="ground"))
        names.append(_name(x, y, SYMBOLS[fault], f"axis {family}-ink", anchor))
    return Markup("").join([*lines, *names])


def _windows(frame: Frame, flags: Sequence[Flag], exhibits: Exhibits) -> Markup:
    """The searched windows of the flagged lines as bands."""
    bands = []
    for flag in flags:
        if flag.is_sideband or flag.order > frame.x_range[1]:
            continue
        half = max(flag.order * exhibits.window, 0.02)
        left, right = frame.x(flag.order - half), min(frame.x(flag.order + half), frame.x_end)
        bands.append(
            tag(
                "rect",
                x=round(left, 1),
                y=frame.top,
                width=round(max(right - left, 0.5), 1),
                height=frame.y_end - frame.top,
                class_="window",
            )
        )
    return Markup("").join(bands)


def _flags(frame: Frame, flags: Sequence[Flag]) -> Markup:
    """Pennants: filled for the fundamental, soft for the multiples; one that would leave the plot turns left."""
    parts: list[Markup] = []
    edge = 0.0
    is_first = True
    for flag in flags:
        if flag.is_sideband or not 0.0 <= flag.order <= frame.x_range[1]:
            continue
        x = frame.x(flag.order)
        words = f"{flag.label} {fixed(flag.order, 2)}"
        long = _LETTER * len(words) + 14
        is_left = x + long > frame.width
        start = x - long if is_left else x
        y = 18.0
        has_room = start >= edge
        pole = f"M{x:.1f} {y if has_room else frame.top:g}V{frame.y_end:g}"
        parts.append(tag("path", d=pole, class_="state-solid" if is_first else "state-dash"))
        if has_room:
            parts.append(_pennant(x, y, long, words, is_left, is_first))
            edge = x if is_left else x + long
        is_first = False
    return Markup("").join(parts)


def _pennant(x: float, y: float, long: float, words: str, is_left: bool, is_filled: bool) -> Markup:
    sign = -1.0 if is_left else 1.0
    far, notch = x + sign * long, x + sign * (long - 5)
    outline = f"M{x:.1f} {y:g}H{far:.1f}L{notch:.1f} {y + 7.5:g}L{far:.1f} {y + 15:g}H{x:.1f}Z"
    name = _name(
        x + sign * 5,
        y + 11.5,
        words,
        "pennant-name" if is_filled else "pennant-soft-name",
        "end" if is_left else "start",
    )
    return tag("path", d=outline, class_="pennant" if is_filled else "pennant-soft") + name


def _sidebands(frame: Frame, flags: Sequence[Flag]) -> Markup:
    """Ticks of 8 px with their names on a ground of their own, so that a dotted line makes no ÷ of a −."""
    parts: list[Markup] = []
    for flag in flags:
        if not (flag.is_sideband and 0.0 < flag.order < frame.x_range[1]):
            continue
        x = frame.x(flag.order)
        long = _LETTER * len(flag.label)
        is_below = flag.label.startswith(("−", "-"))
        left = x - 4 - long if is_below else x + 4
        ground = {"x": round(left, 1), "y": frame.top + 3, "width": long, "height": 11}
        parts.append(tag("rect", class_="ground", **ground))
        parts.append(tag("path", d=f"M{x:.1f} {frame.top + 4:g}v8", class_="state-line"))
        parts.append(_name(left + long / 2, frame.top + 12, flag.label, "state-name light", "middle"))
    return Markup("").join(parts)


def _dots(frame: Frame, scores: NDArray[np.float64]) -> Markup:
    """A histogram of dots 5 px wide, as high as there is room for."""
    if not scores.size:
        return Markup("")
    pitch = 5.0
    columns = np.floor(
        (np.clip(scores, *frame.x_range) / frame.x_range[1]) * (frame.x_end - frame.left) / pitch
    ).astype(int)
    counts = np.bincount(columns)
    room = frame.y_end - frame.top - 4
    rise = min(pitch, room / counts.max())
    d = "".join(
        f"M{frame.left + (place + 0.5) * pitch:.1f} {frame.y_end - 3 - k * rise:.1f}h0"
        for place, count in enumerate(counts.tolist())
        for k in range(count)
    )
    return tag("path", d=d, class_="dots")
