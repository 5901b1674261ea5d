"""``loadzone shaft FILE``: all bearings of a shaft, rated under the forces that they settle among themselves."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.cli import options
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

if TYPE_CHECKING:
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
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON of a shaft, see docs/methods/shaft.md.")],
    ross: Ross = None,
    ross_speeds: RossSpeeds = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Rate all bearings of a shaft: shaft, bearings, housing and gears in one equilibrium.

    Exit codes: 0 done, 2 the input, or a loaded bearing that has no life.
    """
    from loadzone.flows.shaft import rate_shaft
    from loadzone.flows.shaft_file import read_shaft

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
