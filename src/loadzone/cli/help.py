"""The help of the commands in the reader's language: what stands in English beside each option is looked up.

Typer asks gettext for some of its own words («Options», «default») and writes others in English; both are spoken here.
"""

import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from loadzone.words.texts import LOCALE_FOLDER

DOMAIN = "commands"
OPTIONS, COMMAND, USAGE, HELP = "[OPTIONS]", "COMMAND [ARGS]...", "Usage: ", "Show this message and exit."
TYPERS_OWN = ("Arguments", "Options", "Commands", "required", "default: {default}", OPTIONS, COMMAND, USAGE, HELP)
"""Words of Typer that appear on our pages of help."""

Say = Callable[[str], str]


def speak(command: Any, lang: str) -> None:  # noqa: ANN401  the class of commands is private to typer
    """Put the help of a command, of its options and of its subcommands into ``lang``."""
    say = gettext.translation(DOMAIN, LOCALE_FOLDER, languages=[lang], fallback=True).gettext
    for each in _family(command):
        _translate(each, say)


@contextmanager
def typers_words(lang: str) -> Iterator[None]:
    """While this is open gettext answers Typer in ``lang``; the process is as it was afterwards."""
    before, folder, language = gettext.textdomain(), gettext.bindtextdomain(DOMAIN), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(LOCALE_FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = lang
    try:
        yield
    finally:
        gettext.textdomain(before)
        gettext.bindtextdomain(DOMAIN, folder)
        os.environ.pop("LANGUAGE")
        if language is not None:
            os.environ["LANGUAGE"] = language


def _family(command: Any) -> Iterator[Any]:  # noqa: ANN401  as above
    yield command
    for other in getattr(command, "commands", {}).values():
        yield from _family(other)


def _translate(command: Any, say: Say) -> None:  # noqa: ANN401  as above
    """Help has paragraphs that were wrapped in the source; each is one sentence of the catalogue."""
    if command.help:
        command.help = "\n\n".join(say(" ".join(part.split())) for part in command.help.split("\n\n"))
    for each in command.params:
        if getattr(each, "help", None):
            each.help = say(" ".join(each.help.split()))
    command.options_metavar = say(command.options_metavar)
    if getattr(command, "subcommand_metavar", None):
        command.subcommand_metavar = say(command.subcommand_metavar)
    _retell(command, say)


def _retell(command: Any, say: Say) -> None:  # noqa: ANN401  as above
    """What Typer writes in English without asking gettext."""
    english = command.get_help_option

    def help_option(context: Any) -> Any:  # noqa: ANN401  as above
        option = english(context)
        if option is not None:
            option.help = say(HELP)
        return option

    def usage(context: Any, formatter: Any) -> None:  # noqa: ANN401  as above
        formatter.write_usage(context.command_path, " ".join(command.collect_usage_pieces(context)), say(USAGE))

    command.get_help_option, command.format_usage = help_option, usage
