"""The host application: what each edge node is and says, from its messages and the clock alone.

Order is by ``seq``: a message that is early waits for the missing ones; when they do not come in time, what waited is
taken as it is and a rebirth is asked for, at most one in ten seconds a node. What a node gets wrong is told once, and
as long as nothing must be guessed it is taken all the same: the nodes in use send deaths with the wrong number, leave
out sequence numbers and rename their metrics.
"""

from dataclasses import dataclass, field, replace

from loadzone.connect.sparkplug.datatypes import DataType
from loadzone.connect.sparkplug.effects import Deviation, Effect, Presence, Publish, Reading, Readings, Subscribe
from loadzone.connect.sparkplug.payload import Metric, Payload, Raw, decode, encode, typed
from loadzone.connect.sparkplug.topics import NAMESPACE, Node, State, Topic, check_id, parse, parse_state, state_topic
from loadzone.words.errors import BadMessage
from loadzone.words.texts import Text, text

BDSEQ, REBIRTH = "bdSeq", "Node Control/Rebirth"
PREFIX = "DATA/"
"""One library puts this before the names of its births only."""
_YEAR_MS = 365 * 24 * 3600 * 1000
_HOUR_MS = 3600 * 1000
_LATE = 128


@dataclass(frozen=True)
class HostSettings:
    """How patient a host is, ms.

    ``groups``: which to listen to, empty for all. ``reorder_ms``: how long a gap may stay open. ``rebirth_every_ms``:
    least time between two requests to one node. ``doubt_ms``: how long a node whose death has the wrong number may show
    that it lives. ``gaps``: so many gaps in a row and its sequence numbers are no longer asked about.
    """

    groups: tuple[str, ...] = ()
    reorder_ms: int = 2_000
    rebirth_every_ms: int = 10_000
    doubt_ms: int = 5_000
    gaps: int = 5


@dataclass
class _Known:
    """A metric as its birth told it."""

    name: str
    datatype: DataType | None
    device: str | None


@dataclass
class NodeState:
    """What is known of an edge node."""

    is_online: bool = False
    bdseq: int | None = None
    expected: int = 0
    devices: dict[str, bool] = field(default_factory=dict)
    metrics: dict[tuple[str | None, str], _Known] = field(default_factory=dict)
    aliases: dict[int, _Known] = field(default_factory=dict)
    early: dict[int, tuple[Topic, Payload]] = field(default_factory=dict)
    seen: dict[int, tuple[Topic, Payload]] = field(default_factory=dict)
    gap_since_ms: int | None = None
    gaps_in_a_row: int = 0
    is_ordered: bool = True
    doubted_since_ms: int | None = None
    asked_at_ms: int | None = None
    wants_rebirth: bool = False
    deviations: set[str] = field(default_factory=set)


