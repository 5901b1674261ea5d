"""The tables of docs/methods/rexs.md are those of the schema, with what is really read and written."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.flows.rexs import rate_bearings
from loadzone.flows.rexs_results import rexs_of_rating, with_results
from loadzone.flows.rexs_shafts import shafts_of
from loadzone.formats.rexs import Attribute, Component, RexsModel, converted, read_rexs
from loadzone.formats.rexs.schema import LAST, Definition, definitions, family, name_in

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "formats" / "rexs"
PAGE = ROOT / "docs" / "methods" / "rexs.md"
AXIS = re.compile(r"_[uvw](?=[_`])")


def models() -> Iterator[RexsModel]:
    """The samples in the newest version, and once more with thrust bearings and without shares of time."""
    for path in sorted(SAMPLES.iterdir()):
        model = converted(read_rexs(path), LAST)
        yield model
        kind = Attribute("bearing_type", "axial_grooved_ball_bearing", "none", "enum")
        angle = Attribute("pressure_angle", 90.0, "deg")
        parts = (
            each.with_attributes([kind] if "bearing" in each.type and "row" not in each.type else [angle])
            for each in model.components
        )
        spectra = (
            replace(spectrum, cases=tuple(replace(case, components=case.components[1:]) for case in spectrum.cases))
            for spectrum in model.spectra
        )
        yield replace(model, components=tuple(parts), spectra=tuple(spectra))


def newest(name: str) -> str:
    return name_in(name, LAST) or name


@pytest.fixture(scope="module")
def marks() -> dict[str, set[str]]:
    """By newest name: whether an attribute is asked for, and whether one is written."""
    found: dict[str, set[str]] = {"read": set(), "written": set()}
    with pytest.MonkeyPatch.context() as patch:
        ask = Component.get

        def get(self: Component, *ids: str) -> Attribute | None:
            found["read"].update(newest(each) for each in ids)
            return ask(self, *ids)

        patch.setattr(Component, "get", get)
        for model in models():
            ratings = rate_bearings(model)
            for case in (None, *(case for spectrum in model.spectra for case in spectrum.cases)):
                shafts_of(model, case)
            told = with_results(model, ratings, has_elements=True)
            before = {one for each in model.everywhere() for one in each.attributes}
            new = (one for each in told.everywhere() for one in each.attributes if one not in before)
            found["written"].update(newest(one.id) for one in new)
    options = RateOptions(
        900.0, radial_n=1e3, oil="68", cleanliness="0.5", clearance_um=5.0, grooves=(0.52, 0.53), length_mm=10.0
    )
    alone = rexs_of_rating(rate_bearing("6205", options), options)
    found["written"].update(newest(one.id) for each in alone.everywhere() for one in each.attributes)
    return found


def tables(marks: dict[str, set[str]]) -> Iterator[str]:
    """The lines of the tables: one for each group of components, an axis of u, v, w as a star."""
    groups: dict[tuple[str, ...], dict[str, list[Definition]]] = {}
    for name, rows in definitions().items():
        if name == newest(name) or name_in(name, LAST) is None:
            every = [row for each in family(name) for row in definitions()[each]]
            groups.setdefault(rows[-1].components, {})[name] = every
    for components, attributes in groups.items():
        yield f"### {', '.join(components).replace('any', 'any component')}"
        yield ""
        yield "| attribute | before | unit | type | since | here |"
        yield "|---|---|---|---|---|---|"
        alike: dict[str, list[str]] = {}
        for name, rows in attributes.items():
            told = line(name, rows, marks)
            alike.setdefault(AXIS.sub("_*", told), []).append(told)
        yield from (starred if len(told) > 1 else told[0] for starred, told in alike.items())
        yield ""


def line(name: str, rows: list[Definition], marks: dict[str, set[str]]) -> str:
    ends = {row.id: row.until for row in rows if row.id != name}
    before = ", ".join(f"`{old}` to {until}" for old, until in ends.items())
    ordered = sorted(rows, key=lambda row: row.since)
    units = list(dict.fromkeys(row.unit for row in ordered))
    unit = " → ".join(units)
    gone = f" to {rows[0].until}" if rows[0].until and len(rows) == 1 else ""
    here = ", ".join(mark for mark in ("read", "written") if name in marks[mark]) or "kept"
    doubt = "" if rows[0].is_verified else " (not verified)"
    cells = (f"`{name}`", before, unit, f"{rows[0].kind}{doubt}", f"{ordered[0].since}{gone}", here)
    return f"| {' | '.join(cells)} |"


def test_the_tables_of_the_page_are_those_of_the_schema(marks: dict[str, set[str]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    drawn = "\n".join(tables(marks)).rstrip("\n")
    assert page.endswith(f"\n{drawn}\n")


def test_what_a_rating_needs_is_read_and_what_it_finds_is_written(marks: dict[str, set[str]]) -> None:
    assert {"number_of_rolling_elements", "radial_dynamic_load_rating", "axial_dynamic_load_rating"} <= marks["read"]
    assert {
        "radial_dynamic_load_rating",
        "viscosity_ratio_iso_281_2007",
        "nominal_rating_life_time_iso_281_2007",
        "maximum_hertzian_pressure_inner_ring",
        "operating_point_stiffness_f_u_d_u",
        "rolling_element_force",
    } <= marks["written"]
    assert marks["written"] <= set(definitions())
