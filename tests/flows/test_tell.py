"""People are told of alarms and advice: once, by every channel that should, across kills, refusals and changes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from looping import in_loop, until

sys.path.insert(0, str(Path(__file__).parent))

from watching import NOW_US, SOURCE, arrival, furnished

from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.notify import Outbox, Pace
from loadzone.connect.notify.webhook import is_genuine
from loadzone.connect.secret import Secret
from loadzone.flows.audit import Act
from loadzone.flows.platform import Platform
from loadzone.flows.tell import desk
from loadzone.flows.tell.desk import Entered
from loadzone.flows.tell.seal import seal, unseal
from loadzone.flows.tell.settings import tell_settings
from loadzone.flows.tell.teller import PACE, Teller, look_at, outbox_path
from loadzone.flows.tell.ways import way
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.store.catalog import Work
from loadzone.store.catalog.advice import Advice, advice
from loadzone.store.catalog.alarms import Alarm, alarms, move
from loadzone.store.catalog.channels import channels_table, told
from loadzone.store.catalog.limits import Limit, limits
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.ledger import events_of
from loadzone.web.pages.paths import advice_path, alarm_path
from loadzone.words.errors import BadInput, StoreUnavailable, UnknownThing
from loadzone.words.texts import text

ACT = Act("test", NOW_US)
KEY = "whsec_" + b64encode(b"k" * 32).decode()
QUICK = replace(PACE, attempts=4, first_s=0.01, longest_s=0.02)
LOOPBACK = {"address": "https://watch.example", "networks": ["127.0.0.0/8"], "plain": True}


@dataclass
class Receiver:
    """A web server of a customer's: keeps what it is sent, and answers the next of ``answers``, the last for ever."""

    answers: list[int] = field(default_factory=lambda: [200])
    heard: list[dict[str, Any]] = field(default_factory=list)
    tried: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def titles(self) -> list[str]:
        return [each["title"] for each in self.heard]


