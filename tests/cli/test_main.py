"""The door of the command line: languages, exit codes, faults of ours."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from loadzone.cli import main as door
from loadzone.words.errors import BadInput
from loadzone.words.tables import BrokenTable
from loadzone.words.texts import text

HEAVY = ("numpy", "scipy", "numba", "h5py", "pyarrow", "jinja2", "rich", "msgspec", "soundfile")

Command = Callable[..., Any]


def modules_after(*words: str) -> set[str]:
    code = (
        "import sys\n"
        "from loadzone.cli.main import main\n"
        f"main({list(words)!r})\n"
        "print('MODULES', *(name for name in sys.modules), file=sys.stderr)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603  ours
    return set(told.stderr.split("MODULES")[1].split())


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("diagnose", "--help"), ("demo", "--help")])
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    assert modules_after(*words).isdisjoint(HEAVY)


def test_every_command_of_the_list_can_be_loaded(loadzone: Command) -> None:
    for name in door.COMMANDS:
        said = loadzone(name, "--help")
        assert said.code == 0, name
        assert "--lang" in said.out, name


@pytest.mark.parametrize(
    ("words", "environment", "lang"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["info", "x.wav", "--lang", "zh"], {}, "zh"),
        (["--lang"], {}, "en"),
        (["--lang", "fr"], {"LANG": "zh_TW"}, "zh"),
    ],
)
def test_the_option_wins_over_the_locale(words: list[str], environment: dict[str, str], lang: str) -> None:
    assert door.language(words, environment) == lang


def test_a_language_before_the_command_reaches_the_command(loadzone: Command) -> None:
    said = loadzone("--lang", "zh", "bearing", "6205")
    assert "深沟球轴承" in said.out


def test_an_error_of_the_tree_is_one_sentence_with_its_exit_code(
    loadzone: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, code in ((BadInput(text("no such thing")), 2), (BrokenTable(text("a table lacks a source")), 3)):

        def raising(wrong: Exception = error) -> None:
            raise wrong

        monkeypatch.setattr(door, "_load", lambda _, command=raising: command)
        said = loadzone("info")
        assert (said.code, said.out, said.err) == (code, "", f"{error}\n")


def test_a_fault_of_ours_is_a_sentence_and_the_trace_is_for_who_asks(
    loadzone: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(door, "_load", lambda _: stumble)
    said = loadzone("info")
    assert said.code == 3
    assert len(said.sentences) == 1
    assert "ZeroDivisionError" in said.err
    assert "CONTRIBUTING.md" in said.err
    monkeypatch.setenv("LOADZONE_TRACE", "1")
    with pytest.raises(ZeroDivisionError):
        loadzone("info")


def test_words_that_are_no_command_or_option_are_refused(loadzone: Command) -> None:
    for words in (("diagnosis",), ("diagnose", "--rate", "12000"), ("diagnose", "x.wav", "--speed", "fast")):
        said = loadzone(*words)
        assert said.code == 2
        assert said.out == ""
