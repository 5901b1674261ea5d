"""Our server: health states, latest values and advice of one organisation as nodes that can be read and subscribed to.

One organisation a server: the library has no rights per node. Everything is read-only. Of the library's own server two
ways in are closed here: a session of others cannot be taken over by its number, and the certificate that is judged is
the one that the channel is encrypted with, not one that the client only names.
"""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from cryptography import x509

from loadzone.connect.opcua.readings import to_datetime
from loadzone.connect.opcua.security import Security, check_identity, names_application, quiet
from loadzone.connect.opcua.shown import NAMES, Cell, Shown, cells, value_cells
from loadzone.connect.secret import Secret
from loadzone.words.errors import BadInput, Unreachable
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from asyncua import Node, Server, ua

LOG = logging.getLogger(__name__)
NAMESPACE = "urn:loadzone:health"
_SHOWN_LANGUAGE = "zh-CN"

IsAllowed = Callable[[str, Secret], bool]
"""Whether a user with this password may read; called in the loop, so it must not wait."""


@dataclass(frozen=True)
class ServerSettings:
    """Where the server listens, whom it shows and to whom.

    ``is_allowed`` judges users; without it a trusted certificate is enough. ``permits_insecure`` also opens an endpoint
    without signature and encryption, to anyone who reaches it unless ``is_allowed`` asks for a password.

    Raises
    ------
    BadInput : neither certificates nor the permission to do without
    """

    organisation: str
    security: Security | None = None
    host: str = "127.0.0.1"
    port: int = 4840
    is_allowed: IsAllowed | None = None
    permits_insecure: bool = False

    def __post_init__(self) -> None:
        if self.security is None and not self.permits_insecure:
            raise BadInput(text("an OPC UA server needs a certificate and a list of those it trusts"))
        if self.security:
            check_identity(self.security.identity)

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"opc.tcp://{self.host}:{self.port}/loadzone"


