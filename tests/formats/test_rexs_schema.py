"""The tables of the schema agree with themselves, and what is written has the form that the standard publishes."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rexs_cases import NAMES, sample

from loadzone.design.rating import type_rule
from loadzone.formats.rexs import converted, write_rexs
from loadzone.formats.rexs.schema import VERSIONS, bearing_types, definitions, family, name_in, units
from loadzone.formats.rexs.values import KINDS

ROWS = [row for rows in definitions().values() for row in rows]

# What the published XSD and JSON schema of REXS files say, as facts: required attributes, optional ones, order of
# children. Programs may add attributes of their own there; ours are the two of `loadzone.formats.rexs.xml_form`.
XSD = {
    "model": ({"version", "applicationId", "applicationVersion", "date"}, {"applicationLanguage"}),
    "relations": (set(), set()),
    "relation": ({"id", "type"}, {"order"}),
    "ref": ({"id", "role"}, {"hint"}),
    "components": (set(), set()),
    "component": ({"id", "type"}, {"name"}),
    "attribute": ({"id"}, {"unit", "loadzoneKind", "loadzoneEmpty"}),
    "array": (set(), {"code"}),
    "matrix": (set(), {"code", "rows", "columns"}),
    "array_of_arrays": (set(), set()),
    "r": (set(), set()),
    "c": (set(), set()),
    "load_spectrum": ({"id"}, set()),
    "load_case": ({"id"}, set()),
    "accumulation": (set(), set()),
}
ORDER = {"model": ["relations", "components", "load_spectrum"], "load_spectrum": ["load_case", "accumulation"]}


def test_every_row_names_its_source_and_uses_kinds_units_and_versions_that_exist() -> None:
    assert len(ROWS) > 250
    for row in ROWS:
        assert row.source, row.id
        assert row.components, row.id
        assert row.kind in KINDS, row.id
        assert row.unit in units(), row.id
        assert row.since in VERSIONS, row.id
        assert not row.until or row.until in VERSIONS, row.id
        assert re.fullmatch(r"[a-z][a-z0-9_]*", row.id), row.id


def test_an_attribute_has_one_row_in_every_version() -> None:
    for name, rows in definitions().items():
        for version in VERSIONS:
            assert sum(row.holds_in(version) for row in rows) <= 1, (name, version)


def test_a_renamed_attribute_exists_and_begins_where_the_old_one_ends() -> None:
    renamed = [row for row in ROWS if row.renamed_to]
    assert len(renamed) >= 8
    for row in renamed:
        assert row.until, row.id
        following = VERSIONS[VERSIONS.index(row.until) + 1]
        assert any(new.since == following for new in definitions()[row.renamed_to]), row.id


def test_every_name_of_an_attribute_leads_to_the_same_name_in_a_version() -> None:
    for name in definitions():
        for version in VERSIONS:
            assert len({name_in(each, version) for each in family(name)}) == 1, (name, version)


def test_every_type_of_bearing_that_is_rated_is_one_of_ours() -> None:
    ours = [key for key in bearing_types().values() if key]
    assert len(ours) >= 10
    for key in ours:
        assert type_rule(key).family


@pytest.mark.parametrize("version", ["1.4", "1.7", "2.0"])
@pytest.mark.parametrize("name", NAMES)
def test_written_xml_has_the_elements_and_attributes_of_the_published_schema(
    name: str, version: str, tmp_path: Path
) -> None:
    path = write_rexs(tmp_path / "x.rexs", converted(sample(name), version))
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314  our own file
    assert root.tag == "model"
    for element in root.iter():
        required, optional = XSD[element.tag]
        assert required <= set(element.attrib) <= required | optional, element.tag
        if element.tag in ORDER:
            places = [ORDER[element.tag].index(each.tag) for each in element]
            assert places == sorted(places)
    assert {"relations", "components"} <= {each.tag for each in root}


@pytest.mark.parametrize("version", ["1.4", "1.7", "2.0"])
@pytest.mark.parametrize("name", NAMES)
def test_written_json_has_the_members_of_the_published_schema(name: str, version: str, tmp_path: Path) -> None:
    path = write_rexs(tmp_path / "x.rexsj", converted(sample(name), version))
    told = json.loads(path.read_text(encoding="utf-8"))
    assert set(told) == {"model"}
    model = told["model"]
    assert {"version", "applicationId", "applicationVersion", "date", "relations", "components"} <= set(model)
    for relation in model["relations"]:
        assert {"id", "type", "refs"} <= set(relation) <= {"id", "type", "refs", "order"}
        assert all({"id", "role"} <= set(ref) <= {"id", "role", "hint"} for ref in relation["refs"])
    cases = model.get("load_spectrum", {}).get("load_cases", [])
    for component in (*model["components"], *(part for case in cases for part in case["components"])):
        assert {"id", "type", "attributes"} <= set(component) <= {"id", "type", "name", "attributes"}
        for attribute in component["attributes"]:
            (kind,) = set(attribute) - {"id", "unit"}
            assert kind.removesuffix("_coded") in KINDS
