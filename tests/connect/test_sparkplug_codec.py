"""Payloads of Sparkplug B: what we write can be read back, what others write is understood, nonsense is refused."""

import math
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.connect.sparkplug.datatypes import (
    BASIC,
    SIGNED,
    UNSIGNED,
    DataType,
    pack_array,
    put_scalar,
    take_scalar,
    unpack_array,
)
from loadzone.connect.sparkplug.payload import (
    MOST_DEPTH,
    DataSet,
    Metric,
    Parameter,
    Payload,
    Raw,
    Template,
    decode,
    encode,
    typed,
)
from loadzone.connect.sparkplug.topics import Node, State, check_id, parse, parse_state, state_topic
from loadzone.connect.sparkplug.wire import new
from loadzone.words.errors import BadInput, BadMessage

NOW_MS = 1_795_507_200_000
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


def values_of(kind: DataType) -> st.SearchStrategy[Any]:
    if kind in SIGNED:
        return st.integers(-(1 << SIGNED[kind] - 1), (1 << SIGNED[kind] - 1) - 1)
    if kind in UNSIGNED:
        return st.integers(0, (1 << UNSIGNED[kind]) - 1)
    plain: dict[DataType, st.SearchStrategy[Any]] = {
        DataType.FLOAT: st.floats(width=32, allow_nan=False),
        DataType.DOUBLE: st.floats(allow_nan=False),
        DataType.BOOLEAN: st.booleans(),
        DataType.BYTES: st.binary(max_size=30),
        DataType.FILE: st.binary(max_size=30),
    }
    if kind in plain:
        return plain[kind]
    if kind.name.endswith("_ARRAY"):
        item = values_of(DataType[kind.name.removesuffix("_ARRAY")])
        if kind is DataType.STRING_ARRAY:
            item = item.filter(lambda each: "\0" not in each)
        return st.lists(item, max_size=20).map(tuple)
    return texts


KINDS = [kind for kind in DataType if kind not in {0, 16, 19, 20, 21}]


@st.composite
def scalar_metric(draw: st.DrawFn) -> Metric:
    kind = draw(st.sampled_from(KINDS))
    return Metric(
        name=draw(texts.filter(bool)),
        datatype=kind,
        value=draw(st.none() | values_of(kind)),
        timestamp=draw(st.none() | st.integers(0, 2**63)),
        alias=draw(st.none() | st.integers(0, 2**63)),
        is_historical=draw(st.booleans()),
        is_transient=draw(st.booleans()),
        properties=draw(st.dictionaries(texts.filter(lambda each: each != "Quality"), basic_pair(), max_size=2)),
    )


def basic_pair() -> st.SearchStrategy[tuple[DataType, Any]]:
    return st.sampled_from(sorted(BASIC)).flatmap(lambda kind: st.tuples(st.just(kind), st.none() | values_of(kind)))


@st.composite
def table(draw: st.DrawFn) -> DataSet:
    types = tuple(draw(st.lists(st.sampled_from(sorted(BASIC)), min_size=1, max_size=4)))
    rows = draw(st.lists(st.tuples(*map(values_of, types)), max_size=4))
    return DataSet(tuple(f"c{index}" for index in range(len(types))), types, tuple(rows))


@st.composite
def template(draw: st.DrawFn) -> Template:
    is_definition = draw(st.booleans())
    pairs = draw(st.lists(st.tuples(texts.filter(bool), basic_pair()), max_size=3))
    return Template(
        metrics=tuple(draw(st.lists(scalar_metric(), max_size=3))),
        parameters=tuple(Parameter(name, kind, value) for name, (kind, value) in pairs),
        is_definition=is_definition,
        ref=None if is_definition else draw(texts.filter(bool)),
        version=draw(st.none() | texts),
    )


