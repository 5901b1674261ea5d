"""``loadzone compare D1 D2 ...``: several bearings under one load, the longest life first."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.cli import options, rate
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.compare import Comparison
    from loadzone.flows.rate import RateAnswer

WIDTHS = (16, 9, 9, 7, 10, 10, 10, 7)


def compare(
    designations: Annotated[list[str], typer.Argument(metavar="D1 D2 ...", help="Designations, as 6205 6305.")],
    speed: rate.Turns,
    fr: rate.Newtons = 0.0,
    fa: rate.Thrust = 0.0,
    moment: rate.Moment = 0.0,
    oil: rate.OilGrade = None,
    temperature: rate.Warmth = None,
    cleanliness: rate.Clean = None,
    clearance: rate.Clearance = None,
    fit: rate.Fit = None,
    mode: rate.Lever = "consistent",
    reliability: rate.Reliability = 90.0,
    additives: Annotated[bool, typer.Option("--additives", help="EP additives are proven effective.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Compare bearings under one load: ratings, static safety, lives and contact pressure, the longest life first.

    Exit codes: 0 done, 2 the input, or a bearing that has no life.
    """
    from loadzone.flows.compare import compare as compare_bearings
    from loadzone.flows.rate import RateOptions

    said = RateOptions(
        speed_rpm=speed,
        radial_n=fr,
        axial_n=fa,
        moment_nmm=moment,
        oil=oil,
        temperature_degc=temperature,
        cleanliness=cleanliness,
        reliability_percent=reliability,
        clearance_um=clearance,
        fit=fit,
        mode=mode,
        has_additives=additives,
    )
    found = compare_bearings(designations, said)
    if as_json:
        typer.echo(json.dumps(found.to_dict(lang), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_page(found, lang)))
    raise typer.Exit(0 if found.is_whole else rate.INPUT)


def _page(found: "Comparison", lang: str) -> Iterator[str]:
    """The comparison, at most 78 columns wide."""
    from loadzone.words.columns import TERMINAL_WIDTH, wrap

    heads = ("", "C N", "C_0 N", "S_0", "L_10h", "L_nmh", "L_10rh", "p_max")
    yield _line(heads)
    for each in found.answers:
        yield _line(_cells(each))
    yield ""
    notes = [
        text("lives in h, p_max in MPa; ordered by {life}", life="L_nmh" if found.objective == "lnm_h" else "L_10h"),
        *(
            reason if name in reason.render(lang) else text("{name}: {reason}", name=name, reason=reason)
            for name, reason in found.refused
        ),
    ]
    estimated = [each.subject.designation for each in found.answers if each.subject.geometry.provenance == "estimate"]
    if estimated:
        notes.append(text("inside estimated from the outline: {names}", names=", ".join(estimated)))
    silent = [each.subject.designation for each in found.answers if each.result.life.l10_h is None]
    if silent:
        notes.append(text("no life by ISO 281, overloaded: {names}", names=", ".join(silent)))
    notes.append(text("each step with its clause, and what was assumed: loadzone rate D"))
    for note in notes:
        yield from wrap(f" ! {note.render(lang)}", TERMINAL_WIDTH, "   ")


def _cells(answer: "RateAnswer") -> tuple[str, ...]:
    from loadzone.reports.numbers import fixed, significant

    result, life = answer.result, answer.result.life
    hours = (life.l10_h, life.lnm_h, life.l10r_h)
    pressure = "" if result.p_max_mpa is None else fixed(result.p_max_mpa)
    lives = ("–" if each is None else fixed(each) for each in hours)
    return (answer.subject.designation, fixed(result.c_n), fixed(result.c0_n), significant(result.s0), *lives, pressure)


def _line(cells: tuple[str, ...]) -> str:
    from loadzone.words.columns import pad, width

    first, *rest = cells
    told = pad(first, WIDTHS[0])
    for cell, wide in zip(rest, WIDTHS[1:], strict=True):
        told += " " * max(wide - width(cell), 1) + cell
    return told.rstrip()