class Host:
    """A host application without I/O: each call takes the time (ms UTC) and gives effects, in order."""

    def __init__(self, host: str, settings: HostSettings | None = None) -> None:
        self.host = check_id(host, "host")
        self.settings = settings or HostSettings()
        self.nodes: dict[Node, NodeState] = {}
        self.unreadable = 0
        self._will_ms = 0
        self._is_connected = False

    def will(self, now_ms: int) -> Publish:
        """The will of the next CONNECT (clean session); its time is that of the birth that follows."""
        self._will_ms = now_ms
        return self._state(is_online=False, now_ms=now_ms)

    def connected(self, now_ms: int) -> list[Effect]:
        """Listen first, then say that we are there."""
        del now_ms
        self._is_connected = True
        groups = self.settings.groups or ("+",)
        return [
            Subscribe(state_topic(self.host)),
            *(Subscribe(f"{NAMESPACE}/{group}/#") for group in groups),
            self._state(is_online=True, now_ms=self._will_ms),
        ]

    def disconnecting(self, now_ms: int) -> list[Effect]:
        """Before we leave, and before we close without a word."""
        self._is_connected = False
        return [self._state(is_online=False, now_ms=now_ms)]

    def _state(self, *, is_online: bool, now_ms: int) -> Publish:
        return Publish(state_topic(self.host), State(is_online, now_ms).encode(), qos=1, retain=True)

    def receive(self, topic: str, body: bytes, now_ms: int) -> list[Effect]:
        """What follows from a message."""
        if topic.startswith(f"{NAMESPACE}/STATE/"):
            return self._own_state(topic, body)
        try:
            told = parse(topic)
            if told.kind in {"NCMD", "DCMD"}:
                return []
            payload = decode(body)
        except BadMessage:
            self.unreadable += 1
            return []
        state = self.nodes.setdefault(told.node, NodeState())
        if told.kind == "NDEATH":
            return self._node_died(told.node, state, payload, now_ms)
        if told.kind == "NBIRTH":
            return self._node_born(told, state, payload, now_ms)
        return self._in_order(told, state, payload, now_ms)

    def is_stale(self, node: Node, device: str | None = None) -> bool:
        """What the metrics of a node or device said last is no longer known to be so."""
        state = self.nodes.get(node)
        return state is None or not state.is_online or not (device is None or state.devices.get(device, False))

    def tick(self, now_ms: int) -> list[Effect]:
        """What follows from time alone; call it a few times a second."""
        effects: list[Effect] = []
        for node, state in self.nodes.items():
            if state.gap_since_ms is not None and now_ms - state.gap_since_ms >= self.settings.reorder_ms:
                effects += self._close_gap(node, state, now_ms)
            if state.doubted_since_ms is not None and now_ms - state.doubted_since_ms >= self.settings.doubt_ms:
                effects += self._go_offline(node, state, now_ms)
            if state.wants_rebirth:
                effects += self._ask_for_birth(node, state, now_ms)
        return effects

    def _own_state(self, topic: str, body: bytes) -> list[Effect]:
        """Someone says that we are gone (our own late will, most often): say that we are there."""
        try:
            is_gone = topic == state_topic(self.host) and not parse_state(body).online
        except BadMessage:
            is_gone = topic == state_topic(self.host) and bool(body)
        return [self._state(is_online=True, now_ms=self._will_ms)] if is_gone and self._is_connected else []

    # births and deaths of nodes

    def _node_born(self, told: Topic, state: NodeState, payload: Payload, now_ms: int) -> list[Effect]:
        effects: list[Effect] = []
        if state.is_online:
            effects += [_went(told.node, device, now_ms) for device, is_on in state.devices.items() if is_on]
        bdseq = payload.metric(BDSEQ)
        if bdseq is None or not isinstance(bdseq.value, int):
            effects += self._deviates(
                told.node,
                state,
                "birth without bdSeq",
                text("its NBIRTH has no bdSeq: a late will cannot be told apart"),
            )
        if payload.metric(REBIRTH) is None and payload.metric(f"CMD/{REBIRTH}") is None:
            effects += self._deviates(
                told.node,
                state,
                "no rebirth",
                text("its NBIRTH has no Node Control/Rebirth: it may not answer requests"),
            )
        if payload.seq != 0:
            effects += self._deviates(told.node, state, "seq of birth", text("its NBIRTH has another seq than 0"))
        was_asked, deviations = state.asked_at_ms, state.deviations
        is_ordered, gaps = state.is_ordered, state.gaps_in_a_row
        self.nodes[told.node] = state = NodeState(
            is_online=True,
            bdseq=bdseq.value if bdseq is not None and isinstance(bdseq.value, int) else None,
            expected=((payload.seq or 0) + 1) % 256,
            is_ordered=is_ordered,
            gaps_in_a_row=gaps,
            asked_at_ms=was_asked,
            deviations=deviations,
        )
        effects.append(_came(told.node, None, now_ms))
        return effects + self._born_metrics(told, state, payload, now_ms)

    def _node_died(self, node: Node, state: NodeState, payload: Payload, now_ms: int) -> list[Effect]:
        if not state.is_online:
            return []
        told = payload.metric(BDSEQ)
        number = told.value if told is not None else None
        if isinstance(number, Raw):
            number = number.value
        if number == state.bdseq and number is not None:
            return self._go_offline(node, state, now_ms)
        state.doubted_since_ms = now_ms
        state.wants_rebirth = True
        return [
            *self._deviates(
                node,
                state,
                "bdSeq of death",
                text("its NDEATH has another bdSeq than its NBIRTH: it is asked whether it lives"),
            ),
            *self._ask_for_birth(node, state, now_ms),
        ]

    def _go_offline(self, node: Node, state: NodeState, now_ms: int) -> list[Effect]:
        """The node and all its devices, at the host's time."""
        gone = [device for device, is_on in state.devices.items() if is_on]
        late = self._release(state, now_ms)
        state.is_online = False
        state.doubted_since_ms = state.gap_since_ms = None
        state.wants_rebirth = False
        state.devices = dict.fromkeys(state.devices, False)
        return [
            *late,
            *(_went(node, device, now_ms) for device in gone),
            _went(node, None, now_ms),
        ]

    # order

    def _in_order(self, told: Topic, state: NodeState, payload: Payload, now_ms: int) -> list[Effect]:
        if not state.is_online:
            state.wants_rebirth = True
            return self._ask_for_birth(told.node, state, now_ms)
        state.doubted_since_ms = None
        if payload.seq is None or not state.is_ordered:
            effects = [] if payload.seq is not None else self._no_seq(told, state)
            return effects + self._take(told, state, payload, now_ms)
        distance = (payload.seq - state.expected) % 256
        if distance == 0:
            state.expected = (state.expected + 1) % 256
            effects = self._take(told, state, payload, now_ms) + self._take_early(state, now_ms)
            if not state.early:
                state.gap_since_ms, state.gaps_in_a_row = None, 0
            return effects
        if distance > _LATE:
            return self._late(told, state, payload, now_ms)
        state.early[payload.seq] = (told, payload)
        if state.gap_since_ms is None:
            state.gap_since_ms = now_ms
        return self._close_gap(told.node, state, now_ms) if self.settings.reorder_ms == 0 else []

    def _late(self, told: Topic, state: NodeState, payload: Payload, now_ms: int) -> list[Effect]:
        """A copy, or one that nobody waits for: data have their own times, and a first birth spoils nothing."""
        effects = self._deviates(
            told.node, state, "seq late", text("it sends a seq again, or so late that nobody waits for it")
        )
        if state.seen.get(payload.seq or 0) == (told, payload):
            return effects
        state.gaps_in_a_row += 1
        is_first = told.kind == "DBIRTH" and told.device not in state.devices
        if is_first or told.kind in {"NDATA", "DDATA"}:
            effects += self._take(told, state, payload, now_ms)
        return effects + self._give_up_order(told.node, state, now_ms)

    def _no_seq(self, told: Topic, state: NodeState) -> list[Effect]:
        return self._deviates(
            told.node,
            state,
            f"{told.kind} without seq",
            text("its {kind} has no seq: it is taken as it comes", kind=told.kind),
        )

    def _take_early(self, state: NodeState, now_ms: int) -> list[Effect]:
        effects: list[Effect] = []
        while state.expected in state.early:
            told, payload = state.early.pop(state.expected)
            state.expected = (state.expected + 1) % 256
            effects += self._take(told, state, payload, now_ms)
        return effects

    def _close_gap(self, node: Node, state: NodeState, now_ms: int) -> list[Effect]:
        """The missing messages did not come: take what waited, and ask for a birth."""
        state.gap_since_ms = None
        state.gaps_in_a_row += 1
        return self._release(state, now_ms) + self._give_up_order(node, state, now_ms)

    def _give_up_order(self, node: Node, state: NodeState, now_ms: int) -> list[Effect]:
        """Ask for a birth; a node with gap after gap has no order that could be waited for."""
        if state.gaps_in_a_row >= self.settings.gaps:
            state.is_ordered = False
            return self._deviates(
                node, state, "order", text("its seq has gap after gap: its messages are taken in the order they come")
            )
        state.wants_rebirth = True
        return self._ask_for_birth(node, state, now_ms)

    def _release(self, state: NodeState, now_ms: int) -> list[Effect]:
        effects: list[Effect] = []
        for seq in sorted(state.early, key=lambda number: (number - state.expected) % 256):
            told, payload = state.early.pop(seq)
            state.expected = (seq + 1) % 256
            effects += self._take(told, state, payload, now_ms)
        return effects

    def _ask_for_birth(self, node: Node, state: NodeState, now_ms: int) -> list[Effect]:
        if state.asked_at_ms is not None and now_ms - state.asked_at_ms < self.settings.rebirth_every_ms:
            return []
        state.asked_at_ms, state.wants_rebirth = now_ms, False
        return [self.command(node, None, Metric(REBIRTH, DataType.BOOLEAN, value=True), now_ms)]

    def command(self, node: Node, device: str | None, metric: Metric, now_ms: int) -> Publish:
        """A command to a node or device: QoS 0, not retained, without seq.

        Raises
        ------
        BadMessage : the birth told the metric with another type, or the value does not fit it
        """
        state = self.nodes.get(node)
        known = state.metrics.get((device, metric.name or "")) if state else None
        if known and known.datatype is not None and metric.datatype is not known.datatype:
            raise BadMessage(
                text(
                    "{name} of {node} is of type {kind}, the command of another",
                    name=str(metric.name),
                    node=str(node),
                    kind=known.datatype.name,
                )
            )
        if known and state:
            alias = next((number for number, each in state.aliases.items() if each is known), None)
            metric = metric if alias is None else replace(metric, name=None, alias=alias)
        payload = Payload((replace(metric, timestamp=now_ms),), timestamp=now_ms)
        topic = node.topic("NCMD") if device is None else node.topic("DCMD", device)
        return Publish(topic, encode(payload, with_datatypes=False))

    # what messages say

    def _take(self, told: Topic, state: NodeState, payload: Payload, now_ms: int) -> list[Effect]:
        if payload.seq is not None:
            state.seen[payload.seq % 256] = (told, payload)
        if told.kind == "DBIRTH" and told.device is not None:
            state.devices[told.device] = True
            born: Effect = _came(told.node, told.device, now_ms)
            return [born, *self._born_metrics(told, state, payload, now_ms)]
        if told.kind == "DDEATH" and told.device is not None:
            was_online = state.devices.get(told.device, False)
            state.devices[told.device] = False
            at_ms = payload.timestamp if _is_possible(payload.timestamp, now_ms) else now_ms
            return [_went(told.node, told.device, at_ms or now_ms)] if was_online else []
        return self._data(told, state, payload, now_ms)

    def _born_metrics(self, told: Topic, state: NodeState, payload: Payload, now_ms: int) -> list[Effect]:
        """Learn names, types and aliases of a birth; an alias that stands for two metrics stands for none."""
        effects: list[Effect] = []
        for key in [key for key in state.metrics if key[0] == told.device]:
            gone = state.metrics.pop(key)
            state.aliases = {alias: each for alias, each in state.aliases.items() if each is not gone}
        twice: set[int] = set()
        readings = []
        for metric in payload.metrics:
            if not metric.name:
                effects += self._deviates(
                    told.node, state, "birth without name", text("its birth has a metric without name")
                )
                continue
            if metric.datatype is None:
                effects += self._deviates(
                    told.node, state, "birth without type", text("its birth has a metric without type")
                )
            known = _Known(metric.name, metric.datatype, told.device)
            state.metrics[told.device, metric.name] = known
            if metric.alias is not None:
                if metric.alias in state.aliases:
                    twice.add(metric.alias)
                state.aliases[metric.alias] = known
            if metric.name not in {BDSEQ, REBIRTH}:
                reading, more = self._reading(told, state, metric, known, payload, now_ms)
                effects += more
                readings += [reading] if reading else []
        for alias in twice:
            del state.aliases[alias]
            effects += self._deviates(
                told.node, state, "alias twice", text("its birth has one alias for two metrics: the alias is not used")
            )
        return [*effects, Readings(told.node, told.device, tuple(readings), is_birth=True)]

    def _data(self, told: Topic, state: NodeState, payload: Payload, now_ms: int) -> list[Effect]:
        if told.device is not None and not state.devices.get(told.device, False):
            state.wants_rebirth = True
            return self._ask_for_birth(told.node, state, now_ms)
        effects: list[Effect] = []
        readings = []
        for metric in payload.metrics:
            known = self._known(told, state, metric)
            if known is None:
                state.wants_rebirth = True
                continue
            reading, more = self._reading(told, state, metric, known, payload, now_ms)
            effects += more
            readings += [reading] if reading else []
        if readings:
            effects.append(Readings(told.node, told.device, tuple(readings)))
        return effects + (self._ask_for_birth(told.node, state, now_ms) if state.wants_rebirth else [])

    def _known(self, told: Topic, state: NodeState, metric: Metric) -> _Known | None:
        if metric.name:
            for name in (metric.name, PREFIX + metric.name):
                if (told.device, name) in state.metrics:
                    return state.metrics[told.device, name]
            return None
        known = state.aliases.get(metric.alias) if metric.alias is not None else None
        return known if known and known.device == told.device else None

    def _reading(
        self, told: Topic, state: NodeState, metric: Metric, known: _Known, payload: Payload, now_ms: int
    ) -> tuple[Reading | None, list[Effect]]:
        try:
            found = typed(metric, known.datatype)
        except BadMessage as error:
            return None, self._deviates(told.node, state, "type and value", error.message)
        if isinstance(found.value, Raw):
            return None, []
        effects: list[Effect] = []
        said = metric.timestamp if metric.timestamp is not None else payload.timestamp
        if not _is_possible(said, now_ms):
            effects = self._deviates(told.node, state, "clock", text("its clock is wrong or missing: ours is used"))
        reading = Reading(
            name=known.name.removeprefix(PREFIX),
            datatype=found.datatype or known.datatype,
            value=found.value,
            time_ms=said if said is not None and _is_possible(said, now_ms) else now_ms,
            received_ms=now_ms,
            is_historical=metric.is_historical,
            quality=metric.quality,
        )
        return reading, effects

    def _deviates(self, node: Node, state: NodeState, kind: str, told: Text) -> list[Effect]:
        if kind in state.deviations:
            return []
        state.deviations.add(kind)
        return [Deviation(node, kind, told)]


def _came(node: Node, device: str | None, at_ms: int) -> Presence:
    return Presence(node, device, is_online=True, at_ms=at_ms)


def _went(node: Node, device: str | None, at_ms: int) -> Presence:
    return Presence(node, device, is_online=False, at_ms=at_ms)


def _is_possible(time_ms: int | None, now_ms: int) -> bool:
    """Within ten years before and one hour after now: seconds, zero and far futures are not."""
    return time_ms is not None and now_ms - 10 * _YEAR_MS <= time_ms <= now_ms + _HOUR_MS
