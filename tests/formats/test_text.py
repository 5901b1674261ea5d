"""Text files in the spellings that recorders and people use."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.formats import ReadOptions, read
from loadzone.formats.layout import find_layout
from loadzone.formats.rates import rate_of_times, rounded_rate, time_scale_s
from loadzone.formats.units import LABELS, SPELLINGS, parse_unit
from loadzone.signals.recording import Recording
from loadzone.words.errors import BadInput, BadRecord, NoSuchChannel, UnknownFormat, UnreadableFile

SIGNAL = [0.25, -1.5, 3.125, 0.051]


def written(folder: Path, content: str | bytes, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def columns(recordings: tuple[Recording, ...]) -> dict[str, list[float]]:
    return {each.channel: [round(float(value), 6) for value in each.samples] for each in recordings}


@pytest.mark.parametrize("delimiter", ["\t", ";", "|", " ", "   "])
@pytest.mark.parametrize("decimal", [".", ","])
def test_delimiter_and_decimal_sign_are_found(tmp_path: Path, delimiter: str, decimal: str) -> None:
    rows = [f"{value}{delimiter}{2 * value}".replace(".", decimal) for value in SIGNAL]
    found = columns(read(written(tmp_path, "\n".join(rows) + "\n")))
    assert found == {"ch1": SIGNAL, "ch2": [2 * value for value in SIGNAL]}


def test_one_column_with_decimal_commas_is_told_from_two_columns(tmp_path: Path) -> None:
    assert columns(read(written(tmp_path, "0,25\n-1,5\n3,125\n0,051\n"))) == {"ch1": SIGNAL}
    assert list(columns(read(written(tmp_path, "1,25\n2,35\n3,45\n")))) == ["ch1", "ch2"]
    assert list(columns(read(written(tmp_path, "1,25\n2,35\n3,45\n"), options=ReadOptions(decimal=",")))) == ["ch1"]


def test_a_header_names_channels_and_units(tmp_path: Path) -> None:
    recordings = read(written(tmp_path, "DE [g],FE (m/s²),temp [°C]\n" + "0.1,0.2,20\n" * 9))
    assert [(each.channel, each.unit and each.unit.value) for each in recordings] == [
        ("DE", "g"),
        ("FE", "ms2"),
        ("temp", "degc"),
    ]


def test_a_chinese_header_in_gb_18030_is_read(tmp_path: Path) -> None:
    content = "时间(s),水平加速度(g)\n" + "".join(f"{place / 12800:.7f},0.5\n" for place in range(100))
    for encoding in ("gb18030", "utf-8", "utf-8-sig", "utf-16"):
        (recording,) = read(written(tmp_path, content.encode(encoding)))
        assert recording.channel == "水平加速度"
        assert recording.fs_hz is not None
        assert recording.fs_hz.value == pytest.approx(12800, rel=1e-6)


@pytest.mark.parametrize(
    ("heading", "scale"), [("time", 1.0), ("t [ms]", 1e3), ("Time (us)", 1e6), ("X_Value", None), ("时间", 1.0)]
)
def test_a_named_time_column_gives_the_rate(tmp_path: Path, heading: str, scale: float | None) -> None:
    rows = "".join(f"{place / 25600 * (scale or 1.0):.9g};0.1;0.2\n" for place in range(200))
    recordings = read(written(tmp_path, f"{heading};a;b\n{rows}"))
    if scale is None:
        assert [each.channel for each in recordings] == [heading, "a", "b"]
    else:
        assert [(each.channel, each.fs_hz and each.fs_hz.value) for each in recordings] == [("a", 25600), ("b", 25600)]


def test_an_unnamed_first_column_of_even_times_gives_the_rate_and_a_counter_does_not(tmp_path: Path) -> None:
    times = "".join(f"{place / 5120:.6f}\t{np.sin(place):.4f}\n" for place in range(64))
    (recording,) = read(written(tmp_path, times))
    assert recording.fs_hz is not None
    assert recording.fs_hz.value == 5120
    counter = "".join(f"{place}\t{np.sin(place):.4f}\n" for place in range(64))
    assert [each.fs_hz for each in read(written(tmp_path, counter))] == [None, None]


def test_dates_and_clock_times_give_rate_and_start(tmp_path: Path) -> None:
    rows = "".join(f"2024-02-29 12:00:00.{place:03d},{place % 7}\n" for place in range(100))
    (recording,) = read(written(tmp_path, "Timestamp,vib\n" + rows))
    assert recording.fs_hz is not None
    assert (recording.fs_hz.value, recording.channel) == (1000.0, "vib")
    assert recording.started_at is not None
    assert recording.started_at.startswith("2024-02-29T12:00:00")


def test_remarks_above_the_table_give_rate_speed_and_unit(tmp_path: Path) -> None:
    content = "Recorder: X1\nSampling rate: 12800 Hz\nRPM;1480\n# unit = m/s2\n\nA;B\n" + "0.1;0.2\n" * 20
    recordings = read(written(tmp_path, content))
    for each in recordings:
        assert each.fs_hz is not None
        assert each.speed_rpm is not None
        assert each.unit is not None
        assert (each.fs_hz.value, each.speed_rpm.value, each.unit.value) == (12800, 1480, "ms2")


def test_columns_can_be_asked_for_by_place_name_and_index(tmp_path: Path) -> None:
    path = written(tmp_path, "t,DE,FE\n" + "".join(f"{place / 100},1,2\n" for place in range(10)))
    for asked in ("column 2", "DE", "de", 0, "0"):
        assert [each.channel for each in read(path, channel=asked)] == ["DE"]
    with pytest.raises(NoSuchChannel, match="DE, FE"):
        read(path, channel="column 9")


def test_short_numbers_are_float32_and_long_ones_stay_float64(tmp_path: Path) -> None:
    recordings = read(written(tmp_path, "0.123;0.12345678901234\n" * 9))
    assert [each.samples.dtype for each in recordings] == [np.float32, np.float64]


def test_missing_and_infinite_cells_are_kept_for_the_monitor_to_judge(tmp_path: Path) -> None:
    (first, second) = read(written(tmp_path, "a,b\n1,2\nnan,3\n,4\ninf,-inf\n"))
    assert np.isnan(first.samples).tolist() == [False, True, True, False]
    assert np.isinf(second.samples).tolist() == [False, False, False, True]


def test_a_row_that_does_not_fit_is_named_in_one_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 500 + "1,oops\n" + "1,2\n" * 9)
    with pytest.raises(UnreadableFile, match="oops"):
        read(path)
    with pytest.raises(UnreadableFile, match="does not fit"):
        read(written(tmp_path, "a,b\n" + "1,2\n" * 500 + "1"))


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [("1,44", "line 503: «1,44» has another decimal sign .* as 1.44"), ("oops", "line 503: «oops» is not a number")],
)
def test_a_cell_that_is_no_number_is_told_with_its_line_and_how_to_mend_it(
    tmp_path: Path, cell: str, sentence: str
) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read(written(tmp_path, "level_g\n" + "1.41\n" * 501 + f"{cell}\n" + "1.40\n" * 9))


def test_a_table_with_a_column_of_words_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        read(written(tmp_path, "name,load,speed\n" + "pump,1,2\n" * 9))


@pytest.mark.parametrize(
    "options",
    [ReadOptions(decimal=";"), ReadOptions(delimiter="::"), ReadOptions(delimiter=",", decimal=",")],
)
def test_impossible_text_options_are_refused(tmp_path: Path, options: ReadOptions) -> None:
    with pytest.raises(BadInput):
        read(written(tmp_path, "1;2\n" * 9), options=options)


def test_a_header_without_numbers_below_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="no table of numbers"):
        read(written(tmp_path, "1;2\n"), options=ReadOptions(header=True))


@given(st.integers(1, 200000))
def test_a_whole_rate_is_found_again_from_its_step(rate: int) -> None:
    assert rounded_rate(1.0 / (1.0 / rate), 1e-12) == rate


@given(st.sampled_from([1000, 12000, 25600, 48828.125, 51200]), st.floats(0, 1e4))
def test_the_rate_of_even_times_does_not_depend_on_where_they_begin(rate: float, start: float) -> None:
    found = rate_of_times(start + np.arange(4000) / rate, 1e-11)
    assert found == pytest.approx(rate, rel=1e-9)


def test_times_with_a_gap_or_going_back_give_no_rate() -> None:
    even = np.arange(100) / 1000
    assert rate_of_times(np.delete(even, [50, 51]), 1e-9) is None
    assert rate_of_times(np.concatenate([even, even]), 1e-9) is None
    assert rate_of_times(np.full(100, 3.0), 1e-9) is None
    assert rate_of_times(np.append(even, np.nan), 1e-9) is None


@given(
    st.text(st.sampled_from('0123456789.,;\t\r\n"e+-#=: ab\x00时'), max_size=200), st.sampled_from(["", ",", ";", "\t"])
)
def test_the_search_for_a_layout_never_fails_on_any_text(content: str, glue: str) -> None:
    lines = f"{content}{glue}{content}".split("\n")
    assert find_layout(lines, ReadOptions()) is None or lines


def test_every_unit_label_of_ours_is_read_back() -> None:
    assert {parse_unit(label): unit for unit, label in LABELS.items()} == {unit: unit for unit in LABELS}
    assert all(parse_unit(f" {spelling} ") == unit for spelling, unit in SPELLINGS.items())
    assert time_scale_s("torque") is None


def test_samples_that_lie_in_one_row_are_refused_with_the_way_out(tmp_path: Path) -> None:
    for count in (1000, 50000):
        with pytest.raises(BadRecord, match="transpose"):
            read(written(tmp_path, ",".join(["0.25"] * count) + "\n"))


def test_old_line_endings_and_form_feeds_in_a_preamble_do_not_shift_the_table(tmp_path: Path) -> None:
    content = "page\x0cone\r\nfs = 100\r\na;b\r\n" + "1;2\r\n" * 30
    assert columns(read(written(tmp_path, content))) == {"a": [1.0] * 30, "b": [2.0] * 30}
