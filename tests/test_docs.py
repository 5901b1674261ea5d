"""The pages tell the truth: examples run, commands are as they say, links lead somewhere, both languages are equal."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from loadzone.cli.main import COMMANDS
from loadzone.design.formulas import TABLES, formulas

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def blocks(page: Path, kind: str) -> list[str]:
    return [body for found, body in FENCE.findall(page.read_text(encoding="utf-8")) if found == kind]


@pytest.fixture(scope="module")
def write_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "scripts" / "write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["getting-started", "extending"])
def test_every_python_block_of_the_page_runs_in_order(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / f"{name}.md"
    namespace: dict[str, object] = {"__name__": "page"}
    for body in blocks(page, "python"):
        exec(compile(body, str(page), "exec"), namespace)  # noqa: S102  our own page


@pytest.mark.parametrize("name", ["cli.md", "presets.md", "methods/formulas.md", "methods/public-cases.md"])
def test_a_page_made_from_the_program_is_what_the_program_says(name: str, write_docs: ModuleType) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == write_docs.PAGES[name](), "run scripts/write_docs.py"


def test_every_formula_of_the_data_is_on_the_page_of_formulas(write_docs: ModuleType) -> None:
    assert tuple(write_docs.FORMULA_TABLES) == TABLES
    page = (ROOT / "docs" / "methods" / "formulas.md").read_text(encoding="utf-8")
    assert page.count("\n| ") - page.count("\n| symbol") == len(formulas())


def test_every_command_is_on_the_page_of_commands() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## `loadzone {name}`" not in page] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_example_of_the_readme_is_what_the_command_prints(name: str, write_docs: ModuleType) -> None:
    """The picture may differ in a level between processors; the verdict, the head of the lines and the advice not."""
    readme = (ROOT / name).read_text(encoding="utf-8")
    (shown,) = [body for body in blocks(ROOT / name, "text") if body.startswith("$ loadzone")]
    (now,) = [body for body in map(str, FENCE.findall(write_docs.with_example(readme))) if "$ loadzone" in body]
    telling = [line for line in shown.splitlines() if line.lstrip().startswith(("$", "◆", "→"))]
    assert len(telling) == 4
    assert [line for line in telling if line not in now] == []


def test_the_two_readmes_have_the_same_parts() -> None:
    english, chinese = ROOT / "README.md", ROOT / "README.zh.md"
    for shape in (r"^#+ ", r"^```(\w+)", r"^- ", r"`loadzone (\w+)"):
        found = [re.findall(shape, page.read_text(encoding="utf-8"), flags=re.MULTILINE) for page in (english, chinese)]
        assert found[0] == found[1], shape
    assert blocks(english, "sh") == blocks(chinese, "sh")


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        targets = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
        broken += [
            f"{page.relative_to(ROOT)}: {target}"
            for target in targets
            if not target.startswith("http") and not (page.parent / target).exists()
        ]
    assert broken == []


def test_pages_name_only_rooms_and_commands_that_exist() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = re.findall(r"^\| `(\w+)/`", architecture, flags=re.MULTILINE)
    there = {path.name for path in (ROOT / "src" / "loadzone").iterdir() if (path / "__init__.py").is_file()}
    assert set(rooms) == there
    named = {name for page in PAGES for name in re.findall(r"`loadzone (\w+)", page.read_text(encoding="utf-8"))}
    assert named - set(COMMANDS) == set()
