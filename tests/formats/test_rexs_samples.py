"""REXS files of four versions, written by hand, say what was written into them."""

import json
import zipfile
from pathlib import Path

import pytest
from rexs_cases import NAMES, SAMPLES, sample, through, value_of

from loadzone.formats.rexs import Coded, is_rexs, quantity, read_rexs, word, write_rexs
from loadzone.formats.rexs.files import parse_rexs
from loadzone.words.errors import BadInput


def test_packed_numbers_of_other_programs_are_unpacked_as_they_print_them() -> None:
    # public facts of the standard's C++ interface: what these texts hold
    assert Coded("float32", "MveeQZ6hM0I=").numbers == pytest.approx((19.8707, 44.9078), abs=5e-5)
    assert Coded("int32", "AQAAAAIAAAADAAAABAAAAAUAAAAGAAAABwAAAAgAAAA=").numbers == tuple(range(1, 9))
    assert Coded("float64", "AAAAAAAAHEAAAAAAAAAgQAAAAAAAACJA").numbers == (7.0, 8.0, 9.0)


def test_a_packed_matrix_is_stored_column_by_column() -> None:
    packed = "AAAAAAAA8D8AAAAAAAAQQAAAAAAAABxAAAAAAAAAAEAAAAAAAAAUQAAAAAAAACBAAAAAAAAACEAAAAAAAAAYQAAAAAAAACJA"
    matrix = Coded("float64", packed, 3, 3)
    assert matrix.matrix == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0), (7.0, 8.0, 9.0))
    assert Coded.of((1, 4, 7, 2, 5, 8, 3, 6, 9), rows=3) == matrix


def test_version_1_4_in_xml() -> None:
    model = sample("bearing_1_4.rexs")
    assert (model.version, model.application, model.language) == ("1.4", "written by hand", "en")
    assert [each.id for each in model.parts(7, "rolling_bearing_row")] == [8]
    assert value_of(model, 7, "survival_probablity") == (95.0, "%")
    assert value_of(model, 7, "maximum_hertzian_pressure_inner_ring") == (1890.5, "N / mm^2")
    assert value_of(model, 7, "has_inner_ring") == (True, "none")
    assert value_of(model, 8, "number_of_rolling_elements") == (15, "none")


def test_version_1_5_in_xml_with_packed_and_plain_lists_load_cases_and_their_accumulation() -> None:
    model = sample("bearing_1_5.rexs")
    assert value_of(model, 60, "part_number") == ("00417", "none")
    assert value_of(model, 62, "elements") == (((1, 2), (3,)), "none")
    assert value_of(model, 62, "other_matrix") == (((1.5, 2.0), (3.0, 4.0)), "N / m")
    assert value_of(model, 62, "flags") == ((True, False), "none")
    packed, _ = value_of(model, 62, "reduced_matrix")
    assert isinstance(packed, Coded)
    assert packed.matrix == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))
    (spectrum,) = model.spectra
    assert quantity(model, spectrum.cases[0], 60, "axial_force", "N") == 1000.0
    assert spectrum.accumulation is not None
    assert spectrum.accumulation[0].attributes[0].value == 25000.0


def test_version_1_6_in_xml_with_a_drive() -> None:
    model = sample("drive_1_6.rexs")
    assert len(model.relations) == 26
    assert [each.name for each in model.of_type("shaft")] == ["Input", "Output"]
    assert quantity(model, None, 10, "radial_dynamic_load_rating", "N") == 19500.0
    assert quantity(model, None, 11, "operating_radial_bearing_clearance", "mm") == pytest.approx(0.012)
    assert word(model, 13, "custom_other_program_colour") == "blue"
    assert quantity(model, model.spectra[0].cases[1], 3, "rotational_speed", "1 / min") == 970.0


def test_version_2_0_in_json() -> None:
    model = sample("bearing_2_0.rexsj")
    assert model.version == "2.0.0"
    assert value_of(model, 1, "radial_force_absorption") == (True, None)
    assert value_of(model, 2, "reference_diameter_rolling_bearing") == (39.04, "mm")
    component = model.component(1)
    assert component is not None
    assert component.get("viscosity_ratio_iso_281_2007") is None
    kinds = {each.id: each.kind for each in component.attributes}
    assert kinds["bearing_type"] == "enum"
    assert kinds["custom_program_text"] == "string"


def test_a_load_case_takes_the_type_of_a_component_that_it_leaves_out() -> None:
    said = sample("bearing_2_0.rexsj").spectra[0].cases[0].components[0]
    assert said.type == "rolling_bearing_with_detailed_geometry"