def any_metric() -> st.SearchStrategy[Metric]:
    return st.one_of(
        scalar_metric(),
        table().map(lambda each: Metric("table", DataType.DATA_SET, each)),
        template().map(lambda each: Metric("template", DataType.TEMPLATE, each)),
    )


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    return Payload(
        metrics=tuple(draw(st.lists(any_metric(), max_size=5))),
        timestamp=draw(st.none() | st.integers(0, 2**63)),
        seq=draw(st.none() | st.integers(0, 255)),
        uuid=draw(st.none() | texts),
        body=draw(st.none() | st.binary(max_size=20)),
    )


@given(payloads())
def test_a_payload_comes_back(payload: Payload) -> None:
    assert decode(encode(payload)) == payload


@given(scalar_metric())
def test_data_without_types_come_back_with_the_types_of_their_birth(metric: Metric) -> None:
    (back,) = decode(encode(Payload((metric,)), with_datatypes=False)).metrics
    assert back.datatype is None
    assert metric.value is None or isinstance(back.value, Raw)
    assert replace(typed(back, metric.datatype), datatype=metric.datatype) == metric


@pytest.mark.parametrize(
    ("kind", "value", "raws"),
    [
        (DataType.INT8, -1, (255, 4294967295)),
        (DataType.INT16, -2, (65534, 4294967294)),
        (DataType.INT32, -3, (4294967293,)),
        (DataType.UINT8, 255, (255,)),
    ],
)
def test_negative_integers_of_both_ways_of_writing_are_read(kind: DataType, value: int, raws: tuple[int, ...]) -> None:
    for raw in raws:
        assert take_scalar(kind, "int_value", raw) == value
    target = new("Metric")()
    put_scalar(target, kind, value)
    assert target.int_value == raws[0]


def test_arrays_are_the_bytes_that_a_peer_was_seen_to_send() -> None:
    assert pack_array(DataType.INT32_ARRAY, (1, -2)).hex(" ") == "01 00 00 00 fe ff ff ff"
    assert pack_array(DataType.BOOLEAN_ARRAY, (True, False, True)).hex(" ") == "03 00 00 00 a0"
    assert pack_array(DataType.STRING_ARRAY, ("ab", "c")).hex(" ") == "61 62 00 63 00"
    assert pack_array(DataType.DOUBLE_ARRAY, (1.5,)) == struct.pack("<d", 1.5)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (DataType.INT32_ARRAY, b"123"),
        (DataType.BOOLEAN_ARRAY, b""),
        (DataType.BOOLEAN_ARRAY, b"\xff\xff\xff\xff\x00"),
        (DataType.STRING_ARRAY, b"ab"),
        (DataType.STRING_ARRAY, b"\xff\x00"),
        (DataType.DOUBLE, b"12345678"),
    ],
)
def test_a_torn_array_is_refused(kind: DataType, raw: bytes) -> None:
    with pytest.raises(BadMessage):
        unpack_array(kind, raw)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (DataType.INT8, 128),
        (DataType.INT8, -129),
        (DataType.UINT8, -1),
        (DataType.UINT64, 1 << 64),
        (DataType.INT32, 1.5),
        (DataType.INT32, True),
        (DataType.INT32, "1"),
        (DataType.FLOAT, "x"),
        (DataType.BOOLEAN, 2),
        (DataType.STRING, 5),
        (DataType.INT8_ARRAY, (300,)),
        (DataType.INT32_ARRAY, (1, 1.5)),
        (DataType.INT32_ARRAY, (float("nan"),)),
        (DataType.UINT64_ARRAY, (-1,)),
        (DataType.STRING_ARRAY, ("a\0b",)),
        (DataType.UNKNOWN, 1),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_not_written(kind: DataType, value: object) -> None:
    with pytest.raises(BadMessage):
        encode(Payload((Metric("x", kind, value),)))


def raw_payload(**metric: Any) -> bytes:
    message = new("Payload")()
    told = message.metrics.add()
    for name, value in metric.items():
        setattr(told, name, value)
    return bytes(message.SerializeToString())


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ({"datatype": 10, "float_value": 1.5}, 1.5),
        ({"datatype": 10, "int_value": 3}, 3.0),
        ({"datatype": 3, "long_value": 2**64 - 4}, -4),
        ({"datatype": 11, "int_value": 1}, True),
        ({"datatype": 10, "double_value": 2.0, "is_null": True}, None),
        ({"datatype": 10}, None),
    ],
)
def test_a_number_in_a_neighbouring_field_is_understood(metric: dict[str, Any], value: object) -> None:
    assert decode(raw_payload(name="x", **metric)).metrics[0].value == value


