"""The page about the store says what the code says."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    spec = importlib.util.spec_from_file_location("write_store_tables", ROOT / "scripts" / "write_store_tables.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = script.PAGE.read_text(encoding="utf-8")
    assert written.count("<!-- made by") == len(script.MAKERS)
    assert script.page(written) == written, "run scripts/write_store_tables.py"


def test_every_test_that_the_page_names_exists() -> None:
    page = (ROOT / "docs" / "platform" / "store.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "store").glob("test_*.py"))
    named = {word.strip("`") for word in page.split() if word.startswith("`test_")}
    assert len(named) > 15
    assert {name for name in named if f"def {name}(" not in code} == set()
