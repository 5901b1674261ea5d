"""A table of assets as people keep it: workbooks with whatever is in them, and what is said of a bad cell."""

import contextlib
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.flows.asset_columns import COLUMNS, HEADINGS, lines_of
from loadzone.flows.sheet import MOST_ROWS, plain
from loadzone.flows.sheets import read_sheets, write_csv
from loadzone.flows.workbook import MOST_COLUMNS, write_workbook
from loadzone.words.errors import BadInput

xlsxwriter = pytest.importorskip("xlsxwriter", reason="XlsxWriter writes the workbooks")


def workbook(*sheets: list[list[Any]], names: tuple[str, ...] = ()) -> bytes:
    """A workbook as another program would write it: numbers, dates and formulas as such."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    book.set_properties({"created": datetime(2026, 11, 25, tzinfo=UTC)})  # the same bytes each time
    for n, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[n] if names else None)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_formula(number, column, cell[0], None, cell[1])
                elif cell is not None:
                    sheet.write(number, column, cell)
    book.close()
    return out.getvalue()


def repacked(content: bytes, path: str, change: Any) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.namelist():
            data = before.read(part)
            after.writestr(part, change(data) if part == path else data)
    return out.getvalue()


def cells(content: bytes) -> list[tuple[str, ...]]:
    (sheet,) = read_sheets(content)
    return [row for _, row in sheet.rows]


def told(content: bytes) -> list[str]:
    return [each.told.render() for each in lines_of(read_sheets(content)).refusals]


texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), max_size=12).map(str.strip)


@given(rows=st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=4))
def test_text_comes_back_as_it_went_from_both_kinds_of_file(rows: list[list[str]]) -> None:
    rows = [["x", "y", "z"], *rows]
    expected = [tuple(row) for row in rows if any(row)]
    assert [(*row, "", "", "")[:3] for row in cells(write_csv(rows))] == expected
    assert [(*row, "", "", "")[:3] for row in cells(write_workbook("A", rows))] == expected


@pytest.mark.parametrize("cell", ["=1+1", "+86 21", "-5", "@SUM(A1)", "'=1", '=HYPERLINK("http://evil.example")'])
def test_no_text_is_a_formula_in_a_workbook_of_ours(cell: str) -> None:
    content = write_workbook("A", [["site_name"], [cell]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert cells(content)[1] == (cell,)


def test_numbers_and_dates_of_a_workbook_are_read_as_people_write_them() -> None:
    day = datetime(2026, 11, 3, tzinfo=UTC).replace(tzinfo=None)
    content = workbook([["a", "b", "c", "d", "e"], [12, 1.5, day, day.replace(hour=8, minute=30), True]])
    assert cells(content)[1] == ("12", "1.5", "2026-11-03", "2026-11-03T08:30:00", "true")


def test_a_formula_gives_the_value_that_it_was_computed_to_and_one_that_was_never_computed_is_refused() -> None:
    computed = workbook([["site"], [('="pl"&"ant"', "plant")]])
    assert lines_of(read_sheets(computed)).lines[0].get("site") == "plant"
    never = workbook([["site", "site_name"], ["plant", ("=1+1", "")]])
    assert "row 2, column B (site_name): a formula that was never computed" in told(never)[0]
    wrong = workbook([["site", "site_name"], ["plant", ("=1/0", "#DIV/0!")]])
    assert "#DIV/0! is an error of the spreadsheet" in told(wrong)[0]


def test_sheets_that_are_no_table_of_assets_are_left_out_and_named() -> None:
    content = workbook(
        [["注意"], ["先填厂区"]], [[None], ["site"], [None], ["plant"]], [], names=("说明", "资产", "空")
    )
    found = lines_of(read_sheets(content))
    assert found.left_out == ("说明", "空")
    assert [(each.sheet, each.number, each.get("site")) for each in found.lines] == [("资产", 4, "plant")]


def test_headings_are_understood_in_both_languages_under_a_title_with_blanks_and_in_full_width() -> None:
    for heads in ([HEADINGS[name].render("zh") for name in COLUMNS], [f" {name.upper()} " for name in COLUMNS]):
        content = workbook([["设备台账"], [], heads, ["ｐｌａｎｔ－１　", " Werk "]])
        (line,) = lines_of(read_sheets(content)).lines
        assert (line.get("site"), line.get("site_name")) == ("plant-1", "Werk")


def test_a_heading_means_one_column_in_every_language() -> None:
    said = [HEADINGS[name].render(lang) for lang in ("en", "zh") for name in COLUMNS]
    assert len(set(said)) == 2 * len(COLUMNS)


def test_cells_merged_downwards_hold_for_each_row_and_merged_across_are_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write_row(0, 0, ["site", "machine", "machine_name"])
        sheet.merge_range(1, 0, 2, 0, "plant")
        sheet.write_column(1, 1, ["fan-1", "fan-2"])
        sheet.merge_range(3, 0, 3, 1, "both")
    found = lines_of(read_sheets(out.getvalue()))
    assert [(each.get("site"), each.get("machine")) for each in found.lines[:2]] == [
        ("plant", "fan-1"),
        ("plant", "fan-2"),
    ]
    assert [each.where.render() for each in found.refusals] == ["sheet «Plan», row 4, column B (machine)"]


def test_each_bad_cell_is_named_with_its_value_and_what_to_write() -> None:
    table = b"site,time_zone,site_facts,extra\nbad id,UTC,{},\nplant,Mars/Base,[1],\n"
    with pytest.raises(BadInput, match=r"row 1, column D .extra.: 'extra' is no column"):
        lines_of(read_sheets(table))
    said = told(table.replace(b",extra", b","))
    assert said[0].startswith("row 2, column A (site): 'bad id' is no identifier: 1 to 64 letters")
    assert said[1].startswith("row 3, column B (time_zone): 'Mars/Base' is no time zone")
    assert said[2].startswith("row 3, column C (site_facts): '[1]' is no JSON object: write it as {")


# what is no table


def test_a_workbook_that_grows_when_it_is_unpacked_is_refused_before_it_is_read(monkeypatch: Any) -> None:
    monkeypatch.setattr("loadzone.flows.workbook.MOST_UNPACKED", 1 << 20)
    bomb = repacked(workbook([["site"]]), "xl/sharedStrings.xml", lambda data: data + b" " * (2 << 20))
    assert len(bomb) < 20_000
    with pytest.raises(BadInput, match="when it is unpacked"):
        read_sheets(bomb)


@pytest.mark.parametrize(
    ("place", "said"), [("XFD2", f"at most {MOST_COLUMNS} columns"), (f"A{MOST_ROWS + 1}", f"at most {MOST_ROWS} rows")]
)
def test_a_cell_far_away_is_refused_before_room_is_made_for_all_between(place: str, said: str) -> None:
    row = f'<row r="{place.lstrip("XFDA")}"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    far = repacked(workbook([["site"]]), "xl/worksheets/sheet1.xml", lambda data: data.replace(b"</sheetData>", row))
    with pytest.raises(BadInput, match=said):
        read_sheets(far)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"\x00" * 100,
        workbook([["site"]])[:-200],
        b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
        repacked(workbook([["site"]]), "xl/workbook.xml", lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data[55:]),
        repacked(workbook([["site"]]), "xl/worksheets/sheet1.xml", lambda data: data[:-30]),
        repacked(workbook([["site"]]), "xl/workbook.xml", lambda data: data.replace(b"sheet ", b"shoot ")),
    ],
    ids=["no archive", "cut off", "old or locked", "entities", "torn sheet", "no sheet"],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadInput):
        read_sheets(content)


@given(data=st.data())
def test_a_workbook_with_any_byte_changed_is_read_or_refused_in_a_sentence(data: st.DataObject) -> None:
    content = bytearray(workbook([["site", "site_name"], ["plant", "Werk"]]))
    content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadInput):
        lines_of(read_sheets(bytes(content)))


def test_an_apostrophe_is_taken_off_once() -> None:
    assert plain("''x") == "'x"
