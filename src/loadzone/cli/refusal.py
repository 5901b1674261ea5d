"""What is wrong with a command line, as one sentence in the reader's language; Typer would say it in English."""

import re
from typing import Any

from loadzone.words.texts import Text, text

_CHOICES = re.compile(r"'(?P<given>.*)' is not one of (?P<choices>.*?)\.?$", re.DOTALL)
_LEAST = re.compile(r"greater than or equal to (?P<least>[\d.]+)")
_NUMBER = re.compile(r"valid (number|integer)")
_NEAR = re.compile(r"Did you mean (?P<near>.*)\?")
_COMMAND = re.compile(r"command ['\"](?P<name>.*?)['\"]\.")
_EXTRA = re.compile(r"extra arguments?(?:\(s\))? \((?P<words>.*)\)")


def sentence(error: Any) -> Text:  # noqa: ANN401  the classes of Typer's errors are private to it
    """The sentence for an error of usage that Typer raised."""
    kind, command = type(error).__name__, error.ctx.command_path if error.ctx else "loadzone"
    if kind == "NoSuchOption":
        return _no_option(error, command)
    if kind == "MissingParameter":
        return text("{command} needs {what}; «{command} --help» shows how", command=command, what=_name(error.param))
    if kind == "BadOptionUsage":
        return text("{option} needs a value after it", option=error.option_name)
    if kind == "BadParameter" and error.param is not None:
        return _bad_value(_name(error.param), error.message)
    return _strange_word(error.message, command)


def _no_option(error: Any, command: str) -> Text:  # noqa: ANN401  as above
    near = ", ".join(sorted(error.possibilities or ()))
    if near:
        return text(
            "{command} has no option {option}; near it: {near}", command=command, option=error.option_name, near=near
        )
    return text(
        "{command} has no option {option}; «{command} --help» names all", command=command, option=error.option_name
    )


def _bad_value(option: str, message: str) -> Text:
    if found := _CHOICES.search(message):
        choices = found["choices"].replace("'", "")
        return text("{option} «{given}»: choose one of {choices}", option=option, given=found["given"], choices=choices)
    if found := _LEAST.search(message):
        return text("{option} must be at least {least}", option=option, least=found["least"])
    if _NUMBER.search(message):
        return text("{option} takes a number with a decimal point, such as 12000 or 29.5", option=option)
    return text("{option}: this value is not understood ({reason})", option=option, reason=message)


def _strange_word(message: str, command: str) -> Text:
    if found := _COMMAND.search(message.replace(". Did", ".. Did")):
        near = _NEAR.search(message)
        if near:
            words = near["near"].replace("'", "")
            return text("there is no command {name}; near it: {near}", name=found["name"], near=words)
        return text("there is no command {name}; «loadzone --help» names all", name=found["name"])
    if found := _EXTRA.search(message):
        return text("{command} does not know what to do with «{words}»", command=command, words=found["words"])
    return text("{command}: {reason}", command=command, reason=message)


def _name(param: Any) -> str:  # noqa: ANN401  as above
    """An option by its longest name, an argument by what its help shows."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(param.metavar or param.name.upper())
