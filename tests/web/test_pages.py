"""Pages: who sees which, in both languages, and what is said to those who may not."""

import re
from typing import Any

import pytest
from advised import give, ring
from test_matrix import OUTSIDE, PLATFORM, VISITORS, WITHIN, leaves
from world import PASSWORD, World

from loadzone.flows import people
from loadzone.store.catalog.passwords import hash_password, set_password
from loadzone.web.pages import fleet
from loadzone.web.pages.page import Paged

HTML = {"Accept": "text/html"}
ROWS: dict[tuple[str, str], str] = {
    ("GET", "/"): "/",
    ("GET", "/about"): "/about",
    ("GET", "/sign-in"): "/sign-in",
    ("GET", "/welcome"): "/welcome",
    ("GET", "/sites/{organisation}/{site}"): "/sites/acme/plant",
    ("GET", "/machines/{organisation}/{machine}"): "/machines/acme/fan",
    ("GET", "/positions/{organisation}/{position}"): "/positions/acme/drive",
    ("GET", "/positions/{organisation}/{position}/recordings"): "/positions/acme/drive/recordings",
    ("GET", "/positions/{organisation}/{position}/history"): "/positions/acme/drive/history",
    ("GET", "/positions/{organisation}/{position}/recordings/{recording}"): "/positions/acme/drive/recordings/r-1",
    ("GET", "/bearings"): "/bearings?q=6205",
    ("GET", "/bearings/{designation:path}"): "/bearings/6205?fr_kn=3",
    ("GET", "/reports/fleet"): "/reports/fleet?month=2026-11",
    ("GET", "/reports/machine/{organisation}/{machine}"): "/reports/machine/acme/fan",
    ("GET", "/advice"): "/advice",
    ("GET", "/advice/{organisation}/{advice}"): "/advice/acme/ad-1",
    ("GET", "/alarms"): "/alarms",
    ("GET", "/why/{organisation}/{result}"): "/why/acme/ad-1",
    ("GET", "/upload"): "/upload",
    ("GET", "/search"): "/search?q=drive",
    ("GET", "/assets"): "/assets",
    ("GET", "/users"): "/users",
    ("GET", "/audit"): "/audit",
    ("GET", "/settings"): "/settings",
    ("GET", "/settings/notifications"): "/settings/notifications",
    ("GET", "/settings/connectors"): "/settings/connectors",
    ("GET", "/settings/you"): "/settings/you",
}
"""Every page, with an address that shows it; a new one without a row fails a test."""
FORMS = {
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("POST", "/welcome"),
    ("POST", "/preferences"),
    ("POST", "/advice/{organisation}/{advice}/outcome"),
    ("POST", "/advice/{organisation}/{advice}/reopen"),
    ("POST", "/alarms/{organisation}/{alarm}/moves"),
    ("POST", "/assets/{organisation}/sites"),
    ("POST", "/assets/{organisation}/machines"),
    ("POST", "/assets/{organisation}/positions"),
    ("POST", "/assets/{organisation}/copies"),
    ("POST", "/assets/{organisation}/exchanges"),
    ("POST", "/assets/{organisation}/table"),
    ("POST", "/users/{organisation}/people"),
    ("POST", "/users/{organisation}/people/{user}"),
    ("POST", "/users/{organisation}/tokens"),
    ("POST", "/users/{organisation}/tokens/{token}"),
    ("POST", "/users/{organisation}/grants"),
    ("POST", "/settings/{organisation}/limits"),
    ("POST", "/settings/{organisation}/notifications"),
    ("POST", "/settings/{organisation}/notifications/{channel}"),
    ("POST", "/settings/you"),
}
"""What takes a form; each is tested by what it does."""
FILES = {
    ("GET", "/positions/{organisation}/{position}/recordings/{recording}/curves"): (
        "/positions/acme/drive/recordings/r-1/curves"
    ),
    ("GET", "/positions/{organisation}/{position}/recordings/{recording}/sound"): (
        "/positions/acme/drive/recordings/r-1/sound"
    ),
    ("GET", "/positions/{organisation}/{position}/recordings/{recording}/file"): (
        "/positions/acme/drive/recordings/r-1/file"
    ),
    ("GET", "/assets/{organisation}/table"): "/assets/acme/table?format=xlsx",
    ("GET", "/reports/rating"): "/reports/rating?bearing=6205",
    ("GET", "/reports/rating.json"): "/reports/rating.json?bearing=6205",
    ("GET", "/reports/fleet/pdf"): "/reports/fleet/pdf",
    ("GET", "/reports/machine/{organisation}/{machine}/pdf"): "/reports/machine/acme/fan/pdf",
}
"""What pages fetch or hand out; who gets it is tested here, what is in it with its page."""


