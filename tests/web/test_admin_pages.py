"""Desks: uploads, search, assets, users and tokens, audit, settings; what is refused keeps what was entered."""

import re
from typing import Any

import pytest
from world import PASSWORD, World

from loadzone.flows import assets, limits_desk, token_desk
from loadzone.flows.assets import Unit
from loadzone.store.catalog.passwords import hash_password, set_password
from loadzone.store.ledger import events_of

HTML = {"Accept": "text/html"}


def see(world: World, path: str, visitor: str = "admin@acme", lang: str = "en") -> Any:
    world.client.cookies.clear()
    return world.ask("GET", path, visitor, headers={**HTML, "Cookie": f"loadzone_lang={lang}"}, follow_redirects=False)


def send(world: World, path: str, visitor: str = "admin@acme", **form: str) -> Any:
    world.client.cookies.clear()
    return world.ask("POST", path, visitor, data=form, headers=HTML, follow_redirects=False)


def test_search_finds_by_every_word_in_name_machine_and_site(world: World) -> None:
    page = see(world, "/search?q=fan+DRIVE").text
    assert 'href="/positions/acme/drive"' in page
    assert 'href="/positions/acme/free"' not in page
    assert "/positions/bolt/" not in page


def test_a_machine_that_is_found_has_the_mark_of_its_worst_position(world: World) -> None:
    page = see(world, "/search?q=fan").text
    row = page[page.index('href="/machines/acme/fan"') :].partition("</li>")[0]
    assert re.search(r'<span class="sr">\w', row)


def test_a_search_says_how_many_it_found_where_it_does_not_show_them_all(world: World) -> None:
    for number in range(11):
        world.do("acme", lambda work, n=number: assets.enter_asset(work, world.act, Unit("acme", f"Q7-{n:02}", "6226")))
    assert "11 found for «Q7-», 8 of them here" in see(world, "/search?q=Q7-").text


def test_a_unit_is_found_by_its_serial_number_where_it_is_mounted(world: World) -> None:
    world.do("acme", lambda work: assets.enter_asset(work, world.act, Unit("acme", "L24-0311-0087", "6226")))
    world.do("acme", lambda work: assets.mount(work, world.act, "acme", "drive", "L24-0311-0087"))
    page = see(world, "/search?q=0311").text
    assert "<mark>0311</mark>" in page
    assert 'href="/positions/acme/drive"' in page


def test_a_name_that_is_nobodys_names_what_sounds_like_it(world: World) -> None:
    page = see(world, "/search?q=driev").text
    assert "No position is called «driev»" in page
    assert 'href="/positions/acme/drive"' in page
    assert "没有名为「driev」的测点" in see(world, "/search?q=driev", lang="zh").text


def test_what_is_searched_is_shown_as_it_was_written_and_never_as_markup(world: World) -> None:
    page = see(world, "/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%7Bx%7D").text
    assert "<script>alert" not in page
    assert "{x}" in page


