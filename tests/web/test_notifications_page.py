"""The page and the interface of channels: made, tried, changed, taken away; secrets come out once."""

import json
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from world import World

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))

from test_tell import receiving

from loadzone.flows.tell import desk

HTML = {"Accept": "text/html"}
PAGE = "/settings/notifications?organisation=acme"
API = "/api/v1/organisations/acme/notification-channels"
KEY = "whsec_" + b64encode(b"k" * 32).decode()
HOOK = {
    "kind": "webhook",
    "name": "Night shift",
    "language": "en",
    "least": "medium",
    "event.alarm raised": "1",
    "event.advice given": "1",
    "webhook.url": "https://hook.invalid/x?token=s3cret-query",
    "webhook.secret.secret": KEY,
}


def see(world: World, path: str = PAGE, visitor: str = "admin@acme", lang: str = "en") -> str:
    world.client.cookies.clear()
    answer = world.ask("GET", path, visitor, headers={**HTML, "Cookie": f"loadzone_lang={lang}"})
    assert answer.status_code == 200
    return str(answer.text)


def send(world: World, path: str = "", visitor: str = "admin@acme", **form: str) -> Any:
    world.client.cookies.clear()
    address = f"/settings/acme/notifications{path}"
    return world.ask("POST", address, visitor, data=form, headers=HTML, follow_redirects=False)


def only(world: World) -> desk.Kept:
    (kept,) = desk.channels_of(world.platform, "acme")
    return kept


def permit(world: World) -> None:
    told_so = {"address": "https://watch.example", "networks": ["127.0.0.0/8"], "plain": True}
    (world.platform.folder / "notify.json").write_text(json.dumps(told_so))


def test_a_page_without_channels_says_what_to_do(world: World) -> None:
    assert "Nobody is told yet" in see(world)
    assert "尚未通知任何人" in see(world, lang="zh")
    assert "An administrator of the organisation adds channels" in see(world, visitor="viewer@acme")


@pytest.mark.parametrize("kind", desk.KINDS)
def test_each_kind_has_its_form(world: World, kind: str) -> None:
    page = see(world, f"{PAGE}&new={kind}")
    assert f'name="kind" value="{kind}"' in page
    assert f'name="{kind}.' in page
    assert 'action="/settings/acme/notifications"' not in see(world, f"{PAGE}&new={kind}", "engineer@acme")


def test_an_administrator_makes_a_channel_and_its_secrets_come_out_nowhere(world: World) -> None:
    assert send(world, **HOOK).status_code == 303
    kept = only(world)
    assert (kept.channel.least, kept.channel.events) == ("medium", ("alarm raised", "advice given"))
    shown = see(world) + see(world, f"{PAGE}&channel={kept.channel.id}") + see(world, "/audit?organisation=acme")
    shown += world.ask("GET", API, "admin@acme").text
    shown += world.ask("GET", "/api/v1/organisations/acme/events", "admin@acme").text
    assert "Night shift" in shown
    assert "hook.invalid" in shown
    for secret in (KEY, "s3cret-query"):
        assert secret not in shown
    others = see(world, visitor="viewer@acme")
    assert "Night shift" in others
    assert "hook.invalid" not in others


def test_a_secret_that_was_made_here_is_shown_once(world: World) -> None:
    made = send(world, **{**HOOK, "webhook.secret.secret": ""})
    assert made.status_code == 200
    assert made.text.count("whsec_") == 1
    assert "whsec_" not in see(world)


def test_a_channel_that_is_refused_keeps_what_was_entered_but_its_secrets(world: World) -> None:
    answer = send(world, **{**HOOK, "webhook.url": "ftp://hook.invalid"})
    assert answer.status_code == 422
    assert "https://host/path" in answer.text
    assert 'value="ftp://hook.invalid"' in answer.text
    assert KEY not in answer.text
    unticked = {name: value for name, value in HOOK.items() if not name.startswith("event.")}
    assert "a channel tells at least one of" in send(world, **unticked).text
    assert desk.channels_of(world.platform, "acme") == ()


def test_a_channel_is_changed_and_its_secrets_stay(world: World) -> None:
    send(world, **HOOK)
    before = only(world).channel.id
    form = {**HOOK, "channel": before, "name": "Day shift", "webhook.url": "https://hook.invalid/x"}
    assert send(world, **{**form, "webhook.secret.secret": ""}).status_code == 303
    kept = only(world)
    assert (kept.channel.id, kept.channel.name, kept.fault) == (before, "Day shift", None)


def test_the_test_button_sends_and_says_what_happened(world: World) -> None:
    with receiving() as receiver:
        send(world, **{**HOOK, "webhook.url": receiver.url})
        path = f"/{only(world).channel.id}"
        refused = send(world, path, do="test")
        assert "no public address" in refused.text
        assert receiver.tried == []
        permit(world)
        assert "Test of Night shift: arrived in" in send(world, path, do="test").text
        assert receiver.titles == ["Test of the channel «Night shift»"]
        receiver.answers[:] = [401]
        told_so = world.ask("POST", f"{API}{path}/tests", "admin@acme").json()
    assert told_so["has_arrived"] is False
    assert "answers 401" in told_so["sentence"]


def test_a_channel_is_switched_off_and_on_and_taken_away(world: World) -> None:
    send(world, **HOOK)
    path = f"/{only(world).channel.id}"
    for do, is_on in (("off", False), ("on", True), ("nonsense", True)):
        assert send(world, path, do=do).status_code == 303
        assert only(world).channel.is_on is is_on
    assert send(world, path, do="remove").status_code == 303
    assert desk.channels_of(world.platform, "acme") == ()
    assert send(world, path, do="test").status_code == 404


@pytest.mark.parametrize("visitor", ["viewer@acme", "analyst@acme", "engineer@acme", "engineer@desk"])
def test_nobody_but_an_administrator_changes_channels(world: World, visitor: str) -> None:
    assert send(world, "", visitor, **HOOK).status_code == 403
    assert send(world, "/x", visitor, do="remove").status_code == 403


def test_programs_make_channels_and_a_made_secret_is_shown_to_the_first_answer_alone(world: World) -> None:
    body = {"name": "ERP", "kind": "webhook", "address": {"url": "https://hook.invalid"}}
    headers = {"Idempotency-Key": "k1"}
    first = world.ask("PUT", f"{API}/erp", "admin@acme", json=body, headers=headers).json()
    again = world.ask("PUT", f"{API}/erp", "admin@acme", json=body, headers=headers).json()
    assert first["secret"].startswith("whsec_")
    assert again["secret"] is None
    assert first["channel"] == again["channel"]
    changed = world.ask("PUT", f"{API}/erp", "admin@acme", json={**body, "name": "ERP 2"}).json()
    assert (changed["secret"], changed["channel"]["name"]) == (None, "ERP 2")
    mail = {"name": "M", "kind": "mail", "address": {"url": "https://hook.invalid"}}
    assert world.ask("PUT", f"{API}/m", "admin@acme", json=mail).status_code == 422
    (item,) = world.ask("GET", API, "admin@acme").json()["items"]
    assert (item["id"], item["waiting"], item["last_sent_at"]) == ("erp", 0, None)
