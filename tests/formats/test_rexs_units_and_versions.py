"""Units of a file against those of the schema, and the way from one version to another."""

import json
import math

import pytest
from rexs_cases import sample, value_of

from loadzone.formats.rexs import Attribute, Component, RexsModel, converted
from loadzone.formats.rexs.files import parse_rexs
from loadzone.formats.rexs.schema import definition, in_unit, is_plain, number_of
from loadzone.words.errors import BadInput, OutOfScope


def with_attribute(attribute: str, version: str = "1.6", **value: object) -> RexsModel:
    """A model in JSON with one attribute, read."""
    told = {"id": attribute, **value}
    components = [{"id": 4, "type": "rolling_bearing_with_catalog_geometry", "attributes": [told]}]
    return parse_rexs(json.dumps({"model": {"version": version, "components": components}}).encode())


def notes(model: RexsModel) -> list[str]:
    return [each.render("en") for each in model.notes]


@pytest.mark.parametrize(
    ("value", "unit", "other", "expected"),
    [
        (1.0, "m", "mm", 1000.0),
        (25.0, "mm", "m", 0.025),
        (14.8, "kN", "N", 14800.0),
        (12.0, "mum", "mm", 0.012),
        (180.0, "deg", "rad", math.pi),
        (1.0, "MPa", "N / mm^2", 1.0),
        (2.5, "N m", "N mm", 2500.0),
        (60.0, "min", "h", 1.0),
        (1.5, "MRev", "none", None),
        (20.0, "C", "K", None),
        (20.0, "mm", "kg", None),
        (20.0, "furlong", "mm", None),
    ],
)
def test_a_plain_factor_leads_from_a_unit_to_another_or_none(
    value: float, unit: str, other: str, expected: float | None
) -> None:
    assert is_plain(unit, other) == (expected is not None)
    if expected is None:
        with pytest.raises(OutOfScope, match="no plain factor"):
            in_unit(value, unit, other)
    else:
        assert in_unit(value, unit, other) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("attribute", "value", "unit", "expected", "schema_unit"),
    [
        ("inner_diameter", 0.03, "m", 30.0, "mm"),
        ("radial_dynamic_load_rating", 19500.0, "N", 19.5, "kN"),
        ("operating_radial_bearing_clearance", 0.012, "mm", 12.0, "mum"),
        ("maximum_hertzian_pressure", 2.1, "GPa", 2100.0, "N / mm^2"),
    ],
)
def test_a_value_in_another_unit_of_the_same_quantity_is_converted_and_told(
    attribute: str, value: float, unit: str, expected: float, schema_unit: str
) -> None:
    model = with_attribute(attribute, unit=unit, floating_point=value)
    found, told = value_of(model, 4, attribute)
    assert told == schema_unit
    assert found == pytest.approx(expected, rel=1e-15)
    assert notes(model) == [f"{attribute}: 1 values converted from {unit} to {schema_unit}"]


def test_two_words_for_one_unit_are_left_as_they_are() -> None:
    model = with_attribute("maximum_hertzian_pressure", version="2.0.0", unit="N / mm^2", floating_point=2100.0)
    assert value_of(model, 4, "maximum_hertzian_pressure") == (2100.0, "N / mm^2")
    assert notes(model) == []


@pytest.mark.parametrize("unit", [None, "", "none"])
def test_an_unstated_unit_is_the_schema_s_and_the_reader_says_so(unit: str | None) -> None:
    model = with_attribute("inner_diameter", unit=unit, floating_point=30.0)
    assert value_of(model, 4, "inner_diameter") == (30.0, "mm")
    assert notes(model) == ["inner_diameter: 1 values state no unit, the schema's mm is taken"]


