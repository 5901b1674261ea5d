"""``loadzone rexs FILE``: what a REXS model holds; its bearings rated; the model in another form or version."""

import json
from pathlib import Path
from typing import Annotated

import typer

from loadzone.cli import options
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

INPUT = 2


def rexs(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="REXS model: .rexs, .rexsj or .rexsz.")],
    is_rated: Annotated[bool, typer.Option("--rate", help="Rate each bearing in each load case.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the model, with results after --rate: .rexs, .rexsj, .rexsz."
        ),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="VERSION", help="Version to write: 1.4, 1.5, 1.6, 1.7 or 2.0.")
    ] = None,
    has_elements: Annotated[
        bool, typer.Option("--elements", help="Write the force of each rolling element too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Show a REXS model, rate its bearings, and write it as XML or JSON in any version from 1.4 to 2.0.

    Exit codes: 0 done, 2 the input, or with --rate a bearing without a life.
    """
    from loadzone.cli.target import check_folder
    from loadzone.flows.rexs_overview import overview
    from loadzone.formats.rexs import converted, read_rexs, write_rexs
    from loadzone.formats.rexs.files import form_of

    _check(out, to, can_write_elements=not has_elements or (is_rated and out is not None))
    if out is not None:
        form_of(out)
        check_folder(out)
    model = read_rexs(file)
    if to is not None:
        model = converted(model, to)
    seen = overview(model, is_rated=is_rated)
    if out is not None:
        if is_rated:
            from loadzone.flows.rexs_results import with_results

            model = with_results(model, seen.ratings, has_elements=has_elements)
        write_rexs(out, model)
    if as_json:
        typer.echo(json.dumps(seen.to_dict(lang), ensure_ascii=False, indent=2))
    else:
        from loadzone.cli.rexs_page import page

        typer.echo("\n".join(page(seen, file.name, lang)))
        if out is not None:
            typer.echo(text("{file}: written", file=str(out)).render(lang))
    raise typer.Exit(0 if seen.is_rated else INPUT)


def _check(out: Path | None, to: str | None, *, can_write_elements: bool) -> None:
    if to is not None and out is None:
        raise BadInput(text("--to says the version to write: give --out FILE as well"))
    if not can_write_elements:
        raise BadInput(text("--elements writes forces of a rating: give --rate and --out FILE as well"))
