"""What devices send: every form can be read back, and nothing that is sent breaks the reader."""

import json
import re
import struct
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.connect.address import KINDS, Address, Kind, identifier, parse_subject, parse_topic, subject_of
from loadzone.connect.messages import File, Values, Waveform, decode
from loadzone.connect.messages.file import decode_file, encode_file
from loadzone.connect.messages.parts import EARLIEST_US, LATEST_US
from loadzone.connect.messages.values import decode_values, encode_values, encode_values_json
from loadzone.connect.messages.waveform import decode_waveform, encode_waveform
from loadzone.words.errors import BadInput, BadMessage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "platform" / "messages.md"
NOW_US = 1_795_507_200_000_000
HOSTILE = (
    "'; DROP TABLE positions; --",
    "<script>alert(1)</script>",
    "轴承温度",
    "{value}",
    "%s%n",
    "../../etc/passwd",
)

names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20) | st.sampled_from(HOSTILE)
times = st.integers(EARLIEST_US, LATEST_US - 1)
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def some_values(draw: st.DrawFn) -> Values:
    points = draw(st.lists(st.tuples(times, finite, names, names | st.just("")), min_size=1, max_size=60))
    columns = list(zip(*points, strict=True))
    return Values(np.array(columns[0], dtype=np.int64), np.array(columns[1]), tuple(columns[2]), tuple(columns[3]))


@st.composite
def some_waveform(draw: st.DrawFn) -> Waveform:
    dtype = draw(st.sampled_from([np.float32, np.int16]))
    raw = draw(st.binary(min_size=4, max_size=400).filter(lambda each: len(each) % 4 == 0))
    speed = draw(st.none() | st.floats(0, 60_000))
    return Waveform(
        samples=np.frombuffer(raw, dtype),
        fs_hz=draw(st.floats(1, 1e6)),
        unit=draw(st.sampled_from(["g", "ms2", "mms", "um", "v", "degc", "pa"])),
        time_us=draw(times),
        channel=draw(names),
        scale=draw(st.floats(1e-9, 1e9)),
        speed_rpm=speed,
        speed_source=None if speed is None else draw(st.sampled_from(["measured", "set", "estimated"])),
    )


def same_values(one: Values, other: Values) -> None:
    np.testing.assert_array_equal(one.times_us, other.times_us)
    np.testing.assert_array_equal(one.values, other.values)
    assert (one.quantities, one.units) == (other.quantities, other.units)


@given(some_values())
def test_values_come_back_from_both_of_their_forms(values: Values) -> None:
    same_values(decode_values(encode_values(values)), values)
    same_values(decode_values(encode_values_json(values)), values)


@given(some_waveform())
def test_a_waveform_comes_back_to_the_bit(waveform: Waveform) -> None:
    back = decode_waveform(encode_waveform(waveform))
    assert back.samples.tobytes() == waveform.samples.tobytes()
    assert back.samples.dtype == waveform.samples.dtype
    for field in ("fs_hz", "unit", "time_us", "channel", "scale", "speed_rpm", "speed_source"):
        assert getattr(back, field) == getattr(waveform, field), field


@given(st.binary(min_size=1), names.filter(lambda each: not set(each) & set("/\\:") and each not in {".", ".."}))
def test_a_file_comes_back_with_its_name(content: bytes, name: str) -> None:
    assert decode_file(encode_file(File(content, name))) == File(content, name)


def test_a_waveform_becomes_a_recording_in_its_unit() -> None:
    sent = Waveform(np.array([1, -2], np.int16), 25_600.0, "ms2", NOW_US, "DE", 0.5, 1480.0, "measured")
    recording = decode_waveform(encode_waveform(sent)).recording()
    assert recording.samples.tolist() == [0.5, -1.0]
    assert recording.samples.dtype == np.float32
    assert (recording.fs_hz.value, recording.unit.value) == (25_600.0, "ms2")  # type: ignore[union-attr]
    assert recording.speed_rpm is not None
    assert recording.speed_rpm.value == 1480.0
    assert recording.started_at == "2026-11-24T08:00:00+00:00"


