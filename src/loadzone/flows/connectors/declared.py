"""Connectors as a file declares them: one TOML table each, checked before anything is opened.

A customer's system belongs to one organisation, so a connector names it once and none of its topics can reach another's
positions. Passwords stand in files of their own; paths begin at the folder of the file that names them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from loadzone.connect.address import Address, identifier
from loadzone.connect.mqtt import Broker, Rule
from loadzone.connect.mqtt.rules import Form
from loadzone.connect.opcua import MappedNode, Peer
from loadzone.connect.secret import Secret
from loadzone.connect.sparkplug import Host
from loadzone.signals.recording import Unit
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

UNITS: Mapping[str, Unit] = {
    "g": "g", "m/s2": "ms2", "m/s²": "ms2", "ms2": "ms2", "mm/s": "mms", "mms": "mms", "um": "um", "µm": "um",
    "V": "v", "v": "v", "degC": "degc", "degc": "degc", "Pa": "pa", "pa": "pa",
}  # fmt: skip
"""Units of samples, as people write them."""
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every connector has: a name of its own, which its door is called by, and the organisation it works for."""

    name: str
    organisation: str

    def __post_init__(self) -> None:
        identifier(self.name, "connector")
        identifier(self.organisation, "organisation")


class BrokerTable(Table, frozen=True, kw_only=True):
    """A customer's MQTT broker; see `Broker`."""

    host: str
    port: Port = 1883
    version: Literal["3.1.1", "5"] = "5"
    session: str = ""
    user: str = ""
    password_file: str = ""
    tls: bool = False
    ca: str = ""
    certificate: str = ""
    key: str = ""

    @property
    def address(self) -> str:
        """Where it is, as pages show it."""
        return f"{'mqtts' if self.tls or self.ca or self.certificate else 'mqtt'}://{self.host}:{self.port}"

    def broker(self, folder: Path) -> Broker:
        """The broker, with its certificates looked at.

        Raises
        ------
        BadInput : a file that cannot be read
        """
        ca, certificate, key = (folder / each if each else None for each in (self.ca, self.certificate, self.key))
        found = Broker(
            self.host,
            self.port,
            self.session or f"loadzone-{self.name}",
            self.version,
            self.user,
            password(folder, self.password_file).reveal(),
            self.tls,
            ca,
            certificate,
            key,
        )
        found.context()
        return found


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which topic of the broker is which position; see `Rule`."""

    topic: str
    position: str
    form: Form = "values"
    quantity: str = ""
    unit: str = ""
    time: str = ""
    units: dict[str, str] = {}
    names: dict[str, str] = {}

    def rule(self, organisation: str) -> Rule:
        """The rule for positions of the organisation.

        Raises
        ------
        BadInput : see `Rule`
        """
        return Rule(organisation=organisation, **msgspec.structs.asdict(self))


class BridgeTable(BrokerTable, frozen=True, kw_only=True):
    """``[[bridge]]``: topics of a customer's broker."""

    topics: Annotated[list[Topic], msgspec.Meta(min_length=1)]

    def rules(self) -> list[Rule]:
        """One a topic."""
        return [each.rule(self.organisation) for each in self.topics]


class SparkplugTable(BrokerTable, frozen=True, kw_only=True):
    """``[[sparkplug]]``: edge nodes at a broker, for whom we are the host application ``host_id``."""

    host_id: str = "loadzone"
    groups: list[str] = []
    positions: dict[str, str] = {}

    def addresses(self) -> dict[str, Address]:
        """Positions of nodes and devices that the table names."""
        return {path: Address(self.organisation, position) for path, position in self.positions.items()}


class NodeTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node of an OPC UA server; see `MappedNode`."""

    node: str
    position: str
    quantity: str
    unit: str = ""
    rate_hz: Annotated[float, msgspec.Meta(gt=0)] | None = None
    is_state: bool = False

    def __post_init__(self) -> None:
        if self.rate_hz is not None and self.unit not in UNITS:
            raise BadInput(
                text(
                    "node {node}: an array is a waveform in one of {known}, here {unit}",
                    node=self.node,
                    known=", ".join(UNITS),
                    unit=self.unit or "-",
                )
            )


class OpcuaTable(Table, frozen=True, kw_only=True):
    """``[[opcua]]``: nodes of a machine's OPC UA server. Without certificates only where ``insecure`` permits it."""

    url: str
    user: str = ""
    password_file: str = ""
    mode: Literal["Sign", "SignAndEncrypt"] = "SignAndEncrypt"
    insecure: bool = False
    period_s: Seconds = 1.0
    nodes: Annotated[list[NodeTable], msgspec.Meta(min_length=1)]

    def mapped(self) -> list[MappedNode]:
        """The nodes, each with the position that it belongs to.

        Raises
        ------
        BadInput : a position that is no identifier
        """
        places = [Address(self.organisation, each.position) for each in self.nodes]
        return [
            MappedNode(each.node, at.organisation, at.position, each.quantity, each.unit, each.rate_hz, each.is_state)
            for each, at in zip(self.nodes, places, strict=True)
        ]


class OpcuaServerTable(Table, frozen=True, kw_only=True):
    """``[[opcua_server]]``: a server of ours that shows the states of an organisation's positions to its systems."""

    host: str = "127.0.0.1"
    port: Port = 4840
    mode: Literal["Sign", "SignAndEncrypt"] = "SignAndEncrypt"
    insecure: bool = False
    every_s: Seconds = 10.0


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The connectors of a platform; no two have one name."""

    bridge: list[BridgeTable] = []
    sparkplug: list[SparkplugTable] = []
    opcua: list[OpcuaTable] = []
    opcua_server: list[OpcuaServerTable] = []

    def __post_init__(self) -> None:
        names = [each.name for each in self.tables()]
        for name in names:
            if names.count(name) > 1:
                raise BadInput(text("connector {name} is there twice: each has a name of its own", name=name))

    def tables(self) -> Iterator[Table]:
        """All of them."""
        yield from (*self.bridge, *self.sparkplug, *self.opcua, *self.opcua_server)

    def check(self, folder: Path) -> None:
        """Look at all that can be looked at without opening anything; ``folder`` is the one of the file.

        Raises
        ------
        BadInput : a rule, position, password file or certificate that cannot be used
        """
        for each in self.bridge:
            each.broker(folder)
            each.rules()
        for node in self.sparkplug:
            node.broker(folder)
            node.addresses()
            Host(node.host_id)
        for source in self.opcua:
            password(folder, source.password_file)
            source.mapped()
            Peer(source.url, permits_insecure=True)


def password(folder: Path, name: str) -> Secret:
    """The password that a file holds, without the end of its line; empty where no file is named.

    Raises
    ------
    BadInput : the file cannot be read
    """
    if not name:
        return Secret("")
    try:
        return Secret((folder / name).read_text(encoding="utf-8").rstrip("\r\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            text(
                "password file {file} cannot be read ({reason})",
                file=str(folder / name),
                reason=getattr(error, "strerror", "") or str(error),
            )
        ) from error
