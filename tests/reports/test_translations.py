"""Chinese and English are equal: each sentence of this room has its Chinese, with the same fields."""

import ast
import re
from pathlib import Path

import pytest

import loadzone.reports
from loadzone.reports.tokens import tokens
from loadzone.words.texts import LOCALE_FOLDER

ROOM = Path(loadzone.reports.__file__).parent


def sentences() -> set[str]:
    """Every English sentence that this room can show."""
    found = {state.word for state in tokens().states.values()}
    for module in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    for template in (ROOM / "templates").glob("*.j2"):
        found |= set(re.findall(r'\bt\("([^"]+)"', template.read_text(encoding="utf-8")))
    return found


def translations() -> dict[str, str]:
    babel = pytest.importorskip("babel.messages.pofile", reason="babel reads the catalogue's source")
    with (LOCALE_FOLDER / "zh" / "LC_MESSAGES" / "loadzone.po").open("rb") as source:
        return {message.id: message.string for message in babel.read_po(source) if message.id}


def test_each_sentence_has_its_chinese_with_the_same_fields() -> None:
    chinese = translations()
    assert sorted(sentences() - chinese.keys()) == []
    for english in sentences():
        assert sorted(re.findall(r"{(\w+)", english)) == sorted(re.findall(r"{(\w+)", chinese[english]))


def test_no_sentence_says_please_or_shouts() -> None:
    for english in sentences():
        assert not re.search(r"\bplease\b|successfully|!|\bAI\b|·", english, flags=re.IGNORECASE)
