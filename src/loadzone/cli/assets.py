"""``loadzone assets``: sites, machines, positions and units as one table, in and out."""

from pathlib import Path
from typing import Annotated

import typer

from loadzone.cli import desk, options
from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import text

assets = typer.Typer(help="Sites, machines, positions and bearings as a table.", no_args_is_help=True)


@assets.command("import")
def import_assets(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Table as CSV or XLSX; a row a position.")],
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Take a table in.

    Enters what it names, changes what it names otherwise, mounts its units: all of it, or nothing.
    """
    from loadzone.flows.asset_import import import_table

    try:
        content = file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFile(text("{file} cannot be read ({reason})", file=str(file), reason=reason)) from error
    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        done = platform.catalog.write(mine, lambda work: import_table(work, act, mine, content))
    facts = {"entered": done.entered, "changed": done.changed, "mounted": done.mounted}
    told = text(
        "{entered} entered, {changed} changed, {mounted} mounted",
        entered=sum(done.entered.values()),
        changed=sum(done.changed.values()),
        mounted=done.mounted,
    )
    desk.say(facts, told, as_json, lang)


@assets.command("export")
def export_assets(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Table to be written: CSV, or a workbook where it ends in .xlsx.")
    ],
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    lang: options.Language = "en",
) -> None:
    """Write a table of all assets.

    A spreadsheet opens it, and import takes it.
    """
    from loadzone.cli.target import check_folder
    from loadzone.flows.asset_table import TableKind, export_table

    check_folder(file)
    with desk.opened(data, database) as platform:
        mine = desk.whose(platform, organisation)
        kind: TableKind = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
        table = platform.read(mine, lambda work: export_table(work, mine, kind))
    file.write_bytes(table)
    typer.echo(text("{file}: written", file=str(file)).render(lang))
