"""In a real browser: network, server and session go and come back; the page says so, and nothing entered is lost."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from advised import give
from browser import Visitor, enter, serving, until, visitor
from measured import measure
from world import PASSWORD, World, opened

from loadzone.flows import access, assets, limits_desk
from loadzone.flows.alarms_desk import one_advice
from loadzone.store.catalog.advice import advice as advice_shelf
from loadzone.store.catalog.passwords import hash_password, set_password

pytestmark = pytest.mark.browser
POSITION = "/positions/acme/drive"
RECORDING = f"{POSITION}/recordings/r-1"
HOUR_US = 3600 * 10**6


@pytest.fixture(scope="module")
def at(shared_world: World) -> Iterator[str]:
    measure(shared_world)
    hashed = hash_password(PASSWORD)
    for login in ("engineer@acme", "analyst@acme", "admin@acme"):
        user = shared_world.users[login].user
        shared_world.do("acme", lambda work, user=user: set_password(work, user, hashed))
    with serving(shared_world.app) as address:
        yield address


def arrived(found: Visitor, path: str) -> None:
    """Open a page, and wait until it is live."""
    found.go(path)
    found.page.wait_for_selector("body[data-live=here]")


def end_session(world: World, login: str) -> None:
    """An administrator ends the sessions of somebody, as a changed password does."""
    user = world.users[login].user
    world.do("acme", lambda work: access.end_sessions(work, user, world.clock()))


def sign_in_here(found: Visitor, login: str) -> None:
    """Sign in on the page that asks for it."""
    found.page.wait_for_selector("input[name=kept]", state="attached")
    if found.page.input_value("input[name=login]") != login:
        found.page.fill("input[name=login]", login)
    found.page.fill("input[name=password]", PASSWORD)
    found.page.click("main button.primary")


def entries(world: World, step: str) -> int:
    """How often the ledger of acme tells of a step."""
    from loadzone.store.ledger import newest_events

    return len(world.platform.read("acme", lambda work: newest_events(work, "acme", step=step, limit=100)))


def test_values_that_stand_still_say_since_when_and_what_was_missed_is_read(
    browser: Any, at: str, shared_world: World
) -> None:
    live = shared_world.platform.live
    with visitor(browser, at) as found:
        enter(found, shared_world)
        for path in ("/", POSITION):
            arrived(found, path)
            found.page.context.set_offline(True)
            line = found.page.wait_for_selector("[data-live-line=away]:not([hidden])")
            assert "since " in line.inner_text()
            now_us = shared_world.clock()
            live.tell("acme", "drive", "values", now_us, {"latest": {"velocity": [now_us, 8.7, "mms", "good"]}})
            found.page.context.set_offline(False)
            found.page.wait_for_selector("body[data-live=here]")
            assert found.page.locator("[data-live-line=away]").is_hidden()
        found.page.locator("[data-lane=velocity] b", has_text="8.7").wait_for()
        found.complaints.clear()  # the browser tells of the attempts in between


def test_a_silent_network_is_noticed(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        found.page.clock.install()
        arrived(found, "/")
        found.page.clock.fast_forward(56_000)
        found.page.wait_for_function("document.querySelector('[data-since]').textContent.includes('since ')")
        found.page.clock.run_for(10_000)
        found.page.wait_for_selector("body[data-live=here]")
        found.complaints.clear()


def test_a_form_is_held_while_the_server_is_away_and_goes_when_it_is_back(browser: Any, world: World) -> None:
    hashed, user = hash_password(PASSWORD), world.users["engineer@acme"].user
    world.do("acme", lambda work: set_password(work, user, hashed))
    with visitor(browser, "") as found:
        with serving(world.app) as address:
            found.address, port = address, urlsplit(address).port
            found.strangers.clear()
            enter(found, world)
            arrived(found, "/assets?organisation=acme&machine=fan")
            found.page.fill("form.sheet input[name=name]", "Fan of the kiln")
        found.page.wait_for_selector("[data-live-line=away]:not([hidden])")
        found.page.click("form.sheet button.primary")
        found.page.wait_for_selector("[data-held]:not([hidden])")
        assert found.page.input_value("form.sheet input[name=name]") == "Fan of the kiln"
        world.platform.close()
        again = opened(world.platform.folder, world.clock)
        with serving(again.app, port or 0):
            found.page.wait_for_selector("body[data-live=here]")
            found.page.dblclick("form.sheet button.primary")
            found.page.get_by_role("heading", name="Fan of the kiln").wait_for()
            machine = again.platform.read("acme", lambda work: assets.find(work, "machine", "acme", "fan"))
            assert vars(machine)["name"] == "Fan of the kiln"
            assert entries(again, "machine changed") == 1
        found.strangers.clear()
        found.complaints.clear()


def test_curves_and_search_wait_for_a_server_that_starts_again(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world)
        is_away = [True]
        for pattern in ("**/curves*", "**/search?q=*"):
            found.page.route(pattern, lambda route: route.abort() if is_away[0] else route.continue_())
        found.go(RECORDING)
        found.page.get_by_text("The curves are waited for").wait_for()
        found.page.keyboard.press("/")
        found.page.keyboard.type("free")
        found.page.get_by_text("The answer takes long").wait_for()
        is_away[0] = False
        found.page.wait_for_selector("dialog.palette a[href='/positions/acme/free']")
        found.page.keyboard.press("Escape")
        found.page.wait_for_selector("[data-island=recording][data-drawn=true]")
        found.complaints.clear()


def test_a_finding_survives_a_session_that_was_ended(browser: Any, at: str, shared_world: World) -> None:
    give(shared_world, "ad-9")
    with visitor(browser, at) as found:
        enter(found, shared_world, "analyst@acme")
        arrived(found, "/advice/acme/ad-9")
        found.page.check("input[name=outcome][value=right]")
        found.page.fill("#finding form:first-of-type textarea", "spall of 4 mm, 外圈")
        end_session(shared_world, "analyst@acme")
        found.page.click("#finding button.primary")
        sign_in_here(found, "analyst@acme")
        found.page.wait_for_selector(".toast:has-text('right entered')")
        given = shared_world.platform.read("acme", lambda work: one_advice(work, "acme", "ad-9"))
        assert (given.outcome, given.note) == ("right", "spall of 4 mm, 外圈")
        found.complaints.clear()  # the browser tells of the 401


def test_an_asset_a_limit_and_a_user_survive_a_session_that_ran_out(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world, "admin@acme")
        arrived(found, "/assets?organisation=acme&site=plant")
        found.page.fill("form.in-line input[name=id]", "press-9")
        found.page.fill("form.in-line input[name=name]", "Press «9» & Co")
        shared_world.clock.now_us += 13 * HOUR_US
        found.page.click("form.in-line button")
        sign_in_here(found, "admin@acme")
        found.page.get_by_role("heading", name="Press «9» & Co").wait_for()
        arrived(found, "/settings?organisation=acme")
        found.page.locator("details.new").evaluate("each => each.open = true")
        found.page.select_option("select[name=position]", "free")
        found.page.fill("input[name=value]", "4.25")
        end_session(shared_world, "admin@acme")
        found.page.click("details.new button.primary")
        sign_in_here(found, "admin@acme")
        found.page.wait_for_url("**/settings?organisation=acme")
        limited = shared_world.platform.read(
            "acme", lambda work: limits_desk.limited(work, "acme", shared_world.clock())
        )
        assert "4.25" in str(limited)
        arrived(found, "/users?organisation=acme")
        found.page.locator("details:has(input[name=login])").evaluate("each => each.open = true")
        found.page.fill("input[name=login]", "new.person")
        end_session(shared_world, "admin@acme")
        found.page.locator("form:has(input[name=login]) button").click()
        sign_in_here(found, "admin@acme")
        found.page.locator("input[readonly][value*='/welcome#']").wait_for()
        assert entries(shared_world, "machine entered") == 1
        found.complaints.clear()


def test_what_one_entered_is_not_sent_by_another(browser: Any, at: str, shared_world: World) -> None:
    before = shared_world.platform.read("acme", lambda work: assets.find(work, "machine", "acme", "fan"))
    with visitor(browser, at) as found:
        enter(found, shared_world, "engineer@acme")
        arrived(found, "/assets?organisation=acme&machine=fan")
        found.page.fill("form.sheet input[name=name]", "Of another")
        end_session(shared_world, "engineer@acme")
        found.page.click("form.sheet button.primary")
        sign_in_here(found, "admin@acme")
        told = found.page.wait_for_selector("p.refusal")
        assert "engineer@acme entered this, and you are admin@acme" in told.inner_text()
        found.page.get_by_role("link", name="Go on without it").click()
        found.page.wait_for_url("**/assets?organisation=acme&machine=fan")
        after = shared_world.platform.read("acme", lambda work: assets.find(work, "machine", "acme", "fan"))
        assert after == before
        found.complaints.clear()


def test_islands_say_that_one_is_signed_out_and_go_on_after_signing_in_in_another_tab(
    browser: Any, at: str, shared_world: World
) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world, "analyst@acme")
        arrived(found, POSITION)
        end_session(shared_world, "analyst@acme")
        found.page.keyboard.press("/")
        found.page.keyboard.type("free")
        link = found.page.wait_for_selector("[data-live-line=signed-out]:not([hidden]) a", state="attached")
        found.page.get_by_text("The answer takes long").wait_for()
        other = found.page.context.new_page()
        other.goto(found.address + str(link.get_attribute("href")))
        other.fill("input[name=login]", "analyst@acme")
        other.fill("input[name=password]", PASSWORD)
        other.click("main button.primary")
        other.wait_for_url(f"**{POSITION}")
        found.page.wait_for_selector("body[data-live=here]")
        found.page.wait_for_selector("dialog.palette a[href='/positions/acme/free']")
        until(lambda: found.page.locator("[data-live-line=signed-out]").is_hidden())
        found.complaints.clear()


def test_corrections_of_a_recording_come_back_after_signing_in(browser: Any, at: str, shared_world: World) -> None:
    with visitor(browser, at) as found:
        enter(found, shared_world, "analyst@acme")
        arrived(found, RECORDING)
        found.page.locator("details:has(input[name=speed])").evaluate("each => each.open = true")
        found.page.fill("input[name=speed]", "1512")
        end_session(shared_world, "analyst@acme")
        found.page.press("input[name=speed]", "Enter")
        found.page.wait_for_selector("input[name=password]")
        found.page.fill("input[name=login]", "analyst@acme")
        found.page.fill("input[name=password]", PASSWORD)
        found.page.click("main button.primary")
        found.page.wait_for_selector("input[name=speed]", state="attached")
        assert found.page.input_value("input[name=speed]") == "1512"
        found.complaints.clear()


def test_the_second_of_two_who_edit_a_machine_is_told_what_changed_and_loses_nothing(
    browser: Any, at: str, shared_world: World
) -> None:
    path = "/assets?organisation=acme&machine=fan"
    with visitor(browser, at) as first, visitor(browser, at) as second:
        enter(first, shared_world, "engineer@acme")
        enter(second, shared_world, "admin@acme")
        for each in (first, second):
            arrived(each, path)
        first.page.fill("form.sheet input[name=speed_rpm]", "1480")
        first.page.click("form.sheet button.primary")
        first.page.wait_for_function(
            "document.querySelector('form.sheet input[name=speed_rpm]').defaultValue === '1480'"
        )
        second.page.fill("form.sheet input[name=name]", "Fan, north")
        second.page.click("form.sheet button.primary")
        told = second.page.wait_for_selector("p.refusal")
        assert "engineer@acme changed this" in told.inner_text()
        assert second.page.locator("table.meanwhile td").all_inner_texts() == ["Speed", "–", "1480", "–"]
        assert second.page.input_value("form.sheet input[name=name]") == "Fan, north"
        assert second.page.input_value("form.sheet input[name=speed_rpm]") == "1480"
        second.page.click("form.sheet button.primary")
        second.page.get_by_role("heading", name="Fan, north").wait_for()
        machine = shared_world.platform.read("acme", lambda work: assets.find(work, "machine", "acme", "fan"))
        assert vars(machine)["facts"]["speed_rpm"] == 1480.0
        second.complaints.clear()  # the browser tells of the 409


def test_the_second_who_answers_an_advice_keeps_the_words(browser: Any, at: str, shared_world: World) -> None:
    give(shared_world, "ad-10")
    with visitor(browser, at) as first, visitor(browser, at) as second:
        enter(first, shared_world, "engineer@acme")
        enter(second, shared_world, "analyst@acme")
        for each in (first, second):
            arrived(each, "/advice/acme/ad-10")
            each.page.check("input[name=outcome][value=right]")
        second.page.fill("#finding form:first-of-type textarea", "grease was black")
        first.page.click("#finding button.primary")
        first.page.wait_for_selector(".toast")
        second.page.click("#finding button.primary")
        kept = second.page.wait_for_selector(".not-taken textarea")
        assert kept.input_value() == "grease was black"
        assert "entered by " in second.page.inner_text("#finding .note >> nth=0")
        first.page.go_back()
        assert entries(shared_world, "advice closed") >= 1
        second.complaints.clear()


def test_what_is_gone_says_so_and_what_was_entered_can_be_read(browser: Any, at: str, shared_world: World) -> None:
    give(shared_world, "ad-11")
    with visitor(browser, at) as found:
        enter(found, shared_world, "analyst@acme")
        arrived(found, "/advice/acme/ad-11")
        found.page.check("input[name=outcome][value=wrong]")
        found.page.fill("#finding form:first-of-type textarea", "it ran dry")
        shared_world.do("acme", lambda work: advice_shelf.remove(work, "acme", "ad-11"))
        found.page.click("#finding button.primary")
        found.page.get_by_role("heading", name="Not found").wait_for()
        assert "This advice is not there any more" in found.page.inner_text("main")
        assert "it ran dry" in found.page.inner_text("details.entered")
        found.page.get_by_role("link", name="All advice").click()
        found.page.wait_for_url("**/advice")
        found.page.route("**/curves*", lambda route: route.continue_(url=route.request.url.replace("r-1", "r-0")))
        found.go(RECORDING)
        found.page.get_by_text("The curves do not come: position drive has no recording r-0").wait_for()
        found.complaints.clear()  # the browser tells of the 404
