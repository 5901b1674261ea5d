"""The report of a diagnosis: one self-contained page that answers on its first sheet and proves on its second."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from markupsafe import Markup

from loadzone.monitor.diagnosis import FAULTS, Diagnosis, Evidence, Line
from loadzone.reports import sentences
from loadzone.reports.charts import Chart, charts
from loadzone.reports.drawing import level_bar
from loadzone.reports.marks import MarkName, state_word
from loadzone.reports.numbers import fixed, one_in, probability, significant
from loadzone.reports.pages import date, paper_zoom, render
from loadzone.reports.record_views import unit_name
from loadzone.reports.sentences import listed
from loadzone.signals.recording import Recording
from loadzone.words.texts import Text, text

Row = tuple[str, str]
_MOST_LINES = 9
_FOOT_SIGNS = 60
"""Signs of the command that fit into one line of the foot."""
_PULLING = ("for", "against")
_WEIGHTS: dict[str, Text] = {
    "for": text("for"),
    "against": text("against"),
    "checked": text("checked"),
    "missing": text("missing"),
}


@dataclass(frozen=True)
class EvidenceRow:
    """One evidence: its mark, which way it pulls, the sentence, the value, and what it was measured with."""

    mark: MarkName
    weight: str
    name: str
    value: str
    note: str


@dataclass(frozen=True)
class LineRow:
    """One line of the table; ``is_found`` sets it in bold and gives it a bar."""

    label: str
    nominal: str
    found: str
    percent: str
    decibels: str
    bar: Markup
    is_found: bool


@dataclass(frozen=True)
class Proof:
    """What stands on the second sheet, or at the end of the only one."""

    evidence: list[EvidenceRow]
    checked: list[EvidenceRow]
    evidence_count: str
    lines: list[LineRow]
    charts: tuple[Chart, ...]
    computed: list[tuple[str, str, str]]
    form: list[str]
    on_removal: list[str]
    is_unexplained: bool
    is_signed: bool

    @property
    def surplus_px(self) -> tuple[int, ...]:
        """What its parts need beyond the room that a sheet has for them, in pixels at full size."""
        pulling = max(64 * (len(self.evidence) - 4), 24 * (len(self.lines) - 9))
        checked = 34 + 44 * math.ceil(len(self.checked) / 2) if self.checked else 0
        return pulling, checked, 34 * len(self.on_removal), 24 * (len(self.computed) - 3)


def report(
    diagnosis: Diagnosis, recording: Recording | None, lang: str = "en", generated_on: str = "", check: str = ""
) -> str:
    """One HTML page without a request to anywhere, two sheets of A4 when printed.

    Parameters
    ----------
    recording : the record itself, for waveform, spectrum and coherence map; None where it could not be read
    lang : "en" or "zh"
    generated_on : date of the report as YYYY-MM-DD; "" leaves it out
    check : the command that computes this report again; "" tells what the diagnosis itself knows of the call
    """
    state = sentences.state(diagnosis)
    advice = diagnosis.advice
    drawn = charts(diagnosis, recording, lang)
    proof = _proof(diagnosis, recording, drawn.second, lang)
    sure = _sure(diagnosis, lang)
    until = [each.render(lang) for each in _to_do(diagnosis)]
    command = check or sentences.check_command(diagnosis, recording)
    foot_px = 14 * (math.ceil(len(command) / _FOOT_SIGNS) - 2)
    return render(
        "diagnosis.html.j2",
        lang,
        state=state,
        word=state_word(state).render(lang),
        name=sentences.name(diagnosis),
        number=sentences.short_hash(diagnosis) or sentences.name(diagnosis),
        date=date(generated_on, lang),
        headline=sentences.headline(diagnosis).render(lang),
        action=advice.action.render(lang) if advice else "",
        within=advice.within.render(lang) if advice and advice.within else "",
        no_date=bool(diagnosis.faults),
        what=_what(diagnosis, recording, lang),
        sure=sure,
        first=drawn.first,
        until=until,
        proof=proof,
        foot=_title_block(diagnosis, command, lang),
        sheets=2 if diagnosis.exhibits is not None else 1,
        zooms=(
            paper_zoom(37 * (len(sure) - 5), 38 * (math.ceil(len(until) / 3) - 1), foot_px),
            paper_zoom(*proof.surplus_px, foot_px),
        ),
    )


def _to_do(diagnosis: Diagnosis) -> list[Text]:
    advice = diagnosis.advice
    if advice is None:
        return []
    return [*advice.until_then[:4], *(text("Order: {what}", what=each) for each in advice.order[:2])]


def _what(diagnosis: Diagnosis, recording: Recording | None, lang: str) -> list[Row]:
    rows = [(text("Record"), PurePath(diagnosis.record).name), (text("Channel"), diagnosis.channel)]
    rows.append((text("Bearing"), diagnosis.bearing))
    if diagnosis.speed_rpm is not None:
        rows.append((text("Speed"), _speed(diagnosis, lang)))
    if diagnosis.zone:
        zone = diagnosis.zone
        velocity = text("{value} mm/s, zone {zone}", value=significant(zone.velocity_mms, 2), zone=zone.zone)
        rows.append((text("Velocity"), velocity.render(lang)))
    if recording and recording.started_at:
        rows.append((text("Taken"), recording.started_at.replace("T", " ").removesuffix("Z")))
    return [(caption.render(lang), value) for caption, value in rows if value]


def _speed(diagnosis: Diagnosis, lang: str) -> str:
    speed = f"{fixed(diagnosis.speed_rpm, 1)} r/min"
    return listed([speed, sentences.source(diagnosis.speed_source, lang) if diagnosis.speed_source else ""], lang)


def _sure(diagnosis: Diagnosis, lang: str) -> list[Row]:
    rows = [(text("Call"), sentences.confidence(diagnosis).render(lang))]
    also = sentences.also(diagnosis, lang)
    if also:
        rows.append((text("Also"), also))
    if diagnosis.p_value is not None:
        rows.append((text("Family-wise p"), probability(diagnosis.p_value)))
    if diagnosis.advice:
        rows += [(text("Wrong if"), each.render(lang)) for each in diagnosis.advice.against[:1]]
    if diagnosis.faults:
        rows.append((text("Opened"), text("no bearing opened after such a call yet").render(lang)))
    rows += [(text("Note"), each.render(lang)) for each in sentences.remarks(diagnosis)[:2]]
    rows += [(text("Missing"), each.render(lang)) for each in sentences.missing(diagnosis)[:2]]
    return [(caption.render(lang), value) for caption, value in rows]


def _proof(diagnosis: Diagnosis, recording: Recording | None, drawn: tuple[Chart, ...], lang: str) -> Proof:
    weights = [each.weight for each in diagnosis.evidence]
    rows = [_evidence_row(diagnosis, each, lang) for each in diagnosis.evidence]
    count = text(
        "{n_for} for, {n_checked} checked against",
        n_for=weights.count("for"),
        n_checked=weights.count("checked") + weights.count("against"),
    )
    is_confirmed = diagnosis.verdict == "confirmed"
    on_removal = diagnosis.advice.on_removal[:3] if diagnosis.advice and is_confirmed else ()
    return Proof(
        evidence=[row for row, weight in zip(rows, weights, strict=True) if weight in _PULLING],
        checked=[row for row, weight in zip(rows, weights, strict=True) if weight not in _PULLING],
        evidence_count=count.render(lang),
        lines=_line_rows(diagnosis, lang),
        charts=drawn,
        computed=_computed(diagnosis, recording, lang),
        form=_form(diagnosis, lang),
        on_removal=[each.render(lang) for each in on_removal],
        is_unexplained=diagnosis.verdict == "unexplained",
        is_signed=diagnosis.verdict != "undetermined",
    )


def _evidence_row(diagnosis: Diagnosis, evidence: Evidence, lang: str) -> EvidenceRow:
    marks: dict[str, MarkName] = {
        "for": sentences.state(diagnosis),
        "against": "none",
        "checked": "good",
        "missing": "cant",
    }
    expected = evidence.expected.render(lang) if evidence.expected else ""
    return EvidenceRow(
        mark=marks[evidence.weight],
        weight=_WEIGHTS[evidence.weight].render(lang),
        name=evidence.name.render(lang),
        value=sentences.value(evidence, lang),
        note=listed([evidence.source.render(lang), expected], lang),
    )


def _line_rows(diagnosis: Diagnosis, lang: str) -> list[LineRow]:
    """The found family first, then one line of each other family."""
    first = sentences.family_lines(diagnosis, diagnosis.fault)[:_MOST_LINES]
    rest = [
        family[0]
        for fault in FAULTS
        if fault != diagnosis.fault and (family := sentences.family_lines(diagnosis, fault))
    ]
    return [_line_row(line, lang) for line in (*first, *rest)]


def _line_row(line: Line, lang: str) -> LineRow:
    found = line.found_order
    percent = (found / line.nominal_order - 1.0) * 100.0 if found is not None and line.nominal_order else None
    return LineRow(
        label=line.label,
        nominal=fixed(line.nominal_order, 3),
        found=fixed(found, 3) if found is not None else text("not found").render(lang),
        percent=fixed(percent, 2) if percent is not None else "",
        decibels=fixed(line.over_floor_db, 1),
        bar=level_bar(line.over_floor_db) if found is not None else Markup(""),
        is_found=found is not None,
    )


def _computed(diagnosis: Diagnosis, recording: Recording | None, lang: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[Text, str, str]] = []
    if recording is not None:
        rows.append((text("Samples"), _samples(recording, lang), sentences.short_hash(diagnosis)))
    if diagnosis.exhibits is not None:
        rows.append((text("Chain"), _chain(diagnosis, lang), ""))
    if diagnosis.geometry is not None:
        rows.append((text("Geometry"), _geometry(diagnosis, lang), ""))
    if recording is not None and recording.notes:
        rows.append((text("Reading"), _told(recording.notes[:3], lang), ""))
    doubts = _told(_not_verified(diagnosis), lang)
    if doubts:
        rows.append((text("Not verified"), doubts, ""))
    return [(caption.render(lang), value, code) for caption, value, code in rows]


def _samples(recording: Recording, lang: str) -> str:
    unit = unit_name(recording)
    facts = [text("{count} samples", count=fixed(len(recording.samples))).render(lang)]
    if recording.fs_hz is not None:
        rate = f"{significant(recording.fs_hz.value / 1000.0, 4)} kHz"
        facts = [f"{fixed(recording.duration_s, 1)} s", rate, sentences.source(recording.fs_hz.kind, lang), *facts]
    return listed([*facts, unit or text("unit not stated").render(lang)], lang)


def _chain(diagnosis: Diagnosis, lang: str) -> str:
    exhibits = diagnosis.exhibits
    if exhibits is None:
        return ""
    low, high = (fixed(hertz / 1000.0, 1) for hertz in exhibits.band_hz)
    facts = [
        text("log envelope, {low}–{high} kHz", low=low, high=high),
        text("resolution {resolution} Hz", resolution=significant(exhibits.resolution_hz, 2)),
        text("{count} bands", count=exhibits.n_bands),
        text("search window ±{percent} %", percent=significant(exhibits.window * 100.0, 2)),
        text("{count} decoys", count=len(exhibits.decoy_scores)),
    ]
    return listed([fact.render(lang) for fact in facts], lang)


def _geometry(diagnosis: Diagnosis, lang: str) -> str:
    geometry = diagnosis.geometry
    if geometry is None:
        return ""
    inside = text(
        "Z {count}, Dw {element} mm, Dpw {pitch} mm, α {angle}°",
        count=geometry.n_elements,
        element=significant(geometry.element_diameter_mm, 6),
        pitch=significant(geometry.pitch_diameter_mm, 6),
        angle=significant(geometry.contact_angle_deg, 3),
    )
    origin = sentences.provenance(diagnosis)
    told = diagnosis.geometry_source or geometry.source or (origin.render(lang) if origin else "")
    return listed([inside.render(lang), told], lang)


def _not_verified(diagnosis: Diagnosis) -> list[Text]:
    doubts: list[Text] = []
    if diagnosis.geometry and diagnosis.geometry.provenance == "estimate":
        percent = significant(diagnosis.geometry.relative_uncertainty * 100.0, 2)
        doubts.append(text("geometry estimated, ±{percent} %", percent=percent))
    if diagnosis.speed_source.startswith("estimated"):
        doubts.append(text("speed estimated from the samples"))
    if diagnosis.verdict != "undetermined":
        doubts += [problem.text for problem in diagnosis.problems[:2]]
    return doubts


def _told(facts: Sequence[Text], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(fact.render(lang) for fact in facts)


def _form(diagnosis: Diagnosis, lang: str) -> list[str]:
    """What to look at once the bearing is out; empty where no exchange was called for."""
    if diagnosis.verdict != "confirmed":
        return []
    return [
        each.render(lang) for each in (text("Outer ring"), text("Inner ring"), text("Rolling elements"), text("Cage"))
    ]


def _title_block(diagnosis: Diagnosis, check: str, lang: str) -> list[Row]:
    limits = ""
    if diagnosis.verdict != "undetermined":
        limits = text("1 in {count} by chance", count=one_in(diagnosis.false_alarm_rate)).render(lang)
    if diagnosis.zone:
        limits = listed([diagnosis.zone.edition, sentences.machine(diagnosis.zone).render(lang)], lang)
    rows = [
        (text("Record"), sentences.short_hash(diagnosis) or PurePath(diagnosis.record).name),
        (text("Limits"), limits),
    ]
    rows += [(text("Rules"), diagnosis.rules), (text("Check"), check)]
    return [(caption.render(lang), value) for caption, value in rows if value]
