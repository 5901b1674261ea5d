"""What arrives is kept once, in order, and readers see it when the catalog does."""

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from watching import DRIVE, FREE, NOW_US, SOURCE, arrival, furnished, kept, mixed, values, waveform

from loadzone.connect.address import Address
from loadzone.connect.messages.file import File, encode_file
from loadzone.connect.messages.waveform import decode_waveform
from loadzone.flows.platform import Platform
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.flows.watch.waves import recording_of
from loadzone.store.catalog.latest import latest_of
from loadzone.store.catalog.progress import progress
from loadzone.store.catalog.quarantine import quarantine
from loadzone.store.catalog.states import states


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return furnished(tmp_path / "data")


@pytest.fixture
def watch(platform: Platform) -> Watch:
    return Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))


def points(platform: Platform, quantity: str = "temperature", position: str = "drive") -> list[float]:
    span = {"start_us": NOW_US, "end_us": NOW_US + 10**12}
    return platform.lake.trend("points", "acme", position, quantity, **span).values.tolist()


def test_values_are_in_the_lake_and_the_newest_of_each_quantity_in_the_catalog(watch: Watch) -> None:
    handle(watch, SOURCE, [arrival(1, values(1)), arrival(2, values(3)), arrival(3, values(2))])
    assert points(watch.platform) == [1.0, 2.0, 3.0]
    with watch.platform.catalog.read("acme") as work:
        newest = {each.quantity: each for each in latest_of(work, positions=["drive"])}
        assert progress(work, SOURCE) == 3
    assert (newest["temperature"].value, newest["temperature"].unit) == (3.0, "degC")
    assert (newest["speed"].value, newest["speed"].unit) == (3.01, "r/min")
    assert newest["temperature"].at_us == NOW_US + 3_000_000


@pytest.mark.parametrize("cuts", [(), (3,), (1, 2, 7), (5, 6)])
def test_arrivals_that_come_again_in_other_batches_change_nothing(
    watch: Watch, tmp_path: Path, cuts: tuple[int, ...]
) -> None:
    arrivals = mixed(12)
    handle(watch, SOURCE, arrivals)
    once = kept(watch.platform)
    bounds = [0, *cuts, len(arrivals)]
    for start, end in itertools.pairwise(bounds):
        handle(watch, SOURCE, arrivals[start:end])
    assert kept(watch.platform) == once
    other = furnished(tmp_path / "other")
    again = Watch(other, decoder=Decoder(other.bodies, is_isolated=False))
    for start, end in itertools.pairwise(bounds):
        handle(again, SOURCE, arrivals[start:end])
    there = kept(other)
    for name in ("points", "descriptors", "results", "recordings", "alarms", "advice", "block_states", "waveforms"):
        assert there[name] == once[name], name


def test_a_waveform_is_kept_indexed_described_and_diagnosed_when_it_is_the_first(watch: Watch) -> None:
    body = waveform(1, samples=60_000)
    handle(watch, SOURCE, [arrival(1, body, "waveform"), arrival(2, waveform(2, 60_000), "waveform")])
    span = {"start_us": NOW_US, "end_us": NOW_US + 10**12}
    second, first = watch.platform.lake.documents("recordings", "acme", "drive", **span)
    assert (first["channel"], first["rate"], first["samples"], first["unit"], first["serial"]) == (
        "x",
        12_000.0,
        60_000,
        "g",
        "S-1",
    )
    stored = watch.platform.waveforms.read("acme", first["object"])
    assert np.array_equal(stored, decode_waveform(body).samples)
    assert second["object"] != first["object"]
    results = watch.platform.lake.documents("results", "acme", "drive", **span)
    assert [each["recording"] for each in results] == [first["id"]], "the second is not due"
    assert results[0]["verdict"] == "healthy"
    rms = watch.platform.lake.trend("descriptors", "acme", "drive", "rms:x", **span).values
    assert rms == pytest.approx([np.std(decode_waveform(body).samples), 1.22], rel=0.02)
    velocity = watch.platform.lake.trend("descriptors", "acme", "drive", "velocity:x", **span).values
    assert len(velocity) == 2
    with watch.platform.catalog.read("acme") as work:
        assert [each.sequence for each in states.all(work)] == [2]
        assert {each.quantity for each in latest_of(work)} >= {"rms:x", "kurtosis:x", "velocity:x"}


def test_a_recording_that_was_kept_comes_back_as_it_was_diagnosed(watch: Watch) -> None:
    handle(watch, SOURCE, [arrival(1, waveform(1), "waveform")])
    span = {"start_us": NOW_US, "end_us": NOW_US + 10**12}
    (row,) = watch.platform.lake.documents("recordings", "acme", "drive", **span)
    header = watch.platform.waveforms.header("acme", row["object"])
    back = recording_of(header, watch.platform.waveforms.read("acme", row["object"]))
    assert back.speed_rpm is not None
    assert (back.speed_rpm.value, back.speed_rpm.kind) == (1797.0, "user")
    assert back.fs_hz is not None
    assert (back.fs_hz.value, back.fs_hz.kind, back.fs_hz.detail) == (12_000.0, "file", "message")
    assert np.array_equal(back.samples, decode_waveform(waveform(1)).samples)


