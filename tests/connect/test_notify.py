"""Notices arrive, or it is said why not: against servers on loopback that behave as badly as real ones."""

import asyncio
import contextlib
import datetime as dt
import functools
import ipaddress
import json
import logging
import pickle
import ssl
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from loadzone.connect.notify import (
    DingTalk,
    Mail,
    NotDelivered,
    Notice,
    Notifier,
    Outbox,
    Pace,
    Reach,
    Webhook,
    WeCom,
)
from loadzone.connect.notify import dingtalk as dingtalk_module
from loadzone.connect.notify import mail as mail_module
from loadzone.connect.notify.channel import try_out
from loadzone.connect.notify.post import MOST_WAIT_S, post, retry_after
from loadzone.connect.notify.robot import cut
from loadzone.connect.notify.webhook import is_genuine, signature
from loadzone.connect.secret import Secret
from loadzone.words.errors import BadInput
from loadzone.words.texts import text
from looping import in_loop, until

LOOPBACK = Reach(permitted=("127.0.0.0/8", "::1/128"), permits_plain=True)
KEY = Secret("whsec_" + b64encode(b"k" * 32).decode())
NOTICE = Notice(
    "alarm.A-17", "外圈损伤 outer ring", "更换轴承", "https://example.com/alarms/17", "high", 1_795_507_200_000_000
)
QUICK = Pace(attempts=4, first_s=0.01, longest_s=0.02)


