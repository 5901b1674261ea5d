"""Looks at every message of an edge node or a host as the specification does, and says which rule one breaks.

It decodes with the codec, but knows nothing of the machines: it is the other side of their tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from loadzone.connect.sparkplug.datatypes import BASIC, DataType
from loadzone.connect.sparkplug.effects import Connect, Disconnect, Effect, Publish, Subscribe
from loadzone.connect.sparkplug.payload import DataSet, Metric, Template, decode
from loadzone.connect.sparkplug.topics import OF_DEVICES, parse, parse_state


@dataclass
class NodeMonitor:
    """The messages of one edge node, in the order in which they were sent."""

    will_bdseq: int | None = None
    is_connected: bool = False
    is_born: bool = False
    next_seq: int = 0
    bdseqs: list[int] = field(default_factory=list)
    born: dict[str | None, set[str]] = field(default_factory=dict)
    aliases: dict[int, tuple[str | None, str]] = field(default_factory=dict)
    subscriptions: dict[str, int] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    payloads: list[Any] = field(default_factory=list)

    def see(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Connect):
                self._connect(effect)
            elif isinstance(effect, Subscribe):
                assert self.is_connected
                self.subscriptions[effect.topic] = effect.qos
            elif isinstance(effect, Publish):
                self._message(effect)
            elif isinstance(effect, Disconnect):
                assert self.kinds[-1] == "NDEATH"
                self.is_connected = self.is_born = False

    def _connect(self, connect: Connect) -> None:
        told, payload = parse(connect.will.topic), decode(connect.will.body)
        assert (told.kind, connect.will.qos, connect.will.retain) == ("NDEATH", 1, False)
        self._death(payload)
        number = payload.metrics[0].value
        assert number == ((self.bdseqs[-1] + 1) % 256 if self.bdseqs else 0)
        self.bdseqs.append(number)
        self.will_bdseq, self.is_connected, self.is_born = number, True, False

    def _death(self, payload: Any) -> None:
        assert [each.name for each in payload.metrics] == ["bdSeq"]
        assert payload.metrics[0].datatype is DataType.INT64
        assert payload.seq is None

    def _message(self, sent: Publish) -> None:
        told, payload = parse(sent.topic), decode(sent.body)
        self.kinds.append(told.kind)
        self.payloads.append(payload)
        assert sent.topic.split("/")[0] == "spBv1.0"
        assert (told.device is not None) == (told.kind in OF_DEVICES)
        assert (sent.qos, sent.retain) == (0, False)
        assert self.is_connected
        assert self.subscriptions.get(told.node.topic("NCMD")) == 1
        if told.kind == "NDEATH":
            self._death(payload)
            assert payload.metrics[0].value == self.will_bdseq
            return
        assert payload.timestamp is not None
        if told.kind == "NBIRTH":
            self.next_seq, self.is_born = 0, True
            self.born, self.aliases = {}, {}
        assert self.is_born
        assert payload.seq == self.next_seq
        self.next_seq = (self.next_seq + 1) % 256
        {"NBIRTH": self._node_birth, "DBIRTH": self._device_birth}.get(told.kind, self._other)(told, payload)

    def _node_birth(self, told: Any, payload: Any) -> None:
        self._birth(None, payload.metrics)
        bdseq, rebirth = payload.metric("bdSeq"), payload.metric("Node Control/Rebirth")
        assert (bdseq.datatype, bdseq.value) == (DataType.INT64, self.will_bdseq)
        assert (rebirth.datatype, rebirth.value, rebirth.alias) == (DataType.BOOLEAN, False, None)
        del told

    def _device_birth(self, told: Any, payload: Any) -> None:
        self._birth(told.device, payload.metrics)

    def _birth(self, device: str | None, metrics: tuple[Metric, ...]) -> None:
        names = [each.name for each in metrics]
        assert all(names)
        assert len({name.casefold() for name in names if name}) == len(names)
        self.born[device] = {name for name in names if name}
        times = [each.timestamp for each in metrics]
        assert all(time is not None for time in times)
        assert times == sorted(times)  # type: ignore[type-var]
        for metric in metrics:
            assert metric.datatype is not None
            self._value(metric)
            if metric.alias is not None:
                assert metric.alias not in self.aliases
                self.aliases[metric.alias] = (device, metric.name or "")

    def _value(self, metric: Metric) -> None:
        if isinstance(metric.value, Template):
            assert metric.value.is_definition == (metric.value.ref is None)
        if isinstance(metric.value, DataSet):
            assert len(metric.value.columns) == len(metric.value.types)
            assert set(metric.value.types) <= BASIC

    def _other(self, told: Any, payload: Any) -> None:
        assert told.device in self.born
        if told.kind == "DDEATH":
            assert payload.metrics == ()
            del self.born[told.device]
            return
        assert payload.metrics
        times = [each.timestamp for each in payload.metrics]
        assert times == sorted(times)
        for metric in payload.metrics:
            assert metric.datatype is None
            if self.aliases:
                assert metric.name is None
                assert self.aliases[metric.alias][0] == told.device
            else:
                assert metric.alias is None
                assert metric.name in self.born[told.device]


def check_host(effects: Iterable[Effect], will: Publish, host: str) -> None:
    """A host listens first, then says that it is there with the time of its will."""
    topic = f"spBv1.0/STATE/{host}"
    assert (will.topic, will.qos, will.retain) == (topic, 1, True)
    assert not parse_state(will.body).online
    said = list(effects)
    births = [index for index, each in enumerate(said) if isinstance(each, Publish)]
    assert births == [len(said) - 1]
    assert Subscribe(topic, 1) in said
    birth = said[-1]
    assert isinstance(birth, Publish)
    assert (birth.topic, birth.qos, birth.retain) == (topic, 1, True)
    told = parse_state(birth.body)
    assert (told.online, told.timestamp) == (True, parse_state(will.body).timestamp)