def test_the_worked_bytes_of_the_page_are_what_they_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = [bytes.fromhex("".join(block.split())) for block in re.findall(r"```hex\n(.*?)```", page, flags=re.DOTALL)]
    (example,) = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    values, waveform, file = told
    same_values(decode_values(values), decode_values(example.encode()))
    assert encode_values(decode_values(values)) == values
    shown = decode_waveform(waveform)
    assert encode_waveform(shown) == waveform
    assert (shown.channel, shown.unit, shown.samples.tolist()) == ("DE", "ms2", [100, -200, 300])
    assert (shown.fs_hz, shown.scale, shown.speed_rpm, shown.speed_source) == (25_600.0, 0.01, 1480.0, "measured")
    assert decode_file(file) == File(b"RIFF", "DE.wav")


@pytest.mark.parametrize("time", ["2026-11-24T08:00:00Z", "2026-11-24T16:00:00+08:00", NOW_US])
def test_a_time_is_rfc_3339_or_whole_microseconds(time: str | int) -> None:
    body = json.dumps({"points": [{"time": time, "quantity": "speed", "value": 1480}]}).encode()
    assert decode_values(body).times_us.tolist() == [NOW_US]


POINT = {"time": NOW_US, "quantity": "temperature", "value": 61.2, "unit": "degC"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"time": NOW_US // 1_000_000}, "not seconds"),
        ({"time": NOW_US // 1_000}, "not seconds"),
        ({"time": 10**400}, "outside 1990 to 2100"),
        ({"time": True}, "values are JSON"),
        ({"time": "2026-11-24T08:00:00"}, "values are JSON"),
        ({"time": "yesterday"}, "values are JSON"),
        ({"value": "61.2"}, "values are JSON"),
        ({"value": None}, "values are JSON"),
        ({"value": True}, "values are JSON"),
        ({"value": [61.2]}, "values are JSON"),
        ({"value": 10**400}, "."),
        ({"quantity": ""}, "quantity"),
        ({"quantity": "a" * 129}, "quantity"),
        ({"quantity": "a\x00b"}, "quantity"),
        ({"unit": "\n"}, "unit"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_point_that_is_none_is_refused_with_its_reason(change: dict[str, object], told: str) -> None:
    with pytest.raises(BadMessage, match=told):
        decode_values(json.dumps({"points": [POINT | change]}).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"61.2",
        b'{"points": []}',
        b'{"points": [{"time": 1, "quantity": "x", "value": NaN}]}',
        b'{"points": [{"time": 1795507200000000, "quantity": "x", "value": 1e999}]}',
        b'{"points": ' + b"[" * 100_000,
        b'{"points": ' + b'{"a":' * 100_000,
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\xff\xfe",
        b'{"points": [{"time": 1795507200000000, "quantity": "\\ud800", "value": 1}]}',
    ],
)
def test_json_that_is_not_of_the_schema_is_refused(body: bytes) -> None:
    with pytest.raises(BadMessage):
        decode_values(body)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_data_and_stay_as_they_are(name: str) -> None:
    body = json.dumps({"points": [POINT | {"quantity": name}]}).encode()
    assert decode_values(body).quantities == (name,)


def test_a_head_that_claims_a_gigabyte_is_refused_by_one_comparison() -> None:
    whole = bytearray(encode_waveform(Waveform(np.zeros(8, np.float32), 25_600.0, "g", NOW_US, "DE")))
    struct.pack_into("<I", whole, 12, 268_435_456)
    with pytest.raises(BadMessage, match="promises 1073741876 bytes and the message has 84"):
        decode_waveform(bytes(whole))
    values = bytearray(encode_values(Values(np.array([NOW_US]), np.array([1.0]), ("x",), ("",))))
    struct.pack_into("<I", values, 8, 0xFFFFFFFF)
    with pytest.raises(BadMessage, match="4294967295 points"):
        decode_values(bytes(values))


@pytest.mark.parametrize(
    ("offset", "value", "told"),
    [
        (4, b"\x07", "version 7"),
        (5, b"\x09", "type of samples 9"),
        (6, b"\x00", "unit 0"),
        (7, b"\x08", "source of the speed 8"),
        (16, struct.pack("<q", 5), "not seconds"),
        (24, struct.pack("<d", 0.0), "rate"),
        (24, struct.pack("<d", float("nan")), "rate"),
        (32, struct.pack("<d", float("inf")), "scale"),
        (40, struct.pack("<d", -5.0), "speed"),
        (48, b"\xff\xff", "UTF-8"),
    ],
)
def test_a_head_of_a_waveform_that_cannot_be_is_refused(offset: int, value: bytes, told: str) -> None:
    waveform = Waveform(np.ones(4, np.float32), 25_600.0, "g", NOW_US, "DE", 1.0, 1480.0, "set")
    body = bytearray(encode_waveform(waveform))
    body[offset : offset + len(value)] = value
    with pytest.raises(BadMessage, match=told):
        decode_waveform(bytes(body))


@pytest.mark.parametrize("name", ["../x.wav", "a/b", "C:\\x", "..", "x\x00", "n" * 201])
def test_a_name_that_leads_out_of_a_folder_is_refused(name: str) -> None:
    raw = name.encode()
    with pytest.raises(BadMessage):
        decode_file(b"LZFI\x01" + bytes([len(raw)]) + raw + b"content")


def any_body() -> st.SearchStrategy[bytes]:
    """Noise, JSON of any shape, and messages of ours that were torn, lengthened or flipped."""
    shapes = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["points", "time", "quantity", "value", "unit", "x"]), inner, max_size=5)
        ),
        max_leaves=12,
    )
    ours = st.one_of(
        some_values().map(encode_values),
        some_values().map(encode_values_json),
        some_waveform().map(encode_waveform),
        st.binary(max_size=80).map(lambda each: b"LZFI\x01" + each),
    )
    return st.one_of(
        st.binary(max_size=200),
        st.sampled_from([b"LZVL", b"LZWF", b"LZFI"]).flatmap(lambda magic: st.binary(max_size=120).map(magic.__add__)),
        shapes.map(lambda shape: json.dumps(shape).encode()),
        st.tuples(ours, st.integers(0, 400)).map(lambda pair: pair[0][: pair[1]]),
        st.tuples(ours, st.binary(max_size=9)).map(lambda pair: pair[0] + pair[1]),
        st.tuples(ours, st.integers(0, 2**16), st.integers(0, 7)).map(flipped),
    )


