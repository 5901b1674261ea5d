"""The host application, fed with messages and a clock: births, deaths, order, and what nodes get wrong."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from typing import Any, TypeVar

import pytest
from connect_monitor import check_host
from hypothesis import given
from hypothesis import strategies as st

from loadzone.connect.address import Address
from loadzone.connect.messages import Values
from loadzone.connect.messages import decode as decode_message
from loadzone.connect.sparkplug.datatypes import DataType
from loadzone.connect.sparkplug.edge import Edge, Tag
from loadzone.connect.sparkplug.effects import Deviation, Effect, Presence, Publish, Reading, Readings
from loadzone.connect.sparkplug.handover import Handover
from loadzone.connect.sparkplug.host import Host, HostSettings
from loadzone.connect.sparkplug.payload import Metric, Payload, decode, encode
from loadzone.connect.sparkplug.topics import Node, State, parse
from loadzone.words.errors import BadMessage

NOW = 1_795_507_200_000
NODE = Node("plant", "line-1")
E = TypeVar("E", bound=Effect)


def only(kind: type[E], effects: Iterable[Effect]) -> list[E]:
    return [each for each in effects if isinstance(each, kind)]


def values(effects: Iterable[Effect]) -> list[tuple[str | None, str, Any]]:
    return [(told.device, each.name, each.value) for told in only(Readings, effects) for each in told.readings]


def rebirths(effects: Iterable[Effect]) -> list[Publish]:
    return [each for each in only(Publish, effects) if parse(each.topic).kind == "NCMD"]


class Talk:
    """What a node sends, message by message, by hand."""

    def __init__(self, host: Host | None = None) -> None:
        self.host = host or Host("maker")
        self.host.will(NOW)
        self.host.connected(NOW)
        self.now = NOW

    def say(
        self,
        kind: Any,
        *metrics: Metric,
        seq: int | None = None,
        device: str | None = None,
        typed: bool | None = None,
        **more: Any,
    ) -> list[Effect]:
        self.now += 10
        told = more.get("timestamp", self.now)
        with_types = kind.endswith("BIRTH") or kind == "NDEATH" if typed is None else typed
        body = encode(Payload(metrics, timestamp=told, seq=seq), with_datatypes=with_types)
        return self.host.receive(NODE.topic(kind, device), body, self.now)

    def birth(self, bdseq: int = 0, seq: int = 0, *metrics: Metric) -> list[Effect]:
        control = (
            Metric("bdSeq", DataType.INT64, bdseq, NOW),
            Metric("Node Control/Rebirth", DataType.BOOLEAN, value=False, timestamp=NOW),
        )
        return self.say("NBIRTH", *control, *(metrics or (number("speed", 1480.0, alias=1),)), seq=seq)

    def death(self, bdseq: int | None) -> list[Effect]:
        metrics = () if bdseq is None else (Metric("bdSeq", DataType.INT64, bdseq),)
        return self.say("NDEATH", *metrics)


def number(name: str | None, value: float | None, alias: int | None = None, **more: Any) -> Metric:
    return Metric(name, DataType.DOUBLE, value, more.pop("timestamp", NOW), alias, **more)


def by_alias(alias: int, value: float) -> Metric:
    return number(None, value, alias)


def test_a_host_listens_first_and_then_says_that_it_is_there_with_the_time_of_its_will() -> None:
    host = Host("maker", HostSettings(groups=("plant", "other")))
    will = host.will(NOW)
    check_host(host.connected(NOW + 50), will, "maker")
    (death,) = host.disconnecting(NOW + 99)
    assert isinstance(death, Publish)
    assert (death.topic, death.qos, death.retain) == ("spBv1.0/STATE/maker", 1, True)
    assert death.body == State(online=False, timestamp=NOW + 99).encode()
    again = host.will(NOW + 200)
    check_host(host.connected(NOW + 250), again, "maker")


@pytest.mark.parametrize("body", [State(online=False, timestamp=NOW).encode(), b"OFFLINE"])
def test_a_host_that_is_said_to_be_gone_says_that_it_is_there(body: bytes) -> None:
    talk = Talk()
    (said,) = talk.host.receive("spBv1.0/STATE/maker", body, NOW + 5)
    assert isinstance(said, Publish)
    assert said.body == State(online=True, timestamp=NOW).encode()
    assert talk.host.receive("spBv1.0/STATE/maker", said.body, NOW + 6) == []
    assert talk.host.receive("spBv1.0/STATE/other", body, NOW + 6) == []
    talk.host.disconnecting(NOW)
    assert talk.host.receive("spBv1.0/STATE/maker", body, NOW + 5) == []


def test_a_birth_brings_a_node_with_its_values_and_aliases_and_data_need_no_more_than_the_alias() -> None:
    talk = Talk()
    born = talk.birth(0, 0, number("speed", 1480.0, 1), Metric("count", DataType.INT32, -3, NOW, 2))
    assert only(Presence, born) == [Presence(NODE, None, is_online=True, at_ms=talk.now)]
    assert values(born) == [(None, "speed", 1480.0), (None, "count", -3)]
    assert only(Readings, born)[0].is_birth
    found = talk.say("NDATA", by_alias(1, 1475.0), Metric(None, DataType.INT32, -4, NOW, 2), seq=1)
    assert values(found) == [(None, "speed", 1475.0), (None, "count", -4)]
    assert only(Deviation, born + found) == []


def test_a_death_takes_the_node_and_its_devices_at_the_time_of_the_host() -> None:
    talk = Talk()
    talk.birth()
    talk.say("DBIRTH", number("rms", 1.0, 5), seq=1, device="motor")
    talk.say("DBIRTH", number("rms", 1.0, 6), seq=2, device="pump")
    gone = talk.death(0)
    assert {(each.device, each.is_online, each.at_ms) for each in only(Presence, gone)} == {
        (None, False, talk.now),
        ("motor", False, talk.now),
        ("pump", False, talk.now),
    }
    assert all(talk.host.is_stale(NODE, device) for device in (None, "motor", "pump"))
    assert talk.death(0) == []
    assert rebirths(talk.say("DDATA", by_alias(5, 2.0), seq=3, device="motor"))


def test_a_device_dies_at_the_time_of_its_message_and_comes_back_by_a_birth() -> None:
    talk = Talk()
    talk.birth()
    talk.say("DBIRTH", number("rms", 1.0, 5), seq=1, device="motor")
    assert values(talk.say("DDATA", by_alias(5, 2.0), seq=2, device="motor")) == [("motor", "rms", 2.0)]
    gone = talk.say("DDEATH", seq=3, device="motor", timestamp=NOW - 500)
    assert only(Presence, gone) == [Presence(NODE, "motor", is_online=False, at_ms=NOW - 500)]
    assert (talk.host.is_stale(NODE), talk.host.is_stale(NODE, "motor")) == (False, True)
    dead = talk.say("DDATA", by_alias(5, 3.0), seq=4, device="motor")
    assert values(dead) == []
    assert len(rebirths(dead)) == 1
    back = talk.say("DBIRTH", number("rms", 9.0, 7), seq=5, device="motor")
    assert only(Presence, back)[0].is_online
    assert values(talk.say("DDATA", by_alias(7, 4.0), seq=6, device="motor")) == [("motor", "rms", 4.0)]


def test_a_late_will_of_an_earlier_session_does_not_kill_the_new_one() -> None:
    talk = Talk()
    talk.birth(bdseq=4)
    talk.birth(bdseq=5)
    doubted = talk.death(4)
    assert only(Presence, doubted) == []
    assert len(rebirths(doubted)) == 1
    talk.say("NDATA", by_alias(1, 2.0), seq=1)
    assert only(Presence, talk.host.tick(talk.now + 60_000)) == []
    assert talk.host.nodes[NODE].is_online


@pytest.mark.parametrize("bdseq", [1, 3, None])
def test_a_death_with_a_wrong_number_is_true_when_the_node_then_stays_silent(bdseq: int | None) -> None:
    talk = Talk()
    talk.birth(bdseq=0)
    told = talk.death(bdseq)
    assert [each.kind for each in only(Deviation, told)] == ["bdSeq of death"]
    assert only(Presence, talk.host.tick(talk.now + 4_000)) == []
    assert [each.is_online for each in only(Presence, talk.host.tick(talk.now + 5_000))] == [False]


def test_a_birth_after_a_doubtful_death_keeps_the_node() -> None:
    talk = Talk()
    talk.birth(bdseq=0)
    talk.death(9)
    talk.birth(bdseq=0)
    assert only(Presence, talk.host.tick(talk.now + 60_000)) == []


def test_seq_goes_from_255_to_0() -> None:
    talk = Talk()
    talk.birth()
    for step in range(600):
        found = talk.say("NDATA", by_alias(1, float(step)), seq=(step + 1) % 256)
        assert values(found) == [(None, "speed", float(step))]
        assert rebirths(found) == []


def test_messages_that_overtook_each_other_are_taken_in_order() -> None:
    for order in permutations(range(1, 5)):
        talk = Talk()
        talk.birth()
        found = [each for seq in order for each in values(talk.say("NDATA", by_alias(1, float(seq)), seq=seq))]
        assert [value for _, _, value in found] == [1.0, 2.0, 3.0, 4.0], order
        assert talk.host.tick(talk.now + 60_000) == []


def test_a_gap_that_stays_open_leads_to_a_rebirth_and_loses_nothing_that_came() -> None:
    talk = Talk()
    talk.birth()
    assert talk.say("NDATA", by_alias(1, 3.0), seq=3) == []
    talk.say("NDATA", by_alias(1, 2.0), seq=2)
    assert talk.host.tick(talk.now + 1_000) == []
    late = talk.host.tick(talk.now + 2_100)
    assert [value for _, _, value in values(late)] == [2.0, 3.0]
    (asked,) = rebirths(late)
    assert (asked.topic, asked.qos, asked.retain) == ("spBv1.0/plant/NCMD/line-1", 0, False)
    payload = decode(asked.body)
    assert payload.seq is None
    assert payload.timestamp is not None
    assert [(each.name, each.value.value, each.datatype) for each in payload.metrics] == [
        ("Node Control/Rebirth", True, None)
    ]
    assert values(talk.say("NDATA", by_alias(1, 4.0), seq=4)) == [(None, "speed", 4.0)]


def test_without_patience_a_gap_is_a_rebirth_at_once() -> None:
    talk = Talk(Host("maker", HostSettings(reorder_ms=0)))
    talk.birth()
    found = talk.say("NDATA", by_alias(1, 2.0), seq=2)
    assert values(found) == [(None, "speed", 2.0)]
    assert len(rebirths(found)) == 1


def test_rebirths_are_asked_for_once_in_ten_seconds() -> None:
    talk = Talk()
    asked = 0
    for _ in range(100):
        asked += len(rebirths(talk.say("NDATA", by_alias(1, 1.0), seq=1)))
        talk.now += 290
        asked += len(rebirths(talk.host.tick(talk.now)))
    assert asked == 3


def test_a_copy_is_dropped_and_a_straggler_taken() -> None:
    talk = Talk()
    talk.birth()
    body = encode(Payload((by_alias(1, 1.0),), NOW, 1), with_datatypes=False)
    topic = NODE.topic("NDATA")
    assert values(talk.host.receive(topic, body, NOW)) == [(None, "speed", 1.0)]
    assert values(talk.host.receive(topic, body, NOW)) == []
    talk.say("NDATA", by_alias(1, 3.0), seq=3)
    talk.host.tick(talk.now + 3_000)
    assert values(talk.say("NDATA", by_alias(1, 2.0), seq=2)) == [(None, "speed", 2.0)]


def test_a_node_without_order_is_taken_as_it_comes_after_five_gaps_and_that_is_told() -> None:
    talk = Talk(Host("maker", HostSettings(reorder_ms=0)))
    talk.birth()
    told: list[Effect] = []
    taken = 0
    for step in range(60):
        effects = talk.say("NDATA", by_alias(1, float(step)), seq=(7 * step + 3) % 256)
        told += effects
        taken += len(values(effects))
    assert taken == 60
    assert "order" in [each.kind for each in only(Deviation, told)]


@pytest.mark.parametrize("metric", [by_alias(99, 1.0), number("unknown", 1.0), Metric(None, DataType.DOUBLE, 1.0)])
def test_what_no_birth_told_of_is_not_guessed_and_a_rebirth_is_asked_for(metric: Metric) -> None:
    talk = Talk()
    talk.birth()
    found = talk.say("NDATA", metric, by_alias(1, 5.0), seq=1)
    assert values(found) == [(None, "speed", 5.0)]
    assert len(rebirths(found)) == 1


def test_data_before_a_birth_lead_to_a_rebirth() -> None:
    for kind, device in (("NDATA", None), ("DDATA", "motor"), ("DBIRTH", "motor"), ("DDEATH", "motor")):
        found = Talk().say(kind, by_alias(1, 1.0) if kind == "NDATA" else number("x", 1.0), seq=1, device=device)
        assert values(found) == []
        assert len(rebirths(found)) == 1


def test_an_alias_for_two_metrics_stands_for_none() -> None:
    talk = Talk()
    born = talk.birth(0, 0, number("a", 1.0, 1), number("b", 2.0, 1))
    assert "alias twice" in [each.kind for each in only(Deviation, born)]
    found = talk.say("NDATA", by_alias(1, 3.0), number("b", 4.0), seq=1)
    assert values(found) == [(None, "b", 4.0)]


def test_aliases_of_an_earlier_birth_are_forgotten() -> None:
    talk = Talk()
    talk.birth(0, 0, number("a", 1.0, 1), number("b", 2.0, 2))
    talk.birth(0, 0, number("b", 1.0, 1))
    assert values(talk.say("NDATA", by_alias(1, 3.0), by_alias(2, 4.0), seq=1)) == [(None, "b", 3.0)]


def test_a_rebirth_takes_devices_away_until_they_are_born_again() -> None:
    talk = Talk()
    talk.birth()
    talk.say("DBIRTH", number("rms", 1.0, 5), seq=1, device="motor")
    again = talk.birth()
    assert [(each.device, each.is_online) for each in only(Presence, again)] == [("motor", False), (None, True)]
    assert [
        each.is_online for each in only(Presence, talk.say("DBIRTH", number("rms", 1.0, 5), seq=1, device="motor"))
    ] == [True]


def test_the_peer_that_renames_its_metrics_is_understood() -> None:
    talk = Talk()
    talk.birth(0, 0, number("DATA/rms", 1.0))
    assert values(talk.say("NDATA", number("rms", 2.0), seq=1)) == [(None, "rms", 2.0)]


def test_a_death_of_a_device_without_seq_is_taken() -> None:
    talk = Talk()
    talk.birth()
    talk.say("DBIRTH", number("rms", 1.0), seq=1, device="motor")
    gone = talk.say("DDEATH", device="motor", timestamp=None)
    assert only(Presence, gone) == [Presence(NODE, "motor", is_online=False, at_ms=talk.now)]
    assert [each.kind for each in only(Deviation, gone)] == ["DDEATH without seq"]
    assert values(talk.say("NDATA", by_alias(1, 2.0), seq=2)) == [(None, "speed", 2.0)]


@pytest.mark.parametrize("time", [0, NOW // 1000, NOW + 7_200_000, NOW * 1000, None])
def test_an_impossible_time_is_replaced_by_the_time_of_receipt(time: int | None) -> None:
    talk = Talk()
    talk.birth()
    found = talk.say("NDATA", replace(by_alias(1, 2.0), timestamp=time), seq=1, timestamp=time)
    (told,) = only(Readings, found)
    assert told.readings[0].time_ms == talk.now
    assert "clock" in [each.kind for each in only(Deviation, found)]


def test_a_value_of_another_type_is_left_out_and_the_others_stay() -> None:
    talk = Talk()
    talk.birth(0, 0, number("speed", 1.0, 1), Metric("name", DataType.STRING, "x", NOW, 2))
    found = talk.say("NDATA", by_alias(2, 5.0), by_alias(1, 2.0), seq=1)
    assert values(found) == [(None, "speed", 2.0)]
    assert [each.kind for each in only(Deviation, found)] == ["type and value"]


def test_historical_and_null_and_quality_are_told() -> None:
    talk = Talk()
    talk.birth()
    bad = {"Quality": (DataType.INT32, 0)}
    found = talk.say(
        "NDATA",
        replace(by_alias(1, 2.0), is_historical=True, timestamp=NOW - 10**6),
        replace(by_alias(1, 2.0), value=None),
        replace(by_alias(1, 3.0), properties=bad),
        seq=1,
    )
    assert [(each.value, each.is_historical, each.quality) for each in only(Readings, found)[0].readings] == [
        (2.0, True, None),
        (None, False, None),
        (3.0, False, 0),
    ]


def test_a_birth_without_bdseq_rebirth_or_types_is_told_and_taken() -> None:
    talk = Talk()
    born = talk.say("NBIRTH", number("speed", 1.0), number(None, 1.0, 5), seq=7, typed=False)
    assert {each.kind for each in only(Deviation, born)} == {
        "birth without bdSeq",
        "no rebirth",
        "seq of birth",
        "birth without type",
        "birth without name",
    }
    assert only(Presence, born)[0].is_online
    assert values(talk.say("NDATA", number("speed", 2.0), seq=8, typed=True)) == [(None, "speed", 2.0)]
    assert only(Deviation, talk.birth()) == []


def test_commands_have_the_type_and_the_alias_of_the_birth() -> None:
    talk = Talk()
    talk.birth()
    talk.say("DBIRTH", Metric("limit", DataType.INT16, 5, NOW, 9), seq=1, device="motor")
    sent = talk.host.command(NODE, "motor", Metric("limit", DataType.INT16, 7), NOW)
    payload = decode(sent.body)
    assert (sent.topic, sent.qos, sent.retain) == ("spBv1.0/plant/DCMD/line-1/motor", 0, False)
    assert (payload.seq, payload.timestamp) == (None, NOW)
    assert [(each.name, each.alias, each.datatype) for each in payload.metrics] == [(None, 9, None)]
    with pytest.raises(BadMessage, match="INT16"):
        talk.host.command(NODE, "motor", Metric("limit", DataType.DOUBLE, 7.0), NOW)
    with pytest.raises(BadMessage):
        talk.host.command(NODE, "motor", Metric("limit", DataType.INT16, 70_000), NOW)


def test_commands_of_others_and_noise_change_nothing() -> None:
    talk = Talk()
    talk.birth()
    assert talk.say("NCMD", number("speed", 1.0), seq=9) == []
    assert talk.host.receive("spBv1.0/plant/NDATA/line-1", b"\xff\xff", NOW) == []
    assert talk.host.receive("spBv1.0/plant/NDATA", b"", NOW) == []
    assert talk.host.unreadable == 2
    assert talk.host.nodes[NODE].is_online


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 300), st.booleans()), max_size=60))
def test_a_host_survives_any_conversation(steps: list[tuple[int, int, bool]]) -> None:
    talk = Talk()
    for step, many, flag in steps:
        kinds = ("NBIRTH", "NDEATH", "NDATA", "DBIRTH", "DDEATH", "DDATA")
        kind = kinds[step % 6]
        device = ("motor" if flag else "pump") if kind.startswith("D") else None
        metrics = (number("speed" if flag else None, float(many), many % 4), Metric("bdSeq", DataType.INT64, many % 3))
        effects = talk.say(kind, *metrics, seq=None if many > 280 else many % 256, device=device, typed=step > 5)
        talk.now += many * 10
        effects += talk.host.tick(talk.now)
        for told in only(Readings, effects):
            assert told.device is None or talk.host.nodes[NODE].devices[told.device] in {True, False}
    state = talk.host.nodes.get(NODE)
    assert state is None or len(state.early) <= 128


@given(st.data())
def test_what_an_edge_node_reports_a_host_hears_in_order_whatever_is_swapped_on_the_way(data: st.DataObject) -> None:
    edge = Edge(NODE, [Tag("a", DataType.DOUBLE)], {"motor": [Tag("rms", DataType.DOUBLE)]})
    host = Host("maker", HostSettings(reorder_ms=1_000))
    edge.connect(NOW)
    sent = only(Publish, edge.connected(NOW))
    expected: list[float] = []
    for step in range(data.draw(st.integers(1, 300))):
        sent += only(Publish, edge.update({"rms": float(step)}, NOW + step, "motor"))
        expected.append(float(step))
    heard: list[float] = []
    index = 0
    while index < len(sent):
        size = data.draw(st.integers(1, 4)) if index else 2
        part = sent[index : index + size]
        for each in data.draw(st.permutations(part)) if index else part:
            heard += [
                value
                for device, _, value in values(host.receive(each.topic, each.body, NOW))
                if device and value is not None
            ]
        index += size
    assert heard == expected


def test_readings_become_messages_of_one_position() -> None:
    places = Handover("acme", {"plant/line-1": Address("acme", "line")})
    told = Readings(
        NODE, None, (reading("speed", 1480.0), reading("on", value=True), reading("name", "x"), reading("n", None))
    )
    ((address, kind, body),) = places.messages(told)
    found = decode_message(kind, body)
    assert isinstance(found, Values)
    assert str(address) == "acme/line"
    assert (found.quantities, found.values.tolist()) == (("speed", "on"), [1480.0, 1.0])
    assert found.times_us.tolist() == [NOW * 1000] * 2
    bad = reading("speed", 1.0)
    assert places.messages(replace(told, readings=(replace(bad, quality=0), reading("x", float("nan"))))) == []


def test_a_birth_repeats_nothing_that_was_handed_over() -> None:
    places = Handover("acme")
    told = Readings(NODE, "motor", (reading("rms", 1.0),))
    assert len(places.messages(told)) == 1
    assert places.messages(replace(told, is_birth=True)) == []
    assert len(places.messages(replace(told, is_birth=True, readings=(reading("rms", 2.0),)))) == 1


def test_two_names_never_become_one_position() -> None:
    places = Handover("acme")
    names = [
        ("g", "n", None),
        ("g", "n", "d"),
        ("g", "n d", None),
        ("g", "n_d", None),
        ("g", "轴承", "x"),
        ("g--n", "d", None),
        ("g", "n--d", None),
    ]
    found = [places.address(Node(group, node), device) for group, node, device in names]
    assert len(set(found)) == len(names)
    assert places.address(Node("g", "n"), "d") == found[1]
    assert str(found[1]) == "acme/g--n--d"


def test_a_waveform_in_a_metric_of_bytes_is_a_waveform() -> None:
    told = Readings(NODE, None, (reading("wave", b"LZWF..."), reading("other", b"....")))
    assert [(kind, body) for _, kind, body in Handover("acme").messages(told)] == [("waveform", b"LZWF...")]


def reading(name: str, value: Any) -> Reading:
    return Reading(name, None, value, NOW, NOW)
