"""E-mail by SMTP: TLS from the start or by STARTTLS, a login only behind it."""

import asyncio
import contextlib
import smtplib
import socket
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Literal

from loadzone.connect.notify.channel import NotDelivered, Notice
from loadzone.connect.notify.reach import Reach
from loadzone.connect.secret import Secret
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

LIMIT_S = 30.0
_PORTS = {"starttls": 587, "implicit": 465, "none": 25}


@dataclass(frozen=True)
class Mail:
    """A mail server and who gets mail from whom; port 0 takes the usual one of ``tls``.

    Raises
    ------
    BadInput : no recipient, an address that is none, or a login without TLS
    """

    host: str
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: Secret = field(default_factory=lambda: Secret(""))
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    port: int = 0
    reach: Reach = field(default_factory=Reach)
    most_per_minute: int = 30

    def __post_init__(self) -> None:
        for each in (self.sender, *self.to):
            if "@" not in parseaddr(each)[1] or not each.isprintable():
                raise BadInput(text("{value} is no mail address", value=repr(each)[:80]))
        if not self.to:
            raise BadInput(text("nobody would get the mail: name a recipient"))
        if self.user and self.tls == "none":
            raise BadInput(text("a login without TLS shows its password to everyone: choose starttls or implicit"))

    async def send(self, notice: Notice, id: str) -> None:  # noqa: A002  an identifier is called so
        """Deliver; see `Channel`. The identifier becomes the Message-ID, by which mail programs know copies."""
        port = self.port or _PORTS[self.tls]
        address = await self.reach.address(self.host, port, is_plain=self.tls == "none")
        message = self._message(notice, id)
        session = _Session(self.host, port, address, self.reach)
        task = asyncio.create_task(asyncio.to_thread(self._deliver, session, message))
        try:
            async with asyncio.timeout(LIMIT_S):
                await asyncio.shield(task)
        except TimeoutError as error:
            raise NotDelivered(
                text("{host} does not answer within {limit_s:.0f} s", host=self.host, limit_s=LIMIT_S)
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._refusal(error) from error
        finally:
            session.cut()
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    def _message(self, notice: Notice, known: str) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = " ".join(notice.title.split())[:200]
        message["From"] = self.sender
        message["To"] = ", ".join(self.to)
        message["Date"] = formatdate(notice.time_us / 1e6 if notice.time_us else time.time())
        message["Message-ID"] = f"<{known}@{parseaddr(self.sender)[1].partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.lines() or notice.title)
        return message

    def _deliver(self, session: "_Session", message: EmailMessage) -> None:
        with session.begin(is_implicit=self.tls == "implicit") as server:
            if self.tls == "starttls":
                server.starttls(context=self.reach.context())
            if self.user:
                server.login(self.user, self.password.reveal())
            refused = server.send_message(message)
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)

    def _refusal(self, error: Exception) -> NotDelivered:
        code, said = _said(error)
        return NotDelivered(
            text(
                "{host} does not take the mail: {code} {said}",
                host=self.host,
                code=code or "",
                said=self.password.hide_in(said)[:300],
            ),
            is_final=500 <= code < 600 or isinstance(error, smtplib.SMTPNotSupportedError),
        )


def _said(error: Exception) -> tuple[int, str]:
    """The server's code, 0 without one, and its words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        others = f" ({', '.join(error.recipients)})"
        return code, said.decode(errors="replace") + others
    if isinstance(error, smtplib.SMTPResponseException):
        told = error.smtp_error
        return error.smtp_code, told.decode(errors="replace") if isinstance(told, bytes) else str(told)
    return 0, (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


class _Session:
    """A session with the server at the address that was judged, which can be cut from outside."""

    def __init__(self, host: str, port: int, address: str, reach: Reach) -> None:
        self._host = host
        self._where = (address, port)
        self._reach = reach
        self._socket: socket.socket | None = None

    def begin(self, *, is_implicit: bool) -> smtplib.SMTP:
        outer = self

        class Pinned(smtplib.SMTP):
            def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
                del port
                outer._socket = socket.create_connection(outer._where, timeout)
                if is_implicit:
                    outer._socket = outer._reach.context().wrap_socket(outer._socket, server_hostname=host)
                return outer._socket

        return Pinned(self._host, self._where[1], timeout=LIMIT_S)

    def cut(self) -> None:
        """End what a thread is waiting for."""
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
