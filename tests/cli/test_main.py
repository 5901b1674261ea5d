"""The door of the command line: languages, exit codes, faults of ours."""

import gettext
import os
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
STORE = ("sqlalchemy", "alembic", "deltalake", "duckdb", "obstore", "arro3", "psycopg", "argon2", "zstandard")

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
    assert modules_after(*words).isdisjoint({*HEAVY, *STORE})


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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("diagnosis",), "near it: diagnose"),
        (("qwertz",), "there is no command qwertz"),
        (("diagnose", "--rate", "12000"), "loadzone diagnose has no option --rate"),
        (("diagnose", "--gears", "12:1"), "near it: --bearing, --gear"),
        (("diagnose", "x.wav", "--speed", "fast"), "fast"),
        (("diagnose", "x.wav", "--fs", "12k"), "--fs takes a number"),
        (("diagnose", "x.wav", "--fail-on", "doubt"), "--fail-on «doubt»: choose one of suspected, confirmed"),
        (("diagnose", "x.wav", "--jobs", "0"), "--jobs must be at least 1"),
        (("diagnose", "x.wav", "--fs"), "--fs needs a value after it"),
        (("convert", "x.wav"), "loadzone convert needs OUT"),
        (("convert", "x.wav", "y.wav", "z.wav"), "does not know what to do with «z.wav»"),
    ],
)
def test_a_command_line_that_is_not_understood_is_one_sentence_in_both_languages(
    loadzone: Command, words: tuple[str, ...], told: str
) -> None:
    english, chinese = loadzone(*words), loadzone(*words, "--lang", "zh")
    assert (english.code, english.out, len(english.sentences)) == (2, "", 1)
    assert told in english.err
    assert (chinese.code, chinese.out, len(chinese.sentences)) == (2, "", 1)
    if words[-1] != "--fs":  # there «--lang» became the value
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese.err)


def test_help_speaks_the_language_of_the_reader_and_leaves_the_process_as_it_was(loadzone: Command) -> None:
    before = dict(os.environ), gettext.textdomain()
    chinese = loadzone("diagnose", "--help", "--lang", "zh").out
    english = loadzone("diagnose", "--help", "--lang", "en").out
    for sign in ("用法：loadzone diagnose [选项]", "采样率，Hz。", "选项", "[默认：0.01]", "显示本说明并退出。"):
        assert sign in chinese
    for sign in ("Usage: loadzone diagnose [OPTIONS]", "Sampling rate in Hz.", "Options", "[default: 0.01]"):
        assert sign in english
    assert (dict(os.environ), gettext.textdomain()) == before
