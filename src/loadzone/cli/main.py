"""The command ``loadzone``: finds the command that is asked for, and turns errors into sentences and exit codes.

Only the module of that command is imported, so that ``loadzone --help`` answers at once.
"""

import os
import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import Annotated, Literal, NoReturn, cast

import typer

from loadzone.cli.help import speak, typers_words
from loadzone.cli.refusal import sentence
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import LANGUAGES, Text, text

COMMANDS: dict[str, Text] = {
    "diagnose": text("Is the bearing damaged, where, how sure, and what to do."),
    "bearing": text("Read a designation: type, size, inside with its sources, defect orders."),
    "infer": text("Find the inside of a ball bearing from C and C0: every solution, no guess."),
    "optimise": text("Find the best ball bearing for an outline, with a proven bound."),
    "compare": text("Compare bearings under one load, the longest life first."),
    "rate": text("Rate a bearing: life, static safety, contact pressure, film, each step with its clause."),
    "shaft": text("Rate all bearings of a shaft: shaft, bearings, housing and gears in one equilibrium."),
    "preset": text("Show a product family: what is known of it, what must be given, a worked case."),
    "scatter": text("Rate a bearing with scattering inputs: the band of its life, and what moves it most."),
    "rexs": text("Read, rate, convert and write models of drives in the exchange standard REXS."),
    "info": text("Show what recordings hold, and where each fact comes from."),
    "convert": text("Write a recording in another format."),
    "simulate": text("Simulate a bearing's vibration and write the recording and the truth about it."),
    "up": text("Run the platform on this machine: broker with MQTT, workers, store, HTTP."),
    "worker": text("Handle arrivals of a platform: its share of the shards."),
    "ingest": text("Keep recordings at a position and diagnose them, each file once."),
    "positions": text("List positions with how they stand, the worst first."),
    "alarms": text("List alarms; acknowledge, shelve, take out of service, return."),
    "advice": text("List advice, enter what came of it, show how often it is right."),
    "why": text("Show what an advice, an alarm or a result rests on, and compute it again."),
    "replay": text("Diagnose stored recordings again and compare with the stored results."),
    "demo": text("Show the platform with a simulated fleet."),
    "user": text("Enter users of the platform, list them, set passwords."),
    "token": text("Make, list and revoke the tokens of programs and sensors."),
    "assets": text("Bring sites, machines, positions and bearings in and out as a table."),
    "position": text("Enter a position; mount and remove bearings there."),
    "backup": text("Copy all that a platform keeps into one folder or file."),
    "restore": text("Fill an empty place from a backup and verify its ledgers."),
    "bench": text("Measure what is promised: error rates, detection, speed."),
}
"""One module a command, which holds a function of its name, or a group of commands."""

GROUPS: dict[str, tuple[str, ...]] = {
    "alarms": ("list", "acknowledge", "shelve", "unshelve", "take-out", "return", "reset"),
    "advice": ("list", "close", "precision"),
    "user": ("add", "list", "password"),
    "token": ("make", "list", "revoke"),
    "assets": ("import", "export"),
    "position": ("add", "mount", "remove"),
}
"""Commands that have commands of their own."""

MISUSED = 2
OUR_FAULT = 3
STOPPED = 130
"""What shells report for a program that the user stopped."""

Language = Literal["en", "zh"]

_USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__mro__[1])
"""What Typer raises over a command line; only the children of this class have public names."""


def run() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command line.

    Returns
    -------
    0 done, 1 found what ``--fail-on`` asked for, 2 the input, 3 our fault, 130 stopped by the user
    """
    lang = language(arguments, os.environ)
    _speak_any_language()
    command = typer.main.get_command(application(lang, {name for name in arguments if name in COMMANDS}))
    speak(command, lang)
    try:
        with typers_words(lang):
            left_with = command(list(arguments), prog_name="loadzone", standalone_mode=False)
        return left_with if isinstance(left_with, int) else 0
    except _USAGE_ERROR as error:
        return _misused(error, lang)
    except LoadzoneError as error:
        typer.echo(error.render(lang), err=True)
        return error.exit_code
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  the reader of our pipe has left
        return 0
    except Exception as error:  # noqa: BLE001  the last door: a sentence for the user, the trace for who asks for it
        return _our_fault(error, lang)


def application(lang: str, wanted: Collection[str]) -> typer.Typer:
    """The commands: those in ``wanted`` with their options, of the others only their names."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=text("Open platform of the bearing industry: from a recording to a verdict with its error rate.").render(
            lang
        ),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback(invoke_without_command=True)(_common(lang))
    for name, summary in COMMANDS.items():
        if name in GROUPS and name in wanted:
            app.add_typer(_group(name), name=name, short_help=summary.render(lang))
        else:
            command = _load(name) if name in wanted else _placeholder
            app.command(name, short_help=summary.render(lang), help=None)(command)
    return app


def language(arguments: Sequence[str], environment: "os._Environ[str] | dict[str, str]") -> str:
    """The reader's language: ``--lang``, else that of the machine, else English.

    >>> language(["info", "--lang", "zh"], {}), language([], {"LANG": "zh_CN.UTF-8"}), language([], {"LANG": "C"})
    ('zh', 'zh', 'en')
    """
    for place, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        said = value if equals else next(iter(arguments[place + 1 : place + 2]), "")
        if name == "--lang" and said in LANGUAGES:
            return said
    local = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "zh" if local.casefold().startswith("zh") else "en"


def _common(lang: str) -> Callable[..., None]:
    def common(
        context: typer.Context,
        chosen: Annotated[
            Language | None, typer.Option("--lang", help="Language of the answer; also after the command.")
        ] = None,
        is_version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
    ) -> None:
        if is_version:
            from importlib.metadata import version

            typer.echo(f"loadzone {version('loadzone')}")
            raise typer.Exit
        said = {"lang": chosen or lang}
        context.default_map = {name: said | dict.fromkeys(GROUPS.get(name, ()), said) for name in COMMANDS}
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    return common


def _load(name: str) -> Callable[..., object]:
    command: Callable[..., object] = getattr(import_module(f"loadzone.cli.{name}"), name)
    return command


def _group(name: str) -> typer.Typer:
    group: typer.Typer = getattr(import_module(f"loadzone.cli.{name}"), name)
    group.callback()(_spoken)
    return group


def _spoken(
    lang: Annotated[Language, typer.Option(help="Language of the answer.")] = "en",
) -> None:
    """Take --lang before the command of a group; it was read already."""
    del lang


def _placeholder() -> None:
    """Stand for a command that is not asked for."""


def _speak_any_language() -> None:
    """A terminal or pipe whose encoding lacks a sign of ours must not end in a trace."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _misused(error: Exception, lang: str) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(str(error))
        return 0
    typer.echo(sentence(error).render(lang), err=True)
    return MISUSED


def _our_fault(error: Exception, lang: str) -> int:
    if os.environ.get("LOADZONE_TRACE"):
        raise error
    told = text(
        "loadzone failed ({kind}: {reason}); the fault is ours: CONTRIBUTING.md says where to report it, and "
        "LOADZONE_TRACE=1 shows where it happened",
        kind=type(error).__name__,
        reason=" ".join(str(error).split())[:200],
    )
    typer.echo(told.render(lang), err=True)
    return OUR_FAULT