def test_int16_samples_stay_as_they_were_sent(watch: Watch) -> None:
    from loadzone.connect.messages.waveform import Waveform, encode_waveform

    raw = (1000 * np.sin(np.arange(5000))).astype(np.int16)
    body = encode_waveform(Waveform(raw, 10_000.0, "ms2", NOW_US, "y", scale=0.01))
    handle(watch, SOURCE, [arrival(1, body, "waveform")])
    span = {"start_us": NOW_US, "end_us": NOW_US + 10**12}
    (row,) = watch.platform.lake.documents("recordings", "acme", "drive", **span)
    assert np.array_equal(watch.platform.waveforms.read("acme", row["object"]), raw)
    (level,) = watch.platform.lake.trend("descriptors", "acme", "drive", "peak:y", **span).values
    assert level == pytest.approx(10.0, rel=0.01)


def test_a_body_that_is_none_is_put_aside_with_its_reason_and_the_others_go_on(watch: Watch) -> None:
    harvest = handle(watch, SOURCE, [arrival(1, values(1)), arrival(2, b"{}"), arrival(3, values(3))])
    assert [(each.sequence, "points" in str(reason)) for each, reason in harvest.dead] == [(2, True)]
    assert points(watch.platform) == [1.0, 3.0]
    with watch.platform.catalog.read("acme") as work:
        assert progress(work, SOURCE) == 3


def test_an_unknown_position_is_counted_once_and_kept_out(watch: Watch) -> None:
    strange = [arrival(n, values(n), address=Address("acme", "nowhere")) for n in (1, 2)]
    other = arrival(3, values(3), address=Address("nobody", "drive"))
    for _ in range(2):
        harvest = handle(watch, SOURCE, [*strange, other])
    with watch.platform.catalog.read("acme") as work:
        assert [(each.position, each.count) for each in quarantine.all(work)] == [("nowhere", 2)]
    assert harvest.strangers == []
    assert points(watch.platform) == []


def test_a_file_of_a_known_format_is_read_channel_by_channel(watch: Watch, tmp_path: Path) -> None:
    from loadzone.formats import write
    from loadzone.signals.recording import Recording
    from loadzone.words.sourced import Sourced

    noise = np.random.default_rng(0).normal(size=(2, 30_000)).astype(np.float32)
    made = [Recording(row, name, fs_hz=Sourced(12_000.0, "user")) for name, row in zip("xy", noise, strict=True)]
    path = write(tmp_path / "two.csv", made)
    body = encode_file(File(path.read_bytes(), "two.csv"))
    harvest = handle(watch, SOURCE, [arrival(1, body, "file"), arrival(2, b"no recording at all", "file")])
    assert [each.sequence for each, _ in harvest.dead] == [2]
    span = {"start_us": NOW_US, "end_us": NOW_US + 10**12}
    rows = watch.platform.lake.documents("recordings", "acme", "drive", **span)
    assert sorted(each["channel"] for each in rows) == ["x", "y"]
    assert len(watch.platform.lake.documents("results", "acme", "drive", **span)) == 2


def test_a_body_that_was_too_large_for_a_message_is_read_by_its_reference(watch: Watch) -> None:
    reference = watch.platform.bodies.put(waveform(1))
    handle(watch, SOURCE, [arrival(1, b"", "waveform", reference=reference)])
    span = {"start_us": NOW_US, "end_us": NOW_US + 10**12}
    assert len(watch.platform.lake.documents("recordings", "acme", "drive", **span)) == 1


def test_a_position_whose_facts_are_not_understood_keeps_its_recordings_and_says_so(watch: Watch) -> None:
    from loadzone.store.catalog.positions import positions

    facts = {"speed_rpm": "fast"}
    watch.platform.catalog.write("acme", lambda work: positions.change(work, "acme", "drive", facts=facts))
    handle(watch, SOURCE, [arrival(1, waveform(1), "waveform")])
    span = {"start_us": NOW_US, "end_us": NOW_US + 10**12}
    (result,) = watch.platform.lake.documents("results", "acme", "drive", **span)
    assert result["verdict"] == "undetermined"
    assert "facts of the position" in result["document"]


def test_positions_of_a_batch_do_not_mix(watch: Watch) -> None:
    handle(watch, SOURCE, [arrival(n, values(n), address=(DRIVE, FREE)[n % 2]) for n in range(1, 7)])
    assert points(watch.platform) == [2.0, 4.0, 6.0]
    assert points(watch.platform, position="free") == [1.0, 3.0, 5.0]
