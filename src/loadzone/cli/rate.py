"""``loadzone rate D``: life, stress and film of a bearing under a load, a history or a table of cases."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from loadzone.cli import options
from loadzone.cli.target import check_folder
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.rate import RateAnswer, RateOptions

INPUT = 2
TABLES = (".csv", ".parquet")

Newtons = Annotated[float, typer.Option(metavar="N", help="Radial load in N.")]
Thrust = Annotated[float, typer.Option(metavar="N", help="Axial load in N.")]
Moment = Annotated[float, typer.Option(metavar="NMM", help="Tilting moment in N mm, in the plane of the radial load.")]
Turns = Annotated[float, typer.Option(metavar="RPM", help="Speed in r/min.")]
OilGrade = Annotated[
    str | None, typer.Option(metavar="VG", help="ISO VG of the oil or base oil, or ν40/ν100 in mm2/s as 68/8.7.")
]
Warmth = Annotated[float | None, typer.Option(metavar="C", help="Bearing temperature in °C; 70 is assumed.")]
Clean = Annotated[
    str | None,
    typer.Option(
        metavar="CODE", help="e_C as 0.5, a word as normal, or a row as -/17/14, bath:-/17/14, grease:normal."
    ),
]
Clearance = Annotated[
    float | None, typer.Option(metavar="UM", help="Diametral operating clearance in µm; 0 is assumed.")
]
Fit = Annotated[
    str | None, typer.Option(metavar="FIT", help="Seats of shaft and housing, as k5/H7; they give the clearance.")
]
Lever = Annotated[
    Literal["consistent", "iso", "pitch"],
    typer.Option(help="Lever of the tilt in the load distribution; iso: as printed in ISO/TS 16281."),
]
Reliability = Annotated[float, typer.Option(metavar="PERCENT", help="Reliability of the modified life, 90 to 99.95.")]
Grooves = Annotated[
    str | None, typer.Option(metavar="FI,FE", help="Groove radii over ball diameter; 0.52,0.53 are assumed.")
]
Length = Annotated[float | None, typer.Option(metavar="MM", help="Effective length of the rollers.")]
RowDistance = Annotated[
    float | None, typer.Option(metavar="MM", help="Distance of the middles of two rows; assumed by their size.")
]
Facing = Annotated[
    Literal["back_to_back", "face_to_face"] | None,
    typer.Option(help="How two rows with a contact angle stand; back_to_back is assumed."),
]
Type = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help="Type of the bearing, as deep_groove_ball, beside a typed geometry."),
]
MakersC = Annotated[float | None, typer.Option(metavar="N", help="The maker's dynamic load rating.")]
MakersC0 = Annotated[float | None, typer.Option(metavar="N", help="The maker's static load rating.")]
MakersCu = Annotated[float | None, typer.Option(metavar="N", help="The maker's fatigue load limit.")]
History = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="CSV or Parquet: time_s, duration_s or share; fr_n, fa_n or fx_n, fy_n; moment_nmm or mx_nmm, my_nmm; "
        "speed_rpm.",
    ),
]
Bins = Annotated[
    int, typer.Option(metavar="N", min=0, help="Of a history: N load distributions stand for all steps, error shown.")
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the rows of a table of cases, CSV or Parquet.")]


def rate(
    designation: Annotated[
        str, typer.Argument(metavar="D", help="Designation, as 6205, or a CSV or Parquet table of cases.")
    ],
    speed: Turns,
    fr: Newtons = 0.0,
    fa: Thrust = 0.0,
    moment: Moment = 0.0,
    oil: OilGrade = None,
    temperature: Warmth = None,
    cleanliness: Clean = None,
    clearance: Clearance = None,
    fit: Fit = None,
    mode: Lever = "consistent",
    reliability: Reliability = 90.0,
    additives: Annotated[bool, typer.Option("--additives", help="EP additives are proven effective.")] = False,
    geometry: options.Inside = None,
    grooves: Grooves = None,
    length: Length = None,
    row_distance: RowDistance = None,
    arrangement: Facing = None,
    no_tilt: Annotated[bool, typer.Option("--no-tilt", help="The shaft keeps the rings parallel.")] = False,
    bearing_type: Type = None,
    c: MakersC = None,
    c0: MakersC0 = None,
    cu: MakersCu = None,
    history: History = None,
    bins: Bins = 0,
    out: Out = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write the report of the rating.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Rate a bearing: life, static safety, contact pressure, film, each step with its clause.

    Exit codes: 0 done, 2 the input, or a load beyond what ISO 281 rates.
    """
    from loadzone.bearings.geometry import geometry_from_option
    from loadzone.flows.rate import RateOptions, grooves_from_option

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
        grooves=grooves_from_option(grooves) if grooves is not None else None,
        geometry=geometry_from_option(geometry) if geometry is not None else None,
        type_key=bearing_type,
        length_mm=length,
        c_n=c,
        c0_n=c0,
        cu_n=cu,
        has_additives=additives,
        row_distance_mm=row_distance,
        arrangement=arrangement,
        is_held=no_tilt,
    )
    if designation.casefold().endswith(TABLES):
        raise typer.Exit(_cases(Path(designation), said, out, as_json))
    if history is not None:
        if report is not None:
            raise BadInput(text("the report is of one duty, not of a history: leave --report or --history out"))
        raise typer.Exit(_history(designation, said, history, bins, as_json, lang))
    if bins:
        raise BadInput(text("--bins {bins} without a history: give --history FILE", bins=bins))
    raise typer.Exit(_one(designation, said, report, as_json, lang))


def _history(designation: str, said: "RateOptions", history: Path, bins: int, as_json: bool, lang: str) -> int:
    from loadzone.cli.history_page import page
    from loadzone.cli.progress import Bar
    from loadzone.flows.history import rate_history

    with Bar(text("blocks of steps"), lang) as bar:
        told = rate_history(designation, history, said, bins=bins, progress=bar)
    _show(told.to_dict(lang) if as_json else page(told, lang))
    return 0 if told.l10_h is not None or told.l10r_h is not None else INPUT


def _one(designation: str, said: "RateOptions", report: Path | None, as_json: bool, lang: str) -> int:
    from loadzone.cli.rate_page import page
    from loadzone.flows.rate import rate_bearing

    if report is not None:
        check_folder(report)
    answer = rate_bearing(designation, said)
    if report is not None:
        _write_report(report, answer, said, lang)
    _show(answer.to_dict(lang) if as_json else page(answer, lang))
    return 0 if answer.result.life.l10_h is not None else INPUT


def _write_report(target: Path, answer: "RateAnswer", said: "RateOptions", lang: str) -> None:
    from loadzone.flows.pages import write_page
    from loadzone.flows.rate_report import report

    write_page(target, report(answer, said, lang))
    typer.echo(text("report {path}", path=str(target)).render(lang), err=True)


def _cases(path: Path, said: "RateOptions", out: Path | None, as_json: bool) -> int:
    """Rows to a file, or to the output as JSON or CSV; a refused row is marked and the others are computed."""
    import csv
    import sys

    from loadzone.flows.rate_tables import rate_cases, write_rows

    rows = list(rate_cases(path, said))
    if out is not None:
        write_rows(out, rows)
    elif as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return INPUT if any(row["error"] for row in rows) else 0


def _show(told: "dict[str, object] | list[str]") -> None:
    typer.echo("\n".join(told) if isinstance(told, list) else json.dumps(told, ensure_ascii=False, indent=2))
