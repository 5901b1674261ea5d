"""The advice desk: what is waiting, on what it rests, what came of it, how often such advice was right."""

from collections.abc import Iterator
from typing import Any

import pytest
from advised import advise, give, ring
from world import World, twin

from loadzone.store.ledger import events_of

HTML = {"Accept": "text/html"}
MINUTE_US = 60 * 10**6


@pytest.fixture(scope="module")
def rested(original: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A world with an advice that rests on a recording; its page is looked at and not changed."""
    copied = twin(original, tmp_path_factory.mktemp("rested"))
    yield copied, advise(copied, tmp_path_factory.mktemp("files"))
    copied.platform.close()


def read(world: World, path: str, visitor: str = "analyst@acme", lang: str = "en") -> Any:
    world.client.cookies.clear()
    headers = {**HTML, "Cookie": f"loadzone_lang={lang}"}
    return world.ask("GET", path, visitor, headers=headers, follow_redirects=False)


def send(world: World, path: str, visitor: str = "analyst@acme", **form: str) -> Any:
    world.client.cookies.clear()
    return world.ask("POST", path, visitor, data=form, headers=HTML, follow_redirects=False)


def close(world: World, name: str = "ad-1", visitor: str = "analyst@acme", **form: str) -> Any:
    return send(world, f"/advice/acme/{name}/outcome", visitor, **form)


def test_an_advice_is_shown_with_its_lines_its_doubt_and_what_would_prove_it_wrong(rested: tuple[World, str]) -> None:
    world, identifier = rested
    page = read(world, f"/advice/acme/{identifier}").text
    assert "BPFO 3.5" in page
    assert "lines at multiples of BPFO" in page
    assert "no line at order 3.58" in page
    assert "1 in 100 healthy records" in page
    assert "no such call was checked on the bearing yet" in page
    assert f"/why/acme/{identifier}" in page


def test_what_was_not_checked_is_said_beside_what_was(rested: tuple[World, str]) -> None:
    world, identifier = rested
    page = read(world, f"/advice/acme/{identifier}").text
    assert "Geometry is the mounted one" in page
    assert "no other yet" in page
    assert "one channel only" in page


@pytest.mark.parametrize(("lang", "first", "second"), [("en", "Exchange", "更换"), ("zh", "更换", "Exchange")])
def test_the_words_to_the_customer_stand_in_both_languages_the_readers_first(
    rested: tuple[World, str], lang: str, first: str, second: str
) -> None:
    world, identifier = rested
    page = read(world, f"/advice/acme/{identifier}", lang=lang).text
    letter = page[page.index('class="letter"') :]
    assert letter.index(first) < letter.index(second)


def test_the_queue_has_the_earliest_due_first_and_leads_on_by_keys(world: World) -> None:
    give(world, "late", due_days=20)
    give(world, "soon", due_days=2)
    page = read(world, "/advice").text
    assert page.index("/advice/acme/soon") < page.index("/advice/acme/late")
    assert 'href="/advice/acme/late" data-key="J"' in page
    assert 'href="/advice/acme/soon" data-key="K"' in read(world, "/advice/acme/late").text


def test_no_alarm_stands_among_advice_and_no_advice_among_alarms(world: World) -> None:
    ring(world, "al-9")
    give(world, "ad-9")
    assert "al-9" not in read(world, "/advice").text
    assert "/advice/acme/ad-9" not in read(world, "/alarms").text


def test_a_finding_leads_to_the_next_advice_and_can_be_taken_back(world: World) -> None:
    give(world, "ad-1", due_days=2)
    give(world, "ad-2", due_days=3)
    sent = close(world, outcome="right", found="abrasive wear", note="麻点")
    assert sent.headers["location"] == "/advice/acme/ad-2?told=acme:ad-1"
    told = read(world, sent.headers["location"]).text
    assert 'action="/advice/acme/ad-1/reopen"' in told
    assert "麻点" in read(world, "/advice/acme/ad-1").text
    assert send(world, "/advice/acme/ad-1/reopen").headers["location"] == "/advice/acme/ad-1"
    assert "Save the finding" in read(world, "/advice/acme/ad-1").text
    steps = [
        each.event.step for each in world.platform.read("acme", lambda work: events_of(work, "acme", "advice:ad-1"))
    ]
    assert steps == ["advice closed", "advice opened again"]


def test_a_finding_is_taken_back_only_by_who_entered_it_and_only_for_ten_minutes(world: World) -> None:
    give(world)
    close(world, outcome="wrong")
    assert send(world, "/advice/acme/ad-1/reopen", "engineer@acme").status_code == 403
    world.clock.now_us += 11 * MINUTE_US
    assert send(world, "/advice/acme/ad-1/reopen").status_code == 403
    assert "reopen" not in read(world, "/advice?told=acme:ad-1").text


def test_a_finding_without_an_outcome_is_refused_and_what_was_written_stays(world: World) -> None:
    give(world)
    refused = close(world, note="pitting at 5 o'clock", found="abrasive wear")
    assert refused.status_code == 422
    assert "choose whether the advice was right" in refused.text
    assert "pitting at 5 o&#39;clock" in refused.text
    assert 'value="abrasive wear" selected' in refused.text
    assert close(world, outcome="right", found="rust and dust").status_code == 422


def test_a_second_finding_is_refused(world: World) -> None:
    give(world)
    assert close(world, outcome="right").status_code == 303
    again = close(world, outcome="wrong")
    assert again.status_code == 409
    assert "has its outcome already" in again.text


def test_not_a_fault_needs_a_reason_that_is_kept_and_learnt(world: World) -> None:
    give(world)
    assert close(world, kind="not a fault", note="  ").status_code == 422
    assert close(world, kind="not a fault", note="belt at that order").status_code == 303
    learnt = read(world, "/advice?show=learnt").text
    assert "belt at that order" in learnt
    assert "tell: 1 of at least 5 outcomes" in learnt


def test_how_often_advice_was_right_stands_with_its_exact_interval(world: World) -> None:
    for number in range(9):
        give(world, f"ad-{number}")
        close(world, f"ad-{number}", outcome="wrong" if number == 4 else "right")
    give(world, "ad-9")
    # Clopper-Pearson of 8 in 9, as tables of exact intervals have it
    assert "8 of 9 right: 89 % (95 %: 52 to 100 %)" in read(world, "/advice?show=learnt").text
    assert "8 of 9 such calls checked were right" in read(world, "/advice/acme/ad-9").text


def test_who_may_only_look_finds_no_form_and_cannot_send_one(world: World) -> None:
    give(world)
    page = read(world, "/advice/acme/ad-1", "viewer@acme").text
    assert 'name="outcome"' not in page
    assert close(world, visitor="viewer@acme", outcome="right").status_code == 403
    assert read(world, "/advice/acme/ad-1", "admin@bolt").status_code == 404


def test_an_advice_that_nobody_gave_is_not_there(world: World) -> None:
    assert read(world, "/advice/acme/nothing").status_code == 404
    assert close(world, "nothing", outcome="right").status_code == 404


def test_an_empty_desk_says_so(world: World) -> None:
    assert "No advice waits" in read(world, "/advice").text
    assert "无待答建议" in read(world, "/advice", lang="zh").text
