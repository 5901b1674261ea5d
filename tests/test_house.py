"""What holds for the house as a whole: what an import costs, errors, sentences in both languages, no strange paths."""

import importlib
import inspect
import pickle
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import loadzone as lz
from loadzone.cli import main as door
from loadzone.cli.help import DOMAIN, TYPERS_OWN
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import LOCALE_FOLDER, text

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / "src" / "loadzone"
HEAVY = ("numpy", "scipy", "numba", "h5py", "pyarrow", "jinja2", "rich", "typer", "msgspec", "soundfile")
STORE = ("sqlalchemy", "alembic", "deltalake", "duckdb", "obstore", "arro3", "psycopg", "argon2", "zstandard")
TEXT_ENDINGS = {".py", ".md", ".toml", ".csv", ".json", ".j2", ".css", ".po", ".yml", ".yaml", ".txt", ""}
UNPICKLES = re.compile(r"^\s*(import|from) (pickle|shelve|marshal|dill)\b|allow_pickle=True")
STRANGE_PATHS = re.compile(r"/(?:work|root|tmp/proto|tmp/bash_jobs)/")


def repository_files() -> list[Path]:
    """What is, or will be, in the repository."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607  git from the path
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if told.returncode:
        pytest.skip("this is no git checkout, so what belongs to the repository is not known")
    return [ROOT / name for name in told.stdout.splitlines() if (ROOT / name).is_file()]


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages([str(ROOM)], "loadzone."):
        if not found.name.endswith("__main__"):
            yield found.name


def error_classes() -> list[type[LoadzoneError]]:
    for name in modules():
        importlib.import_module(name)
    found: list[type[LoadzoneError]] = [LoadzoneError]
    for each in found:
        found += each.__subclasses__()
    return [each for each in dict.fromkeys(found) if each.__module__.startswith("loadzone.")]


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, loadzone; loadzone.__version__; print(*(name for name in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603  ours
    assert set(told.stdout.split()).isdisjoint({*HEAVY, *STORE})


def test_the_facade_offers_what_it_lists_and_nothing_else() -> None:
    assert sorted(dir(lz)) == sorted(lz.__all__)
    for name in lz.__all__:
        assert getattr(lz, name) is not None
    with pytest.raises(AttributeError, match="diagnoze"):
        lz.diagnoze  # type: ignore[attr-defined]  # noqa: B018  a name that is not there


def test_public_functions_of_the_facade_say_what_they_take_and_raise() -> None:
    for name in ("diagnose", "read", "report"):
        documentation = inspect.getdoc(getattr(lz, name)) or ""
        assert "Parameters\n" in documentation, name
    for name in ("diagnose", "read", "bearing"):
        assert "Raises\n" in (inspect.getdoc(getattr(lz, name)) or ""), name


def test_every_error_survives_the_way_between_processes() -> None:
    classes = error_classes()
    assert len(classes) >= 8
    for kind in classes:
        error = kind(text("speed {speed_rpm} rpm is no speed", speed_rpm=0))
        back = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
        assert type(back) is kind
        assert (str(back), back.fields, back.exit_code) == (str(error), error.fields, error.exit_code)


def test_errors_have_codes_of_their_own_and_exit_codes_of_the_command() -> None:
    classes = error_classes()
    codes = [kind.code for kind in classes]
    assert len(set(codes)) == len(codes)
    assert {kind.exit_code for kind in classes} <= {2, 3}


def test_each_sentence_of_the_sources_has_its_chinese_with_the_same_fields() -> None:
    extract = pytest.importorskip("babel.messages.extract", reason="babel finds the sentences")
    pofile = pytest.importorskip("babel.messages.pofile", reason="babel reads the catalogue")
    with (LOCALE_FOLDER / "zh" / "LC_MESSAGES" / "loadzone.po").open("rb") as file:
        chinese = {message.id: message.string for message in pofile.read_po(file) if message.id}
    ways = [("**.py", "python"), ("**.j2", "jinja2")]
    found = extract.extract_from_dir(ROOM, method_map=ways, keywords={"text": None, "say": None, "t": None})
    english = {message: f"{path}:{line}" for path, line, message, *_ in found if message.strip()}
    assert len(english) > 300
    assert {message: where for message, where in english.items() if not chinese.get(message)} == {}
    for message in english:
        assert sorted(fields(message)) == sorted(fields(chinese[message])), message


def help_texts() -> set[str]:
    """What stands beside commands, arguments and options, by paragraph."""
    command: Any = typer.main.get_command(door.application("en", door.COMMANDS))
    found: set[str] = set()
    family = [command, *command.commands.values()]
    family += [member for each in command.commands.values() for member in getattr(each, "commands", {}).values()]
    for each in family:
        told = [each.help or "", *(getattr(param, "help", None) or "" for param in each.params)]
        found |= {" ".join(part.split()) for words in told for part in words.split("\n\n")}
    return found - {""}


def test_all_help_has_its_chinese_and_the_catalogue_holds_nothing_else() -> None:
    pofile = pytest.importorskip("babel.messages.pofile", reason="babel reads the catalogue")
    with (LOCALE_FOLDER / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        chinese = {message.id for message in pofile.read_po(file) if message.id and message.string}
    assert help_texts() - chinese == set()
    assert chinese - help_texts() - set(TYPERS_OWN) == set()


def fields(sentence: str) -> set[str]:
    return set(re.findall(r"{(\w+)", sentence))


def test_no_file_of_the_repository_names_a_path_of_the_machine_that_it_was_written_on() -> None:
    found = []
    for path in repository_files():
        if path.suffix in TEXT_ENDINGS and path != Path(__file__):
            content = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in STRANGE_PATHS.finditer(content)]
    assert found == []


def test_no_recording_and_no_large_file_is_in_the_repository() -> None:
    recordings = {".mat", ".wav", ".flac", ".npz", ".npy", ".tdms", ".parquet", ".h5", ".uff"}
    files = repository_files()
    assert [path.name for path in files if path.suffix in recordings] == []
    assert [path.name for path in files if path.stat().st_size > 1_000_000] == []


def test_nothing_is_unpickled() -> None:
    sources = [path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py")]
    assert [line for source in sources for line in source.splitlines() if UNPICKLES.search(line)] == []


def test_the_licence_is_the_one_that_is_declared() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