@asynccontextmanager
async def listening(serve: Callable[..., Awaitable[None]], tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port where ``serve`` answers; what it is still at when the test is over is ended."""
    tasks: set[asyncio.Task[Any]] = set()

    async def session(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()

    server = await asyncio.start_server(session, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# --- a web server that does as it is told


@dataclass
class Request:
    way: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """Answers each request by the next of ``answers``, then by the last for ever."""

    answers: list[Any]
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?token=s3cret"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:]) if name}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.requests.append(Request(head[0].split(" ")[1], headers, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "drop":
            return
        if answer == "hang":
            await asyncio.sleep(30)
        if answer == "drip":
            for each in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
                writer.write(bytes([each]))
                await asyncio.sleep(0.05)
        status, more, told = (
            (*answer, *("", b"")[len(answer) - 1 :]) if isinstance(answer, tuple) else (answer, "", b"ok")
        )
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(told)}\r\n{more}\r\n".encode() + told)
        await writer.drain()


@asynccontextmanager
async def web(*answers: Any, tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
    found = Web(list(answers) or [200])
    async with listening(found.serve, tls) as found.port:
        yield found


@asynccontextmanager
async def delivering(notifier: Notifier) -> AsyncIterator[Notifier]:
    task = asyncio.create_task(notifier.run())
    try:
        yield notifier
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of «localhost» in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


# --- webhook


def test_a_signature_is_the_one_that_standard_webhooks_publish() -> None:
    """The vector of the reference libraries (github.com/standard-webhooks/standard-webhooks, test of each language)."""
    told = signature(
        Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@in_loop
async def test_a_webhook_arrives_signed_and_its_receiver_can_tell_a_forgery_and_a_replay() -> None:
    async with web(200) as peer:
        await Webhook(peer.url, KEY, LOOPBACK).send(NOTICE, "alarm.A-17.1")
    (request,) = peer.requests
    assert json.loads(request.body)["title"] == NOTICE.title
    assert request.headers["webhook-id"] == "alarm.A-17.1"
    moment_s = int(request.headers["webhook-timestamp"])
    assert is_genuine(KEY, request.headers, request.body, moment_s + 299)
    assert not is_genuine(KEY, request.headers, request.body, moment_s + 301)
    assert not is_genuine(KEY, request.headers, request.body + b" ", moment_s)
    assert not is_genuine(KEY, request.headers | {"webhook-timestamp": str(moment_s + 1)}, request.body, moment_s)
    assert not is_genuine(KEY, request.headers | {"webhook-id": "other"}, request.body, moment_s)
    assert not is_genuine(Secret("whsec_" + b64encode(b"o" * 32).decode()), request.headers, request.body, moment_s)
    assert not is_genuine(KEY, {}, request.body, moment_s)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_abc", "whsec_" + "?" * 40, "whsec_" + b64encode(b"short").decode()]
)
def test_a_webhook_without_a_good_secret_is_not_set_up(secret: str) -> None:
    with pytest.raises(BadInput, match="24 bytes or more"):
        Webhook("https://example.com/", Secret(secret))


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com", "https://", "//example.com", "https://a:b@example.com/", "https://exa mple.com/",
     "https://example.com:x/", "https://example.com/\r\nHost: b", "https://[::1", "file:///etc/passwd", "https://例.com"],
)  # fmt: skip
def test_what_is_no_web_address_is_not_set_up(url: str) -> None:
    with pytest.raises(BadInput, match="https://host/path"):
        Webhook(url, KEY)


@in_loop
async def test_tls_is_checked_against_the_name(certificate: Path) -> None:
    trusting = Reach(permitted=("127.0.0.0/8", "::1/128"), ca=certificate)
    async with web(200, tls=server_side(certificate)) as peer:
        await post(f"https://localhost:{peer.port}/", b"{}", {}, trusting)
        for url, reach in (
            (f"https://127.0.0.1:{peer.port}/", trusting),
            (f"https://localhost:{peer.port}/", Reach(permitted=("127.0.0.0/8", "::1/128"))),
        ):
            with pytest.raises(NotDelivered, match=r"(?i)certificate") as caught:
                await post(url, b"{}", {}, reach)
            assert not caught.value.is_final
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",  # noqa: S104  refused, not listened on
     "224.0.0.1", "[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]",
     "2130706433", "0x7f.1", "[::]"],
)  # fmt: skip
@in_loop
async def test_no_address_inside_is_knocked_at_unless_the_operator_permits(host: str) -> None:
    with pytest.raises(NotDelivered, match="no public address") as caught:
        await Webhook(f"https://{host}/", KEY).send(NOTICE, "1")
    assert caught.value.is_final


@in_loop
async def test_the_address_that_was_judged_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["127.0.0.1", "10.0.0.1"]

    async def rebinding(_self: Any, _host: str, port: int, **_: Any) -> list[Any]:
        return [(0, 0, 0, "", (answers.pop(0), port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", rebinding)
    async with web(200) as peer:
        await post(f"http://rebinding.example:{peer.port}/", b"", {}, LOOPBACK)
    assert peer.requests[0].headers["host"] == f"rebinding.example:{peer.port}"
    assert answers == ["10.0.0.1"]


@in_loop
async def test_plain_http_is_refused_where_it_was_not_permitted() -> None:
    async with web(200) as peer:
        with pytest.raises(NotDelivered, match="without encryption"):
            await Webhook(peer.url, KEY, Reach(permitted=("127.0.0.0/8",))).send(NOTICE, "1")
    assert peer.requests == []


def test_networks_that_are_none_are_refused() -> None:
    with pytest.raises(BadInput, match=r"192\.168\.7\.0/24"):
        Reach(permitted=("192.168.7.1/24",))


@pytest.mark.parametrize(
    ("answer", "is_final", "sentence"),
    [
        ((400, "", b"bad\r\n field"), True, "answers 400 bad field"),
        ((401,), True, "answers 401"),
        ((302, "Location: http://169.254.169.254/\r\n"), True, "redirects are not followed"),
        ((408,), False, "answers 408"),
        ((429, "Retry-After: 7\r\n"), False, "answers 429"),
        ((503, "Retry-After: 7\r\n"), False, "answers 503"),
        ("drop", False, "broke off"),
    ],
)
@in_loop
async def test_each_bad_answer_says_what_it_was_and_whether_trying_again_helps(
    answer: Any, is_final: bool, sentence: str
) -> None:
    async with web(answer) as peer:
        with pytest.raises(NotDelivered, match=sentence) as caught:
            await Webhook(peer.url, KEY, LOOPBACK).send(NOTICE, "1")
    assert caught.value.is_final == is_final
    assert caught.value.wait_s == (7.0 if "Retry-After" in str(answer) else None)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("answer", ["hang", "drip"])
@in_loop
async def test_a_server_that_does_not_come_to_an_end_is_left(answer: str) -> None:
    async with web(answer) as peer:
        with pytest.raises(NotDelivered, match="does not answer within"):
            await post(peer.url, b"{}", {}, LOOPBACK, limit_s=0.2)


@in_loop
async def test_what_nobody_listens_to_is_said_to_be_so() -> None:
    with pytest.raises(NotDelivered, match="broke off: Connection refused"):
        await Webhook("http://127.0.0.1:1/", KEY, LOOPBACK).send(NOTICE, "1")
    with pytest.raises(NotDelivered, match="is not found"):
        await Webhook("https://nowhere.invalid/", KEY, LOOPBACK).send(NOTICE, "1")


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [(None, None), ("120", 120.0), ("0", 0.0), ("9" * 30, MOST_WAIT_S), ("-5", None), ("soon", None),
     ("Thu, 01 Jan 1970 00:02:00 GMT", 120.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("Thu, 99 Jan", None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_and_never_more_than_an_hour(header: str | None, wait_s: float | None) -> None:
    assert (
        retry_after(header, 0.0 if header is None or "02" in header or not header.startswith("Thu") else 500.0)
        == wait_s
    )


# --- robots


@in_loop
async def test_dingtalk_gets_markdown_under_its_signature() -> None:
    async with web((200, "", b'{"errcode":0,"errmsg":"ok"}')) as peer:
        robot = DingTalk(Secret("tok/en+"), Secret("SECabc"), LOOPBACK, url=f"http://127.0.0.1:{peer.port}/robot/send")
        await robot.send(NOTICE, "1")
    query = parse_qs(urlsplit(peer.requests[0].way).query)
    assert query["access_token"] == ["tok/en+"]
    assert query["sign"] == [dingtalk_module.signature(Secret("SECabc"), int(query["timestamp"][0]))]
    assert json.loads(peer.requests[0].body) == {
        "msgtype": "markdown",
        "markdown": {
            "title": NOTICE.title,
            "text": "### 外圈损伤 outer ring\n\n更换轴承\n\nhttps://example.com/alarms/17",
        },
    }


def test_dingtalk_signs_as_its_page_does() -> None:
    """Computed by ``openssl dgst -sha256 -hmac 'this is secret' -binary``, then base64."""
    told = dingtalk_module.signature(Secret("this is secret"), 1577262236757)
    assert told == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="


@in_loop
async def test_wecom_gets_markdown_cut_to_what_it_takes() -> None:
    long = Notice("k", "标题", "长" * 3000)
    async with web((200, "", b'{"errcode":0,"errmsg":"ok"}')) as peer:
        await WeCom(Secret("key-1"), LOOPBACK, url=f"http://127.0.0.1:{peer.port}/send").send(long, "1")
    content = json.loads(peer.requests[0].body)["markdown"]["content"]
    assert len(content.encode()) <= 4096
    assert content.startswith("**标题**\n长")
    assert content.endswith("…")
    assert parse_qs(urlsplit(peer.requests[0].way).query) == {"key": ["key-1"]}


@pytest.mark.parametrize(
    ("said", "is_final", "wait_s"),
    [
        (b'{"errcode":93000,"errmsg":"invalid webhook url key-1"}', True, None),
        (b'{"errcode":45009,"errmsg":"api freq out of limit"}', False, 60.0),
        (b'{"errcode":-1,"errmsg":"system busy"}', False, None),
        (b"<html>login</html>", False, None),
        (b"\xff\xfe", False, None),
    ],
)
@in_loop
async def test_a_robot_that_says_no_behind_a_200_has_not_been_told(
    said: bytes, is_final: bool, wait_s: float | None
) -> None:
    async with web((200, "", said)) as peer:
        with pytest.raises(NotDelivered) as caught:
            await WeCom(Secret("key-1"), LOOPBACK, url=f"http://127.0.0.1:{peer.port}/send").send(NOTICE, "1")
    assert (caught.value.is_final, caught.value.wait_s) == (is_final, wait_s)
    assert "key-1" not in str(caught.value)


def test_a_sentence_is_cut_between_characters() -> None:
    assert cut("轴承损伤", 12) == "轴承损伤"
    for most in range(3, 12):
        assert len(cut("轴承损伤", most).encode()) <= most


# --- mail


@dataclass
class MailServer:
    """Speaks SMTP as far as a client needs; ``answers`` replaces what it says to a command."""

    tls: ssl.SSLContext | None = None
    answers: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        is_encrypted = False
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper()
            self.heard.append(("tls " if is_encrypted else "") + line)
            told = self.answers.get(verb) or self._usual(verb, is_encrypted=is_encrypted)
            if told == "drop":
                return
            writer.write(told.encode() + b"\r\n")
            if told.startswith("354"):
                self.mails.append(await self._mail(reader))
                writer.write(self.answers.get("END", "250 kept").encode() + b"\r\n")
            if verb == "STARTTLS" and told.startswith("220") and self.tls:
                await writer.start_tls(self.tls)
                is_encrypted = True

    def _usual(self, verb: str, *, is_encrypted: bool) -> str:
        if verb == "EHLO":
            more = "250-AUTH PLAIN\r\n" if is_encrypted else "250-STARTTLS\r\n" if self.tls else ""
            return f"250-mail\r\n{more}250 8BITMIME"
        return {"DATA": "354 go", "AUTH": "235 in", "STARTTLS": "220 go", "QUIT": "221 bye"}.get(verb, "250 ok")

    async def _mail(self, reader: asyncio.StreamReader) -> EmailMessage:
        raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
        found = message_from_bytes(raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found


@asynccontextmanager
async def mail_server(certificate: Path | None = None, **answers: str) -> AsyncIterator[MailServer]:
    found = MailServer(server_side(certificate) if certificate else None, answers)
    async with listening(found.serve) as found.port:
        yield found


def mail_to(server: MailServer, certificate: Path | None = None, **how: Any) -> Mail:
    reach = Reach(permitted=("127.0.0.0/8", "::1/128"), permits_plain=True, ca=certificate)
    told = {"tls": "starttls" if certificate else "none", "port": server.port, "reach": reach, **how}
    return Mail("localhost", "loadzone <alarm@example.com>", ("a@example.com", "b@example.com"), **told)


@in_loop
async def test_a_mail_arrives_by_starttls_and_the_login_comes_after_it(certificate: Path) -> None:
    async with mail_server(certificate) as server:
        channel = mail_to(server, certificate, user="loadzone", password=Secret("pass-word"))
        await channel.send(NOTICE, "alarm.A-17.1")
    (found,) = server.mails
    assert found["subject"] == NOTICE.title
    assert found["to"] == "a@example.com, b@example.com"
    assert found["message-id"] == "<alarm.A-17.1@example.com>"
    assert found.get_content().split() == ["更换轴承", "https://example.com/alarms/17"]
    assert any(line.startswith("tls AUTH PLAIN ") for line in server.heard)
    assert not any(line.startswith(("AUTH", "MAIL")) for line in server.heard)


@in_loop
async def test_a_mail_server_without_starttls_or_with_a_strange_certificate_gets_nothing(certificate: Path) -> None:
    async with mail_server() as server:
        with pytest.raises(NotDelivered, match="STARTTLS") as caught:
            await mail_to(server, certificate).send(NOTICE, "1")
        assert caught.value.is_final
    async with mail_server(certificate) as server:
        reach = Reach(permitted=("127.0.0.0/8", "::1/128"))
        with pytest.raises(NotDelivered, match=r"(?i)certificate"):
            await mail_to(server, certificate, reach=reach).send(NOTICE, "1")
    assert server.mails == []


@pytest.mark.parametrize(
    ("answers", "is_final", "sentence"),
    [
        ({"MAIL": "451 greylisted, later"}, False, "451 greylisted, later"),
        ({"MAIL": "550 not you"}, True, "550 not you"),
        ({"RCPT": "550 nobody here"}, True, "550 nobody here"),
        ({"END": "554 spam"}, True, "554 spam"),
        ({"DATA": "drop"}, False, "does not take the mail"),
    ],
)
@in_loop
async def test_what_a_mail_server_says_is_told(answers: dict[str, str], is_final: bool, sentence: str) -> None:
    async with mail_server(**answers) as server:
        with pytest.raises(NotDelivered, match=sentence) as caught:
            await mail_to(server).send(NOTICE, "1")
    assert caught.value.is_final == is_final


@in_loop
async def test_a_wrong_password_is_not_repeated_in_the_sentence(certificate: Path) -> None:
    async with mail_server(certificate, AUTH="535 no such password: pass-word") as server:
        with pytest.raises(NotDelivered, match="535 no such password: ") as caught:
            await mail_to(server, certificate, user="u", password=Secret("pass-word")).send(NOTICE, "1")
    assert "pass-word" not in str(caught.value)
    assert caught.value.is_final


@in_loop
async def test_a_mail_server_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_module, "LIMIT_S", 0.2)

    async def silent(_: Any, __: Any) -> None:
        await asyncio.sleep(30)

    async with listening(silent) as port:
        with pytest.raises(NotDelivered, match="does not answer within"):
            await mail_to(MailServer(port=port)).send(NOTICE, "1")


@in_loop
async def test_a_title_with_lines_forges_no_header() -> None:
    async with mail_server() as server:
        await mail_to(server).send(Notice("k", "a\r\nBcc: c@example.com", "b\r\n.\r\nc"), "1")
    (found,) = server.mails
    assert found["bcc"] is None
    assert found["subject"] == "a Bcc: c@example.com"


@pytest.mark.parametrize(
    "how",
    [{"to": ()}, {"to": ("nobody",)}, {"to": ("a@b.c\r\nBcc: d@e.f",)}, {"sender": ""}, {"user": "u", "tls": "none"}],
)
def test_a_mail_account_that_cannot_work_is_not_set_up(how: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Mail("mail.example.com", **{"sender": "a@example.com", "to": ("b@example.com",), **how})


# --- delivery


@dataclass
class Peer:
    """A channel that fails as told: exceptions in turn, then it takes everything."""

    failures: list[Exception] = field(default_factory=list)
    most_per_minute: int = 1000
    got: list[tuple[str, str]] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    hold: Callable[[], Awaitable[Any]] | None = None

    async def send(self, notice: Notice, id: str) -> None:  # noqa: A002  as the protocol calls it
        self.attempts.append(id)
        if self.hold:
            await self.hold()
        if self.failures:
            raise self.failures.pop(0)
        self.got.append((notice.key, id))


def not_now(**how: Any) -> NotDelivered:

    return NotDelivered(text("the file is empty"), **how)


@in_loop
async def test_a_notice_is_tried_again_with_the_same_identifier_until_it_arrives() -> None:
    async with web((503,), "drop", (429, "Retry-After: 0\r\n"), 200) as peer:
        channel = Webhook(peer.url, KEY, LOOPBACK)
        async with delivering(Notifier({"web": channel}, Outbox(), QUICK)) as notifier:
            assert notifier.tell(NOTICE) == 1
            await until(lambda: notifier.sent == 1)
    assert len(peer.requests) == 4
    assert len({each.headers["webhook-id"] for each in peer.requests}) == 1
    assert notifier.outbox.dead() == []


@in_loop
async def test_what_cannot_arrive_is_kept_with_the_reason_and_can_be_tried_once_more() -> None:
    async with web((401, "", b"who are you"), (401, "", b"who are you"), 200) as peer:
        channel = Webhook(peer.url, KEY, LOOPBACK)
        async with delivering(Notifier({"web": channel}, Outbox(), QUICK)) as notifier:
            notifier.tell(NOTICE)
            await until(lambda: notifier.dead == 1)
            (letter,) = notifier.outbox.dead("web")
            assert letter.reason == "127.0.0.1 answers 401 who are you"
            assert letter.notice == NOTICE
            assert letter.attempts == 1
            for _ in range(2):
                assert notifier.outbox.revive(letter.number, time.time())
                notifier.tell(Notice(f"wake{_}", ""), ["web"])
                await until(lambda: len(notifier.outbox.dead()) + notifier.sent >= 2)
    assert not notifier.outbox.revive(letter.number, time.time())


@in_loop
async def test_after_its_attempts_a_notice_is_given_up_with_the_last_reason() -> None:
    channel = Peer([not_now() for _ in range(9)])
    async with delivering(Notifier({"a": channel}, Outbox(), QUICK)) as notifier:
        notifier.tell(NOTICE)
        await until(lambda: notifier.dead == 1)
    assert len(channel.attempts) == 4
    assert notifier.outbox.dead()[0].reason == "given up after 4 attempts, the last: the file is empty"


@in_loop
async def test_the_same_key_is_told_once_in_a_window_and_each_channel_has_its_own() -> None:
    first, second = Peer(), Peer()
    async with delivering(Notifier({"a": first, "b": second}, Outbox(), QUICK)) as notifier:
        assert [notifier.tell(NOTICE), notifier.tell(NOTICE), notifier.tell(NOTICE, ["a"])] == [2, 0, 0]
        assert notifier.tell(Notice("other", "x")) == 2
        await until(lambda: notifier.sent == 4)
    assert notifier.copies == 3
    assert [key for key, _ in first.got] == [key for key, _ in second.got] == ["alarm.A-17", "other"]


@in_loop
async def test_a_window_that_is_over_lets_the_key_be_told_again() -> None:
    outbox = Outbox()
    assert outbox.add("a", NOTICE, 1000.0, 600.0)
    assert not outbox.add("a", NOTICE, 1599.0, 600.0)
    assert outbox.add("a", NOTICE, 1601.0, 600.0)


@in_loop
async def test_a_channel_that_hangs_or_breaks_holds_up_no_other() -> None:
    hanging = Peer(hold=functools.partial(asyncio.sleep, 60))
    broken = Peer([ZeroDivisionError("secret")])
    good = Peer()
    async with delivering(Notifier({"h": hanging, "b": broken, "g": good}, Outbox(), QUICK)) as notifier:
        for index in range(20):
            notifier.tell(Notice(f"k{index}", "x"))
        await until(lambda: len(good.got) == 20 and len(broken.got) == 20)
    assert len(hanging.attempts) == 1


@in_loop
async def test_no_more_than_the_channel_takes_are_sent_in_a_minute() -> None:
    channel = Peer(most_per_minute=3)
    async with delivering(Notifier({"a": channel}, Outbox(), QUICK)) as notifier:
        for index in range(10):
            notifier.tell(Notice(f"k{index}", "x"))
        await until(lambda: notifier.sent == 3)
        await asyncio.sleep(0.1)
        assert notifier.sent == 3
        assert notifier.outbox.waiting("a") == 7


@in_loop
async def test_a_peer_that_says_when_is_not_asked_before() -> None:
    channel = Peer([not_now(wait_s=3000.0)])
    async with delivering(Notifier({"a": channel}, Outbox(), QUICK)) as notifier:
        notifier.tell(NOTICE)
        await until(lambda: channel.attempts)
        await asyncio.sleep(0.1)
    assert len(channel.attempts) == 1
    waiting = notifier.outbox.first("a")
    assert waiting is not None
    assert waiting.due_s > time.time() + 2900


@in_loop
async def test_what_waits_survives_a_restart_and_what_was_sent_is_not_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    down = Peer([not_now() for _ in range(99)])
    notifier = Notifier({"a": down}, Outbox(path), Pace(first_s=0.05))
    async with delivering(notifier):
        notifier.tell(NOTICE)
        await until(lambda: down.attempts)
    notifier.outbox.close()
    up = Peer()
    async with delivering(Notifier({"a": up}, Outbox(path), QUICK)) as again:
        assert again.tell(NOTICE) == 0
        await until(lambda: again.sent == 1)
    again.outbox.close()
    third = Peer()
    async with delivering(Notifier({"a": third}, Outbox(path), QUICK)):
        await asyncio.sleep(0.05)
    assert (len(up.got), third.got) == (1, [])
    assert {known for _, known in up.got} == set(down.attempts)


@in_loop
async def test_a_flood_costs_the_oldest_and_says_so() -> None:
    notifier = Notifier({"a": Peer()}, Outbox(), Pace(most_waiting=5))
    for index in range(8):
        notifier.tell(Notice(f"k{index}", "x"))
    assert [each.notice.key for each in notifier.outbox.dead()] == ["k0", "k1", "k2"]
    assert "more than 5 notices wait" in notifier.outbox.dead()[0].reason
    assert notifier.outbox.waiting("a") == 5


def test_a_channel_that_is_not_there_is_named() -> None:
    with pytest.raises(BadInput, match="no channel sms: there are a"):
        Notifier({"a": Peer()}, Outbox()).tell(NOTICE, ["sms"])


def test_old_letters_are_forgotten_and_waiting_ones_never() -> None:
    outbox = Outbox()
    for key in ("a", "b", "c"):
        outbox.add("x", Notice(key, ""), 1000.0, 1.0)
    for finish in (lambda letter: outbox.sent(letter, 1000.0), lambda letter: outbox.bury(letter, text("no"), 1000.0)):
        letter = outbox.first("x")
        assert letter is not None
        finish(letter)
    assert outbox.forget(2000.0) == 2
    assert outbox.waiting("x") == 1


@in_loop
async def test_the_test_button_says_in_a_sentence_what_happened() -> None:
    async with web(200) as peer:
        good = await try_out(Webhook(peer.url, KEY, LOOPBACK), NOTICE)
    assert good.has_arrived
    assert str(good.sentence).startswith("arrived in ")
    assert "秒" in good.sentence.render("zh")
    async with web((401, "", b"who are you")) as peer:
        bad = await try_out(Webhook(peer.url, KEY, LOOPBACK), NOTICE)
    assert not bad.has_arrived
    assert str(bad.sentence) == "did not arrive: 127.0.0.1 answers 401 who are you"
    slow = await try_out(Peer(hold=functools.partial(asyncio.sleep, 60)), NOTICE, limit_s=0.05)
    assert not slow.has_arrived


# --- secrets


def test_secrets_show_themselves_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = Secret("s3cret-value")
    channels = [
        Mail("h", "a@b.c", ("d@e.f",), user="u", password=secret),
        DingTalk(secret, secret),
        WeCom(secret),
        Webhook("https://example.com/", KEY),
    ]
    shown = f"{channels!r} {channels} {secret!s} {secret!r} {[secret]} {vars(channels[0])}"
    assert "s3cret" not in shown
    assert KEY.reveal() not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@in_loop
async def test_no_log_line_of_a_failed_delivery_holds_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with web("drop", (500, "", b"x"), (400, "", b"no")) as peer:
        robots = {
            "w": WeCom(Secret("s3cret-key"), LOOPBACK, url=f"http://127.0.0.1:{peer.port}/send"),
            "d": DingTalk(Secret("s3cret-key"), Secret("s3cret-sign"), LOOPBACK, url=f"http://127.0.0.1:{peer.port}/"),
        }
        async with delivering(Notifier(robots, Outbox(), QUICK)) as notifier:
            notifier.tell(NOTICE)
            await until(lambda: notifier.dead == 2)
    assert "was not told" in caplog.text
    assert "s3cret" not in caplog.text


def test_an_error_of_delivery_survives_its_way_between_processes() -> None:
    there = pickle.loads(pickle.dumps(not_now(is_final=True, wait_s=3.0)))  # noqa: S301  ours
    assert (str(there), there.is_final, there.wait_s) == ("the file is empty", True, 3.0)


def test_addresses_that_stand_for_others_are_judged_by_those() -> None:
    reach = Reach(permitted=("10.0.0.0/8",))
    reach._check("h", "::ffff:10.0.0.1", is_plain=False)
    reach._check("h", "8.8.8.8", is_plain=False)
    for each in ("::ffff:192.168.0.1", "2002:c0a8:1::", "fe80::1%eth0"):
        assert ipaddress.ip_address(each)
        with pytest.raises(NotDelivered):
            reach._check("h", each, is_plain=False)
