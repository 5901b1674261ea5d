"""A recording: what is in it, do the lines fit, could it be chance, is the record good, what if it were otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from markupsafe import Markup

from loadzone.flows.in_words import DAMAGE
from loadzone.flows.recording_files import written_formats
from loadzone.flows.recording_view import (
    Correction,
    Diagnosis,
    Entry,
    FaultName,
    Looked,
    Place,
    entries,
    find_record,
    look_at,
    place_of,
)
from loadzone.reports import drawing, record_views, sentences
from loadzone.reports.numbers import fixed, one_in, probability, significant
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import machine_path, position_path, recording_path, site_path
from loadzone.web.pages.reader import Reader, show
from loadzone.web.pages.recording_data import RECORDING, Corrected
from loadzone.words.errors import UnknownThing
from loadzone.words.texts import Text, text

routes = pages()
WIDE, ASIDE = 680, 316
MOST_COMPARED = 120
FAMILIES: Mapping[FaultName, str] = {"outer": "BPFO", "inner": "BPFI", "ball": "BSF", "cage": "FTF"}
SUSPECTED: Mapping[str, Text] = {
    "outer": text("Outer ring, suspected"),
    "inner": text("Inner ring, suspected"),
    "ball": text("Rolling element, suspected"),
    "cage": text("Cage, suspected"),
}
VERDICTS: Mapping[str, Text] = {
    "confirmed": text("confirmed"),
    "suspected": text("suspected"),
    "unexplained": text("unexplained line"),
    "healthy": text("nothing found"),
    "undetermined": text("no answer"),
}
MISSING: Mapping[str, Text] = {
    "no_speed": text("The speed is not known: give it here and the answer comes at once."),
    "no_geometry": text("The bearing is not known: name it here and the answer comes at once."),
}
WEIGHTS: Mapping[str, Text] = {
    "for": text("for"),
    "against": text("against"),
    "checked": text("checked"),
    "missing": text("missing"),
}


@dataclass(frozen=True)
class Compared:
    """The recording beside: its diagnosis, when and on which channel."""

    looked: Looked
    heading: str
    when: str
    unit: str


@page(routes, RECORDING)
def get_recording(
    request: Request,
    reader: Reading,
    organisation: str,
    position: str,
    recording: str,
    correction: Corrected,
    family: str = "",
    other: Annotated[str, Query(alias="with")] = "",
) -> Response:
    """The page; the address says what is corrected, which family is looked at, and what is compared."""
    platform = reader.visit.platform
    record = find_record(platform, organisation, position, recording)
    place = place_of(platform, record)
    looked = look_at(platform, record, place, correction)
    listed = entries(platform, organisation, position)
    compared = _compared(reader, looked, other)
    diagnosis = looked.diagnosis
    chosen = _chosen(family, diagnosis)
    own = recording_path(organisation, position, recording)
    query = {name: value for name, value in request.query_params.items() if value}
    return show(
        reader,
        "recording.html.j2",
        title=text("Recording, {position}", position=place.position.name),
        room="fleet",
        steps=_steps(place),
        position_path=position_path(place.position),
        looked=looked,
        record=record,
        heading=heading(diagnosis, reader),
        state=sentences.state(diagnosis),
        confidence=sentences.confidence(diagnosis),
        obstacle=_obstacle(diagnosis),
        also=sentences.also(diagnosis, reader.lang),
        families=[(name, symbol, _with(own, query, family=name)) for name, symbol in FAMILIES.items()],
        free_path=_with(own, query, family="free"),
        chosen=chosen or "free",
        lines=sentences.family_lines(diagnosis, chosen),
        all_lines=[(name, sentences.family_lines(diagnosis, name)) for name in FAMILIES],
        chain=_chain(diagnosis, reader),
        verdict=_verdict(looked, reader),
        facts=_facts(looked, place, reader),
        evidence=[(WEIGHTS[each.weight], each.name, sentences.value(each, reader.lang), each.expected)
                  for each in diagnosis.evidence],
        decoys=_decoys(diagnosis, reader),
        stills=_stills(looked, reader),
        unit=_unit(looked, reader),
        correction=correction,
        as_said=_with(own, query, speed="", bearing="", geometry="", gears="", rate=""),
        alone=_with(own, query, **{"with": ""}),
        curves=f"{own}/curves{_said(correction)}",
        sound=f"{own}/sound{_said(correction)}",
        file=f"{own}/file",
        formats=written_formats(),
        compared=compared,
        other_curves=f"{recording_path(organisation, position, other)}/curves" if compared else "",
        choices=_choices(listed, recording, other, reader),
        count_recordings=len(listed),
        beside=_beside(listed, record.id, record.channel, organisation, position),
        stored=_stored(looked, reader),
        geometry=_inside(diagnosis),
        geometry_told=_inside_told(diagnosis),
        other_path=recording_path(organisation, position, other),
        words=_words(reader),
    )  # fmt: skip


def heading(diagnosis: Diagnosis, reader: Reader) -> str:
    """The verdict in a few words."""
    words = {"confirmed": DAMAGE, "suspected": SUSPECTED}.get(diagnosis.verdict)
    if words is not None and diagnosis.fault is not None:
        return words[diagnosis.fault].render(reader.lang)
    if diagnosis.verdict == "unexplained":
        return reader.say("Unexplained line at order {order}", order=fixed(diagnosis.unexplained_order, 2))
    if diagnosis.verdict == "healthy":
        return reader.say("No bearing damage found")
    return reader.say("No answer from this record")


def _obstacle(diagnosis: Diagnosis) -> Text | None:
    """Why there is no answer."""
    if diagnosis.verdict != "undetermined" or not diagnosis.problems:
        return None
    first = diagnosis.problems[0]
    return MISSING.get(first.code, first.text)


def _chosen(family: str, diagnosis: Diagnosis) -> FaultName | None:
    """The family that the address names, else the one found, else the one that fits best; None: the cursor is free."""
    if family == "free" or diagnosis.orders is None:
        return None
    for name in FAMILIES:
        if name == family:
            return name
    if diagnosis.exhibits is None:
        return None
    scores = diagnosis.exhibits.scores
    leading: FaultName = max((name for name in scores if name != "cage"), key=lambda name: scores[name])
    return diagnosis.fault or leading


def _steps(place: Place) -> list[tuple[str, str]]:
    steps = [(place.site.name, site_path(place.site))] if place.site else []
    steps += [(place.machine.name, machine_path(place.machine))] if place.machine else []
    return [*steps, (place.position.name, position_path(place.position))]


def _compared(reader: Reader, looked: Looked, other: str) -> Compared | None:
    """The recording beside, or None where the address names none or one that is gone."""
    if not other or other == looked.record.id:
        return None
    platform, record = reader.visit.platform, looked.record
    try:
        found = find_record(platform, record.organisation, record.position, other)
    except UnknownThing:
        return None
    beside = look_at(platform, found, place_of(platform, found))
    when = _when(found.time_us, found.channel, reader)
    return Compared(beside, heading(beside.diagnosis, reader), when, _unit(beside, reader))


def _choices(listed: Sequence[Entry], recording: str, other: str, reader: Reader) -> list[tuple[str, str, bool]]:
    """Recordings that may stand beside this one: identifier, words, whether it is chosen."""
    rest = [each for each in listed if each.id != recording]
    kept = rest[:MOST_COMPARED] + [each for each in rest[MOST_COMPARED:] if each.id == other]
    found = []
    for each in kept:
        told = [_when(each.time_us, each.channel, reader)]
        told += [VERDICTS[each.verdict].render(reader.lang)] if each.verdict in VERDICTS else []
        found.append((each.id, sentences.listed(told, reader.lang), each.id == other))
    return found


def _beside(listed: Sequence[Entry], recording: str, channel: str, organisation: str, position: str) -> tuple[str, str]:
    """Paths of the previous and of the next recording of the channel."""
    same = [each.id for each in listed if each.channel == channel or each.id == recording]
    at = same.index(recording)
    later = recording_path(organisation, position, same[at - 1]) if at else ""
    earlier = recording_path(organisation, position, same[at + 1]) if at + 1 < len(same) else ""
    return earlier, later


def _when(time_us: int, channel: str, reader: Reader) -> str:
    return sentences.listed([reader.when.moment(time_us), channel], reader.lang)


def _chain(diagnosis: Diagnosis, reader: Reader) -> str:
    """How the envelope spectrum was made."""
    exhibits = diagnosis.exhibits
    if exhibits is None:
        return reader.say("squared envelope, whole band")
    low, high = (fixed(hertz / 1000.0, 1) for hertz in exhibits.band_hz)
    resolution = significant(exhibits.resolution_hz, 2)
    return reader.say("log envelope, {low}–{high} kHz, {resolution} Hz", low=low, high=high, resolution=resolution)


def _verdict(looked: Looked, reader: Reader) -> list[tuple[str, str]]:
    """Could it be chance: figures of the search."""
    diagnosis = looked.diagnosis
    exhibits = diagnosis.exhibits
    if exhibits is None:
        return []
    unexplained = diagnosis.unexplained_order
    known = sentences.provenance(diagnosis)
    window = "±" + fixed(100.0 * exhibits.window, 1) + " %"
    return [
        (reader.say("Family-wise p"), probability(diagnosis.p_value)),
        (reader.say("Limit"), reader.say("1 in {count} by chance", count=one_in(diagnosis.false_alarm_rate))),
        (reader.say("Decoys"), reader.say("{count} windows, {bands} bands", count=len(exhibits.decoy_scores),
                                          bands=exhibits.n_bands)),
        (reader.say("Unexplained"), reader.say("none") if unexplained is None
         else reader.say("order {order}", order=fixed(unexplained, 2))),
        (reader.say("Window"), sentences.listed([window, known.render(reader.lang) if known else ""], reader.lang)),
    ]  # fmt: skip


def _facts(looked: Looked, place: Place, reader: Reader) -> list[tuple[str, str]]:
    """What is known of the record, and whether it is good."""
    record, diagnosis = looked.record, looked.diagnosis
    lang = reader.lang
    length = sentences.listed(
        [f"{fixed(record.duration_s, 1)} s", f"{significant(record.fs_hz / 1000.0, 4)} kHz",
         reader.say("{count} samples", count=fixed(record.count))], lang
    )  # fmt: skip
    facts = [
        (reader.say("Taken"), reader.when.full(record.time_us)),
        (reader.say("Channel"), sentences.listed([record.channel, place.sensor.name if place.sensor else ""], lang)),
        (reader.say("Length"), length),
    ]
    if diagnosis.speed_rpm is not None:
        speed = f"{fixed(diagnosis.speed_rpm, 1)} r/min"
        facts.append(
            (reader.say("Speed"), sentences.listed([speed, sentences.source(diagnosis.speed_source, lang)], lang))
        )
    facts.append((reader.say("Bearing"), sentences.listed([diagnosis.bearing, record.serial or ""], lang) or "–"))
    if diagnosis.zone is not None:
        facts.append((reader.say("velocity"), sentences.velocity(diagnosis.zone, lang)))
    told = [each.text.render(lang) for each in diagnosis.problems if each.code not in MISSING]
    good = reader.say("good: no clipping, no dropouts, no offset")
    return [*facts, (reader.say("Quality"), "; ".join(told) if told else good)]


def _decoys(diagnosis: Diagnosis, reader: Reader) -> Markup:
    exhibits = diagnosis.exhibits
    if exhibits is None or not len(exhibits.decoy_scores):
        return Markup()
    return drawing.decoy_dots(exhibits, diagnosis.fault, diagnosis.false_alarm_rate, reader.lang, ASIDE)


def _stills(looked: Looked, reader: Reader) -> dict[str, Markup]:
    """Pictures for a browser without scripts."""
    diagnosis, recording = looked.diagnosis, looked.recording
    stills: dict[str, Markup] = {}
    view = record_views.stretch(recording, diagnosis.speed_rpm)
    unit = _unit(looked, reader)
    if view is not None:
        stills["wave"] = drawing.waveform(view.samples, view.fs_hz, view.start_s, unit, reader.lang, WIDE)
    if diagnosis.exhibits is not None and len(diagnosis.exhibits.orders):
        flags = sentences.flags(diagnosis)
        stills["envelope"] = drawing.envelope_spectrum(diagnosis.exhibits, flags, [], reader.lang, WIDE)
    return stills


def _unit(looked: Looked, reader: Reader) -> str:
    return record_views.unit_name(looked.recording) or reader.say("unit not stated")


def _inside(diagnosis: Diagnosis) -> str:
    """The inside as it can be typed."""
    inside = diagnosis.geometry
    if inside is None:
        return ""
    lengths = (inside.n_elements, inside.element_diameter_mm, inside.pitch_diameter_mm, inside.contact_angle_deg)
    return ",".join(f"{each:g}" for each in lengths)


def _inside_told(diagnosis: Diagnosis) -> str:
    """The inside as it can be read."""
    inside = diagnosis.geometry
    if inside is None:
        return ""
    lengths = f"Dw {inside.element_diameter_mm:g} mm, Dpw {inside.pitch_diameter_mm:g} mm"
    return f"Z {inside.n_elements}, {lengths}, α {inside.contact_angle_deg:g}°"


def _stored(looked: Looked, reader: Reader) -> str:
    """How the finding that was kept stands to this one."""
    if looked.standing == "none":
        return reader.say("not diagnosed when it came")
    if looked.standing == "same":
        return reader.say("same as stored, {version}", version=looked.version)
    return reader.say("stored: {verdict}, {version}", verdict=VERDICTS[str(looked.stored["verdict"])],
                      version=looked.version)  # fmt: skip


def _said(correction: Correction) -> str:
    said = {name: value for name, value in vars(correction).items() if value}
    return f"?{urlencode(said)}" if said else ""


def _with(path: str, query: Mapping[str, str], **changes: str) -> str:
    kept = {name: value for name, value in {**query, **changes}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def _words(reader: Reader) -> dict[str, Any]:
    """What is written into the pictures by the browser, which fills the fields."""
    say = reader.say
    return {
        "order": say("order"),
        "off": say("off {line}", line="{line}"),
        "nearest": say("nearest: {line}", line="{line}"),
        "over_floor": say("dB over floor"),
        "floor": say("floor"),
        "band": say("band used, {low}–{high} kHz", low="{low}", high="{high}"),
        "each": say(
            "▾ one each {span} ms, {family}, from the largest sample in view", span="{span}", family="{family}"
        ),
        "at": say("{frequency} Hz, {level}", frequency="{frequency}", level="{level}"),
        "at_order": say(
            "{frequency} Hz, order {order}, {level}", frequency="{frequency}", order="{order}", level="{level}"
        ),
        "cell": say("{carrier} kHz at order {order}: {level}", carrier="{carrier}", order="{order}", level="{level}"),
        "spoken": say(
            "order {order}, {frequency} Hz, {level} dB over floor",
            order="{order}",
            frequency="{frequency}",
            level="{level}",
        ),
        "spoken_hz": say("{frequency} Hz", frequency="{frequency}"),
        "from_pin": say("{distance} from the pin", distance="{distance}"),
        "beside": say("beside: {level}", level="{level}"),
        "waiting": say("The curves are waited for; they are asked for again until they come."),
        "refused": say("The curves do not come: {reason}. What is kept is listed at the position.", reason="{reason}"),
        "failed": say("The curves did not come: {reason}. Load the page again.", reason="{reason}"),
    }