@contextmanager
def receiving(*answers: int) -> Iterator[Receiver]:
    receiver = Receiver(list(answers) or [200])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.tried.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            if status == 200:
                receiver.heard.append(json.loads(body))
            answer = b'{"errcode":0,"errmsg":"ok"}'
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform that may tell loopback."""
    found = furnished(tmp_path / "data")
    (found.folder / "notify.json").write_text(json.dumps(LOOPBACK))
    yield found
    found.close()


def hook(platform: Platform, receiver: Receiver, identifier: str = "shift", **how: Any) -> desk.Made:
    told_so = {"name": "Shift", "kind": "webhook", "address": {"url": receiver.url}, "secrets": {"secret": KEY}}
    entered = Entered(**{**told_so, "language": "en", **how})
    made: desk.Made = platform.catalog.write(
        "acme", lambda work: desk.enter_channel(work, platform, ACT, "acme", identifier, entered)
    )
    return made


def ring(platform: Platform, identifier: str = "a-1", priority: str = "medium", **how: Any) -> Alarm:
    """An alarm, as the watch raises it."""
    facts = {"sentence": {"en": "The level left its baseline.", "zh": "水平偏离基线。"}, "value": 7.6, "limit": 4.5}
    told_so = {"position": "drive", "cause": f"change:{identifier}", "state": "unacknowledged", "facts": facts}
    alarm = Alarm("acme", identifier, priority=priority, raised_us=NOW_US, changed_us=NOW_US, **{**told_so, **how})
    platform.catalog.write("acme", lambda work: alarms.add(work, alarm))
    return alarm


def worsen(platform: Platform, identifier: str, priority: str) -> None:
    platform.catalog.write("acme", lambda work: alarms.change(work, "acme", identifier, priority=priority))


def advise(platform: Platform, identifier: str = "d-1", **how: Any) -> Advice:
    sentences = {
        "en": {"headline": "Outer-ring damage, confirmed", "action": "Exchange within four weeks."},
        "zh": {"headline": "外圈损伤，已确认", "action": "四周内更换。"},
    }
    facts = {"fault": "outer", "p_value": 8e-12, "sentences": sentences}
    given = Advice("acme", identifier, "drive", "plan", "medium", NOW_US, due_us=NOW_US + 10**12, facts=facts, **how)
    platform.catalog.write("acme", lambda work: advice.add(work, given))
    return given


@asynccontextmanager
async def at_work(platform: Platform, pace: Pace = QUICK) -> AsyncIterator[None]:
    """A teller that runs beside the test."""
    task = asyncio.create_task(Teller(platform, pace, look_s=0.01).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def looked(platform: Platform, pace: Pace = QUICK) -> None:
    """A teller looks until nothing is new to any channel and every letter was tried to its end."""

    def is_done() -> bool:
        found, seen = desk.channels_of(platform, "acme"), look_at(platform, "")
        is_told = not any(each.standing.waiting for each in found if not each.fault)
        return is_told and not seen.news and not seen.over

    async with at_work(platform, pace):
        await until(is_done)


# what is told


@in_loop
async def test_an_alarm_of_the_catalog_reaches_the_customer_signed_worded_and_with_its_link(platform: Platform) -> None:
    with receiving() as receiver:
        hook(platform, receiver)
        alarm, given = ring(platform, priority="high"), advise(platform)
        await looked(platform)
        first, second = receiver.heard
        _, headers, body = receiver.tried[0]
    assert first["title"] == "Alarm, priority high: Plant / Fan / Drive end: Level left its baseline"
    assert "7.6 > 4.5" in first["body"]
    assert "The level left its baseline." in first["body"]
    assert first["link"] == "https://watch.example" + alarm_path("acme", alarm.id)
    assert first["severity"] == "high"
    assert first["time_us"] == NOW_US
    assert first["facts"] | {"machine": "fan", "site": "plant", "value": 7.6, "event": "alarm raised"} == first["facts"]
    assert second["title"] == "Plan: Plant / Fan / Drive end: Outer ring, confirmed"
    assert "Exchange within four weeks." in second["body"]
    assert second["link"] == "https://watch.example" + advice_path("acme", given.id)
    assert is_genuine(Secret(KEY), headers, body, time.time())


@in_loop
async def test_what_the_watch_raises_is_told(platform: Platform) -> None:
    """From values that arrive to the customer: a temperature that stays above the limit that a person gave."""
    limit = Limit("acme", "drive", "temperature", "alert", NOW_US, 80.0, "given by hand", "engineer", {})
    platform.catalog.write("acme", lambda work: limits.put(work, limit))
    count = 12
    times = NOW_US + 60_000_000 * np.arange(1, count + 1, dtype=np.int64)
    body = encode_values(Values(times, np.full(count, 95.0), ("temperature",) * count, ("degC",) * count))
    with receiving() as receiver:
        hook(platform, receiver)
        watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
        handle(watch, SOURCE, [arrival(1, body, received_us=int(times[-1]) + 1)])
        await looked(platform)
    (told_so,) = (each for each in receiver.heard if each["facts"]["cause"].startswith("limit-"))
    assert told_so["title"].endswith("Plant / Fan / Drive end: Temperature above its limit")
    assert told_so["facts"]["limit"] == 80.0


@in_loop
async def test_mail_arrives_in_the_language_of_its_channel(platform: Platform) -> None:
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write({b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 ok\r\n"))
            if verb == b"DATA":
                heard.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 kept\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = {
        "host": "127.0.0.1",
        "port": server.sockets[0].getsockname()[1],
        "tls": "none",
        "sender": "l@works.example",
    }
    entered = Entered("Office", "mail", {**address, "to": ["ann@works.example"]}, language="zh")
    platform.catalog.write("acme", lambda work: desk.enter_channel(work, platform, ACT, "acme", "office", entered))
    advise(platform)
    await looked(platform)
    server.close()
    (raw,) = heard
    mail = message_from_bytes(raw, policy=default)
    assert mail["subject"] == "安排检修：Plant / Fan / Drive end：外圈损伤，已确认"
    assert "四周内更换。" in str(mail.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]


@in_loop
async def test_each_channel_is_told_in_its_language(platform: Platform) -> None:
    with receiving() as receiver:
        hook(platform, receiver, language="zh")
        ring(platform)
        await looked(platform)
    (told_so,) = receiver.heard
    assert told_so["title"] == "报警，中优先级：Plant / Fan / Drive end：水平偏离基线"
    assert "水平偏离基线。" in told_so["body"]


@in_loop
async def test_what_is_told_once_is_not_told_again_and_what_gets_worse_is(platform: Platform) -> None:
    with receiving() as receiver:
        hook(platform, receiver)
        alarm = ring(platform, priority="low")
        await looked(platform)
        platform.catalog.write("acme", lambda work: move(work, alarm, "acknowledged", at_us=NOW_US + 1, by="ann"))
        for priority in ("high", "medium", "high"):
            worsen(platform, alarm.id, priority)
            await looked(platform)
    assert [each["facts"]["event"] for each in receiver.heard] == ["alarm raised", "alarm worse"]
    assert receiver.titles[1].startswith("Worse, priority high now: ")


@in_loop
async def test_advice_that_became_more_urgent_is_given_again(platform: Platform) -> None:
    with receiving() as receiver:
        hook(platform, receiver)
        given = advise(platform)
        await looked(platform)
        for _ in range(2):
            platform.catalog.write(
                "acme", lambda work: advice.change(work, "acme", given.id, action="act", priority="high")
            )
            await looked(platform)
    assert [title.partition(":")[0] for title in receiver.titles] == ["Plan", "Act now"]
    assert [each["facts"]["action"] for each in receiver.heard] == ["plan", "act"]


@in_loop
async def test_a_channel_hears_of_its_events_priorities_and_sites_alone(platform: Platform) -> None:
    def enter(work: Work) -> None:
        sites.add(work, Site("acme", "mill", "Mill"))
        machines.add(work, Machine("acme", "saw", "mill", "Saw", "saw", NOW_US))
        positions.add(work, Position("acme", "blade", "Blade", NOW_US, "saw"))

    platform.catalog.write("acme", enter)
    with receiving() as all_of, receiving() as urgent, receiving() as mill, receiving() as advised:
        hook(platform, all_of, "all")
        hook(platform, urgent, "urgent", least="high")
        hook(platform, mill, "mill", sites=("mill",))
        hook(platform, advised, "advised", events=("advice given",))
        ring(platform, "low", "low")
        ring(platform, "high", "high")
        ring(platform, "saw", "medium", position="blade")
        ring(platform, "hid", "high", state="shelved")
        advise(platform)
        await looked(platform)
    heard = {
        each.port: sorted(str(one["facts"]["id"]) for one in each.heard) for each in (all_of, urgent, mill, advised)
    }
    assert [*heard.values()] == [["d-1", "high", "low", "saw"], ["high"], ["saw"], ["d-1"]]


@in_loop
async def test_a_new_channel_is_told_what_happens_from_then_on(platform: Platform) -> None:
    ring(platform, "before")
    with receiving() as receiver:
        hook(platform, receiver)
        ring(platform, "after")
        await looked(platform)
    assert [each["facts"]["id"] for each in receiver.heard] == ["after"]


@in_loop
async def test_what_happened_while_a_channel_was_off_is_not_told_and_what_waited_to_be_told_is(
    platform: Platform,
) -> None:
    with receiving() as receiver:
        hook(platform, receiver, least="high")
        platform.catalog.write("acme", lambda work: desk.switch_channel(work, ACT, "acme", "shift", is_on=False))
        ring(platform, "off", "high")
        platform.catalog.write("acme", lambda work: desk.switch_channel(work, ACT, "acme", "shift", is_on=True))
        ring(platform, "medium", "medium")
        ring(platform, "raised", "high")  # nobody has looked yet when the channel is changed
        hook(platform, receiver, least="low", name="Shift and others")
        await looked(platform)
    assert [each["facts"]["id"] for each in receiver.heard] == ["raised"]


@in_loop
async def test_what_is_over_is_forgotten(platform: Platform) -> None:
    with receiving() as receiver:
        hook(platform, receiver)
        alarm = ring(platform)
        await looked(platform)
        platform.catalog.write("acme", lambda work: move(work, alarm, "normal", at_us=NOW_US + 1, by="ann"))
        await looked(platform)
    with platform.catalog.read("acme") as work:
        assert told.all(work) == ()


# until it arrived, or why not


@in_loop
async def test_a_receiver_that_is_away_is_told_later_and_once(platform: Platform) -> None:
    with receiving(503, 500, 200) as receiver:
        hook(platform, receiver)
        ring(platform)
        await looked(platform)
    assert len(receiver.tried) == 3
    assert len({headers["webhook-id"] for _, headers, _ in receiver.tried}) == 1
    assert len(receiver.heard) == 1
    (kept,) = desk.channels_of(platform, "acme")
    assert kept.standing.sent_s is not None
    assert not kept.is_failing


@in_loop
async def test_a_channel_that_refuses_says_why_and_what_was_not_told_can_be_tried_again(platform: Platform) -> None:
    with receiving(401) as receiver:
        hook(platform, receiver)
        ring(platform)
        await looked(platform)
        (kept,) = desk.channels_of(platform, "acme")
        assert kept.is_failing
        assert (kept.standing.dead, kept.standing.waiting) == (1, 0)
        assert kept.standing.failures["en"].startswith("127.0.0.1 answers 401")
        assert kept.standing.failures["zh"].startswith("127.0.0.1")
        receiver.answers[:] = [200]
        assert desk.try_again(platform, "acme", "shift") == 1
        await looked(platform)
    assert len(receiver.heard) == 1


@in_loop
async def test_no_address_inside_is_told_unless_the_operator_permits_it(platform: Platform) -> None:
    (platform.folder / "notify.json").unlink()
    with receiving() as receiver:
        hook(platform, receiver)
        ring(platform)
        await looked(platform)
        tried = await desk.try_channel(platform, "acme", "shift")
    assert receiver.tried == []
    assert "no public address" in str(tried.sentence)
    (kept,) = desk.channels_of(platform, "acme")
    assert "no public address" in kept.standing.failures["en"]


@in_loop
async def test_the_test_button_sends_a_notice_that_says_so_past_the_queue(platform: Platform) -> None:
    with receiving() as receiver:
        hook(platform, receiver)
        tried = await desk.try_channel(platform, "acme", "shift")
    assert tried.has_arrived
    assert receiver.titles == ["Test of the channel «Shift»"]
    assert receiver.heard[0]["facts"]["event"] == "test"


@in_loop
async def test_a_changed_target_gets_what_waits_and_a_channel_that_is_gone_gets_nothing(platform: Platform) -> None:
    slow = replace(QUICK, first_s=3600.0, longest_s=3600.0)
    with receiving(503) as away, receiving() as receiver:
        hook(platform, away)
        ring(platform, "one")
        async with at_work(platform, slow):
            await until(lambda: away.tried)
        hook(platform, receiver)
        outbox = Outbox(outbox_path(platform))
        outbox._database.execute("update letters set due_s = 0")
        await looked(platform)
        assert [each["facts"]["id"] for each in receiver.heard] == ["one"]
        ring(platform, "two")
        platform.catalog.write("acme", lambda work: desk.take_away(work, ACT, "acme", "shift"))
        async with at_work(platform):
            await until(lambda: not outbox.channels())
        outbox.close()
    assert len(receiver.heard) == 1


# killed


@in_loop
async def test_who_dies_between_outbox_and_catalog_tells_nobody_twice(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise StoreUnavailable(text("{file} cannot be used ({reason})", file="x", reason="test"))

    with receiving() as receiver:
        hook(platform, receiver)
        ring(platform)
        monkeypatch.setattr("loadzone.flows.tell.teller.note", dies)
        async with at_work(platform):
            await until(lambda: receiver.heard)
        monkeypatch.undo()
        await looked(platform)
        await looked(platform)
    assert len(receiver.heard) == 1


def test_a_platform_that_is_killed_while_it_tells_goes_on_without_loss(platform: Platform) -> None:
    """The process that `loadzone up` starts, killed while its letters wait for a receiver that is away."""
    with receiving(503) as receiver:
        hook(platform, receiver)
        for n in range(5):
            ring(platform, f"a-{n}")
        first = part(platform)
        wait(lambda: len(receiver.tried) >= 3, first)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        ring(platform, "a-5")
        receiver.answers[:] = [200]
        outbox = Outbox(outbox_path(platform))  # what waits for an hour is due now
        outbox._database.execute("update letters set due_s = 0 where state = 'waiting'")
        outbox.close()
        second = part(platform)
        wait(lambda: len(receiver.heard) >= 6, second)
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0
    assert sorted(str(each["facts"]["id"]) for each in receiver.heard) == [f"a-{n}" for n in range(6)]


def part(platform: Platform) -> "subprocess.Popen[bytes]":
    told_so = [sys.executable, "-m", "loadzone", "worker", "--only", "upkeep", "--data", str(platform.folder)]
    with (platform.folder / "log").open("ab") as log:
        return subprocess.Popen(told_so, stderr=log)  # noqa: S603  ours


def wait(condition: Callable[[], Any], process: "subprocess.Popen[bytes]", limit_s: float = 90.0) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


# what is kept


def test_secrets_are_kept_under_a_seal_and_come_out_nowhere(platform: Platform) -> None:
    with receiving() as receiver:
        made = hook(platform, receiver, address={"url": f"{receiver.url}?token=s3cret-query"})
    assert made.channel.address == {"url": receiver.url}
    with platform.catalog.read("acme") as work:
        rows = [repr(row) for row in work.rows(channels_table.select())]
        entries = repr(events_of(work, "acme", "channel:shift"))
    shown = repr(made) + repr(desk.channels_of(platform, "acme")) + entries + "".join(rows)
    for secret in (KEY, KEY.removeprefix("whsec_"), "s3cret-query"):
        assert secret not in shown
    assert "channel made" in entries
    assert (platform.folder / "notify.key").stat().st_mode & 0o077 == 0
    for path in platform.folder.rglob("*"):
        if path.is_file():
            assert b"s3cret-query" not in path.read_bytes(), path


def test_a_secret_is_not_kept_for_another_target(platform: Platform) -> None:
    mail = {"host": "mail.example.com", "sender": "a@example.com", "to": ["b@example.com"], "user": "a"}
    entered = Entered("Mail", "mail", mail, secrets={"password": "s3cret"})

    def enter(entered: Entered) -> desk.Made:
        made: desk.Made = platform.catalog.write(
            "acme", lambda work: desk.enter_channel(work, platform, ACT, "acme", "mail", entered)
        )
        return made

    enter(entered)
    enter(replace(entered, secrets={}, name="Office", address={**mail, "to": ["c@example.com"]}))
    assert desk.channel_of(platform, "acme", "mail").channel.name == "Office"
    with pytest.raises(BadInput, match="needs password"):
        enter(replace(entered, secrets={}, address={**mail, "host": "mail.evil.example"}))


@in_loop
async def test_a_channel_whose_key_is_gone_says_so_and_tells_when_its_secrets_are_there_again(
    platform: Platform,
) -> None:
    with receiving() as receiver:
        hook(platform, receiver)
        (platform.folder / "notify.key").unlink()
        ring(platform)
        await looked(platform)
        (kept,) = desk.channels_of(platform, "acme")
        assert "enter them again" in str(kept.fault)
        assert kept.standing.waiting == 1
        assert not (await desk.try_channel(platform, "acme", "shift")).has_arrived
        hook(platform, receiver)
        await looked(platform)
    assert len(receiver.heard) == 1


def test_a_seal_of_another_key_opens_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    sealed = seal(tmp_path / "one", {"password": "s3cret"})
    seal(tmp_path / "two", {})
    assert unseal(tmp_path / "one", sealed) == {"password": "s3cret"}
    assert "s3cret" not in sealed
    for other in (tmp_path / "two", tmp_path):
        with pytest.raises(BadInput, match="enter them again"):
            unseal(other, sealed)


@pytest.mark.parametrize(
    ("kind", "address", "secrets", "sentence"),
    [
        ("sms", {}, {}, "no way of telling"),
        ("webhook", {"url": "ftp://example.com"}, {}, "https://host/path"),
        ("webhook", {"url": "https://example.com"}, {"secret": "short"}, "24 bytes or more"),
        ("webhook", {"url": "https://example.com", "host": "x"}, {}, "webhook has no host"),
        ("mail", {"host": "mail example", "sender": "a@b.c", "to": ["d@e.f"]}, {}, "no mail server"),
        ("mail", {"host": "mail.example.com", "sender": "a@b.c", "to": []}, {}, "name a recipient"),
        ("mail", {"host": "mail.example.com", "sender": "a@b.c", "to": ["nobody"]}, {}, "no mail address"),
        ("mail", {"host": "mail.example.com", "sender": "a@b.c", "to": ["d@e.f"], "port": "x"}, {}, "no port"),
        ("mail", {"host": "mail.example.com", "sender": "a@b.c", "to": ["d@e.f"], "user": "u"}, {}, "needs password"),
        ("mail", {"host": "m.example", "sender": "a@b.c", "to": ["d@e.f\r\nBcc: g@h.i"]}, {}, "can be shown"),
        ("dingtalk", {}, {"token": "t"}, "needs secret"),
        ("wecom", {}, {}, "needs key"),
        ("wecom", {}, {"key": "x" * 600}, "at most 500"),
    ],
)
def test_a_way_that_cannot_work_is_refused_with_a_sentence(
    kind: str, address: dict[str, Any], secrets: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        way(kind, address, secrets)


def test_the_whole_address_that_a_maker_shows_is_taken_for_its_secret() -> None:
    shown = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k-1"
    for entered in (way("wecom", {}, {"key": shown}), way("wecom", {"url": shown}, {})):
        assert entered.secrets == {"key": "k-1"}
        assert "k-1" not in repr(entered)
    robot = "https://oapi.dingtalk.com/robot/send?access_token=t-1"
    assert way("dingtalk", {}, {"token": robot, "secret": "SEC1"}).secrets == {"token": "t-1", "secret": "SEC1"}


def test_a_webhook_without_a_secret_gets_one_once() -> None:
    first = way("webhook", {"url": "https://example.com/hook"}, {})
    assert first.made.startswith("whsec_")
    again = way("webhook", {"url": "https://example.com/hook"}, {}, first)
    assert (again.made, again.secrets) == ("", first.secrets)


@pytest.mark.parametrize(
    "content", ["[]", "{", '{"networks": ["10.0.0.1/8"]}', '{"address": "watch"}', '{"plian": true}', "\x00"]
)
def test_a_settings_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "notify.json").write_text(content)
    with pytest.raises(BadInput, match=r"notify\.json holds address, networks, plain and authorities"):
        tell_settings(tmp_path)


def test_who_asks_for_a_channel_that_is_not_there_is_told(platform: Platform) -> None:
    with pytest.raises(UnknownThing, match="no channel nobody"):
        desk.channel_of(platform, "acme", "nobody")
    with pytest.raises(UnknownThing):
        platform.catalog.write("acme", lambda work: desk.take_away(work, ACT, "acme", "nobody"))