@pytest.fixture(scope="module", autouse=True)
def _given(shared_world: World) -> None:
    """What pages of one thing show."""
    give(shared_world, alarm=ring(shared_world).id)


def routes(world: World) -> dict[tuple[str, str], Paged]:
    found = {}
    for route in leaves(world.app.routes):
        if isinstance(route, Paged):
            for method in route.methods:
                found[method, route.path] = route
    return found


def visit(world: World, path: str, visitor: str | None = None, lang: str = "en") -> Any:
    world.client.cookies.clear()
    return world.ask("GET", path, visitor, headers={**HTML, "Cookie": f"loadzone_lang={lang}"}, follow_redirects=False)


def test_every_page_has_a_row_here_and_every_row_a_page(shared_world: World) -> None:
    assert {*ROWS, *FILES} | FORMS == {*routes(shared_world)}


def test_every_form_of_an_organisation_needs_a_role_in_it(shared_world: World) -> None:
    for (method, path), route in routes(shared_world).items():
        need = (route.openapi_extra or {})["x-needs"]
        if method == "POST" and "{organisation}" in path and "/tokens" not in path:  # everybody has tokens of their own
            assert need in {"analyst", "engineer", "admin"}, path


@pytest.mark.parametrize("row", ROWS | FILES, ids=lambda row: row[1])
def test_a_page_is_shown_to_those_who_may_see_it_and_to_nobody_else(shared_world: World, row: tuple[str, str]) -> None:
    if row[1].endswith("/pdf"):
        pytest.importorskip("typst", reason="typst makes the PDF")
    need = (routes(shared_world)[row].openapi_extra or {})["x-needs"]
    is_within = "{organisation}" in row[1]
    for visitor in VISITORS:
        status = visit(shared_world, (ROWS | FILES)[row], visitor).status_code
        if need == "public":
            expected = 200
        elif visitor == "anonymous":
            expected = 303
        elif need in PLATFORM:
            expected = 200 if visitor in PLATFORM[need] else 403
        elif is_within and visitor in OUTSIDE | {"sender", "counter"} - WITHIN[need]:
            expected = 404 if visitor in OUTSIDE else 403
        elif is_within:
            expected = 200 if visitor in WITHIN[need] else 403
        else:
            expected = 403 if visitor in {"sender", "counter", "foreign sender"} else 200
        assert status == expected or (is_within and expected == 403 and status == 404), (visitor, status, expected)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_page_keeps_to_the_policy_of_content(shared_world: World, row: tuple[str, str], lang: str) -> None:
    answer = visit(shared_world, ROWS[row], "admin@acme", lang)
    page = answer.text
    assert answer.status_code == 200
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}"' in page
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|<style", page)
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", page)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_page_in_chinese_has_no_english_heading(shared_world: World, row: tuple[str, str]) -> None:
    page = visit(shared_world, ROWS[row], "admin@acme", "zh").text
    headings = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page, re.DOTALL)]
    ours = [each for each in headings if not re.search(r"loadzone|Fan|drive|free|Plant|62\d\d", each)]
    assert all(re.search(r"[\u4e00-\u9fff]", each) for each in ours), ours


def test_who_is_not_signed_in_is_led_there_and_back(world: World) -> None:
    answer = visit(world, "/about?x=1")
    assert answer.headers["location"] == "/sign-in?next=%2Fabout%3Fx%3D1"
    user = world.users["engineer@acme"].user
    hashed = hash_password(PASSWORD)
    world.do("acme", lambda work: set_password(work, user, hashed))
    form = {"login": "engineer@acme", "password": PASSWORD, "next": "/about?x=1"}
    entered = world.ask("POST", "/sign-in", data=form, follow_redirects=False)
    assert (entered.status_code, entered.headers["location"]) == (303, "/about?x=1")
    assert world.ask("GET", "/about", headers=HTML, follow_redirects=False).status_code == 200
    form["password"] = "wrong horse battery"  # noqa: S105  of nobody
    world.client.cookies.clear()
    refused = world.ask("POST", "/sign-in", data=form, headers={"Accept-Language": "zh"}, follow_redirects=False)
    assert refused.status_code == 401
    assert 'value="engineer@acme"' in refused.text
    assert form["password"] not in refused.text


