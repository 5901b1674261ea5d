"""The contract of waveforms: what was put comes back bit by bit, or the object is named as damaged."""

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contents import noise, wave
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from obstore import get, put
from processes import dies, finish, start

from loadzone.store.place import Place
from loadzone.store.waveforms import Wave, Waveforms
from loadzone.store.waveforms.wave import CHUNK, FACTOR, header_of, name_of, packed
from loadzone.store.waveforms.waveforms import FIRST_BYTES
from loadzone.words.errors import BadInput, DamagedObject, StoreUnavailable, UnknownThing


@pytest.fixture
def waveforms(place: Place) -> Waveforms:
    return Waveforms(place.under("waveforms"))


@pytest.fixture
def in_folder(tmp_path: Path) -> Waveforms:
    return Waveforms.open(str(tmp_path / "waveforms"))


def read_all(kept: Waveforms, name: str) -> None:
    kept.read("acme", name)
    kept.envelope("acme", name, 0, CHUNK, 10)


def path_of(kept: Waveforms, name: str) -> Path:
    return Path(kept.place.url) / "acme" / name[:2] / name


@pytest.mark.parametrize("dtype", [np.float32, np.int16])
def test_samples_and_what_is_known_of_them_come_back(waveforms: Waveforms, dtype: Any) -> None:
    samples = noise(2 * CHUNK + 77, dtype)
    name = waveforms.put("acme", wave(samples, channel="驱动端", speed_rpm=1797.5, scale=0.25, facts={"sensor": "s1"}))
    back = waveforms.read("acme", name)
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, samples)
    header = waveforms.header("acme", name)
    assert (header.count, header.fs_hz, header.unit, header.scale) == (len(samples), 25_600.0, "g", 0.25)
    assert (header.channel, header.speed_rpm, header.facts) == ("驱动端", 1797.5, {"sensor": "s1"})
    assert header.duration_s == len(samples) / 25_600


FLOATS = hnp.arrays(np.float32, st.integers(1, 300), elements=st.floats(width=32))
WHOLES = hnp.arrays(np.int16, st.integers(1, 300))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(FLOATS, WHOLES), st.integers(-400, 400), st.one_of(st.none(), st.integers(-400, 400)))
def test_any_samples_and_any_part_of_them_come_back_bit_by_bit(
    in_folder: Waveforms, samples: Any, a: int, b: int | None
) -> None:
    name = in_folder.put("acme", wave(samples))
    assert in_folder.read("acme", name).tobytes() == samples.tobytes()
    assert in_folder.read("acme", name, a, b).tobytes() == samples[a:b].tobytes()


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (CHUNK - 1, CHUNK + 1), (CHUNK, 2 * CHUNK), (100_000, 100_000), (5, None)]
)
def test_a_part_is_read_over_the_edges_of_chunks(waveforms: Waveforms, start: int, stop: int | None) -> None:
    samples = noise(3 * CHUNK)
    name = waveforms.put("acme", wave(samples))
    np.testing.assert_array_equal(waveforms.read("acme", name, start, stop), samples[start:stop])


