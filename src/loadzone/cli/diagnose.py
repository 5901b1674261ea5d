"""``loadzone diagnose``: recordings in, one page for one answer, a table for many, reports and JSON on request."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from loadzone.cli import options
from loadzone.words.errors import BadInput, LoadzoneError
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.diagnose import Answer, DiagnoseOptions
    from loadzone.monitor.diagnosis import Diagnosis

Feared = Literal["suspected", "confirmed"]

MOST_PAGES = 3
"""More answers than this are shown as a table."""
MOST_NAMES = 8
"""A file of snapshots holds hundreds of channels."""
FOUND = 1
INPUT = 2
OPEN_ANSWERS = ("two_readings", "speed_doubt")
"""Problems that leave a verdict open although the input is sound."""


def diagnose(
    paths: options.Paths = None,
    bearing: options.Designation = None,
    geometry: options.Inside = None,
    speed: options.Speed = None,
    tacho: options.Tacho = None,
    profile: options.Profile = None,
    turning: options.Turning = "inner",
    fs: options.Rate = None,
    unit: options.UnitOfSamples = None,
    channel: options.Channel = None,
    labels: options.Labels = None,
    machine: options.MachineClass = None,
    gear: options.Gears = None,
    false_alarm_rate: options.FalseAlarmRate = 0.01,
    fail_on: options.FailOn = None,
    as_json: options.AsJson = False,
    report: options.Report = None,
    jobs: options.Jobs = None,
    plain: options.Plain = False,
    ascii_only: options.AsciiOnly = False,
    lang: options.Language = "en",
) -> None:
    """Is the bearing damaged, where, how sure, how bad, what to do, and why.

    Exit codes: 0 done, 1 only with --fail-on, 2 the input, 3 our fault; of several files the highest.
    """
    from loadzone.flows.diagnose import diagnose_files

    try:
        _check_folder(report)
        said = _options(
            bearing, geometry, speed, tacho, profile, turning, fs, unit, channel, machine, gear, false_alarm_rate
        )
        total, found = diagnose_files(
            paths or [],
            said,
            labels=labels,
            languages=[lang] if report else [],
            generated_on=dt.datetime.now().astimezone().date().isoformat(),
            jobs=jobs,
        )
    except LoadzoneError as refusal:
        if as_json:
            _print_json(_refused(paths or [], refusal), lang)
        raise
    answers = list(_watched(found, total, lang))
    if as_json:
        _print_json([each.diagnosis for each in answers], lang)
    else:
        _print_pages(answers, lang, plain, ascii_only)
    for sentence in dict.fromkeys(_complaints(answers, lang)):
        typer.echo(sentence, err=True)
    if report:
        _write_reports(report, answers, lang)
    raise typer.Exit(max((exit_code(each, fail_on) for each in answers), default=0))


def _check_folder(report: Path | None) -> None:
    """A report that nobody could write is refused before the work, not after it."""
    if report is not None and not report.parent.is_dir():
        raise BadInput(
            text("{folder}: there is no such folder for the report: make it first", folder=str(report.parent))
        )


def exit_code(answer: "Answer", fail_on: Feared | None = None) -> int:
    """What one answer asks for: the code of its error, 2 where the input allows no verdict, 1 for what was feared."""
    if answer.error is not None:
        return answer.error.exit_code
    diagnosis = answer.diagnosis
    if _obstacle(diagnosis) is not None:
        return INPUT
    feared = {"suspected": ("suspected", "confirmed"), "confirmed": ("confirmed",)}[fail_on] if fail_on else ()
    return FOUND if diagnosis.verdict in feared else 0


def _options(  # one parameter an option
    bearing: str | None,
    geometry: str | None,
    speed: str | None,
    tacho: str | None,
    profile: Path | None,
    turning: str,
    fs: float | None,
    unit: options.UnitOfSamples,
    channel: str | None,
    machine: str | None,
    gear: Sequence[str] | None,
    false_alarm_rate: float,
) -> "DiagnoseOptions":
    from loadzone.bearings.geometry import geometry_from_option
    from loadzone.bearings.orders import ring_speeds_from_option
    from loadzone.flows.diagnose import DiagnoseOptions
    from loadzone.flows.speed_profile import read_profile, speed_from_option
    from loadzone.monitor.settings import Gear, Machine

    steady, between = speed_from_option(speed) if speed is not None else (None, None)
    return DiagnoseOptions(
        bearing=bearing,
        geometry=geometry_from_option(geometry) if geometry is not None else None,
        speed_rpm=steady,
        speed_range_rpm=between,
        tacho=tacho,
        profile=read_profile(profile) if profile is not None else None,
        turning=ring_speeds_from_option(turning),
        fs_hz=fs,
        unit=unit,
        channel=channel,
        machine=Machine.parse(machine) if machine is not None else None,
        gears=tuple(Gear.parse(each) for each in gear or ()),
        false_alarm_rate=false_alarm_rate,
    )


def _watched(found: "Iterator[list[Answer]]", total: int, lang: str) -> "Iterator[Answer]":
    from loadzone.cli.progress import Bar

    with Bar(text("files"), lang) as bar:
        for done, answers in enumerate(found, start=1):
            bar(done, total)
            yield from answers


def _refused(paths: Sequence[str], refusal: LoadzoneError) -> "list[Diagnosis]":
    """An item a path also where the call as a whole was refused."""
    from loadzone.monitor.diagnosis import Diagnosis

    return [Diagnosis.failed(path, "", refusal) for path in paths]


def _print_json(diagnoses: "Sequence[Diagnosis]", lang: str) -> None:
    items = [each.to_dict(lang) for each in diagnoses]
    typer.echo(json.dumps(items, ensure_ascii=False, indent=2))


def _print_pages(answers: "Sequence[Answer]", lang: str, is_plain: bool, ascii_only: bool) -> None:
    """A page for each of few answers, one line for each of many; what failed alone is said by its sentence."""
    from loadzone.cli.terminal import colour_of, theme_of
    from loadzone.reports.sentences import name
    from loadzone.reports.terminal import page, summary_table

    colour, theme = colour_of(is_plain=is_plain), theme_of()
    if len(answers) > MOST_PAGES:
        table = summary_table([each.diagnosis for each in answers], lang, colour, ascii_only, theme)
        typer.echo("\n" + table, color=True)
        return
    for each in answers:
        if each.error is None:
            above = name(each.diagnosis) if len(answers) > 1 else ""
            typer.echo("\n" + page(each.diagnosis, lang, colour, ascii_only, theme, above), color=True)


def _complaints(answers: "Sequence[Answer]", lang: str) -> Iterator[str]:
    """One sentence for each obstacle that allowed no verdict; channels of a file that share it are named together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for each in answers:
        if each.error is not None:
            yield each.error.render(lang)
        elif (obstacle := _obstacle(each.diagnosis)) is not None:
            channels = alike.setdefault((each.diagnosis.record, obstacle.render(lang)), [])
            channels += [each.diagnosis.channel] if each.diagnosis.channel else []
    for (file, obstacle_told), channels in alike.items():
        yield _about(file, channels, obstacle_told).render(lang)