@pytest.mark.parametrize(
    "metric",
    [
        {"datatype": 10, "string_value": "1.5"},
        {"datatype": 12, "int_value": 1},
        {"datatype": 3, "double_value": 1.5},
        {"datatype": 3, "double_value": float("inf")},
        {"datatype": 3, "double_value": float("nan")},
        {"datatype": 16, "int_value": 1},
        {"datatype": 19, "string_value": "x"},
        {"datatype": 35, "int_value": 1},
        {"datatype": 4_000_000_000, "int_value": 1},
    ],
)
def test_a_value_of_another_type_than_it_says_is_refused(metric: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        decode(raw_payload(name="x", **metric))


def test_tables_with_unequal_columns_are_refused_both_ways() -> None:
    for wrong in (
        DataSet(("a", "b"), (DataType.INT8,)),
        DataSet(("a",), (DataType.INT8, DataType.INT8)),
        DataSet(("a",), (DataType.INT8,), ((1, 2),)),
        DataSet(("a",), (DataType.DATA_SET,)),
    ):
        with pytest.raises(BadMessage):
            encode(Payload((Metric("x", DataType.DATA_SET, wrong),)))
    message = new("Payload")()
    told = message.metrics.add(name="x", datatype=16)
    told.dataset_value.num_of_columns = 2
    told.dataset_value.columns.extend(["a", "b"])
    told.dataset_value.types.append(3)
    with pytest.raises(BadMessage):
        decode(message.SerializeToString())
    told.dataset_value.types.append(3)
    told.dataset_value.rows.add().elements.add(int_value=1)
    with pytest.raises(BadMessage):
        decode(message.SerializeToString())


@pytest.mark.parametrize(
    "wrong",
    [
        Template(is_definition=True, ref="x"),
        Template(is_definition=False),
        Template(is_definition=True, parameters=(Parameter("", DataType.INT8),)),
        Template(is_definition=True, parameters=(Parameter("p", DataType.TEMPLATE),)),
    ],
)
def test_templates_that_contradict_themselves_are_refused(wrong: Template) -> None:
    with pytest.raises(BadMessage):
        encode(Payload((Metric("x", DataType.TEMPLATE, wrong),)))


def test_a_nest_of_templates_is_refused_before_it_fills_the_stack() -> None:
    message = new("Payload")()
    inner = message.metrics.add(name="x", datatype=19)
    for _ in range(MOST_DEPTH + 1):
        inner.template_value.template_ref = "t"
        inner = inner.template_value.metrics.add(name="x", datatype=19)
    with pytest.raises(BadMessage, match="nested"):
        decode(message.SerializeToString())
    bomb = b""
    for _ in range(5_000):
        bomb = _field(18, _field(2, bomb))
    with pytest.raises(BadMessage):
        decode(_field(2, bomb))


def _field(number: int, body: bytes) -> bytes:
    head = bytes(_varint(number << 3 | 2) + _varint(len(body)))
    return head + body


def _varint(number: int) -> list[int]:
    found = []
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return [*found, number]


def test_too_many_metrics_are_refused() -> None:
    message = new("Payload")()
    for _ in range(20_001):
        message.metrics.add()
    with pytest.raises(BadMessage, match="20001 metrics"):
        decode(message.SerializeToString())


@pytest.mark.parametrize("value", [1, 193, None])
def test_a_quality_is_bad_good_or_stale(value: int | None) -> None:
    with pytest.raises(BadMessage):
        encode(Payload((Metric("x", DataType.INT8, 1, properties={"Quality": (DataType.INT32, value)}),)))
    with pytest.raises(BadMessage):
        encode(Payload((Metric("x", DataType.INT8, 1, properties={"Quality": (DataType.INT64, 192)}),)))
    good = Metric("x", DataType.INT8, 1, properties={"Quality": (DataType.INT32, 500)})
    assert decode(encode(Payload((good,)))).metrics[0].quality == 500


def test_keys_and_values_of_properties_are_as_many() -> None:
    message = new("Payload")()
    told = message.metrics.add(name="x", datatype=1, int_value=1)
    told.properties.keys.append("a")
    with pytest.raises(BadMessage):
        decode(message.SerializeToString())


@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(payloads().map(encode), st.integers(0, 400)).map(lambda pair: pair[0][: pair[1]]),
        st.tuples(payloads().map(encode), st.integers(0, 10**6), st.integers(0, 7)).map(
            lambda case: bytes(
                byte ^ (1 << case[2]) if case[0] and index == case[1] % len(case[0]) else byte
                for index, byte in enumerate(case[0])
            )
        ),
    )
)
def test_whatever_comes_is_a_payload_or_an_error_of_ours(body: bytes) -> None:
    try:
        found = decode(body)
    except BadMessage:
        return
    assert isinstance(found, Payload)
    for metric in found.metrics:
        for kind in (DataType.DOUBLE, DataType.STRING, DataType.INT8_ARRAY):
            try:
                typed(metric, kind)
            except BadMessage:
                continue


