"""Whatever is written comes back: samples, rate, unit, channel, speed, in every format that writes."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from loadzone.formats import read, write
from loadzone.formats.rates import time_scale_s
from loadzone.formats.reading import UNITS
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput, BadRecord, MissingInput, UnknownFormat, UnreadableFile
from loadzone.words.sourced import Sourced

EXACT = (".wav", ".npz", ".csv", ".parquet", ".arrow", ".h5", ".mat", ".tdms", ".uff")
NAMES = st.text(st.characters(codec="ascii", categories=("Lu", "Ll")), min_size=1, max_size=12).filter(
    lambda name: time_scale_s(name) is None  # a column called t is a time
)
RATES = st.sampled_from([1.0, 12000.0, 25600.0, 48828.125, 51200.0, 97656.25, 1 / 3 + 1000])


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy.map(lambda value: Sourced(value, "user"))


@st.composite
def recordings(draw: st.DrawFn, width: int = 32) -> list[Recording]:
    count = draw(st.integers(2, 40))
    kind = np.dtype(f"float{width}")
    values = hnp.arrays(kind, count, elements=st.floats(width=width))
    rate = Sourced(draw(RATES), "user")
    speed = draw(maybe(st.floats(1, 60000)))
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=str.casefold))
    return [
        Recording(
            draw(values), name, index=index, fs_hz=rate, speed_rpm=speed, unit=draw(maybe(st.sampled_from(UNITS)))
        )
        for index, name in enumerate(names)
    ]


def check(written: list[Recording], suffix: str) -> None:
    if suffix == ".uff":  # pyuff writes zeros for NaN, so our writer refuses it
        written = [each.but(samples=np.nan_to_num(each.samples)) for each in written]
    with TemporaryDirectory() as folder:
        back = read(write(Path(folder) / f"x{suffix}", written))
    assert [each.channel for each in back] == [each.channel for each in written]
    for one, two in zip(written, back, strict=True):
        assert np.array_equal(one.samples, two.samples, equal_nan=True)
        for name in ("fs_hz", "unit", "speed_rpm"):
            before, after = getattr(one, name), getattr(two, name)
            assert (before and before.value) == (after and after.value), name
            assert after is None or after.kind == "file"


@pytest.mark.parametrize("suffix", EXACT)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=recordings())
def test_float32_recordings_come_back_bit_for_bit(suffix: str, written: list[Recording]) -> None:
    check(written, suffix)


@pytest.mark.parametrize("suffix", EXACT)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=recordings(width=64))
def test_float64_recordings_come_back_bit_for_bit(suffix: str, written: list[Recording]) -> None:
    check(written, suffix)


@pytest.mark.parametrize("suffix", [".npz", ".parquet", ".arrow", ".h5", ".wav", ".csv"])
def test_the_type_of_samples_is_kept(suffix: str, tmp_path: Path) -> None:
    for kind in (np.float32, np.float64):
        samples = np.random.default_rng(1).standard_normal(100).astype(kind)
        (back,) = read(write(tmp_path / f"x{suffix}", [Recording(samples, "DE", fs_hz=Sourced(1000.0, "user"))]))
        assert back.samples.dtype == kind


@settings(max_examples=20, deadline=None)
@given(values=hnp.arrays(np.float32, 50, elements=st.floats(-1e4, 1e4, width=32)))
def test_flac_keeps_samples_to_24_bits_of_the_largest(values: np.ndarray) -> None:
    with TemporaryDirectory() as folder:
        written = Recording(values, "DE", fs_hz=Sourced(12000.0, "user"), unit=Sourced("g", "user"))
        (back,) = read(write(Path(folder) / "x.flac", [written]))
    assert np.abs(back.samples - values).max() <= np.abs(values).max() * 2.0**-23


def test_a_chinese_channel_name_survives_where_the_format_knows_unicode(tmp_path: Path) -> None:
    recording = Recording(np.ones(16, np.float32), "驱动端 水平", fs_hz=Sourced(1000.0, "user"))
    for suffix in (".wav", ".flac", ".npz", ".csv", ".parquet", ".arrow", ".h5", ".mat", ".tdms"):
        assert read(write(tmp_path / f"x{suffix}", [recording]))[0].channel == "驱动端 水平"
    with pytest.raises(BadInput, match="ASCII"):
        write(tmp_path / "x.uff", [recording])


def test_two_channels_of_one_name_survive_in_formats_without_keys(tmp_path: Path) -> None:
    pair = [Recording(np.full(8, value, np.float32), "DE", fs_hz=Sourced(1000.0, "user")) for value in (1.0, 2.0)]
    for suffix in (".npz", ".h5", ".mat", ".tdms", ".parquet", ".csv"):
        assert [float(each.samples[0]) for each in read(write(tmp_path / f"x{suffix}", pair))] == [1.0, 2.0]


def test_what_a_format_cannot_carry_it_refuses_and_leaves_no_file(tmp_path: Path) -> None:
    rate = Sourced(1000.0, "user")
    unequal = [Recording(np.ones(count, np.float32), f"c{count}", fs_hz=rate) for count in (8, 9)]
    with pytest.raises(BadInput, match="8 to 9 samples"):
        write(tmp_path / "x.csv", unequal)
    with pytest.raises(MissingInput, match="--fs"):
        write(tmp_path / "x.wav", [Recording(np.ones(8, np.float32), "DE")])
    with pytest.raises(BadRecord, match="NaN"):
        write(tmp_path / "x.flac", [Recording(np.full(8, np.nan, np.float32), "DE", fs_hz=rate)])
    with pytest.raises(BadRecord, match="NaN"):
        write(tmp_path / "x.uff", [Recording(np.full(8, np.nan, np.float32), "DE", fs_hz=rate)])
    with pytest.raises(BadInput, match="for times"):
        write(tmp_path / "x.csv", [Recording(np.ones(8, np.float32), "time", fs_hz=rate)])
    with pytest.raises(UnknownFormat, match=r"\.wav"):
        write(tmp_path / "x.docx", unequal)
    with pytest.raises(BadInput, match="no recording to write"):
        write(tmp_path / "x.h5", [])
    with pytest.raises(UnreadableFile, match="folder exists"):
        write(tmp_path / "absent" / "x.csv", unequal[:1])
    with pytest.raises(BadInput, match="no samples"):
        write(tmp_path / "x.h5", [Recording(np.zeros(0, np.float32), "DE")])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "names", [["1", "2"], ["inf", "nan", "B"], ["1", "A", "B"], ['say "hi"', "a;b", "c,d"], ["# x"], ["a: b"]]
)
def test_channel_names_that_look_like_something_else_survive_a_text_file(names: list[str], tmp_path: Path) -> None:
    rate = Sourced(1000.0, "user")
    written = [Recording(np.arange(9, dtype=np.float32), name, fs_hz=rate) for name in names]
    back = read(write(tmp_path / "x.csv", written))
    assert [each.channel for each in back] == names
    assert [len(each.samples) for each in back] == [9] * len(names)