class HealthServer:
    """``async with HealthServer(settings) as server: await server.show(...)``.

    ``refused`` counts clients that were not let in; ``last_refusal`` says why, for the page that shows the server.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.refused = 0
        self.last_refusal: Text | None = None
        self._nodes: dict[str, Node] = {}

    async def __aenter__(self) -> Self:
        quiet()
        try:
            _check_free(self.settings.host, self.settings.port)
            self._server = await self._made()
            await self._server.start()
        except OSError as error:
            raise Unreachable(
                text("{url} cannot be opened: {reason}", url=self.settings.url, reason=error.strerror or str(error))
            ) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    async def _made(self) -> "Server":
        from asyncua import Server, ua

        from loadzone.connect.opcua.gate import gated

        server = Server(iserver=gated(self._judge))
        server.name = f"loadzone {self.settings.organisation}"
        server.product_uri = "urn:loadzone"
        server.manufacturer_name = "loadzone"
        await server.init()
        server.set_endpoint(self.settings.url)
        await self._secure(server)
        self._index = await server.register_namespace(NAMESPACE)
        self._top = await server.nodes.objects.add_folder(
            self._id("organisation"), ua.QualifiedName(self.settings.organisation, self._index)
        )
        return server

    async def _secure(self, server: "Server") -> None:
        from asyncua import ua

        from loadzone.connect.opcua.gate import ReadOnly

        kinds = ua.SecurityPolicyType
        offered = [kinds.NoSecurity] if self.settings.permits_insecure else []
        security = self.settings.security
        if security:
            await server.set_application_uri(security.identity.application_uri)
            await server.load_certificate(security.identity.certificate)
            await server.load_private_key(security.identity.key)
            offered.append(kinds.Basic256Sha256_SignAndEncrypt)
            if security.mode == "Sign":
                offered.append(kinds.Basic256Sha256_Sign)
            server.set_certificate_validator(self._validate)
        server.set_security_policy(offered, ReadOnly())
        server.set_identity_tokens(
            [ua.UserNameIdentityToken] if self.settings.is_allowed else [ua.AnonymousIdentityToken]
        )

    async def _validate(self, certificate: x509.Certificate, described: "ua.ApplicationDescription") -> None:
        """Judge the certificate that a client names, so that it hears the reason at once."""
        from asyncua import ua
        from asyncua.common.utils import ServiceError

        if not names_application(certificate, described.ApplicationUri or ""):
            self._refuse(text("a certificate is not that of the application which shows it"))
            raise ServiceError(ua.StatusCodes.BadCertificateUriInvalid)
        if self._objection(certificate):
            raise ServiceError(ua.StatusCodes.BadCertificateUntrusted)

    def _judge(self, user: str | None, password: str | None, certificate: bytes | None) -> bool:
        """Whether a session may begin: by the certificate of its channel, then by user and password."""
        if certificate is None:
            if not self.settings.permits_insecure:
                self._refuse(text("a client came without a certificate"))
                return False
        else:
            try:
                if self._objection(x509.load_der_x509_certificate(certificate)):
                    return False
            except ValueError:
                self._refuse(text("a client came with what is no certificate"))
                return False
        if self.settings.is_allowed is None:
            return True
        is_in = bool(user) and self.settings.is_allowed(user or "", Secret(password or ""))
        if not is_in:
            self._refuse(text("user {user} is not let in", user=repr(user)[:80]))
        return is_in

    def _objection(self, certificate: x509.Certificate) -> Text | None:
        security = self.settings.security
        found = security.trusted.objection(certificate) if security else text("no certificate is trusted here")
        if found:
            self._refuse(found)
        return found

    def _refuse(self, reason: Text) -> None:
        self.refused += 1
        self.last_refusal = reason
        LOG.warning("%s: %s", self.settings.url, reason)

    async def show(self, shown: Shown) -> None:
        """Show the state of a position: its nodes are made with the first call, and keep their identifiers for ever."""
        from asyncua import ua

        position = f"{shown.machine}/{shown.position}"
        machine = await self._object(self._top, shown.machine, shown.machine_name)
        parent = await self._object(machine, position, shown.position_name)
        status = ua.StatusCodes.Good if shown.is_measured else ua.StatusCodes.UncertainLastUsableValue
        for cell in cells(shown):
            await self._write(parent, position, cell, status)
        values = await self._object(parent, f"{position}/values", NAMES["values"])
        for cell in value_cells(shown):
            await self._write(values, position, cell, status)

    async def withdraw(self, machine: str, position: str) -> None:
        """Take a position from view; a machine without positions stays."""
        known = f"{machine}/{position}"
        node = self._nodes.get(known)
        if node:
            await self._server.delete_nodes([node], recursive=True)
            self._nodes = {
                key: each for key, each in self._nodes.items() if key != known and not key.startswith(f"{known}/")
            }

    def _id(self, key: str) -> "ua.NodeId":
        from asyncua import ua

        return ua.NodeId(ua.String(key), ua.Int16(self._index))

    async def _object(self, parent: "Node", key: str, name: str) -> "Node":
        from asyncua import ua

        node = self._nodes.get(key)
        if node is None:
            node = await parent.add_object(self._id(key), ua.QualifiedName(name, self._index))
            await self._name(node, name)
            self._nodes[key] = node
        return node

    async def _write(self, parent: "Node", position: str, cell: Cell, status: int) -> None:
        from asyncua import ua

        kind = {float: ua.VariantType.Double, int: ua.VariantType.Int32, str: ua.VariantType.String}[type(cell.value)]
        value = ua.DataValue(
            ua.Variant(cell.value, kind),
            ua.StatusCode(ua.UInt32(status)),
            SourceTimestamp=to_datetime(cell.time_us),  # type: ignore[arg-type]  # a datetime is what it writes
        )
        key = f"{position}/{cell.key}"
        node = self._nodes.get(key)
        if node is None:
            identifier, name = self._id(key), ua.QualifiedName(cell.name, self._index)
            node = await parent.add_variable(identifier, name, value.Value)
            await self._name(node, cell.name)
            if cell.unit:
                unit = ua.EUInformation(
                    DisplayName=ua.LocalizedText(cell.unit), Description=ua.LocalizedText(cell.unit)
                )
                await node.add_property(self._id(f"{key}/unit"), ua.QualifiedName("EngineeringUnits", 0), unit)
            self._nodes[key] = node
        await node.write_value(value)

    async def _name(self, node: "Node", name: str) -> None:
        from asyncua import ua

        shown = ua.Variant(ua.LocalizedText(name, _SHOWN_LANGUAGE), ua.VariantType.LocalizedText)
        await node.write_attribute(ua.AttributeIds.DisplayName, ua.DataValue(shown))


def _check_free(host: str, port: int) -> None:
    """Fail at once: the library needs seconds before it looks at the port.

    Raises
    ------
    OSError : somebody listens there, or the address is not ours
    """
    family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)
