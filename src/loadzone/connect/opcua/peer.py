"""A server of others and the way to it: who we say we are, whom we believe, and a connection or a sentence why not."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509

from loadzone.connect.opcua.security import Security, check_identity, names_application, quiet
from loadzone.connect.secret import Secret
from loadzone.words.errors import BadInput, Unreachable
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from asyncua import Client, ua

TIMEOUT_S = 8.0
WATCHDOG_S = 5.0


@dataclass(frozen=True)
class Peer:
    """An OPC UA server. Without ``security`` everything can be read and forged on the way: only if it is permitted.

    Raises
    ------
    BadInput : no address opc.tcp://host:port, a user in it, no security where it is not permitted, or a certificate
        that is none
    """

    url: str
    security: Security | None = None
    user: str = ""
    password: Secret = field(default_factory=lambda: Secret(""))
    permits_insecure: bool = False

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            is_good = parts.scheme == "opc.tcp" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        except ValueError:
            is_good = False
        if not is_good:
            raise BadInput(
                text("address {url}: write opc.tcp://host:4840/path, without user and password", url=self.url)
            )
        if self.security is None and not self.permits_insecure:
            raise BadInput(
                text("{url} without a certificate can be forged: give one, or permit it for this server", url=self.url)
            )
        if self.security:
            check_identity(self.security.identity)


@asynccontextmanager
async def connected(peer: Peer, lost: asyncio.Event | None = None) -> AsyncIterator["Client"]:
    """A session with the server; ``lost`` is set when it breaks.

    Raises
    ------
    Unreachable : no answer, a certificate that is not trusted (by us or by them), a user that is not let in
    """
    from asyncua import Client

    quiet()
    client = Client(peer.url, timeout=TIMEOUT_S, watchdog_intervall=WATCHDOG_S)
    try:
        await _connect(client, peer, lost)
    except BaseException:
        client.disconnect_socket()
        raise
    try:
        yield client
    finally:
        with contextlib.suppress(Exception):  # it may be broken: nothing is lost by leaving without a word
            async with asyncio.timeout(2):
                await client.disconnect()
        client.disconnect_socket()


async def _connect(client: "Client", peer: Peer, lost: asyncio.Event | None) -> None:
    from asyncua.ua.uaerrors import UaError

    async def on_lost(_: Exception) -> None:
        if lost:
            lost.set()

    client.connection_lost_callback = on_lost
    if peer.user:
        client.set_user(peer.user)
        client.set_password(peer.password.reveal())
    try:
        if peer.security:
            await _secure(client, peer, peer.security)
        await client.connect()
    except TimeoutError as error:
        raise Unreachable(text("{url} does not answer", url=peer.url)) from error
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error) or type(error).__name__
        raise Unreachable(text("{url} is not reached ({reason})", url=peer.url, reason=reason)) from error
    except (UaError, ValueError) as error:
        raise Unreachable(
            text("{url} does not let us in: {reason}", url=peer.url, reason=_reason(error, peer.password))
        ) from error


async def _secure(client: "Client", peer: Peer, security: Security) -> None:
    """Ask for the server's certificate and judge it before anything is said behind it."""
    from asyncua import ua
    from asyncua.common.utils import ServiceError
    from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

    identity = security.identity
    client.application_uri = identity.application_uri
    await client.set_security(
        SecurityPolicyBasic256Sha256, identity.certificate, identity.key, mode=ua.MessageSecurityMode[security.mode]
    )
    told = client.security_policy.peer_certificate
    objection = _objection(told, security)
    if objection:
        raise Unreachable(text("{url}: {reason}", url=peer.url, reason=objection))

    async def is_itself(certificate: x509.Certificate, described: "ua.ApplicationDescription") -> None:
        if not names_application(certificate, described.ApplicationUri or ""):
            raise ServiceError(ua.StatusCodes.BadCertificateUriInvalid)

    client.certificate_validator = is_itself


def _objection(told: bytes | None, security: Security) -> Text | None:
    if not told:
        return text("it shows no certificate")
    try:
        return security.trusted.objection(x509.load_der_x509_certificate(told))
    except ValueError as error:
        return text("its certificate cannot be read ({reason})", reason=str(error))


def _reason(error: Exception, password: Secret) -> str:
    from asyncua.ua.uaerrors import UaStatusCodeError

    if isinstance(error, UaStatusCodeError):
        name = type(error).__name__
        return name if name != "UaStatusCodeError" else password.hide_in(str(error))[:200]
    return password.hide_in(str(error) or type(error).__name__)[:200]
