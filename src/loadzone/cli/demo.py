"""``loadzone demo``: a small simulated fleet, diagnosed, with reports in both languages and an index that is opened."""

import datetime as dt
import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from loadzone.cli import options
from loadzone.words.texts import text


def demo(
    folder: Annotated[Path, typer.Option(help="Where everything is written.")] = Path("loadzone-demo"),
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only name the index, do not open it.")] = False,
    jobs: options.Jobs = None,
    plain: options.Plain = False,
    ascii_only: options.AsciiOnly = False,
    lang: options.Language = "en",
) -> None:
    """Simulate a small fleet, diagnose it, write the reports and an index, and open the index.

    Twelve recordings of a wind turbine, axle boxes, a motor, a spindle and smaller machines: all simulated, with the
    same seed every time.
    """
    from loadzone.cli.progress import Bar
    from loadzone.cli.terminal import colour_of, theme_of
    from loadzone.flows.demo import demonstrate
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