@pytest.mark.parametrize(
    ("attribute", "unit", "schema_unit"),
    [("outer_diameter", "kg", "mm"), ("temperature_lubricant", "K", "C"), ("fatigue_limit_load", "N / mm", "kN")],
)
def test_a_unit_of_another_quantity_is_refused_with_component_and_attribute(
    attribute: str, unit: str, schema_unit: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        with_attribute(attribute, unit=unit, floating_point=30.0)
    assert str(refusal.value) == (
        f"component 1 of the file: component 4, attribute {attribute} is in «{unit}» where the schema has "
        f"{schema_unit}: no plain factor leads from one to the other; write it in {schema_unit}"
    )


def test_an_unknown_attribute_keeps_whatever_unit_it_has() -> None:
    model = with_attribute("colour_temperature", unit="furlong", floating_point=30.0)
    assert value_of(model, 4, "colour_temperature") == (30.0, "furlong")
    assert notes(model) == []


@pytest.mark.parametrize("version", ["1.0", "1.3.2", "2.1.0", "3.0"])
def test_a_version_outside_is_read_as_the_nearest_with_a_notice(version: str) -> None:
    model = with_attribute("inner_diameter", version, unit="mm", floating_point=30.0)
    assert model.version == version
    assert notes(model) == [f"version {version} is outside 1.4 to 2.0: read as the nearest of them"]


def test_versions_compare_as_numbers() -> None:
    assert number_of("1.10") > number_of("1.9")
    for words in ("", "two", "1", "1.4.x", "-1.4"):
        with pytest.raises(BadInput, match=r"counts its versions as 1\.4"):
            number_of(words)


def test_version_1_4_becomes_2_0_with_the_names_and_units_of_2_0() -> None:
    model = converted(sample("bearing_1_4.rexs"), "2.0")
    assert model.version == "2.0.0"
    assert value_of(model, 7, "survival_probability") == (95.0, "%")
    assert value_of(model, 7, "viscosity_ratio_iso_281_2007") == (2.5, "none")
    assert value_of(model, 7, "static_safety_factor_iso_76_2006") == (3.5, "none")
    assert value_of(model, 7, "maximum_hertzian_pressure_inner_ring") == (1890.5, "MPa")
    assert value_of(model, 7, "nominal_reference_rating_life_time_iso_16281_2008") == (10500.5, "h")
    assert value_of(model, 8, "reference_diameter_rolling_bearing") == (60.0, "mm")


def test_what_no_plain_factor_leads_to_keeps_its_unit_and_is_told() -> None:
    model = converted(sample("bearing_1_4.rexs"), "1.6")
    assert value_of(model, 7, "nominal_rating_life_rotations_iso_281_2007") == (1250000, "none")
    assert any("nominal_rating_life_rotations_iso_281_2007 keeps its value" in each for each in notes(model))


def test_version_2_0_becomes_1_5_with_the_names_of_1_5() -> None:
    model = converted(sample("bearing_2_0.rexsj"), "1.5")
    assert model.version == "1.5"
    assert value_of(model, 1, "contamination_factor_according_to_iso_281_2007") == (0.5, "")
    assert value_of(model, 1, "maximum_hertzian_pressure") == (2800.0, "N / mm^2")
    assert value_of(model, 2, "reference_diameter") == (39.04, "mm")
    assert value_of(model, 1, "custom_program_text") == ("4.0", None)


def test_an_attribute_of_a_later_version_stays_under_its_name_and_is_told() -> None:
    name = "nominal_reference_rating_life_time_iso_16281_2025"
    model = converted(with_attribute(name, "2.0.0", unit="h", floating_point=8.0), "1.4")
    assert value_of(model, 4, name) == (8.0, "h")
    assert notes(model) == [f"attribute {name} is not in the schema of 1.4"]


def test_two_names_of_one_attribute_do_not_become_one() -> None:
    both = (Attribute("reference_diameter", 46.0, "mm"), Attribute("reference_diameter_rolling_bearing", 47.0, "mm"))
    model = converted(
        RexsModel("1.6", "", "", "", components=(Component(1, "rolling_bearing_row", None, both),)), "2.0"
    )
    assert [each.id for each in model.components[0].attributes] == [each.id for each in both]
    assert notes(model) == [
        "attribute reference_diameter keeps its name: component 1 has reference_diameter_rolling_bearing as well"
    ]


def test_a_version_that_is_not_of_the_standard_is_refused() -> None:
    with pytest.raises(BadInput, match=r"choose one of 1\.4, 1\.5, 1\.6, 1\.7, 2\.0"):
        converted(sample("drive_1_6.rexs"), "1.8")


def test_the_definition_of_an_attribute_depends_on_the_version() -> None:
    units = {version: definition("nominal_rating_life_rotations_iso_281_2007", version) for version in ("1.5", "1.6")}
    assert {version: found and found.unit for version, found in units.items()} == {"1.5": "none", "1.6": "MRev"}
