"""The edge node: everything it sends passes the monitor, in any sequence of what may happen to it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from connect_monitor import NodeMonitor
from hypothesis import given
from hypothesis import strategies as st

from loadzone.connect.sparkplug.datatypes import DataType
from loadzone.connect.sparkplug.edge import Edge, Tag
from loadzone.connect.sparkplug.effects import Command, Connect, Disconnect, Effect, Publish, Readings, Subscribe
from loadzone.connect.sparkplug.host import Host
from loadzone.connect.sparkplug.outbox import FileOutbox, MemoryOutbox, Outbox
from loadzone.connect.sparkplug.payload import DataSet, Metric, Payload, Raw, Template, decode, encode
from loadzone.connect.sparkplug.topics import Node, State, parse, state_topic
from loadzone.words.errors import BadInput, BadMessage

NOW = 1_795_507_200_000
NODE = Node("plant", "rig")
TAGS = (Tag("speed", DataType.DOUBLE), Tag("limit", DataType.INT16, is_writable=True), Tag("name", DataType.STRING))
DEVICES = {
    "motor": (Tag("rms", DataType.FLOAT), Tag("gain", DataType.INT32, is_writable=True)),
    "pump": (Tag("rms", DataType.FLOAT),),
}
HOST = "maker"


def node(**how: Any) -> Edge:
    return Edge(NODE, TAGS, DEVICES, **how)


def kinds(effects: Sequence[Effect]) -> list[tuple[str, str | None]]:
    return [(parse(each.topic).kind, parse(each.topic).device) for each in effects if isinstance(each, Publish)]


def payload(effect: Effect) -> Payload:
    assert isinstance(effect, Publish)
    return decode(effect.body)


def born(**how: Any) -> Edge:
    edge = node(**how)
    edge.connect(NOW)
    edge.connected(NOW)
    return edge


def command(*metrics: Metric, device: str | None = None, typed: bool = True) -> tuple[str, bytes, int]:
    topic = NODE.topic("NCMD") if device is None else NODE.topic("DCMD", device)
    return topic, encode(Payload(metrics, NOW), with_datatypes=typed), NOW


REBIRTH = Metric("Node Control/Rebirth", DataType.BOOLEAN, value=True)


def test_a_session_begins_with_will_subscriptions_and_births() -> None:
    edge = node()
    (connect,) = edge.connect(NOW)
    assert isinstance(connect, Connect)
    effects = edge.connected(NOW)
    assert [each for each in effects if isinstance(each, Subscribe)] == [
        Subscribe("spBv1.0/plant/NCMD/rig", 1),
        Subscribe("spBv1.0/plant/DCMD/rig/motor", 1),
    ]
    assert kinds(effects) == [("NBIRTH", None), ("DBIRTH", "motor"), ("DBIRTH", "pump")]
    monitor = NodeMonitor()
    monitor.see([connect, *effects])
    assert monitor.born == {
        None: {"speed", "limit", "name", "bdSeq", "Node Control/Rebirth"},
        "motor": {"rms", "gain"},
        "pump": {"rms"},
    }


def test_only_what_changed_is_sent_in_the_order_of_its_time() -> None:
    edge = born()
    (sent,) = edge.update({"speed": 1.0, "name": "轴承"}, NOW + 10)
    assert {each.value.value for each in payload(sent).metrics if isinstance(each.value, Raw)} == {1.0, "轴承"}
    assert edge.update({"speed": 1.0}, NOW + 20) == []
    (sent,) = edge.update({"speed": 2.0, "name": "轴承"}, NOW + 30)
    assert len(payload(sent).metrics) == 1
    (sent,) = edge.update({"speed": None}, NOW + 40)
    assert payload(sent).metrics[0].value is None


def test_births_tell_the_value_of_now_or_null() -> None:
    edge = born()
    edge.update({"speed": 5.0}, NOW + 10)
    effects = edge.receive(*command(REBIRTH))
    told = {each.name: (each.value, each.datatype) for each in payload(effects[0]).metrics}
    assert told["speed"] == (5.0, DataType.DOUBLE)
    assert told["limit"] == (None, DataType.INT16)


def test_a_rebirth_keeps_bdseq_and_begins_seq_again() -> None:
    monitor = NodeMonitor()
    edge = node()
    monitor.see(edge.connect(NOW))
    monitor.see(edge.connected(NOW))
    monitor.see(edge.update({"speed": 1.0}, NOW))
    again = edge.receive(*command(REBIRTH))
    assert kinds(again) == [("NBIRTH", None), ("DBIRTH", "motor"), ("DBIRTH", "pump")]
    monitor.see(again)
    assert monitor.bdseqs == [0]
    for no_request in (
        Metric("Node Control/Rebirth", DataType.BOOLEAN, value=False),
        Metric("x", DataType.BOOLEAN, value=True),
    ):
        assert kinds(edge.receive(*command(no_request))) == []
    assert kinds(edge.receive(*command(REBIRTH, typed=False))) == kinds(again)


def test_bdseq_rises_with_each_connect_and_goes_from_255_to_0() -> None:
    monitor = NodeMonitor()
    edge = node()
    for _ in range(300):
        monitor.see(edge.connect(NOW))
        monitor.see(edge.connected(NOW))
        edge.lost(NOW)
    assert monitor.bdseqs[:2] == [0, 1]
    assert monitor.bdseqs[254:258] == [254, 255, 0, 1]
    assert node(bdseq=7).bdseq == 7


def test_leaving_on_purpose_publishes_the_death_first() -> None:
    monitor = NodeMonitor()
    edge = node()
    monitor.see(edge.connect(NOW))
    monitor.see(edge.connected(NOW))
    left = edge.disconnect(NOW)
    assert [type(each) for each in left] == [Publish, Disconnect]
    monitor.see(left)
    assert edge.disconnect(NOW) == []
    assert edge.update({"speed": 9.0}, NOW) == []


def test_a_device_that_is_lost_dies_and_is_born_again_with_what_happened_meanwhile() -> None:
    edge = born()
    (death,) = edge.device_lost("motor", NOW)
    assert kinds([death]) == [("DDEATH", "motor")]
    assert edge.device_lost("motor", NOW) == []
    assert edge.update({"rms": 1.0}, NOW + 1, "motor") == []
    assert len(edge.update({"rms": 1.0}, NOW + 1, "pump")) == 1
    back = edge.device_found("motor", NOW + 9)
    assert kinds(back) == [("DBIRTH", "motor"), ("DDATA", "motor")]
    assert [(each.is_historical, each.timestamp) for each in payload(back[1]).metrics] == [(True, NOW + 1)]
    assert edge.device_found("motor", NOW) == []


@pytest.mark.parametrize("uses_aliases", [True, False])
@pytest.mark.parametrize("kind", ["memory", "file"])
def test_what_happened_while_nobody_listened_follows_the_births_in_order(
    kind: str, uses_aliases: bool, tmp_path: Path
) -> None:
    outbox: Outbox = MemoryOutbox() if kind == "memory" else FileOutbox(tmp_path / "outbox.db")
    edge = born(outbox=outbox, uses_aliases=uses_aliases)
    edge.lost(NOW)
    for step in range(30):
        assert edge.update({"rms": float(step)}, NOW + step, "motor") == []
        edge.update({"speed": float(-step)}, NOW + step)
    if isinstance(outbox, FileOutbox):
        outbox.close()
        edge.outbox = outbox = FileOutbox(tmp_path / "outbox.db")
    assert len(outbox) == 60
    host, monitor = Host(HOST), NodeMonitor(bdseqs=[0])
    heard: list[tuple[float, int, bool]] = []
    for effect in [*edge.connect(NOW + 99), *edge.connected(NOW + 99)]:
        monitor.see([effect])
        if isinstance(effect, Publish):
            for found in host.receive(effect.topic, effect.body, NOW + 99):
                if isinstance(found, Readings) and found.device == "motor" and not found.is_birth:
                    heard += [(each.value, each.time_ms, each.is_historical) for each in found.readings]
    assert heard == [(float(step), NOW + step, True) for step in range(30)]
    assert len(outbox) == 0
    if isinstance(outbox, FileOutbox):
        outbox.close()


def test_an_outbox_that_is_full_drops_the_oldest_and_counts(tmp_path: Path) -> None:
    file = FileOutbox(tmp_path / "outbox.db", most=3)
    for outbox in (MemoryOutbox(most=3), file):
        for step in range(5):
            outbox.append(None if step % 2 else "motor", [Metric("x", DataType.INT8, step)])
        assert (len(outbox), outbox.dropped) == (3, 2)
        first = outbox.first([])
        assert first is not None
        assert (first[1], [each.value for each in first[2]]) == (None, [3])
        found = outbox.first(["motor"])
        assert found is not None
        assert found[1] == "motor"
    file.close()


def test_a_node_waits_for_its_primary_host_and_believes_no_older_word() -> None:
    edge = node(primary_host=HOST)
    edge.connect(NOW)
    effects = edge.connected(NOW)
    assert Subscribe(state_topic(HOST), 1) in effects
    assert kinds(effects) == []
    topic = state_topic(HOST)
    assert edge.update({"speed": 1.0}, NOW) == []
    assert edge.receive(topic, State(online=False, timestamp=NOW - 50).encode(), NOW) == []
    assert edge.receive(topic, State(online=True, timestamp=NOW - 60).encode(), NOW) == []
    assert edge.receive(state_topic("another"), State(online=True, timestamp=NOW).encode(), NOW) == []
    assert edge.receive(topic, b"ONLINE", NOW) == []
    assert edge.receive(topic, b"", NOW) == []
    births = edge.receive(topic, State(online=True, timestamp=NOW).encode(), NOW)
    assert kinds(births) == [("NBIRTH", None), ("DBIRTH", "motor"), ("DBIRTH", "pump"), ("NDATA", None)]
    assert edge.receive(topic, State(online=True, timestamp=NOW + 1).encode(), NOW) == []
    assert edge.receive(topic, State(online=False, timestamp=NOW - 1).encode(), NOW) == []
    assert edge.is_born


def test_a_host_that_goes_sends_the_node_to_the_next_server() -> None:
    edge = node(primary_host=HOST, servers=3)
    topic = state_topic(HOST)
    monitor = NodeMonitor()
    monitor.see(edge.connect(NOW))
    servers = []
    for step in range(4):
        monitor.see(edge.connected(NOW))
        monitor.see(edge.receive(topic, State(online=True, timestamp=NOW + step).encode(), NOW))
        left = edge.receive(topic, State(online=False, timestamp=NOW + step).encode(), NOW)
        assert [type(each) for each in left] == [Publish, Disconnect, Connect]
        monitor.see(left)
        servers += [each.server for each in left if isinstance(each, Connect)]
    assert servers == [1, 2, 0, 1]
    edge.connected(NOW)
    waits = edge.receive(topic, State(online=False, timestamp=NOW).encode(), NOW)
    assert [each.server for each in waits if isinstance(each, Connect)] == [2]


def test_a_command_is_passed_on_when_the_metric_is_writable_and_the_value_fits() -> None:
    edge = born()
    assert edge.receive(*command(Metric("limit", DataType.INT16, -5))) == [Command(None, "limit", -5)]
    assert edge.receive(*command(Metric("limit", DataType.INT16, -5), typed=False)) == [Command(None, "limit", -5)]
    alias = edge._aliases["motor", "gain"]
    by_alias = command(Metric(None, DataType.INT32, 7, alias=alias), device="motor", typed=False)
    assert edge.receive(*by_alias) == [Command("motor", "gain", 7)]
    for wrong in (
        command(Metric("speed", DataType.DOUBLE, 1.0)),
        command(Metric("limit", DataType.STRING, "x")),
        command(Metric("limit", DataType.INT16, None)),
        command(Metric("unknown", DataType.INT16, 1)),
        command(Metric(None, DataType.INT16, 1, alias=alias)),
        command(Metric(None, DataType.INT16, 1)),
        command(Metric("gain", DataType.INT32, 1), device="pump"),
        (NODE.topic("NCMD"), b"\xff\xff", NOW),
    ):
        before = edge.refused
        assert edge.receive(*wrong) == []
        assert edge.refused == before + 1
    assert edge.receive("spBv1.0/plant/NCMD/other", command(REBIRTH)[1], NOW) == []


def test_names_that_cannot_be_told_apart_are_refused() -> None:
    for tags in (
        (Tag("a", DataType.INT8), Tag("A", DataType.INT8)),
        (Tag("bdseq", DataType.INT64),),
        (Tag("", DataType.INT8),),
    ):
        with pytest.raises(BadInput):
            Edge(NODE, tags)
    for devices in ({"m": (), "M": ()}, {"a/b": ()}, {"": ()}):
        with pytest.raises(BadInput):
            Edge(NODE, (), devices)
    assert len(Edge(NODE, (), {"m": (Tag("bdSeq", DataType.INT8),)})._tags) == 1


def test_values_that_do_not_fit_are_refused_and_change_nothing() -> None:
    edge = born()
    with pytest.raises(BadInput, match="none of plant/rig"):
        edge.update({"x": 1}, NOW)
    with pytest.raises(BadMessage):
        edge.update({"speed": 1.0, "limit": 70_000}, NOW)
    assert len(edge.update({"speed": 1.0, "limit": 7}, NOW)) == 1


def test_tables_and_templates_are_born_and_sent() -> None:
    inner = Metric("x", DataType.DOUBLE, 1.0, NOW)
    definition = Template((inner,), is_definition=True)
    edge = Edge(NODE, (Tag("type", DataType.TEMPLATE), Tag("one", DataType.TEMPLATE), Tag("table", DataType.DATA_SET)))
    edge.update({"type": definition, "one": Template((inner,), ref="type")}, NOW)
    edge.update({"table": DataSet(("a",), (DataType.INT8,), ((1,),))}, NOW)
    monitor = NodeMonitor()
    monitor.see(edge.connect(NOW))
    effects = edge.connected(NOW)
    monitor.see(effects)
    told = {
        each.name: each.value for each in payload(next(each for each in effects if isinstance(each, Publish))).metrics
    }
    assert told["type"] == definition
    assert told["one"] == Template((inner,), ref="type")


STEPS = (
    "connected",
    "lost",
    "disconnect",
    "update",
    "device",
    "lose",
    "find",
    "rebirth",
    "online",
    "offline",
)


@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.floats(-9, 9, width=16)), max_size=80),
    st.booleans(),
    st.booleans(),
    st.integers(1, 3),
)
def test_every_message_of_an_edge_node_is_as_the_specification_says_whatever_happens_to_it(
    steps: list[tuple[str, float]], waits: bool, uses_aliases: bool, servers: int
) -> None:
    edge = node(primary_host=HOST if waits else None, uses_aliases=uses_aliases, servers=servers)
    monitor = NodeMonitor()
    monitor.see(edge.connect(NOW))
    is_open = False
    for index, (step, value) in enumerate(steps):
        now = NOW + index
        happens: dict[str, Callable[[], list[Effect]]] = {
            "connected": partial(edge.connected, now),
            "lost": lambda now=now: [*edge.lost(now), *edge.connect(now)],
            "disconnect": lambda now=now: [*edge.disconnect(now), *edge.connect(now)],
            "update": partial(edge.update, {"speed": value, "name": str(value)}, now),
            "device": partial(edge.update, {"rms": value}, now, "motor"),
            "lose": partial(edge.device_lost, "motor", now),
            "find": partial(edge.device_found, "motor", now),
            "rebirth": partial(edge.receive, *command(REBIRTH)),
            "online": partial(edge.receive, state_topic(HOST), State(online=True, timestamp=now).encode(), now),
            "offline": partial(edge.receive, state_topic(HOST), State(online=False, timestamp=now).encode(), now),
        }
        if step in {"lost", "disconnect", "rebirth", "online", "offline"} and not is_open:
            continue
        if step == "connected" and is_open:
            continue
        effects = happens[step]()
        is_open = (is_open or step == "connected") and not any(isinstance(each, Connect) for each in effects)
        monitor.see(effects)
