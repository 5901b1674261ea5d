"""``loadzone position``: places where bearings come and go; entered, and what is mounted there."""

from typing import Annotated

import typer

from loadzone.cli import desk, options
from loadzone.words.texts import text

position = typer.Typer(help="Places where bearings come and go.", no_args_is_help=True)
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="When, as 2026-11-24T08:00:00+08:00; now by default.")
]
Place = Annotated[str, typer.Argument(metavar="POSITION", help="Identifier of the position.")]


@position.command("add")
def add(
    identifier: Place,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="As it is shown; the identifier by default.")] = None,
    machine: Annotated[str | None, typer.Option(metavar="ID", help="Machine that it is in.")] = None,
    parent: Annotated[str | None, typer.Option(metavar="ID", help="Position that it is part of.")] = None,
    bearing: Annotated[str | None, typer.Option(metavar="DESIGNATION", help="Bearing type that belongs there.")] = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    lang: options.Language = "en",
) -> None:
    """Enter a position.

    What arrives for it is no longer put aside.
    """
    from loadzone.flows.assets import Position, adopt

    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        made = Position(mine, identifier, name or identifier, act.at_us, machine, parent, bearing)
        platform.catalog.write(mine, lambda work: adopt(work, act, made))
    typer.echo(text("position {position} is entered", position=identifier).render(lang))


@position.command("mount")
def mount(
    identifier: Place,
    serial: Annotated[str, typer.Argument(metavar="SERIAL", help="Serial number of the unit.")],
    at: At = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    lang: options.Language = "en",
) -> None:
    """Mount a bearing.

    The position must be empty.
    """
    from loadzone.flows import assets

    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        platform.catalog.write(
            mine, lambda work: assets.mount(work, act, mine, identifier, serial, at_us=desk.micros(at))
        )
    typer.echo(text("{serial} is at {position}", serial=serial, position=identifier).render(lang))


@position.command("remove")
def remove(
    identifier: Place,
    at: At = None,
    reason: Annotated[str | None, typer.Option(metavar="WORDS", help="Why.")] = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    lang: options.Language = "en",
) -> None:
    """Remove the bearing that is there.

    The position keeps its history.
    """
    from loadzone.flows import assets

    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        gone = platform.catalog.write(
            mine, lambda work: assets.remove(work, act, mine, identifier, at_us=desk.micros(at), reason=reason)
        )
    typer.echo(text("{serial} has left {position}", serial=gone.serial, position=identifier).render(lang))
