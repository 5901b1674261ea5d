"""Packaged tables: no row without a source, no missing column, no torn row."""

import pytest

from loadzone.words.tables import BrokenTable, Name, number, parse_table, read_table
from loadzone.words.texts import text


def test_a_row_without_a_source_is_refused_with_its_line() -> None:
    with pytest.raises(BrokenTable) as refusal:
        parse_table("value,source\n1,a book\n2, \n", "t.csv")
    assert refusal.value.fields == {"table": "t.csv", "line": 3}


@pytest.mark.parametrize("content", ["", "value\n1\n", "value,source\n1\n", "value,source\n1,a,b\n", "source\nx\n"])
def test_a_table_without_its_columns_or_with_torn_rows_is_refused(content: str) -> None:
    with pytest.raises(BrokenTable):
        parse_table(content, "t.csv", ("value",))


def test_a_broken_table_is_our_fault() -> None:
    assert BrokenTable(text("x")).exit_code == 3


def test_packaged_tables_are_read_with_blanks_stripped() -> None:
    rows = read_table("loadzone.bearings", "types.csv", ("key",))
    assert rows[0]["key"] == "deep_groove_ball"
    assert all(row["source"] for row in rows)


def test_an_empty_cell_is_no_number() -> None:
    assert number("") is None
    assert number("1.5") == 1.5


def test_a_name_speaks_both_languages_also_inside_a_sentence() -> None:
    name = Name("cage {of 9}", zh="保持架")
    assert str(name) == "cage {of 9}"
    assert text("{name}!", name=name).render("zh") == "保持架!"
    assert Name("cage").render("zh") == "cage"