def test_an_array_of_64_bits_keeps_every_digit() -> None:
    values = (0, 2**64 - 1024, 2**64 - 1)
    assert unpack_array(DataType.UINT64_ARRAY, pack_array(DataType.UINT64_ARRAY, values)) == values


def test_a_signalling_nan_in_an_array_of_floats_stays_a_nan() -> None:
    signalling = np.array([0x7FF0000000000001], dtype=np.uint64).view(np.float64)
    assert math.isnan(unpack_array(DataType.FLOAT_ARRAY, pack_array(DataType.FLOAT_ARRAY, signalling))[0])


ids = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="+/#\0"), min_size=1, max_size=12)


@given(ids, ids, ids)
def test_topics_come_back(group: str, name: str, device: str) -> None:
    node = Node(group, name)
    for kind in ("NBIRTH", "NDEATH", "NDATA", "NCMD"):
        found = parse(node.topic(kind))
        assert (found.node, found.kind, found.device) == (node, kind, None)
        assert node.topic(kind) == f"spBv1.0/{group}/{kind}/{name}"
        with pytest.raises(BadInput):
            node.topic(kind, device)
    for kind in ("DBIRTH", "DDEATH", "DDATA", "DCMD"):
        found = parse(node.topic(kind, device))
        assert (found.node, found.kind, found.device) == (node, kind, device)
        with pytest.raises(BadInput):
            node.topic(kind)


@pytest.mark.parametrize("value", ["", "a+", "a/b", "#", "\ud800", "a\0"])
def test_an_identifier_with_a_wildcard_is_refused(value: str) -> None:
    with pytest.raises(BadInput):
        check_id(value, "group")


@pytest.mark.parametrize(
    "topic",
    [
        "spAv1.0/g/NBIRTH/n",
        "spBv1.0/g/NBIRTH/n/d",
        "spBv1.0/g/DBIRTH/n",
        "spBv1.0/g/XBIRTH/n",
        "spBv1.0/g/NBIRTH",
        "spBv1.0//NBIRTH/n",
        "spBv1.0/STATE/host",
        "STATE/host",
        "",
    ],
)
def test_other_topics_are_none_of_a_node(topic: str) -> None:
    with pytest.raises(BadMessage):
        parse(topic)


def test_state_is_the_json_of_version_3() -> None:
    assert State(online=True, timestamp=NOW_MS).encode() == b'{"online":true,"timestamp":1795507200000}'
    assert parse_state(b'{"timestamp": 5, "online": false}') == State(online=False, timestamp=5)
    assert state_topic("h") == "spBv1.0/STATE/h"
    for old in (b"ONLINE", b"", b"{}", b'{"online": "yes", "timestamp": 1}', b"[" * 99_999, b"\xff"):
        with pytest.raises(BadMessage):
            parse_state(old)