def flipped(case: tuple[bytes, int, int]) -> bytes:
    body = bytearray(case[0])
    body[case[1] % len(body)] ^= 1 << case[2]
    return bytes(body)


@given(st.sampled_from(KINDS), any_body())
def test_whatever_is_sent_becomes_a_message_or_an_error_of_ours(kind: Kind, body: bytes) -> None:
    with suppress(BadMessage):
        assert isinstance(decode(kind, body), Values | Waveform | File)


def test_an_address_is_the_same_as_topic_and_as_subject() -> None:
    address = Address("acme", "pump-1")
    assert parse_topic("in/acme/pump-1/values") == (address, "values")
    assert parse_subject("in.acme.pump-1.file") == (address, "file")
    assert parse_topic(address.topic("waveform")) == (address, "waveform")
    assert subject_of(address.topic("values")) == "in.acme.pump-1.values"


@given(st.text(max_size=80))
def test_an_identifier_can_stand_in_a_topic_a_subject_and_a_file_name(value: str) -> None:
    is_plain = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value, flags=re.ASCII)
    with nullcontext() if is_plain else pytest.raises(BadInput, match="1 to 64"):
        assert subject_of(f"in/{identifier(value)}") == f"in.{value}"


@pytest.mark.parametrize(
    "topic",
    ["", "in", "in/a/b", "in/a/b/values/x", "in/a b/c/values", "in/a/b/video", "out/a/b/values", "in/轴/b/values"],
)
def test_another_topic_is_refused(topic: str) -> None:
    with pytest.raises(BadMessage):
        parse_topic(topic)


@pytest.mark.parametrize("topic", ["", "a b", "a\tb", "a*", "a/>", "a\x00"])
def test_a_topic_that_the_listener_does_not_carry_has_no_subject(topic: str) -> None:
    with pytest.raises(BadInput):
        subject_of(topic)


def test_a_position_keeps_its_shard_on_every_machine() -> None:
    assert [Address("acme", f"p{index}").shard(8) for index in range(6)] == SHARDS
    counts = np.bincount([Address("acme", f"p{index}").shard(8) for index in range(4_000)], minlength=8)
    assert counts.min() > 400


SHARDS = [4, 3, 5, 0, 0, 0]


def test_times_of_the_limits_are_those_of_the_sentence() -> None:
    assert datetime.fromtimestamp(EARLIEST_US / 1e6, UTC).year == 1990
    assert datetime.fromtimestamp(LATEST_US / 1e6, UTC).year == 2100