def test_an_engineer_enters_site_machine_and_position(world: World) -> None:
    send(world, "/assets/acme/sites", "engineer@acme", id="mill", name="Paper mill", time_zone="Asia/Shanghai")
    send(world, "/assets/acme/machines", "engineer@acme", id="ref-1", site="mill", name="Refiner 1", speed_rpm="1487")
    made = send(
        world, "/assets/acme/positions", "engineer@acme", id="ref-1-de", machine="ref-1", name="DE", bearing="6226/C3"
    )
    assert made.headers["location"] == "/assets?organisation=acme&position=ref-1-de"
    page = see(world, made.headers["location"], "engineer@acme").text
    assert 'value="6226/C3"' in page
    machine = see(world, "/assets?organisation=acme&machine=ref-1").text
    assert 'name="speed_rpm" value="1487"' in machine


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("speed_rpm", "fast", "is no number"),
        ("other", "[1]", "no JSON object"),
        ("geometry", "9,7", "facts of the position|geometry"),
        ("name", "x" * 300, "at most"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_and_what_was_entered_stays(
    world: World, field: str, value: str, sentence: str
) -> None:
    form = {"before": "drive", "name": "Drive end", "bearing": "6205-kept", field: value}
    answer = send(world, "/assets/acme/positions", "engineer@acme", **form)
    assert answer.status_code == 422
    assert re.search(sentence, answer.text)
    assert 'value="6205-kept"' in answer.text
    assert "6205-kept" not in see(world, "/assets?organisation=acme&position=drive").text


def test_a_machine_is_copied_with_its_positions_and_without_its_history(world: World) -> None:
    done = send(world, "/assets/acme/copies", "engineer@acme", machine="fan", id="fan-2", name="Fan 2", site="plant")
    assert done.status_code == 303
    page = see(world, "/assets?organisation=acme&machine=fan-2").text
    assert "position=fan-2-drive" in page
    assert "position=fan-2-free" in page
    again = send(world, "/assets/acme/copies", "engineer@acme", machine="fan", id="fan-2", name="Fan 2 again")
    assert again.status_code == 409
    assert 'value="Fan 2 again"' in again.text


def test_a_unit_is_mounted_removed_and_another_one_mounted(world: World) -> None:
    send(world, "/assets/acme/exchanges", "engineer@acme", position="drive", serial="A-1", bearing="6226")
    nothing = send(world, "/assets/acme/exchanges", "engineer@acme", position="drive", serial="A-2")
    assert (nothing.status_code, 'value="A-2"' in nothing.text) == (422, True)
    send(
        world,
        "/assets/acme/exchanges",
        "engineer@acme",
        position="drive",
        reason="damaged",
        seen="outer ring",
        serial="A-2",
        bearing="6226",
    )
    history = world.platform.read("acme", lambda work: assets.mountings_of(work, "acme", position="drive"))
    assert [(each.serial, each.reason, each.removed_us is None) for each in history] == [
        ("A-1", "damaged, outer ring", False),
        ("A-2", None, True),
    ]


def test_an_exchange_that_cannot_be_leaves_the_old_unit_where_it_is(world: World) -> None:
    send(world, "/assets/acme/exchanges", "engineer@acme", position="drive", serial="A-1", bearing="6226")
    send(world, "/assets/acme/exchanges", "engineer@acme", position="free", serial="A-2", bearing="6226")
    taken = send(world, "/assets/acme/exchanges", "engineer@acme", position="drive", reason="planned", serial="A-2")
    assert taken.status_code == 409
    now = world.platform.read("acme", lambda work: assets.mountings_of(work, "acme", position="drive"))
    assert [(each.serial, each.removed_us) for each in now] == [("A-1", None)]


def test_a_viewer_sees_the_assets_and_no_button_that_would_be_refused(world: World) -> None:
    page = see(world, "/assets?organisation=acme&position=drive", "viewer@acme").text
    assert 'method="post" action="/assets/acme/exchanges"' not in page
    assert ">Save<" not in page
    assert send(world, "/assets/acme/exchanges", "viewer@acme", position="drive", serial="A-1").status_code == 403


def test_a_position_is_retired_and_taken_back_into_use(world: World) -> None:
    send(world, "/assets/acme/positions", "engineer@acme", before="drive", name="Drive", is_retired="yes")
    assert 'value="yes" selected' in see(world, "/assets?organisation=acme&position=drive").text
    send(world, "/assets/acme/positions", "engineer@acme", before="drive", name="Drive", is_retired="no")
    assert 'value="yes" selected' not in see(world, "/assets?organisation=acme&position=drive").text


def test_an_invitation_shows_its_link_once(world: World) -> None:
    made = send(world, "/users/acme/people", login="new@acme", name="New", role="analyst", language="zh")
    assert made.status_code == 201
    link = re.search(r'value="http://testserver/welcome#([\w-]+)"', made.text)
    assert link
    assert link[1] not in see(world, "/users?organisation=acme").text
    again = send(world, "/users/acme/people", login="new@acme", name="Kept name", role="analyst")
    assert (again.status_code, 'value="Kept name"' in again.text) == (409, True)


def test_the_last_administrator_stays_one(world: World) -> None:
    user = world.users["admin@acme"].user.id
    for form in ({"do": "role", "role": "viewer"}, {"do": "disable"}):
        answer = send(world, f"/users/acme/people/{user}", **form)
        assert answer.status_code == 422
        assert "no administrator" in answer.text


def test_a_token_shows_its_secret_once_and_is_taken_back(world: World) -> None:
    made = send(
        world, "/users/acme/tokens", "engineer@acme", name="edge-05", scope="send", positions="drive", days="30"
    )
    secret = re.search(r'value="(lz_[\w-]+)"', made.text)
    assert secret
    page = see(world, "/users", "engineer@acme").text
    assert "edge-05" in page
    assert secret[1] not in page
    whose = world.users["engineer@acme"].user.id
    found = world.platform.read("acme", lambda work: token_desk.tokens_of(work, "acme", user=whose))
    token = next(each for each in found if each.name == "edge-05")
    assert send(world, f"/users/acme/tokens/{token.id}", "viewer@acme").status_code == 404
    assert send(world, f"/users/acme/tokens/{token.id}", "engineer@acme").status_code == 303
    assert "taken back" in see(world, "/users", "engineer@acme").text


def test_a_program_makes_no_token(world: World) -> None:
    assert send(world, "/users/acme/tokens", "admin token", name="more", scope="admin", days="30").status_code == 403


def test_a_grant_opens_and_closes(world: World) -> None:
    send(world, "/users/acme/grants", grantee="maker", role="viewer")
    assert see(world, "/assets?organisation=acme", "operator").status_code == 200
    send(world, "/users/acme/grants", grantee="maker", do="withdraw")
    assert see(world, "/assets?organisation=acme", "operator").status_code == 404


def test_the_audit_tells_who_did_what_and_that_the_chain_is_whole(world: World) -> None:
    send(world, "/assets/acme/positions", "engineer@acme", before="drive", name="Drive end", bearing="6226")
    page = see(world, "/audit?organisation=acme&thing=position:drive").text
    assert "the chain is whole" in page
    assert "position changed" in page
    assert "engineer@acme" in page
    assert "name: drive → Drive end" in page
    assert "engineer@acme</td>" not in see(world, "/audit?organisation=acme&who=viewer@acme").text


def test_the_audit_of_another_organisation_is_not_there(world: World) -> None:
    assert see(world, "/audit?organisation=acme", "admin@bolt").status_code == 404
    assert "role analyst" in see(world, "/audit", "viewer@acme").text


def test_a_limit_is_given_entered_and_taken_away(world: World) -> None:
    form = {"position": "drive", "quantity": "velocity", "level": "danger"}
    assert send(world, "/settings/acme/limits", "engineer@acme", value="4.5", **form).status_code == 303
    late = send(
        world, "/settings/acme/limits", "engineer@acme", **{**form, "level": "alert", "value": "7", "form": "new"}
    )
    assert (late.status_code, 'value="7"' in late.text) == (422, True)
    held = world.platform.read("acme", lambda work: limits_desk.limited(work, "acme", world.clock()))
    assert [(each.quantity, each.danger and each.danger.value, each.alert) for each in held] == [
        ("velocity", 4.5, None)
    ]
    steps = [each.event.step for each in world.platform.read("acme", lambda work: events_of(work, "acme"))]
    assert steps[-1] == "limit set"
    send(world, "/settings/acme/limits", "engineer@acme", do="end", **form)
    assert world.platform.read("acme", lambda work: limits_desk.limited(work, "acme", world.clock())) == []


@pytest.mark.parametrize("value", ["", "0", "-3", "nan", "1,4", "1e999"])
def test_a_limit_that_is_no_number_above_zero_is_refused(world: World, value: str) -> None:
    form = {"position": "drive", "quantity": "velocity", "level": "alert", "value": value}
    assert send(world, "/settings/acme/limits", "engineer@acme", **form).status_code == 422


def test_connectors_say_that_no_intake_runs_here(world: World) -> None:
    page = see(world, "/settings/connectors").text
    assert "Start everything with loadzone up" in page
    assert "MQTT listener" in page


def test_one_changes_ones_own_password_and_language(world: World) -> None:
    user, hashed = world.users["viewer@acme"].user, hash_password(PASSWORD)
    world.do("acme", lambda work: set_password(work, user, hashed))
    wrong = send(world, "/settings/you", "viewer@acme", do="password", old="wrong wrong wrong", new="another long one")
    assert wrong.status_code == 422
    short = send(world, "/settings/you", "viewer@acme", do="password", old=PASSWORD, new="short")
    assert short.status_code == 422
    done = send(world, "/settings/you", "viewer@acme", do="password", old=PASSWORD, new="another long password")
    assert done.headers["location"] == "/settings/you?done=password"
    told = send(world, "/settings/you", "viewer@acme", do="language", language="zh")
    assert "loadzone_lang=zh" in told.headers["set-cookie"]