@pytest.mark.parametrize("goal", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_host(world: World, goal: str) -> None:
    sent = world.ask("POST", "/preferences", data={"lang": "zh", "next": goal}, follow_redirects=False)
    assert sent.headers["location"] == "/"


def test_a_link_to_sign_in_works_once_and_looking_does_not_use_it(world: World) -> None:
    user = world.users["viewer@acme"].user
    link = world.do("acme", lambda work: people.invite(work, world.act, "acme", user.id, purpose="sign-in"))
    assert visit(world, "/welcome").status_code == 200
    first = world.ask("POST", "/welcome", data={"secret": link.secret}, follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert world.ask("GET", "/", headers=HTML, follow_redirects=False).status_code == 200
    world.client.cookies.clear()
    again = world.ask("POST", "/welcome", data={"secret": link.secret}, follow_redirects=False)
    assert again.status_code == 401
    assert link.secret not in again.text


def test_a_link_to_set_a_password_asks_for_one_and_goes_in(world: World) -> None:
    user = world.users["viewer@acme"].user
    link = world.do("acme", lambda work: people.invite(work, world.act, "acme", user.id))
    asked = world.ask("POST", "/welcome", data={"secret": link.secret}, follow_redirects=False)
    assert (asked.status_code, "new-password" in asked.text) == (200, True)
    short = world.ask("POST", "/welcome", data={"secret": link.secret, "password": "short"}, follow_redirects=False)
    assert (short.status_code, "new-password" in short.text) == (422, True)
    done = world.ask("POST", "/welcome", data={"secret": link.secret, "password": PASSWORD}, follow_redirects=False)
    assert done.headers["location"] == "/"
    assert world.ask("GET", "/", headers=HTML, follow_redirects=False).status_code == 200


def test_signing_out_of_a_page_ends_the_session(world: World) -> None:
    user = world.users["viewer@acme"].user
    link = world.do("acme", lambda work: people.invite(work, world.act, "acme", user.id, purpose="sign-in"))
    world.ask("POST", "/welcome", data={"secret": link.secret}, follow_redirects=False)
    kept = dict(world.client.cookies)
    own = {"Origin": "http://testserver"}
    assert world.ask("POST", "/sign-out", headers={**HTML, **own}, follow_redirects=False).status_code == 303
    world.client.cookies.clear()
    world.client.cookies.update(kept)
    assert world.ask("GET", "/", headers=HTML, follow_redirects=False).status_code == 303


def test_a_form_of_another_origin_is_refused(world: World) -> None:
    user = world.users["viewer@acme"].user
    link = world.do("acme", lambda work: people.invite(work, world.act, "acme", user.id, purpose="sign-in"))
    world.ask("POST", "/welcome", data={"secret": link.secret}, follow_redirects=False)
    for headers in ({"Origin": "https://evil.example"}, {}):
        answer = world.ask("POST", "/sign-out", headers={**HTML, **headers}, follow_redirects=False)
        assert answer.status_code == 403


def test_a_reader_chooses_language_and_theme(world: World) -> None:
    sent = world.ask("POST", "/preferences", data={"lang": "zh", "theme": "dark", "next": "/sign-in"})
    assert 'lang="zh-Hans" data-theme="dark"' in sent.text


def test_machines_for_which_a_site_has_no_room_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "more</span>" not in visit(world, "/", "viewer@acme").text
    monkeypatch.setattr(fleet, "MOST_MACHINES", 0)
    assert "and 1 more</span>" in visit(world, "/", "viewer@acme").text


def test_what_is_not_there_is_said_on_a_page_to_people_and_in_a_document_to_programs(shared_world: World) -> None:
    page = visit(shared_world, "/nothing", "admin@acme")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    document = shared_world.ask("GET", "/nothing", headers={"Accept": "application/json"})
    assert document.headers["content-type"] == "application/problem+json"


def test_files_of_the_client_are_kept_for_good_and_packed(shared_world: World) -> None:
    page = visit(shared_world, "/sign-in").text
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = shared_world.ask("GET", path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
    assert shared_world.ask("GET", "/static/manifest.json").status_code == 404
