"""Which charts a report shows, each drawn wide for paper and desktop and narrow for a phone."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from loadzone.monitor.diagnosis import SYMBOLS, Diagnosis, FaultName
from loadzone.reports import drawing, record_views, sentences
from loadzone.reports.bearing_section import bearing_section
from loadzone.reports.heat_map import coherence_chart
from loadzone.reports.numbers import fixed, significant
from loadzone.signals.recording import Recording
from loadzone.words.texts import Text, text

_WIDE = 680
_NARROW = 350
_HALF = 322


@dataclass(frozen=True)
class Chart:
    """Title, caption and the drawing for wide and for narrow pages (the same where one serves both)."""

    title: str
    caption: str
    wide: Markup
    narrow: Markup | None = None


@dataclass(frozen=True)
class Charts:
    """``first`` answers with the verdict, ``second`` stands in pairs on the sheet of proof."""

    first: tuple[Chart, ...]
    second: tuple[Chart, ...]


def charts(diagnosis: Diagnosis, recording: Recording | None, lang: str) -> Charts:
    """Those that the record and the diagnosis allow, two on the first sheet, the rest on the second."""
    wide = [_envelope(diagnosis, lang), _waveform(diagnosis, recording, lang)]
    is_wide = any(chart is None for chart in wide)
    spectrum = _spectrum(recording, lang, is_wide)
    halves = [_section(diagnosis, lang), _decoys(diagnosis, lang), _coherence(diagnosis, recording, lang)]
    (wide if is_wide else halves).append(spectrum)
    return Charts(tuple(chart for chart in wide if chart), tuple(chart for chart in halves if chart))


def _section(diagnosis: Diagnosis, lang: str) -> Chart | None:
    if diagnosis.geometry is None:
        return None
    name = sentences.damage(diagnosis)
    drawn = bearing_section(diagnosis.geometry, diagnosis.fault, name.render(lang) if name else "", lang, _HALF)
    title = text("Where") if diagnosis.fault else text("Bearing")
    return Chart(title.render(lang), text("elements to scale, rings only drawn").render(lang), drawn)


def _decoys(diagnosis: Diagnosis, lang: str) -> Chart | None:
    exhibits = diagnosis.exhibits
    if exhibits is None or not len(exhibits.decoy_scores):
        return None
    dots = drawing.decoy_dots(exhibits, diagnosis.fault, diagnosis.false_alarm_rate, lang, _HALF)
    caption = text("the same search where nothing turns").render(lang)
    return Chart(text("Could it be chance").render(lang), caption, dots)


def _coherence(diagnosis: Diagnosis, recording: Recording | None, lang: str) -> Chart | None:
    """Coherence map over the same orders as the envelope spectrum."""
    if recording is None:
        return None
    flags = sentences.flags(diagnosis)
    end = drawing.order_end(diagnosis.exhibits, flags) if diagnosis.exhibits is not None else 16.0
    view = record_views.coherence(recording, diagnosis.speed_rpm, end)
    if view is None:
        return None
    band = diagnosis.exhibits.band_hz if diagnosis.exhibits is not None else None
    band_khz = (band[0] / 1000.0, band[1] / 1000.0) if band else None
    orders = [flag.order for flag in flags if not flag.is_sideband]
    drawn = coherence_chart(view.levels, view.order_end, view.carrier_end_khz, band_khz, orders, lang, _HALF)
    caption = text("carriers that repeat; dashed: the band used").render(lang)
    return Chart(text("Coherence map").render(lang), caption, drawn)


def _envelope(diagnosis: Diagnosis, lang: str) -> Chart | None:
    exhibits = diagnosis.exhibits
    if exhibits is None or not len(exhibits.orders):
        return None
    flags = sentences.flags(diagnosis)
    low, high = (fixed(hertz / 1000.0, 1) for hertz in exhibits.band_hz)
    caption = text(
        "log envelope, {low}–{high} kHz, {resolution} Hz",
        low=low,
        high=high,
        resolution=significant(exhibits.resolution_hz, 2),
    )
    references = _references(diagnosis)

    def draw(width: int) -> Markup:
        return drawing.envelope_spectrum(exhibits, flags, references, lang, width)

    return _both(text("Envelope spectrum"), caption.render(lang), draw, lang)


def _references(diagnosis: Diagnosis) -> list[tuple[FaultName, float]]:
    if diagnosis.orders is None:
        return []
    orders = diagnosis.orders
    nominal: dict[FaultName, float] = {
        "outer": orders.outer,
        "inner": orders.inner,
        "ball": orders.ball,
        "cage": orders.cage,
    }
    found = {fault.fault for fault in diagnosis.faults}
    return [(fault, nominal[fault]) for fault in SYMBOLS if fault not in found]


def _waveform(diagnosis: Diagnosis, recording: Recording | None, lang: str) -> Chart | None:
    view = record_views.stretch(recording, diagnosis.speed_rpm) if recording else None
    if recording is None or view is None:
        return None
    unit = record_views.unit_name(recording) or text("unit not stated").render(lang)
    period = _period(diagnosis)
    caption = text("six revolutions") if diagnosis.speed_rpm else text("a stretch from the middle of the record")

    def draw(width: int) -> Markup:
        return drawing.waveform(view.samples, view.fs_hz, view.start_s, unit, lang, width, period)

    return _both(text("Waveform"), caption.render(lang), draw, lang)


def _period(diagnosis: Diagnosis) -> tuple[float, str] | None:
    """Time of one pass of the damage and its symbol, for families that pass at least once a revolution."""
    if not diagnosis.faults or not diagnosis.speed_rpm or not diagnosis.faults[0].order >= 1.0:
        return None
    fault = diagnosis.faults[0]
    return 60.0 / diagnosis.speed_rpm / fault.order, SYMBOLS[fault.fault]


def _spectrum(recording: Recording | None, lang: str, is_wide: bool) -> Chart | None:
    view = record_views.amplitudes(recording) if recording else None
    if recording is None or view is None:
        return None
    unit = record_views.unit_name(recording) or text("unit not stated").render(lang)

    def draw(width: int) -> Markup:
        return drawing.spectrum(view.levels, view.resolution_hz, unit, lang, width)

    title, caption = text("Amplitude spectrum"), text("whole record").render(lang)
    return _both(title, caption, draw, lang) if is_wide else Chart(title.render(lang), caption, draw(_HALF))


def _both(title: Text, caption: str, draw: Callable[[int], Markup], lang: str) -> Chart:
    return Chart(title.render(lang), caption, draw(_WIDE), draw(_NARROW))
