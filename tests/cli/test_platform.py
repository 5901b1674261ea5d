"""The commands at a platform: people, tokens, assets and positions, as somebody at a terminal meets them."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="the platform needs its extra")

from loadzone.flows import access, people
from loadzone.flows.audit import Act
from loadzone.flows.platform import open_platform
from loadzone.words.errors import NotSignedIn

TABLE = "site,machine,machine_kind,position,bearing,serial\nplant,fan,fan,drive,6205,SN-1\nplant,fan,,free,6205,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A platform with one organisation and its administrator."""
    platform = open_platform(tmp_path / "data")
    people.first_start(platform.catalog, organisation="acme", login="root", at_us=platform.clock())
    platform.close()
    return tmp_path / "data"


def facts(said: Any) -> Any:
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_a_user_is_entered_listed_and_given_a_password(
    loadzone: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = facts(loadzone("user", "add", "Ann@Acme", "--role", "engineer", "--data", folder, "--json"))
    assert made["login"] == "ann@acme"
    monkeypatch.setattr("sys.stdin", io.StringIO("ten letters or more\n"))
    assert loadzone("user", "password", "ann@acme", "--data", folder).code == 0
    listed = {each["login"]: each["role"] for each in facts(loadzone("user", "list", "--data", folder, "--json"))}
    assert listed == {"root": "admin", "ann@acme": "engineer"}
    platform = open_platform(folder)
    session = access.open_session(platform.catalog, "ann@acme", "ten letters or more", platform.clock())
    assert session.user.login == "ann@acme"
    platform.close()


@pytest.mark.parametrize(("lang", "word"), [("en", "engineer"), ("zh", "角色")])
def test_users_are_a_table_within_the_terminal(loadzone: Any, folder: Path, lang: str, word: str) -> None:
    loadzone("user", "add", "ann", "--role", "engineer", "--data", folder)
    said = loadzone("user", "list", "--data", folder, "--lang", lang)
    assert word in said.out
    assert max(map(len, said.out.splitlines())) <= 78


def test_a_token_is_made_works_and_is_taken_back(loadzone: Any, folder: Path) -> None:
    made = facts(loadzone("token", "make", "script", "--scope", "viewer", "--data", folder, "--json"))
    platform = open_platform(folder)
    seen = access.visibility(platform.catalog, made["secret"], platform.clock())
    assert dict(seen.roles) == {"acme": "viewer"}
    assert loadzone("token", "revoke", made["id"], "--data", folder).code == 0
    with pytest.raises(NotSignedIn):
        access.visibility(platform.catalog, made["secret"], platform.clock())
    platform.close()
    (listed,) = facts(loadzone("token", "list", "--data", folder, "--json"))
    assert listed["revoked_at"]


def test_assets_come_in_and_go_out_and_bearings_are_exchanged(loadzone: Any, folder: Path, tmp_path: Path) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text(TABLE, encoding="utf-8")
    done = facts(loadzone("assets", "import", table, "--data", folder, "--json"))
    assert done == {"entered": {"site": 1, "machine": 1, "unit": 1, "position": 2}, "changed": {}, "mounted": 1}
    assert loadzone("position", "add", "main", "--machine", "fan", "--name", "主轴承", "--data", folder).code == 0
    assert loadzone("position", "remove", "drive", "--reason", "worn", "--data", folder).code == 0
    assert loadzone("position", "mount", "main", "SN-1", "--data", folder).code == 0
    assert loadzone("assets", "export", out, "--data", folder).code == 0
    rows = out.read_text(encoding="utf-8-sig").splitlines()
    assert [row for row in rows if "SN-1" in row and "主轴承" in row]


@pytest.mark.parametrize(
    "words",
    [
        ("user", "add", ""),
        ("user", "password", "nobody"),
        ("token", "make", "session"),
        ("token", "make", "x", "--scope", "send", "--position", "nowhere"),
        ("token", "make", "x", "--position", "drive"),
        ("token", "make", "x", "--user", "nobody"),
        ("token", "make", "x", "--days", "99999"),
        ("token", "revoke", "none"),
        ("assets", "import", "nowhere.csv"),
        ("position", "add", "bad id"),
        ("position", "add", "x", "--machine", "none"),
        ("position", "mount", "none", "SN"),
        ("position", "remove", "none"),
        ("position", "remove", "none", "--at", "yesterday"),
        ("position", "remove", "none", "--at", "2026-01-01T00:00:00"),
        ("user", "list", "--organisation", "other"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_one_sentence_and_exit_code_2(
    loadzone: Any, folder: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ten letters or more\n"))
    said = loadzone(*words, "--data", folder)
    assert (said.code, len(said.sentences)) == (2, 1), said.err


def test_a_folder_without_a_platform_is_told_and_not_filled(loadzone: Any, tmp_path: Path) -> None:
    said = loadzone("user", "list", "--data", tmp_path / "nothing")
    assert said.code == 2
    assert "loadzone up" in said.err
    assert not (tmp_path / "nothing").exists()


def test_of_several_organisations_one_must_be_named(loadzone: Any, folder: Path) -> None:
    platform = open_platform(folder)
    platform.catalog.write(
        "bolt",
        lambda work: people.add_organisation(work, Act("test", 1), people.Organisation("bolt", "Bolt", 1), login="b"),
    )
    platform.close()
    said = loadzone("user", "list", "--data", folder)
    assert said.code == 2
    assert "acme, bolt" in said.err
    assert loadzone("user", "list", "--organisation", "bolt", "--data", folder).code == 0


def test_help_imports_neither_the_web_framework_nor_the_database() -> None:
    code = (
        "import sys; from loadzone.cli.main import main; main(['--help']); main(['user', 'add', '--help']); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'fastapi', 'starlette', 'sqlalchemy'}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603  ours
    assert told.stdout.splitlines()[-1] == "[]"
