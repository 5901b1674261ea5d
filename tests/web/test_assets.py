"""Assets over the door: a bearing's place keeps its history, and a table goes out and comes in again."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import World

from loadzone.flows import assets, people
from loadzone.flows.asset_import import import_table, preview_table
from loadzone.flows.asset_table import TABLES, export_table
from loadzone.flows.assets import Machine, Position, Site, Unit
from loadzone.store.catalog.quarantine import note_stranger
from loadzone.words.errors import BadInput

A = "/api/v1/organisations/acme"
TABLE = f"{A}/assets/table"


def post(world: World, path: str, **body: Any) -> Any:
    return world.ask("POST", f"{A}/{path}", "engineer@acme", json=body)


def put_table(world: World, content: str | bytes, organisation: str = "acme", visitor: str = "engineer@acme") -> Any:
    path = f"/api/v1/organisations/{organisation}/assets/table"
    data = content.encode() if isinstance(content, str) else content
    return world.ask("PUT", path, visitor, headers={"Content-Type": "text/csv"}, content=data)


def test_a_positions_history_survives_the_exchange_of_its_unit(world: World) -> None:
    for serial in ("SN-1", "SN-2"):
        assert post(world, "units", serial=serial, bearing="6205-2RS").status_code == 201
    began = "2026-01-01T08:00:00+08:00"
    assert (
        post(world, "mountings", position="drive", serial="SN-1", at=began).json()["mounted_at"]
        == "2026-01-01T00:00:00Z"
    )
    assert post(world, "mountings", position="drive", serial="SN-2").status_code == 409
    assert post(world, "positions/drive/removals", at="2026-03-01T00:00:00Z", reason="剥落").status_code == 201
    assert post(world, "mountings", position="drive", serial="SN-2").status_code == 201
    told = world.ask("GET", f"{A}/mountings", "viewer@acme", params={"position": "drive"}).json()["items"]
    assert [(each["serial"], each["removed_at"]) for each in told] == [("SN-1", "2026-03-01T00:00:00Z"), ("SN-2", None)]
    events = world.ask("GET", f"{A}/events", "analyst@acme", params={"thing": "SN-1"}).json()["items"]
    assert [each["step"] for each in events] == ["unit entered", "mounting", "removal"]
    assert events[-1]["facts"] == {"reason": "剥落"}


def test_what_has_not_happened_yet_is_not_entered(world: World) -> None:
    post(world, "units", serial="SN-1", bearing="6205")
    assert post(world, "mountings", position="drive", serial="SN-1", at="2199-01-01T00:00:00Z").status_code == 422


@pytest.mark.parametrize("at", ["2026-01-01T00:00:00", "0001-01-01T00:00:00Z", "soon", 5, "5", "9999-12-31T23:59:59Z"])
def test_a_time_without_an_offset_or_out_of_range_is_refused(world: World, at: Any) -> None:
    assert post(world, "units", serial="SN-1", bearing="6205", made_at=at).status_code == 422


def test_a_serial_number_may_hold_any_sign_that_can_be_read(world: World) -> None:
    serial = "批次/7 №3?#&=+ %"
    assert post(world, "units", serial=serial, bearing="6205").status_code == 201
    found = world.ask("GET", f"{A}/units/{quote(serial, safe='')}", "viewer@acme")
    assert found.json()["serial"] == serial


def test_what_is_retired_stays_and_can_come_back(world: World) -> None:
    def change(**body: Any) -> Any:
        return world.ask("PATCH", f"{A}/machines/fan", "engineer@acme", json=body).json()

    assert change(is_retired=True)["retired_at"] is not None
    assert change(is_retired=False)["retired_at"] is None
    assert change(name="风机", kind="fan")["name"] == "风机"


def test_a_position_cannot_hang_below_itself(world: World) -> None:
    def under(position: str, parent: str | None) -> int:
        path = f"{A}/positions/{position}"
        return int(world.ask("PATCH", path, "engineer@acme", json={"parent": parent}).status_code)

    assert [under("drive", "free"), under("free", "drive"), under("drive", "drive"), under("drive", None)] == [
        200,
        422,
        422,
        200,
    ]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "/etc/localtime", "\x00", ""])
def test_a_time_zone_that_is_none_is_refused(world: World, zone: str) -> None:
    assert post(world, "sites", id="new", name="N", time_zone=zone).status_code == 422


def test_a_position_that_sends_already_is_adopted(world: World) -> None:
    world.do("acme", lambda work: note_stranger(work, "acme", "new-1", door="mqtt", sample=b"\x00\xff", at_us=5))
    (waiting,) = world.ask("GET", f"{A}/quarantine", "engineer@acme").json()["items"]
    assert (waiting["position"], waiting["sample_base64"]) == ("new-1", "AP8=")
    assert post(world, "quarantine", id="new-1", name="Neu", machine="fan").status_code == 201
    assert world.ask("GET", f"{A}/quarantine", "engineer@acme").json()["items"] == []


# the table


def test_the_tree_shows_what_hangs_where(world: World) -> None:
    post(world, "units", serial="SN-1", bearing="6205")
    post(world, "mountings", position="drive", serial="SN-1")
    post(world, "positions", id="row-a", name="Row A", parent="drive")
    (site,) = world.ask("GET", f"{A}/assets", "viewer@acme").json()["sites"]
    drive, free = site["machines"][0]["positions"]
    assert (drive["serial"], free["serial"]) == ("SN-1", None)
    assert [each["id"] for each in drive["positions"]] == ["row-a"]


def test_a_table_enters_changes_and_mounts_and_a_second_time_does_nothing(world: World) -> None:
    table = (
        "site,site_name,time_zone,machine,machine_name,machine_kind,position,parent,bearing,serial\n"
        "wz,无锡,Asia/Shanghai,t1,一号机,wind turbine,t1-row,t1-main,NU 2330,\n"
        "wz,,,t1,,,t1-main,,240/600,SN-9\n"
        "plant,Werk,,fan,,,drive,,6205,\n"
    )
    done = put_table(world, table)
    assert done.json() == {
        "entered": {"site": 1, "machine": 1, "position": 2, "unit": 1},
        "changed": {"site": 1, "position": 1},
        "mounted": 1,
    }
    assert put_table(world, table).json() == {"entered": {}, "changed": {}, "mounted": 0}


def test_a_table_with_one_bad_row_changes_nothing_and_names_the_row(world: World) -> None:
    answer = put_table(world, "site,machine\nnew-1,\nnew-2,\nplant,bad id\n")
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("row 4, column B (machine): 'bad id' is no identifier")
    assert world.ask("GET", f"{A}/sites/new-1", "viewer@acme").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"unknown\n1\n",
        b"site,site\na,b\n",
        b'site\n"torn',
        b"\xff\xff\xff",
        b"site\na,b,c\n",
        b"\x00",
        b"site_facts\n",
    ],
    ids=["empty", "unknown column", "twice", "torn", "no text", "too many cells", "nul", "nothing"],
)
def test_what_is_no_table_is_refused_or_does_nothing(world: World, content: bytes) -> None:
    answer = put_table(world, content)
    assert answer.status_code == 422 or answer.json() == {"entered": {}, "changed": {}, "mounted": 0}


def test_a_table_from_a_chinese_spreadsheet_is_read(world: World) -> None:
    assert put_table(world, "site,site_name\nwz,无锡轴承厂\n".encode("gb18030")).status_code == 200
    assert world.ask("GET", f"{A}/sites/wz", "viewer@acme").json()["name"] == "无锡轴承厂"


def test_a_cell_that_a_spreadsheet_would_run_goes_out_as_text(world: World) -> None:
    name = '=HYPERLINK("http://evil.example","x")'
    post(world, "sites", id="evil", name=name)
    exported = world.ask("GET", TABLE, "viewer@acme").text
    rows = {row["site"]: row for row in csv.DictReader(io.StringIO(exported.removeprefix("\ufeff")))}
    assert rows["evil"]["site_name"] == "'" + name
    assert put_table(world, exported).json()["changed"] == {}
    assert world.ask("GET", f"{A}/sites/evil", "viewer@acme").json()["name"] == name


def test_a_chain_of_parents_in_a_circle_is_refused(world: World) -> None:
    assert put_table(world, "position,parent\na,b\nb,a\n").status_code == 422


names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=20).filter(
    lambda value: value == value.strip() and value.isprintable()
)
identifiers = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
facts = st.dictionaries(names, st.integers(-1000, 1000) | names, max_size=2)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_goes_out_of_one_organisation_comes_into_an_empty_one_as_it_was(shared_world: World, data: Any) -> None:
    one, two = f"one{next(shared_world.numbers)}", f"two{next(shared_world.numbers)}"
    for name in (one, two):
        new = people.Organisation(name, name, shared_world.clock())
        shared_world.do(
            name, lambda work, new=new: people.add_organisation(work, shared_world.act, new, login=new.name)
        )
    shared_world.do(one, lambda work: invent(work, shared_world, one, data))
    table = shared_world.platform.read(one, lambda work: export_table(work, one))
    shared_world.do(two, lambda work: import_table(work, shared_world.act, two, table))
    again = shared_world.platform.read(two, lambda work: export_table(work, two))
    assert again == table


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), kind=st.sampled_from(["csv", "xlsx"]), lang=st.sampled_from([None, "en", "zh"]))
def test_what_goes_out_and_comes_in_again_changes_nothing(
    shared_world: World, data: Any, kind: Any, lang: str | None
) -> None:
    name = f"again{next(shared_world.numbers)}"
    new = people.Organisation(name, name, shared_world.clock())
    shared_world.do(name, lambda work: people.add_organisation(work, shared_world.act, new, login=name))
    shared_world.do(name, lambda work: invent(work, shared_world, name, data))
    table = shared_world.platform.read(name, lambda work: export_table(work, name, kind, lang))
    done = shared_world.do(name, lambda work: import_table(work, shared_world.act, name, table))
    assert (done.entered, done.changed, done.mounted, done.changes) == ({}, {}, 0, [])
    two = f"fresh{next(shared_world.numbers)}"
    other = people.Organisation(two, two, shared_world.clock())
    shared_world.do(two, lambda work: people.add_organisation(work, shared_world.act, other, login=two))
    shared_world.do(two, lambda work: import_table(work, shared_world.act, two, table))
    csv_of = [
        shared_world.platform.read(each, lambda work, each=each: export_table(work, each)) for each in (name, two)
    ]
    assert csv_of[0] == csv_of[1]


def test_a_look_at_a_table_tells_every_change_and_every_refusal_and_writes_nothing(world: World) -> None:
    table = (
        "site,site_name,time_zone,machine,position,bearing,serial\n"
        "plant,Werk,,fan,drive,6205,\n"
        "wz,无锡,Asia/Shanghai,t1,t1-main,240/600,SN-9\n"
        "wz,,,t 2,,,\n"
        ",,,t3,,,\n"
        ",,,,t4,,SN-10\n"
    )
    seen = preview_table(world.platform.catalog, world.act, "acme", table.encode())
    identifier, site, bearing = (each.told.render() for each in seen.refusals)
    assert identifier.startswith("row 4, column D (machine): 't 2' is no identifier: 1 to 64 letters A to Z")
    assert site == "row 5, column A (site): machine t3 is new: write the site where it stands"
    assert bearing == "row 6: unit SN-10 is new: write its bearing"
    assert ("change", "site", "plant", 2) in {(each.does, each.kind, each.key, each.row) for each in seen.changes}
    assert (seen.entered["machine"], seen.mounted) == (1, 1)
    assert world.ask("GET", f"{A}/sites/wz", "viewer@acme").status_code == 404
    with pytest.raises(BadInput, match=r"and 2 more"):
        world.do("acme", lambda work: import_table(work, world.act, "acme", table.encode()))


def test_a_workbook_goes_over_the_door_both_ways(world: World) -> None:
    media = TABLES["xlsx"]
    out = world.ask("GET", TABLE, "viewer@acme", params={"format": "xlsx"})
    assert (out.status_code, out.headers["content-type"]) == (200, media)
    back = world.ask("PUT", TABLE, "engineer@acme", headers={"Content-Type": media}, content=out.content)
    assert back.json() == {"entered": {}, "changed": {}, "mounted": 0}
    assert world.ask("GET", TABLE, "viewer@acme", params={"format": "ods"}).status_code == 422


def invent(work: Any, world: World, organisation: str, data: Any) -> None:
    """Some assets."""
    act = world.act
    places = data.draw(st.lists(identifiers, unique=True, max_size=5))
    sites = data.draw(st.lists(identifiers, unique=True, min_size=1, max_size=3))
    for each in sites:
        assets.enter_asset(work, act, Site(organisation, each, data.draw(names), "Asia/Shanghai", data.draw(facts)))
    machines = data.draw(st.lists(identifiers, unique=True, min_size=1, max_size=3))
    for each in machines:
        site = data.draw(st.sampled_from(sites))
        assets.enter_asset(
            work, act, Machine(organisation, each, site, data.draw(names), data.draw(names), 1, data.draw(facts))
        )
    for n, each in enumerate(places):
        parent = data.draw(st.none() | st.sampled_from(places[:n])) if n else None
        machine = data.draw(st.none() | st.sampled_from(machines))
        place = Position(organisation, each, data.draw(names), 1, machine, parent, data.draw(st.none() | names))
        assets.enter_asset(work, act, place)
        if data.draw(st.booleans()):
            assets.enter_asset(
                work, act, Unit(organisation, f"{each}/{n}", data.draw(names), data.draw(st.none() | names))
            )
            assets.mount(work, act, organisation, each, f"{each}/{n}")


def test_facts_of_a_table_are_json(world: World) -> None:
    table = 'site,site_facts\nplant,"{""功率"": 5}"\n'
    assert put_table(world, table).json()["changed"] == {"site": 1}
    with pytest.raises(BadInput):
        world.do("acme", lambda work: import_table(work, world.act, "acme", b"site,site_facts\nplant,[1]\n"))