def test_a_part_costs_the_chunks_that_hold_it_and_no_more(
    in_folder: Waveforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = in_folder.put("acme", wave(noise(20 * CHUNK)))
    asked: list[int] = []
    ask = in_folder._get

    def counted(organisation: str, name: str, start: int, end: int) -> bytes:
        asked.append(end - start)
        return ask(organisation, name, start, end)

    monkeypatch.setattr(in_folder, "_get", counted)
    in_folder.read("acme", name, 7 * CHUNK, 8 * CHUNK)
    assert sum(asked) < FIRST_BYTES + 4 * CHUNK + 100


def test_the_same_waveform_is_one_object_and_another_is_another(waveforms: Waveforms) -> None:
    samples = noise(5000)
    names = {waveforms.put("acme", wave(samples)) for _ in range(3)}
    names.add(waveforms.put("acme", wave(samples, speed_rpm=1.0)))
    names.add(waveforms.put("acme", wave(samples[::-1])))
    assert len(names) == 3
    assert set(waveforms.names("acme")) == names


def test_an_organisation_does_not_read_the_waveforms_of_another(waveforms: Waveforms) -> None:
    name = waveforms.put("acme", wave(noise(100)))
    with pytest.raises(UnknownThing, match=name):
        waveforms.read("bolt", name)
    assert list(waveforms.names("bolt")) == []
    for hostile in ("../acme", "acme/..", ""):
        with pytest.raises(BadInput, match="identifier"):
            waveforms.read(hostile, name)
    for hostile in ("../../etc/passwd", name.upper(), name[:-1], ""):
        with pytest.raises(UnknownThing):
            waveforms.read("acme", hostile)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_bit_anywhere_is_an_error_that_names_the_object(in_folder: Waveforms, data: st.DataObject) -> None:
    name = in_folder.put("acme", wave(np.arange(CHUNK + 500, dtype=np.float32)))
    path = path_of(in_folder, name)
    whole = path.read_bytes()
    place = data.draw(st.one_of(st.integers(0, 1500), st.integers(0, len(whole) - 1)))
    torn = bytearray(whole)
    torn[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(torn)
    try:
        with pytest.raises(DamagedObject, match=name):
            read_all(in_folder, name)
    finally:
        path.write_bytes(whole)


def test_an_object_that_was_cut_or_emptied_is_damaged(waveforms: Waveforms) -> None:
    name = waveforms.put("acme", wave(noise(CHUNK)))
    key = f"acme/{name[:2]}/{name}"
    whole = bytes(get(waveforms._store, key).bytes())
    for length in (0, 5, 100, len(whole) // 2, len(whole) - 1):
        put(waveforms._store, key, whole[:length])
        with pytest.raises(DamagedObject, match=name):
            read_all(waveforms, name)


def test_a_header_that_claims_a_gigabyte_takes_no_memory(in_folder: Waveforms) -> None:
    name = in_folder.put("acme", wave(noise(100)))
    path = path_of(in_folder, name)
    torn = bytearray(path.read_bytes())
    torn[8:12] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(torn)
    with pytest.raises(DamagedObject, match=name):
        in_folder.read("acme", name)


def test_an_object_under_another_ones_name_is_damaged(in_folder: Waveforms) -> None:
    one, other = (in_folder.put("acme", wave(noise(100))) for _ in range(2))
    path_of(in_folder, one).write_bytes(path_of(in_folder, other).read_bytes())
    with pytest.raises(DamagedObject, match=one):
        in_folder.header("acme", one)


def test_a_drawing_holds_every_peak_of_its_span(waveforms: Waveforms) -> None:
    samples = noise(FACTOR**2 * 40 + 13)
    name = waveforms.put("acme", wave(samples))
    for first, stop, pairs in (
        (0, len(samples), 500),
        (0, len(samples), 20),
        (1000, 1400, 2000),
        (70_000, 99_000, 300),
        (5, 6, 1),
    ):
        drawn = waveforms.envelope("acme", name, first, stop, pairs)
        assert len(drawn.minima) == len(drawn.maxima) <= pairs + 2
        assert drawn.start <= first
        reach = len(drawn.minima) * drawn.step + drawn.start
        assert reach >= stop
        for i, (low, high) in enumerate(zip(drawn.minima, drawn.maxima, strict=True)):
            begin = drawn.start + i * drawn.step
            part = samples[begin : begin + drawn.step]
            inside = samples[max(begin, first) : min(begin + drawn.step, stop)]
            assert part.min() <= low <= inside.min()
            assert part.max() >= high >= inside.max()
    with pytest.raises(BadInput, match="drawn"):
        waveforms.envelope("acme", name, 5, 5, 100)


def test_what_is_not_a_number_is_kept_and_does_not_hide_peaks(in_folder: Waveforms) -> None:
    samples = noise(10_000)
    samples[::2] = np.nan
    samples[77] = np.inf
    name = in_folder.put("acme", wave(samples))
    assert in_folder.read("acme", name).tobytes() == samples.tobytes()
    drawn = in_folder.envelope("acme", name, 0, 10_000, 10)
    assert drawn.maxima[0] == np.inf
    assert np.isfinite(drawn.minima).all()


@pytest.mark.parametrize(
    "bad",
    [
        {"samples": np.zeros(0, np.float32)},
        {"samples": np.zeros((2, 3), np.float32)},
        {"samples": np.zeros(3)},
        {"samples": np.zeros(3, np.complex64)},
        {"fs_hz": 0.0},
        {"fs_hz": float("nan")},
        {"scale": -1.0},
    ],
)
def test_what_is_no_waveform_is_refused(bad: dict[str, Any]) -> None:
    good: dict[str, Any] = {"samples": np.zeros(3, np.float32), "fs_hz": 1.0, "unit": "g", "started_us": 0}
    with pytest.raises(BadInput):
        Wave(**(good | bad))


def test_many_who_put_the_same_at_once_leave_one_whole_object(in_folder: Waveforms) -> None:
    one = wave(noise(CHUNK))
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(in_folder.put("acme", one))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 1
    np.testing.assert_array_equal(in_folder.read("acme", names[0]), one.samples)


PUTTER = """
import sys
import numpy as np
from loadzone.store.waveforms import Wave, Waveforms
print(Waveforms.open(sys.argv[1]).put("acme", Wave(np.arange(100_000, dtype=np.float32), 1.0, "g", 0)))
"""


@pytest.mark.parametrize(("point", "count"), [("waveforms: before put", 0), ("waveforms: after put", 1)])
def test_a_writer_killed_around_its_put_leaves_a_whole_object_or_none(
    waveforms: Waveforms, point: Any, count: int
) -> None:
    dies(point, PUTTER, waveforms.place.url)
    assert len(list(waveforms.names("acme"))) == count
    name = finish(start(PUTTER, waveforms.place.url)).strip()
    np.testing.assert_array_equal(waveforms.read("acme", name), np.arange(100_000, dtype=np.float32))
    assert list(waveforms.names("acme")) == [name]


def test_a_sweep_takes_what_nothing_refers_to_but_nothing_young(in_folder: Waveforms) -> None:
    kept, gone, young = (in_folder.put("acme", wave(noise(100))) for _ in range(3))
    other = in_folder.put("bolt", wave(noise(100)))
    for name in (kept, gone):
        os.utime(path_of(in_folder, name), (0, 0))
    assert in_folder.sweep("acme", {kept}) == 1
    assert set(in_folder.names("acme")) == {kept, young}
    assert list(in_folder.names("bolt")) == [other]
    with pytest.raises(UnknownThing):
        in_folder.read("acme", gone)


def test_a_full_disk_is_told_and_leaves_no_half_object(tiny_disk: Path) -> None:
    kept = Waveforms.open(str(tiny_disk / "waveforms"))
    names = []

    def fill() -> None:
        names.extend(kept.put("acme", wave(noise(CHUNK))) for _ in range(20))

    with pytest.raises(StoreUnavailable, match="room"):
        fill()
    assert 0 < len(names) < 20
    for name in names:
        kept.read("acme", name)
    assert set(kept.names("acme")) == set(names)


def test_the_name_seals_the_header_and_the_header_the_chunks() -> None:
    name, data = packed(wave(noise(CHUNK + 1)))
    length = int.from_bytes(data[8:12], "little") + 12
    assert name == name_of(data[:length])
    header = header_of(data[:length])
    parts = [part for series in (header.samples, *header.levels) for part in series.parts]
    assert parts[0].start == length
    assert parts[-1].start + parts[-1].length == len(data)
