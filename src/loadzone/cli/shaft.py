"""``loadzone shaft FILE``: all bearings of a shaft, rated under the forces that they settle among themselves."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from loadzone.cli import options
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
    from loadzone.flows.rexs_drive import DriveShaft
    from loadzone.flows.shaft import ShaftAnswer

INPUT = 2

Ross = Annotated[
    Path | None,
    typer.Option(metavar="OUT.json", help="Write shaft and bearing stiffness for ROSS, a rotordynamics program."),
]
RossSpeeds = Annotated[
    str | None,
    typer.Option(metavar="RPM,RPM,...", help="Speeds of the table that --ross writes; by default the file's alone."),
]


def shaft(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON of a shaft (docs/methods/shaft.md), or a REXS model.")
    ],
    ross: Ross = None,
    ross_speeds: RossSpeeds = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Rate all bearings of a shaft: shaft, bearings, housing and gears in one equilibrium.

    Of a REXS model every shaft is rated, in every load case.

    Exit codes: 0 done, 2 the input, or a loaded bearing that has no life.
    """
    from loadzone.flows.shaft import rate_shaft
    from loadzone.flows.shaft_file import read_shaft
    from loadzone.formats.rexs import is_rexs

    if is_rexs(file):
        _drive(file, ross, ross_speeds, lang, as_json=as_json)
    case = read_shaft(file)
    answer = rate_shaft(case.model, case.conditions, case.mode)
    if ross is not None:
        _export(ross, file, answer, _speeds(ross_speeds))
    elif ross_speeds is not None:
        raise BadInput(text("--ross-speeds without --ross: give the file to write"))
    if as_json:
        typer.echo(json.dumps(answer.to_dict(lang), ensure_ascii=False, indent=2))
    else:
        from loadzone.cli.shaft_page import page

        typer.echo("\n".join(page(answer, lang)))
    raise typer.Exit(0 if answer.is_whole else INPUT)


def _drive(file: Path, ross: Path | None, ross_speeds: str | None, lang: str, *, as_json: bool) -> NoReturn:
    """All shafts of a REXS model in all its load cases."""
    from loadzone.flows.rexs_drive import rate_drive
    from loadzone.formats.rexs import read_rexs

    if ross_speeds is not None:
        raise BadInput(text("--ross-speeds beside a REXS model: its load cases state the speeds"))
    model = read_rexs(file)
    found = rate_drive(model)
    if ross is not None:
        _export_drive(ross, found)
    if as_json:
        told = {"shafts": [each.to_dict(lang) for each in found], "notes": [each.render(lang) for each in model.notes]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        from loadzone.cli.shaft_page import drive_page

        typer.echo("\n".join(drive_page(found, model.notes, lang)))
    raise typer.Exit(0 if all(each.is_whole for each in found) else INPUT)


def _export_drive(target: Path, found: Sequence["DriveShaft"]) -> None:
    """The one shaft of a model, its load cases as a table over speed."""
    from loadzone.flows.ross import write_ross

    names = list(dict.fromkeys(each.name for each in found))
    if len({each.shaft_id for each in found}) > 1:
        raise BadInput(
            text("--ross of a model of several shafts ({names}): ROSS takes one rotor a file", names=", ".join(names))
        )
    write_ross(target, [each.answer for each in found if each.answer is not None])


def _export(target: Path, file: Path, answer: "ShaftAnswer", speeds: tuple[float, ...]) -> None:
    from loadzone.flows.ross import write_ross
    from loadzone.flows.shaft import rate_shaft
    from loadzone.flows.shaft_file import read_shaft

    cases = [read_shaft(file, speed) for speed in speeds]
    write_ross(target, [rate_shaft(each.model, each.conditions, each.mode) for each in cases] or [answer])


def _speeds(option: str | None) -> tuple[float, ...]:
    try:
        return tuple(float(each) for each in option.split(",")) if option else ()
    except ValueError:
        raise BadInput(text("speeds «{option}»: give them in r/min as 500,1000,1500", option=option)) from None
