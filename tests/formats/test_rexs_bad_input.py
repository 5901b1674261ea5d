"""Whatever is wrong with a REXS file, one sentence says what, and where in it."""

import json
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rexs_cases import SAMPLES, sample

from loadzone.formats.rexs import Coded, read_rexs, write_rexs
from loadzone.formats.rexs.files import parse_rexs
from loadzone.words.errors import BadInput, LoadzoneError, UnknownFormat, UnreadableFile

XML = (SAMPLES / "bearing_1_5.rexs").read_bytes()
JSON = (SAMPLES / "bearing_2_0.rexsj").read_bytes()
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE model [
<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
]>
<model version="1.5" applicationId="&b;"/>"""
FETCH = b"""<!DOCTYPE model [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<model version="1.5" applicationId="x"><components>&a;</components></model>"""
MATRIX = b'<matrix code="float64" rows="2" columns="3">'


def told(content: bytes, kind: type[LoadzoneError] = BadInput) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(LoadzoneError) as refusal:
        parse_rexs(content)
    assert type(refusal.value) is kind
    return str(refusal.value)


def said(**members: object) -> str:
    """The sentence with which a JSON model of one attribute is refused."""
    components = [{"id": 4, "type": "shaft", "attributes": [{"id": "length", **members}]}]
    return told(json.dumps({"model": {"version": "1.6", "components": components}}).encode())


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"", UnreadableFile, "the file is empty"),
        (b" \n ", UnreadableFile, "the file is empty"),
        (b"RIFF....WAVE", UnknownFormat, "it begins with neither < nor {: it is no REXS"),
        (b"<html/>", UnknownFormat, "the root element is <html>, in REXS it is <model>"),
        (b"[1, 2]", UnknownFormat, "the file has no object «model», as REXS in JSON has"),
        (b'{"a": 1}', UnknownFormat, "the file has no object «model», as REXS in JSON has"),
        (b'<model version="1.5">\n <components>', UnreadableFile, "line 2: broken XML (no element found)"),
        (b'<model version="1.5">\n\n</modal>', UnreadableFile, "line 3: broken XML (mismatched tag)"),
        (b'{"model": {\n "version" 1}}', UnreadableFile, "line 2: broken JSON (Expecting ':' delimiter)"),
        (b'{"model": NaN}', UnreadableFile, "broken JSON (NaN is no number of JSON)"),
        (b'{"model": {"version": 1e999}}', UnreadableFile, "broken JSON (1e999 is too large)"),
        (b'{"model": "\xff"}', UnreadableFile, "byte 11 is no UTF-8; write the file in UTF-8"),
        (b"<model/>", BadInput, "the model states no version"),
        (b'<model version="x"/>', BadInput, "version «x»: REXS counts its versions as 1.4 or 2.0.0"),
    ],
)
def test_what_is_no_rexs_or_broken(content: bytes, kind: type[LoadzoneError], sentence: str) -> None:
    assert told(content, kind) == sentence


def test_entities_are_refused_before_they_grow_or_fetch() -> None:
    assert told(BOMB, UnreadableFile).startswith("line 3: the file declares the entity «a»; REXS has none")
    assert told(FETCH, UnreadableFile).startswith("line 1: the file declares the entity «a»; REXS has none")


def test_depth_is_limited() -> None:
    assert told(b"<model>" + b"<a>" * 100_000, UnreadableFile) == "line 1: elements nest deeper than 64"
    assert told(b'{"model": ' + b"[" * 100_000, UnreadableFile).startswith("broken JSON (")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'id="61" type', b'id="60" type', "line 13: component 60 is given twice, first at line 5"),
        (b'id="61" type', b'id="sixty" type', "line 13: <component>: «sixty» is no whole number"),
        (b'id="61" type', b'id="-1" type', "line 13: <component>: -1 is negative"),
        (b'id="61" type', b"type", "line 13: <component> has no id"),
        (
            b"10000.0",
            b"ten",
            "line 11: component 60, attribute reference_speed: «ten» is no finite number",
        ),
        (b"10000.0", b"1e999", "line 11: component 60, attribute reference_speed: «1e999» is no finite number"),
        (b"10000.0", b"NaN", "line 11: component 60, attribute reference_speed: «NaN» is no finite number"),
        (
            b"10000.0",
            b"<array><c>1</c></array>",
            "line 11: component 60, attribute reference_speed: the value is floating_point_array, in the schema it is",
        ),
        (
            MATRIX,
            MATRIX.replace(b"2", b"4"),
            "line 19: component 62, attribute reduced_matrix: 4 rows and 3 columns are stated, and 6 numbers",
        ),
        (
            b"MveeQZ6hM0I=",
            b"MveeQZ6h",
            "line 14: component 61, attribute u_coordinates_of_beam_nodes: the packed numbers are not base64 of whole",
        ),
        (
            b'code="float32"',
            b'code="float16"',
            "line 14: component 61, attribute u_coordinates_of_beam_nodes: code «float16»: packed numbers are",
        ),
        (
            b"<r><c>1.5</c><c>2.0</c></r>",
            b"<r><c>1.5</c></r>",
            "line 20: component 62, attribute other_matrix: the rows of a matrix differ in length",
        ),
        (
            b"<relations/>",
            b'<relations><relation id="1" type="side"><ref id="99" role="inner_part"/></relation></relations>',
            "line 3: relation 1 (side) names component 99 as inner_part, and there is none",
        ),
        (
            b'<component id="60" type="rolling_bearing_with_catalog_geometry">',
            b'<component id="66" type="shaft">',
            "line 27: a load case speaks of component 66, and there is none",
        ),
    ],
)
def test_a_wrong_value_in_xml_is_named_with_its_line(old: bytes, new: bytes, sentence: str) -> None:
    assert old in XML
    assert told(XML.replace(old, new)).startswith(sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            b'"id": 3, "type"',
            b'"id": 2, "type"',
            "component 3 of the file: component 2 is given twice, first at component 2 of the file",
        ),
        (b'"id": 3, "type"', b'"id": "3", "type"', "component 3 of the file: «3» is no whole number from 0"),
        (b'"id": 3, "role"', b'"id": 33, "role"', "relation 2 of the file: relation 2 (ordered_assembly) names"),
        (b"39.04", b'"39.04"', "component 2, attribute reference_diameter_rolling_bearing: «39.04» is no floating"),
        (b'"integer": 9', b'"integer": 9.5', "component 2, attribute number_of_rolling_elements: «9.5» is no integer"),
        (
            b'"integer": 9',
            b'"string": "9"',
            "component 2, attribute number_of_rolling_elements: the value is string, in the schema it is integer",
        ),
        (b'"integer": 9', b'"whole": 9', "component 2, attribute number_of_rolling_elements: it needs one value under"),
        (b'"boolean": false', b'"boolean": 0', "component 1, attribute custom_program_flag: «0» is no boolean"),
        (b'"4.0"', b'"\\u0007"', "the text holds the sign U+0007, which XML cannot carry"),
        (b'"relations": [', b'"relations": 5, "x": [', "«relations» is no list"),
        (b'"name": "6205"', b'"a name": "6205"', "«a name»: a member of this name cannot stand in XML"),
    ],
)
def test_a_wrong_value_in_json_is_named_with_its_place(old: bytes, new: bytes, sentence: str) -> None:
    assert old in JSON
    assert told(JSON.replace(old, new, 1)).startswith(sentence)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"floating_point_array_coded": {"code": "float32"}}, "packed numbers need a code and a value"),
        ({"integer_array_coded": {"code": "float32", "value": ""}}, "code float32 packs no integer_array"),
        (
            {"floating_point_matrix_coded": {"code": "float32", "value": ""}},
            "a packed matrix needs rows and columns, a packed array has none",
        ),
        (
            {"floating_point_matrix_coded": {"code": "float32", "value": "", "rows": -1, "columns": 0}},
            "«-1» is no whole number",
        ),
        ({"floating_point_matrix": [[1.0], [1.0, 2.0]]}, "the rows of a matrix differ in length"),
        ({"floating_point_matrix": [1.0]}, "floating_point_matrix needs a list of lists"),
        ({"floating_point_array": 1.0}, "floating_point_array needs a list"),
        ({"floating_point": 10**400}, "«100000000000000000000000000000000000000…» is no finite number"),
    ],
)
def test_wrong_lists_in_json(members: dict[str, object], sentence: str) -> None:
    assert said(**members) == f"component 4, attribute length: {sentence}"


def test_numbers_are_decimal_digits_and_not_all_that_python_reads() -> None:
    for words in (b"1_000", b"0x10", "\uff11".encode(), b"infinity"):
        assert "is no finite number" in told(XML.replace(b"10000.0", words))
    assert "is no whole number" in told(XML.replace(b'id="61" type', b'id="' + b"6" * 5000 + b'" type'))


def test_the_sentence_begins_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "drive.rexs"
    path.write_bytes(b"<html/>")
    with pytest.raises(UnknownFormat) as refusal:
        read_rexs(path)
    assert str(refusal.value) == f"{path}: the root element is <html>, in REXS it is <model>"


def test_absent_files_folders_and_wrong_endings(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.rexs", tmp_path):
        with pytest.raises(UnreadableFile, match="it cannot be read"):
            read_rexs(path)
    with pytest.raises(BadInput, match=r"REXS files end in \.rexs, \.rexsj, \.rexsz"):
        write_rexs(tmp_path / "drive.xml", sample("bearing_1_4.rexs"))
    with pytest.raises(LoadzoneError):
        write_rexs(tmp_path / "absent" / "drive.rexs", sample("bearing_1_4.rexs"))


def test_a_zip_without_a_model_or_with_two_or_torn(tmp_path: Path) -> None:
    path = tmp_path / "x.rexsz"
    for names in ((), ("a.txt",), ("a.rexs", "b.rexsj")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme", "x")
            for name in names:
                archive.writestr(name, XML)
        with pytest.raises(UnknownFormat, match="REXS models, it should hold one"):
            read_rexs(path)
    whole = write_rexs(path, sample("bearing_1_4.rexs")).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match="broken zip"):
        read_rexs(path)


def test_a_name_that_json_needs_itself_is_refused_there(tmp_path: Path) -> None:
    words = XML.replace(b'id="reference_speed"', b'id="reference_speed" string="x"')
    with pytest.raises(BadInput, match="«string»: JSON needs this name"):
        write_rexs(tmp_path / "x.rexsj", parse_rexs(words))


def test_unknown_packed_codes_have_no_numbers() -> None:
    with pytest.raises(BadInput, match="float32, float64, int32"):
        _ = Coded("float16", "").numbers


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_a_sentence(content: bytes) -> None:
    for start in (b"", b"<model version='1.5'>", b'{"model": ', b"PK\x03\x04"):
        with pytest.raises(LoadzoneError):
            parse_rexs(start + content + b"<")


@given(st.sampled_from([XML, JSON]), st.integers(0, 3000), st.integers(1, 40), st.binary(max_size=6))
def test_a_torn_file_is_read_or_refused_with_a_sentence(whole: bytes, start: int, length: int, new: bytes) -> None:
    with suppress(LoadzoneError):
        parse_rexs(whole[:start] + new + whole[start + length :])
