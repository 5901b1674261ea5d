"""Messages that are torn, lie about themselves or mean harm: each is kept as it is or put aside, and nothing falls."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watching import DRIVE, NOW_US, SOURCE, arrival, furnished, values, waveform

from loadzone.connect.address import Kind
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.flows.platform import Platform
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.store.catalog.latest import latest_of
from loadzone.store.catalog.progress import progress

SPAN = {"start_us": 0, "end_us": 4 * 10**15}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return furnished(tmp_path_factory.mktemp("hostile") / "data")


def taken(platform: Platform, source: str, *bodies: tuple[Kind, bytes]) -> int:
    """How many of the messages were put aside; every one of them is done with."""
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    arrivals = [arrival(n, body, kind) for n, (kind, body) in enumerate(bodies, start=1)]
    harvest = handle(watch, source, arrivals)
    with platform.catalog.read("acme") as work:
        assert progress(work, source) == len(bodies)
    return len(harvest.dead)


def torn(body: bytes, at: int, what: bytes) -> bytes:
    return body[:at] + what + body[at + len(what) :]


@given(
    kind=st.sampled_from(("values", "waveform")),
    at=st.integers(0, 200),
    what=st.binary(min_size=1, max_size=16),
    cut=st.integers(0, 400),
    number=st.integers(0, 10**9),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_changed_in_a_message_it_is_kept_or_put_aside(
    platform: Platform, kind: Kind, at: int, what: bytes, cut: int, number: int
) -> None:
    body = values(number, 6) if kind == "values" else waveform(1, 64)
    changed = torn(body, at, what)[: max(0, len(body) - cut)]
    source = f"fuzz-{number}-{at}-{cut}-{what.hex()}-{kind}"[:64]
    assert taken(platform, source, (kind, changed), (kind, body)) in {0, 1}


def test_a_head_that_claims_a_gigabyte_costs_nothing(platform: Platform) -> None:
    claims = bytearray(waveform(1, 64))
    struct.pack_into("<I", claims, 12, 1 << 28)
    points = b"LZVL" + struct.pack("<BxHI", 1, 1, 0xFFFFFFFF) + bytes(100)
    assert taken(platform, "claims", ("waveform", bytes(claims)), ("values", points)) == 2


def test_names_that_mean_harm_are_names(platform: Platform) -> None:
    names = ("'; DROP TABLE latest; --", "<script>alert(1)</script>", "轴承 温度", "a" * 128, "{0.__class__}")
    times = np.full(len(names), NOW_US, dtype=np.int64)
    body = encode_values(Values(times, np.arange(5.0), names, ("x" * 32, "", "℃", "", "%s")))
    assert taken(platform, "names", ("values", body)) == 0
    for number, name in enumerate(names):
        found = platform.lake.trend("points", "acme", "drive", name, **SPAN).values.tolist()
        assert found == [float(number)]
    with platform.catalog.read("acme") as work:
        shown = {each.quantity for each in latest_of(work, positions=["drive"])}
    assert set(names[1:3]) < shown
    assert not {names[0], names[3]} & shown, "names and units that the table of latest values cannot hold"


@pytest.mark.parametrize(
    "samples",
    [
        np.full(3000, np.nan, dtype=np.float32),
        np.full(3000, np.inf, dtype=np.float32),
        np.zeros(3000, dtype=np.float32),
        np.full(3000, 3e38, dtype=np.float32),
        np.array([1.0], dtype=np.float32),
        np.array([np.nan, 1.0, -1.0] * 1000, dtype=np.float32),
        np.full(70_000, np.nan, dtype=np.float32),
    ],
    ids=["nan", "inf", "zero", "huge", "one", "some nan", "many nan"],
)
def test_samples_that_are_no_signal_are_kept_and_not_judged(
    platform: Platform, samples: np.ndarray, request: pytest.FixtureRequest
) -> None:
    at_us = NOW_US + 10**9 * (1 + zlib.crc32(request.node.name.encode()) % 100_000)
    body = encode_waveform(Waveform(samples, 12_000.0, "g", at_us, "odd", speed_rpm=1500.0, speed_source="set"))
    assert taken(platform, f"odd-{request.node.name}"[:64], ("waveform", body)) == 0
    span = {"start_us": at_us, "end_us": at_us + 1}
    (row,) = platform.lake.documents("recordings", "acme", "drive", **span)
    assert np.array_equal(platform.waveforms.read("acme", row["object"]), samples, equal_nan=True)
    for result in platform.lake.documents("results", "acme", "drive", **span):
        assert result["verdict"] == "undetermined"
        assert json.loads(result["document"])["found"]["problems"]


def test_a_scale_that_leaves_the_range_of_numbers_is_not_judged(platform: Platform) -> None:
    samples = np.linspace(-1e20, 1e20, 3000).astype(np.float32)
    body = encode_waveform(Waveform(samples, 12_000.0, "g", NOW_US + 7, "far", scale=1e30))
    assert taken(platform, "far", ("waveform", body)) in {0, 1}


def test_files_that_are_none_are_put_aside(platform: Platform) -> None:
    hostile = (
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\xff\xff",
        b"MATLAB 5.0 MAT-file" + bytes(200),
        b"\x89HDF\r\n\x1a\n" + bytes(50),
        b"PAR1" + bytes(40) + b"PAR1",
        b"LZFI\x01\x0b../../a.csv1,2\n3,4\n",
        b"TDSm" + bytes(60),
        b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        b"",
    )
    assert taken(platform, "files", *(("file", each) for each in hostile)) == len(hostile)


def test_ten_thousand_positions_of_one_client_fill_no_table(tmp_path: Path) -> None:
    from loadzone.connect.address import Address
    from loadzone.store.catalog.quarantine import MOST, quarantine

    platform = furnished(tmp_path / "data")
    strange = [arrival(n, values(n), address=Address("acme", f"x{n}")) for n in range(1, 10_001)]
    harvest = handle(Watch(platform), SOURCE, strange)
    assert len(harvest.strangers) == 10_000
    with platform.catalog.read("acme") as work:
        assert len(quarantine.all(work)) == MOST
    harvest = handle(Watch(platform), SOURCE, [arrival(10_001, values(1), address=DRIVE)])
    assert harvest.strangers == []