def _obstacle(diagnosis: "Diagnosis") -> Text | None:
    """What in the input stood in the way of a verdict."""
    if diagnosis.verdict != "undetermined":
        return None
    if not diagnosis.problems:
        return text("no answer from this record")
    first = diagnosis.problems[0]
    return None if first.code in OPEN_ANSWERS else first.text


def _about(file: str, channels: Sequence[str], obstacle: str) -> Text:
    if not channels:
        return text("{file}: {obstacle}", file=file, obstacle=obstacle)
    shown = ", ".join([*channels[:MOST_NAMES], *(["..."] if len(channels) > MOST_NAMES else [])])
    return text("{file}, {channel}: {obstacle}", file=file, channel=shown, obstacle=obstacle)


def _write_reports(target: Path, answers: "Sequence[Answer]", lang: str) -> None:
    """One answer is the file; several are pages beside an index, each whole or not at all."""
    from loadzone.flows.pages import write_index, write_page

    pages = {place: dict(each.reports)[lang] for place, each in enumerate(answers)}
    if len(answers) == 1:
        write_page(target, pages[0])
    else:
        names = {place: f"{target.stem}-{place + 1:03d}-{_slug(answers[place].diagnosis)}.html" for place in pages}
        for place, page in pages.items():
            write_page(target.parent / names[place], page)
        write_index(target, [each.diagnosis for each in answers], list(names.values()), lang)
    typer.echo(text("report {path}", path=str(target)).render(lang), err=True)


def _slug(diagnosis: "Diagnosis") -> str:
    words = f"{Path(diagnosis.record).stem}-{diagnosis.channel}"
    return re.sub(r"[^\w.-]+", "_", words).strip("_-")[:80]
