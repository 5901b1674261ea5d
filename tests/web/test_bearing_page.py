"""Bearings: found by designation and outline, those of the fleet first; rated as the command rates them."""

import json
import re

import pytest
from world import World

from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.reports.numbers import significant
from loadzone.store.catalog.positions import Position, positions
from loadzone.web.pages.duty_form import fields_of, options_of

DUTY = "fr_kn=14&speed_rpm=1487&clearance_um=40&oil=68&temperature_degc=60&cleanliness=normal"
OPTIONS = RateOptions(1487.0, 14_000.0, oil="68", temperature_degc=60.0, cleanliness="normal", clearance_um=40.0)
HTML = {"Accept": "text/html"}


def page(world: World, path: str, lang: str = "en", **headers: str) -> str:
    world.client.cookies.clear()
    said = {**HTML, "Cookie": f"loadzone_lang={lang}", **headers}
    answer = world.ask("GET", path, "viewer@acme", headers=said)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_shows_the_life_that_the_journey_computes(shared_world: World) -> None:
    html = page(shared_world, f"/bearings/6226/C3?{DUTY}")
    life = rate_bearing("6226/C3", OPTIONS).result.life
    assert significant(round(life.lnmr_h or 0.0, -3)) in html
    assert html.count("<svg") > 5
    assert "What moves it" in html
    assert "not verified" in html


def test_a_fresh_page_starts_with_a_duty_and_says_that_nobody_stated_it(shared_world: World) -> None:
    assert "A duty to start from" in page(shared_world, "/bearings/6205")
    assert "A duty to start from" not in page(shared_world, "/bearings/6205?fr_kn=1")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_unknown_inside_is_a_reason_with_the_field_that_repairs_it(shared_world: World, lang: str) -> None:
    html = page(shared_world, "/bearings/NU210?fr_kn=9", lang)
    assert "Z,DW,DPW,ANGLE" in html
    assert 'class="repair"' in html
    repaired = page(shared_world, "/bearings/NU210?fr_kn=9&geometry=17,11,70.5,0&length_mm=11", lang)
    assert 'class="repair"' not in repaired
    assert "L<sub>10</sub>" in repaired


@pytest.mark.parametrize("query", ["fr_kn=x", "speed_rpm=1e999", "clearance_um=99999", "oil=tar", "geometry=1,2"])
def test_what_cannot_be_is_refused_in_a_sentence_and_stays_in_the_form(shared_world: World, query: str) -> None:
    html = page(shared_world, f"/bearings/6205?{query}")
    assert "Can't tell" in html or "Can&#39;t tell" in html
    name, _, typed = query.partition("=")
    assert re.search(rf'name="{name}" value="{re.escape(typed)}"', html)


def test_nobody_can_put_markup_into_the_page(shared_world: World) -> None:
    html = page(shared_world, "/bearings/6205?fr_kn=%3Cscript%3E&against=%3Cb%3Ex")
    assert "<script>" not in html
    assert "<b>x" not in html


def test_two_bearings_stand_side_by_side_under_one_duty(shared_world: World) -> None:
    html = page(shared_world, f"/bearings/6226?{DUTY}&against=6326")
    assert "Under the same duty" in html
    assert re.search(r'href="/bearings/6326\?fr_kn=14', html)
    assert "inside no source here gives" in page(shared_world, f"/bearings/6226?{DUTY}&against=NU226")


def test_a_bearing_of_the_fleet_is_found_first_and_leads_to_its_positions(world: World) -> None:
    place = Position("acme", "spindle", "Spindle", created_us=1, machine="fan", bearing="6210")
    world.do("acme", lambda work: positions.add(work, place))
    listed = page(world, "/bearings")
    assert "/positions/acme/spindle" in listed
    found = page(world, "/bearings?q=62")
    assert found.index("/bearings/6210") < found.index("/bearings/6203")
    assert "/positions/acme/spindle" in page(world, "/bearings/6210/C3")


def test_an_outline_finds_the_designation(shared_world: World) -> None:
    html = page(shared_world, "/bearings?bore=25&outer=52&width=15")
    assert re.findall(r'class="whole" href="/bearings/(\w+)"', html)[0] == "6205"
    assert "positive number" in page(shared_world, "/bearings?bore=many")


def test_a_part_is_answered_without_the_fleet(world: World) -> None:
    place = Position("acme", "spindle", "Spindle", created_us=1, machine="fan", bearing="6210")
    world.do("acme", lambda work: positions.add(work, place))
    assert "/positions/acme/spindle" not in page(world, "/bearings/6210", **{"HX-Request": "true"})


def test_the_report_and_the_document_hold_the_same_case(shared_world: World) -> None:
    told = shared_world.ask("GET", f"/reports/rating.json?bearing=6226&{DUTY}", "viewer@acme")
    answer = rate_bearing("6226", OPTIONS)
    assert json.loads(told.text)["hash"] == answer.result.inputs_hash
    sheet = shared_world.ask("GET", f"/reports/rating?bearing=6226&{DUTY}", "viewer@acme")
    assert answer.result.inputs_hash[:12] in sheet.text
    for each in (told, sheet):
        assert "attachment" in each.headers["content-disposition"]


def test_every_quantity_on_the_page_names_its_source(shared_world: World) -> None:
    html = page(shared_world, f"/bearings/6226?{DUTY}", "zh")
    notes = re.findall(r'<span class="quantity-note"[^>]*>(.*?)</span></span>', html, re.DOTALL)
    assert len(notes) > 20
    assert all(re.search(r"<small>[^<]{8,}</small>", note) for note in notes)
    assert "污染系数" in words(html)


def test_a_duty_reads_back_from_its_fields() -> None:
    assert options_of(fields_of(OPTIONS)) == OPTIONS
    rollers = RateOptions(300.0, axial_n=5.5, reliability_percent=95.0, length_mm=11.0, c_n=45_600.0, fit="k5/H7")
    assert options_of(fields_of(rollers)) == rollers
