"""The edge node: births, data by exception, deaths, and what happened while nobody listened, from values and the clock.

Values that change while there is no session go to the outbox and follow the births as historical ones. Sparkplug sends
data with QoS 0: what was under way when a connection broke is lost to it, and no node can know.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loadzone.connect.sparkplug.datatypes import DataType, put_scalar
from loadzone.connect.sparkplug.effects import Command, Connect, Disconnect, Effect, Publish, Subscribe
from loadzone.connect.sparkplug.host import BDSEQ, REBIRTH
from loadzone.connect.sparkplug.outbox import MemoryOutbox, Outbox
from loadzone.connect.sparkplug.payload import Metric, Payload, Raw, decode, encode, typed
from loadzone.connect.sparkplug.topics import MessageType, Node, check_id, parse, parse_state, state_topic
from loadzone.connect.sparkplug.wire import new
from loadzone.words.errors import BadInput, BadMessage
from loadzone.words.texts import text

_BATCH = 500


@dataclass(frozen=True)
class Tag:
    """A metric that a node or device reports: its name, type, whether a host may write it, and template definitions."""

    name: str
    datatype: DataType
    is_writable: bool = False


class Edge:
    """An edge node without I/O: each call takes the time (ms UTC) and gives effects, in order.

    Parameters
    ----------
    tags : metrics of the node itself
    devices : metrics of each device
    primary_host : the host that must be there before anything is said; None waits for nobody
    servers : how many servers there are to walk through
    bdseq : number of the last CONNECT of an earlier run; None begins with 0

    Raises
    ------
    BadInput : a name twice (also but for capitals), or a device whose identifier is none
    """

    def __init__(
        self,
        node: Node,
        tags: Sequence[Tag] = (),
        devices: Mapping[str, Sequence[Tag]] | None = None,
        *,
        primary_host: str | None = None,
        servers: int = 1,
        uses_aliases: bool = True,
        outbox: Outbox | None = None,
        bdseq: int | None = None,
    ) -> None:
        self.node = node
        self.outbox: Outbox = MemoryOutbox() if outbox is None else outbox
        self.bdseq = 255 if bdseq is None else bdseq
        self.is_born = False
        self.refused = 0
        self._primary = primary_host
        self._servers, self._server = servers, 0
        self._uses_aliases = uses_aliases
        self._is_connected = False
        self._host_time_ms: int | None = None
        self._seq = 0
        self._next_alias = 0
        self._tags: dict[tuple[str | None, str], Tag] = {}
        self._aliases: dict[tuple[str | None, str], int] = {}
        self._values: dict[tuple[str | None, str], tuple[Any, int]] = {}
        self._present: dict[str, bool] = {}
        self._declare(None, tags)
        for device, its_tags in (devices or {}).items():
            self.add_device(device, its_tags)

    # what there is

    def add_device(self, device: str, tags: Sequence[Tag]) -> None:
        """A device that the node speaks for; say `device_found` when it answers."""
        check_id(device, "device")
        if any(device.casefold() == each.casefold() for each in self._present):
            raise BadInput(text("device {device} is there twice", device=device))
        self._declare(device, tags)
        self._present[device] = True

    def _declare(self, device: str | None, tags: Sequence[Tag]) -> None:
        names = [tag.name.casefold() for tag in tags]
        reserved = {BDSEQ.casefold(), REBIRTH.casefold()}
        for tag in tags:
            if names.count(tag.name.casefold()) > 1 or not tag.name or (tag.name.casefold() in reserved and not device):
                raise BadInput(text("metric {name} is there twice, or has a name that is taken", name=repr(tag.name)))
            self._tags[device, tag.name] = tag
            self._aliases[device, tag.name] = self._next_alias
            self._next_alias += 1

    # the session

    def connect(self, now_ms: int) -> list[Effect]:
        """Before each CONNECT: the will, with the next bdSeq."""
        del now_ms
        self.bdseq = (self.bdseq + 1) % 256
        self._is_connected = self.is_born = False
        return [Connect(self._server, self._death(1))]

    def connected(self, now_ms: int) -> list[Effect]:
        """The session is there: listen, and be born unless a host must be waited for."""
        self._is_connected = True
        self._host_time_ms = None
        effects: list[Effect] = [Subscribe(self.node.topic("NCMD"))]
        effects += [
            Subscribe(self.node.topic("DCMD", device))
            for device in self._present
            if any(tag.is_writable for (owner, _), tag in self._tags.items() if owner == device)
        ]
        if self._primary is not None:
            return [*effects, Subscribe(state_topic(self._primary))]
        return effects + self._births(now_ms)

    def lost(self, now_ms: int) -> list[Effect]:
        """The connection broke; the server publishes the will."""
        del now_ms
        self._is_connected = self.is_born = False
        return []

    def disconnect(self, now_ms: int) -> list[Effect]:
        """Leave on purpose: the death first."""
        del now_ms
        was_connected, self._is_connected, self.is_born = self._is_connected, False, False
        return [self._death(0), Disconnect()] if was_connected else []

    def _death(self, qos: int) -> Publish:
        body = encode(Payload((Metric(BDSEQ, DataType.INT64, self.bdseq),)))
        return Publish(self.node.topic("NDEATH"), body, qos=qos)

    def receive(self, topic: str, body: bytes, now_ms: int) -> list[Effect]:
        """What follows from a message: commands, and whether the primary host is there."""
        if self._primary is not None and topic == state_topic(self._primary):
            return self._host_said(body, now_ms)
        try:
            told = parse(topic)
            if told.node != self.node or told.kind not in {"NCMD", "DCMD"}:
                return []
            metrics = decode(body).metrics
        except BadMessage:
            self.refused += 1
            return []
        if told.kind == "NCMD" and any(each.name == REBIRTH and _is_true(each) for each in metrics):
            return self._births(now_ms) if self.is_born else []
        return [found for each in metrics for found in self._command(told.device, each)]

    def _host_said(self, body: bytes, now_ms: int) -> list[Effect]:
        try:
            state = parse_state(body)
        except BadMessage:
            self.refused += 1
            return []
        if self._host_time_ms is not None and state.timestamp < self._host_time_ms:
            return []
        self._host_time_ms = state.timestamp
        if state.online:
            return [] if self.is_born else self._births(now_ms)
        if not self.is_born and self._servers == 1:
            return []
        left = self.disconnect(now_ms)
        self._server = (self._server + 1) % self._servers
        return left + self.connect(now_ms)

    def _command(self, device: str | None, metric: Metric) -> list[Effect]:
        names = {alias: key for key, alias in self._aliases.items()}
        key = (device, metric.name) if metric.name else names.get(-1 if metric.alias is None else metric.alias)
        tag = self._tags.get(key) if key is not None and key[0] == device else None
        if tag is None or not tag.is_writable:
            self.refused += 1
            return []
        value = None
        with contextlib.suppress(BadMessage):
            value = typed(metric, tag.datatype).value
        if value is None or metric.datatype not in {None, tag.datatype}:
            self.refused += 1
            return []
        return [Command(device, tag.name, value)]

    # births

    def _births(self, now_ms: int) -> list[Effect]:
        """The node, its devices, and then what waited."""
        self._seq = 0
        control = (
            Metric(BDSEQ, DataType.INT64, self.bdseq, now_ms),
            Metric(REBIRTH, DataType.BOOLEAN, value=False, timestamp=now_ms),
        )
        effects: list[Effect] = [self._publish("NBIRTH", None, (*self._born(None, now_ms), *control), now_ms)]
        effects += [self._device_birth(device, now_ms) for device, is_there in self._present.items() if is_there]
        self.is_born = True
        return effects + self._send_outbox(now_ms)

    def _device_birth(self, device: str, now_ms: int) -> Publish:
        return self._publish("DBIRTH", device, self._born(device, now_ms), now_ms)

    def _born(self, device: str | None, now_ms: int) -> tuple[Metric, ...]:
        """Every metric with name, type, and its value now (null where there is none yet), by time."""
        found = []
        for (owner, name), tag in self._tags.items():
            if owner == device:
                value, time_ms = self._values.get((device, name), (None, now_ms))
                alias = self._aliases[device, name] if self._uses_aliases else None
                found.append(Metric(name, tag.datatype, value, time_ms, alias))
        return tuple(sorted(found, key=lambda each: each.timestamp or 0))

    def _publish(self, kind: MessageType, device: str | None, metrics: tuple[Metric, ...], now_ms: int) -> Publish:
        payload = Payload(metrics, timestamp=now_ms, seq=self._seq)
        self._seq = (self._seq + 1) % 256
        body = encode(payload, with_datatypes=kind in {"NBIRTH", "DBIRTH"})
        return Publish(self.node.topic(kind, device), body)

    def device_lost(self, device: str, now_ms: int) -> list[Effect]:
        """A device does not answer any more."""
        was_there, self._present[device] = self._present[device], False
        return [self._publish("DDEATH", device, (), now_ms)] if was_there and self.is_born else []

    def device_found(self, device: str, now_ms: int) -> list[Effect]:
        """A device answers again."""
        was_there, self._present[device] = self._present[device], True
        if was_there or not self.is_born:
            return []
        return [self._device_birth(device, now_ms), *self._send_outbox(now_ms)]

    # data

    def update(
        self, values: Mapping[str, Any], now_ms: int, device: str | None = None, time_ms: int | None = None
    ) -> list[Effect]:
        """New values of the node or of a device; only what changed is sent, and kept while it cannot be.

        Raises
        ------
        BadInput : there is no such metric
        BadMessage : a value does not fit its type
        """
        said_ms = now_ms if time_ms is None else time_ms
        changed: list[Metric] = []
        for name, value in values.items():
            tag = self._tags.get((device, name))
            if tag is None:
                raise BadInput(text("metric {name} is none of {owner}", name=name, owner=device or str(self.node)))
            if value is not None and tag.datatype not in {DataType.DATA_SET, DataType.TEMPLATE}:
                put_scalar(new("Metric")(), tag.datatype, value)
            if self._values.get((device, name), (None, 0))[0] != value or (device, name) not in self._values:
                changed.append(Metric(name, tag.datatype, value, said_ms))
        for metric in changed:
            self._values[device, metric.name or ""] = (metric.value, said_ms)
        if not changed:
            return []
        if not self.is_born or (device is not None and not self._present[device]):
            self.outbox.append(device, changed)
            return []
        return [self._data(device, changed, now_ms)]

    def _data(self, device: str | None, metrics: Sequence[Metric], now_ms: int) -> Publish:
        told = tuple(
            replace(each, name=None, alias=self._aliases[device, each.name or ""]) if self._uses_aliases else each
            for each in sorted(metrics, key=lambda each: each.timestamp or 0)
        )
        return self._publish("NDATA" if device is None else "DDATA", device, told, now_ms)

    def _send_outbox(self, now_ms: int) -> list[Effect]:
        """What happened meanwhile, oldest first, as historical values; what belongs to a device that is gone waits."""
        effects: list[Effect] = []
        there = [device for device, is_there in self._present.items() if is_there]
        while (entry := self.outbox.first(there)) is not None:
            number, device, metrics = entry
            self.outbox.drop(number)
            known = [each for each in metrics if (device, each.name) in self._tags]
            for start in range(0, len(known), _BATCH):
                part = [replace(each, is_historical=True) for each in known[start : start + _BATCH]]
                effects.append(self._data(device, part, now_ms))
        return effects


def _is_true(metric: Metric) -> bool:
    value = metric.value.value if isinstance(metric.value, Raw) else metric.value
    return value is True
