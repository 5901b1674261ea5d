"""``loadzone demo``: the platform with a simulated fleet, its past, and values that come in; or a few files."""

import asyncio
import datetime as dt
import json
import logging
import os
import sys
import webbrowser
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.cli import options
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.flows.demo import Demo

WELCOME = "welcome"
"""Page that takes the secret of a link, which stands behind the # and so in no log."""


def demo(
    data: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the demonstration.")] = Path("loadzone-demo"),
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="P", help="Port of HTTP, on loopback.")] = 8765,
    recordings: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Recordings of yours, with labels.csv beside them if there is one."),
    ] = None,
    days: Annotated[float, typer.Option(metavar="N", help="Days of history of a new demonstration.")] = 90.0,
    machines: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Machines of each site of a new one; all by default.")
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="No platform: twelve recordings as files there, with their reports."),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only tell the address, do not open it.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was made as JSON, once it can be reached.")
    ] = False,
    jobs: options.Jobs = None,
    plain: options.Plain = False,
    ascii_only: options.AsciiOnly = False,
    lang: options.Language = "en",
) -> None:
    """Show the platform with a simulated fleet: 56 machines, 90 days of history, values that come in now.

    Everything is kept in DIR; the next call goes on with it. Ctrl-C ends it. All of the fleet is simulated and says so;
    your own recordings stand at a site of their own.
    """
    if files is not None:
        _files(files, no_browser=no_browser, jobs=jobs, plain=plain, ascii_only=ascii_only, lang=lang)
        return
    from loadzone.cli.progress import Bar
    from loadzone.flows.demo import open_demo, sending
    from loadzone.flows.up import up as run
    from loadzone.web.serve import serving

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    serve = serving(port)
    if not as_json:
        typer.echo(text("A simulated fleet with {days:g} days of history; one moment.", days=days).render(lang))
    with Bar(text("history"), lang) as bar:
        made = open_demo(data, days=days, machines=machines, jobs=jobs, told=lambda share: bar(int(100 * share), 100))

    def ready(_: object) -> None:
        address = _told(made, port, lang, as_json=as_json)
        if not no_browser and _has_display():
            webbrowser.open(address)

    try:
        asyncio.run(run(made.platform, serve=sending(made, serve, recordings), ready=ready))
    finally:
        made.platform.close()


def _told(made: "Demo", port: int, lang: str, *, as_json: bool) -> str:
    """Say what is there and how to sign in; the address that signs the reliability engineer in."""
    from loadzone.flows.demo import sign_in_ways

    secret, people, password = sign_in_ways(made)
    root = f"http://127.0.0.1:{port}"
    address = f"{root}/{WELCOME}#{secret}"
    past = made.past
    if as_json:
        told = {"address": root, "sign_in": address, "logins": people, "password": password, "past": asdict(past)}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return address
    lines: list[Text | str] = [
        text(
            "{machines} machines, {positions} positions, {points} values, {recordings} recordings",
            machines=past.machines,
            positions=past.positions,
            points=past.points,
            recordings=past.recordings,
        ),
        text(
            "{alarms} alarms, {advice} pieces of advice; ready after {seconds:.0f} s",
            alarms=past.alarms,
            advice=past.advice,
            seconds=past.seconds,
        ),
        text("Open as reliability engineer (once, within a day):"),
        address,
        text("Everyone signs in at {root} with the password {password}:", root=root, password=password),
        *(f"  {login:<16} {name}" for login, name in people.items()),
        text("Everything is simulated. Ctrl-C ends it; the next start goes on from here."),
    ]
    for line in lines:
        typer.echo(line if isinstance(line, str) else line.render(lang))
    sys.stdout.flush()
    return address


def _files(folder: Path, *, no_browser: bool, jobs: int | None, plain: bool, ascii_only: bool, lang: str) -> None:
    """Twelve recordings of a wind turbine, axle boxes, a motor and smaller machines, diagnosed, with their reports."""
    from loadzone.cli.progress import Bar
    from loadzone.cli.terminal import colour_of, theme_of
    from loadzone.flows.demo_files import demonstrate
    from loadzone.reports.terminal import summary_table

    typer.echo(text("Simulating and diagnosing a small fleet. All of it is simulated.").render(lang))
    with Bar(text("positions"), lang) as bar:
        today = dt.datetime.now().astimezone().date().isoformat()
        made = demonstrate(folder, generated_on=today, jobs=jobs, progress=bar)
    table = summary_table(made.diagnoses, lang, colour_of(is_plain=plain), ascii_only, theme_of())
    typer.echo("\n" + table, color=True)
    index = made.indexes[lang]
    typer.echo(text("index       {path}", path=str(index)).render(lang))
    typer.echo(text("recordings  {path}", path=str(made.recordings)).render(lang))
    if not no_browser and _has_display():
        webbrowser.open(index.resolve().as_uri())


def _has_display() -> bool:
    """Whether a browser window could appear (a text browser would take the terminal)."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
