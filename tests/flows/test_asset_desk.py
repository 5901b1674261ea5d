"""The desk of assets: facts survive being shown and saved, a copy is like its machine, an exchange is whole or not."""

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sqlalchemy", reason="the platform needs the extra platform")
sys.path.insert(0, str(Path(__file__).parent))

from watching import NOW_US, furnished

from loadzone.flows import asset_desk, assets
from loadzone.flows.asset_desk import FACTS, facts_of, written_facts
from loadzone.flows.audit import Act
from loadzone.flows.platform import Platform
from loadzone.flows.search import search
from loadzone.words.errors import BadInput, UnknownThing

ACT = Act("acme/ann", NOW_US + 10_000_000)
NUMBERS = st.floats(min_value=1e-6, max_value=1e9)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return furnished(tmp_path)


@given(
    numbers=st.dictionaries(st.sampled_from([each.name for each in FACTS if each.kind == "number"]), NUMBERS),
    others=st.dictionaries(
        st.text("abcxyz_", min_size=12, max_size=14), st.none() | st.booleans() | st.integers() | st.text(max_size=9)
    ),
    gears=st.lists(st.tuples(st.integers(8, 300), st.integers(1, 40)), max_size=4),
)
def test_facts_that_are_shown_and_saved_again_are_the_same(
    numbers: dict[str, float], others: dict[str, Any], gears: list[tuple[int, int]]
) -> None:
    facts: dict[str, Any] = {**others, **numbers, "machine_class": "1:rigid"}
    facts |= {"gears": [f"{teeth}:{order}" for teeth, order in gears]} if gears else {}
    assert facts_of(written_facts(facts)) == facts


@pytest.mark.parametrize(
    "told", [{"speed_rpm": "quick"}, {"other": "{"}, {"machine_class": "9:soft"}, {"turning": "no"}]
)
def test_facts_that_nobody_understands_are_refused(told: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        facts_of(told)


def test_a_copied_machine_has_the_facts_and_positions_of_the_first_and_none_of_its_units(platform: Platform) -> None:
    def job(work: Any) -> Any:
        return asset_desk.copy_machine(work, ACT, "acme", "fan", identifier="fan-2", name="Fan 2")

    machine, places = platform.catalog.write("acme", job)
    assert (machine.facts, machine.site, machine.created_us) == ({"machine_class": "2:rigid"}, "plant", ACT.at_us)
    assert [(each.id, each.name, each.bearing, dict(each.facts)) for each in places] == [
        ("fan-2-drive", "Drive end", "6205", {"speed_rpm": 1797.0}),
        ("fan-2-free", "Free end", None, {}),
    ]
    history = platform.read("acme", lambda work: assets.mountings_of(work, "acme"))
    assert [each.position for each in history] == ["drive"]


def test_a_position_below_another_one_is_copied_below_its_copy(platform: Platform) -> None:
    below = assets.Position("acme", "fan-roller", "Roller", NOW_US, "fan", "free")

    def job(work: Any) -> Any:
        assets.enter_asset(work, ACT, below)
        return asset_desk.copy_machine(work, ACT, "acme", "fan", identifier="f9", name="F9")[1]

    assert {each.id: each.parent for each in platform.catalog.write("acme", job)} == {
        "f9-drive": None,
        "f9-free": None,
        "f9-roller": "f9-free",
    }


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"serial": "S-2", "bearing": "6205"}, BadInput),
        ({"serial": "S-2", "reason": "worn", "mounted_us": NOW_US + 1, "removed_us": NOW_US + 2}, BadInput),
        ({"serial": "S-2", "reason": "worn", "removed_us": ACT.at_us + 1}, BadInput),
        ({"serial": "S-1", "reason": "worn", "removed_us": NOW_US}, BadInput),
    ],
    ids=["no reason", "mounted before the other left", "a time to come", "removed when it was mounted"],
)
def test_an_exchange_that_cannot_be_changes_nothing(platform: Platform, how: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        platform.catalog.write("acme", lambda work: asset_desk.exchange(work, ACT, "acme", "drive", **how))
    now = platform.read("acme", lambda work: asset_desk.mounted(work, "acme", "drive"))
    assert now is not None
    assert (now.serial, now.removed_us) == ("S-1", None)
    with pytest.raises(UnknownThing):
        platform.read("acme", lambda work: assets.find(work, "unit", "acme", "S-2"))


def test_a_unit_can_leave_and_nothing_come(platform: Platform) -> None:
    def job(work: Any) -> Any:
        return asset_desk.exchange(work, ACT, "acme", "drive", reason="planned")

    assert platform.catalog.write("acme", job) is None
    assert platform.read("acme", lambda work: asset_desk.mounted(work, "acme", "drive")) is None


@pytest.mark.parametrize("query", ["drive end", "DRIVE", "fan drive", "plant drive", "drive"])
def test_search_takes_words_in_any_case_from_name_machine_and_site(platform: Platform, query: str) -> None:
    found = platform.read("acme", lambda work: search(work, query, NOW_US))
    assert [each.key for each in found.of("position")] == ["drive"]
    assert found.alike == ()


def test_a_word_in_an_identifier_alone_counts_where_no_name_has_it(platform: Platform) -> None:
    def job(work: Any) -> None:
        for number in (1, 2):
            assets.enter_asset(work, ACT, assets.Position("acme", f"r-{number}-1", f"Roller {number}", NOW_US, "fan"))

    platform.catalog.write("acme", job)
    assert [each.key for each in platform.read("acme", lambda work: search(work, "roller 1", NOW_US)).hits] == ["r-1-1"]
    only = platform.read("acme", lambda work: search(work, "roller r-2", NOW_US))
    assert [each.key for each in only.hits] == ["r-2-1"]


def test_search_of_others_finds_nothing_of_an_organisation(platform: Platform) -> None:
    found = platform.read("bolt", lambda work: search(work, "drive", NOW_US))
    assert (found.hits, found.alike) == ((), ())


def test_what_is_misspelt_finds_what_sounds_like_it(platform: Platform) -> None:
    found = platform.read("acme", lambda work: search(work, "fan driv ent", NOW_US))
    assert found.hits == ()
    assert found.alike[0].key == "drive"


@given(query=st.text(max_size=120))
def test_search_takes_any_text(platform_for_all: Platform, query: str) -> None:
    found = platform_for_all.read("acme", lambda work: search(work, query, NOW_US))
    assert all(each.organisation in {"acme", ""} for each in found.hits)


@pytest.fixture(scope="module")
def platform_for_all(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return furnished(tmp_path_factory.mktemp("search"))