def test_an_attribute_is_found_under_all_its_names() -> None:
    old, new = sample("drive_1_6.rexs"), sample("bearing_2_0.rexsj")
    for name in ("reference_diameter", "reference_diameter_rolling_bearing"):
        assert quantity(old, None, 111, name, "mm") == 46.0
        assert quantity(new, None, 2, name, "mm") == 39.04


@pytest.mark.parametrize("ending", ["rexs", "rexsj", "rexsz", "rexs.xml", "rexs.json", "rexs.zip"])
@pytest.mark.parametrize("name", NAMES)
def test_every_form_gives_the_same_model(name: str, ending: str, tmp_path: Path) -> None:
    model = sample(name)
    assert through(model, tmp_path / f"x.{ending}") == model


@pytest.mark.parametrize("ending", ["rexs", "rexsj", "rexsz"])
@pytest.mark.parametrize("name", NAMES)
def test_equal_models_give_equal_bytes(name: str, ending: str, tmp_path: Path) -> None:
    one = write_rexs(tmp_path / f"x.{ending}", sample(name)).read_bytes()
    again = write_rexs(tmp_path / f"x.{ending}", parse_rexs(one)).read_bytes()
    assert again == one


def test_json_of_a_file_in_the_schema_s_units_comes_back_member_by_member(tmp_path: Path) -> None:
    before = json.loads((SAMPLES / "bearing_2_0.rexsj").read_text(encoding="utf-8"))
    model = through(sample("bearing_2_0.rexsj"), tmp_path / "x.rexs")
    after = json.loads(write_rexs(tmp_path / "x.rexsj", model).read_text(encoding="utf-8"))
    said = after["model"]["load_spectrum"]["load_cases"][0]["components"][0]
    assert said.pop("type") == "rolling_bearing_with_detailed_geometry"
    assert after == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["bearing_1_5.rexs", "bearing_2_0.rexsj"])
def test_the_form_is_found_by_content_whatever_name_and_encoding(name: str, encoding: str, tmp_path: Path) -> None:
    words = (SAMPLES / name).read_text(encoding="utf-8").replace('encoding="UTF-8"', f'encoding="{encoding[:6]}"')
    path = tmp_path / "model.dat"
    path.write_bytes(words.encode(encoding))
    assert read_rexs(path) == sample(name)


def test_a_file_is_recognised_by_its_name_or_its_beginning(tmp_path: Path) -> None:
    plain = tmp_path / "plain.xml"
    plain.write_bytes((SAMPLES / "bearing_1_4.rexs").read_bytes())
    other = tmp_path / "other.xml"
    other.write_text("<html/>", encoding="utf-8")
    assert is_rexs(plain)
    assert is_rexs("anything.rexsj")
    assert not is_rexs(other)
    assert not is_rexs(tmp_path / "absent")


def test_a_zip_holds_one_model_under_the_name_of_the_file(tmp_path: Path) -> None:
    path = write_rexs(tmp_path / "drive.rexsz", sample("drive_1_6.rexs"))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["drive.rexs"]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("stiffness.txt", "1 2 3")
    assert [note.render("en") for note in read_rexs(path).notes] == [
        "the zip holds 1 other files beside the model: they are not read or kept"
    ]


def test_two_load_spectra_stay_in_xml_and_are_refused_in_json(tmp_path: Path) -> None:
    words = (SAMPLES / "bearing_1_5.rexs").read_text(encoding="utf-8")
    model = parse_rexs(words.replace("</model>", '<load_spectrum id="4"/></model>').encode())
    assert [each.id for each in through(model, tmp_path / "x.rexs").spectra] == [3, 4]
    with pytest.raises(BadInput, match="2 load spectra"):
        write_rexs(tmp_path / "x.rexsj", model)
    assert not (tmp_path / "x.rexsj").exists()


def test_what_other_programs_add_is_kept_and_what_is_no_rexs_is_told(tmp_path: Path) -> None:
    words = (SAMPLES / "bearing_1_5.rexs").read_text(encoding="utf-8")
    words = words.replace('version="1.5"', 'version="1.5" editor="x y"')
    words = words.replace('<component id="61" type="shaft">', '<component id="61" type="shaft" colour="red"><hint/>')
    model = parse_rexs(words.encode())
    assert model.extra == (("editor", "x y"),)
    assert [note.render("en") for note in model.notes] == ["line 13: element <hint> is unknown to REXS and left out"]
    for ending in ("rexs", "rexsj"):
        back = through(model, tmp_path / f"x.{ending}")
        component = back.component(61)
        assert component is not None
        assert component.extra == (("colour", "red"),)
        assert back == model
