"""Records and inputs that carry no answer: «undetermined» with a code and a sentence, never an exception."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import RingSpeeds
from loadzone.monitor.acquire import LEAST_LEVELS, LEAST_REVOLUTIONS, LEAST_SAMPLES, acquire, duplicated
from loadzone.monitor.advise import advise
from loadzone.monitor.diagnose import diagnose
from loadzone.monitor.diagnosis import Diagnosis
from loadzone.signals.recording import Recording, SpeedProfile
from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import text

N = 60_000
FS_HZ = 12_000.0
NOISE = np.random.default_rng(0).standard_normal(N).astype(np.float32)


def _but(first: int, stop: int, value: float) -> np.ndarray:
    samples = NOISE.copy()
    samples[first:stop] = value
    return samples


SAMPLES: dict[str, tuple[np.ndarray, str]] = {
    "one NaN": (_but(5, 6, np.nan), "not_finite"),
    "one infinity": (_but(N - 1, N, -np.inf), "not_finite"),
    "nothing but NaN": (np.full(N, np.nan), "not_finite"),
    "constant": (np.full(N, 2.5), "constant"),
    "zeros": (np.zeros(N), "constant"),
    "empty": (NOISE[:0], "too_short"),
    "one sample": (NOISE[:1], "too_short"),
    "one sample less than the least": (NOISE[: LEAST_SAMPLES - 1], "too_short"),
    "three levels": (np.round(NOISE / 2), "stuck"),
    "a bit that toggles": (np.sign(NOISE), "stuck"),
    "a third of it still": (_but(10_000, 30_000, 0.0), "dropouts"),
    "fewer than 20 revolutions": (NOISE[: int(19.9 * FS_HZ / 25)], "too_short"),
}

INPUTS: dict[str, tuple[dict[str, Any], str]] = {
    "no rate": ({"fs_hz": None}, "no_rate"),
    "rate 0": ({"fs_hz": 0.0}, "bad_rate"),
    "negative rate": ({"fs_hz": -12_000.0}, "bad_rate"),
    "rate not a number": ({"fs_hz": float("nan")}, "bad_rate"),
    "infinite rate": ({"fs_hz": float("inf")}, "bad_rate"),
    "a rate too low for the rings' lines": ({"fs_hz": 600.0}, "too_slow"),
    "no speed": ({"speed_rpm": None}, "no_speed"),
    "speed 0": ({"speed_rpm": 0.0}, "bad_input"),
    "negative speed": ({"speed_rpm": -1500.0}, "bad_input"),
    "speed not a number": ({"speed_rpm": float("nan")}, "bad_input"),
    "hardly turning": ({"speed_rpm": 1e-6}, "too_short"),
    "turning faster than the rate can show": ({"speed_rpm": 1e9}, "too_slow"),
    "no tacho pulse": ({"speed_rpm": None, "tacho_times_s": np.array([])}, "bad_input"),
    "two tacho pulses": ({"speed_rpm": None, "tacho_times_s": np.array([0.0, 0.04])}, "bad_input"),
    "a tacho pulse is missing": (
        {"speed_rpm": None, "tacho_times_s": np.delete(np.arange(0, 5, 0.04), 20)},
        "bad_record",
    ),
    "a profile of one point": (
        {"speed_rpm": None, "profile": SpeedProfile(np.array([0.0]), np.array([1500.0]))},
        "bad_input",
    ),
    "a profile that starts from rest": (
        {"speed_rpm": None, "profile": SpeedProfile(np.array([0.0, 5.0]), np.array([0.0, 1500.0]))},
        "bad_input",
    ),
}


def _is_undetermined(found: Diagnosis, code: str) -> None:
    assert found.verdict == "undetermined"
    assert found.problems[0].code == code
    assert (found.fault, found.p_value, found.zone) == (None, None, None)
    assert [score for _, score in found.ranking] == [0.0] * 4
    assert found.advice is not None
    for lang in ("en", "zh"):
        sentence = found.problems[0].text.render(lang)
        assert len(sentence) > 10
        assert "{" not in sentence
        json.dumps(found.to_dict(lang), allow_nan=False)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_without_an_answer_say_why(name: str, record: Callable[..., Recording], geometry: Geometry) -> None:
    samples, code = SAMPLES[name]
    for kind in (np.float32, np.float64):
        _is_undetermined(diagnose(record(samples, dtype=kind), geometry), code)


@pytest.mark.parametrize("name", [name for name in INPUTS if name != "rate not a number"])
def test_inputs_without_an_answer_say_why(name: str, record: Callable[..., Recording], geometry: Geometry) -> None:
    given, code = INPUTS[name]
    found = diagnose(record(NOISE, **given), geometry)
    assert (found.verdict, found.problems[0].code) == ("undetermined", code)
    for lang in ("en", "zh"):
        assert len(found.problems[0].text.render(lang)) > 10
        assert found.to_dict(lang)["verdict"] == "undetermined"


@pytest.mark.parametrize("fs_hz", [float("nan"), float("inf")])
def test_a_rate_that_is_no_number_is_refused(
    fs_hz: float, record: Callable[..., Recording], geometry: Geometry
) -> None:
    found = diagnose(record(NOISE, fs_hz=fs_hz), geometry)
    assert [problem.code for problem in found.problems] == ["bad_rate"]


def test_without_a_geometry_there_is_no_verdict(record: Callable[..., Recording]) -> None:
    _is_undetermined(diagnose(record(NOISE), None), "no_geometry")


@pytest.mark.parametrize("turning", [RingSpeeds(1.0, 1.0), RingSpeeds(0.0, 0.0)], ids=str)
def test_rings_that_turn_together_have_no_orders(
    turning: RingSpeeds, record: Callable[..., Recording], geometry: Geometry
) -> None:
    _is_undetermined(diagnose(record(NOISE), geometry, turning=turning), "bad_input")


def test_the_sentence_names_value_and_limit(record: Callable[..., Recording], geometry: Geometry) -> None:
    short = diagnose(record(NOISE[:100]), geometry).problems[0].text
    assert dict(short.fields) == {"n": 100, "least": LEAST_SAMPLES}
    turns = diagnose(record(NOISE[:4800]), geometry).problems[0].text
    assert turns.fields["revolutions"] == pytest.approx(10.0, rel=0.01)
    assert turns.fields["least"] == LEAST_REVOLUTIONS
    slow = diagnose(record(NOISE, fs_hz=600.0), geometry).problems[0].text
    assert slow.fields["least_hz"] == pytest.approx(2 * 3 * 5.4152 * 25 / 0.75, rel=1e-3)


def test_the_rate_that_the_sentence_asks_for_is_enough(record: Callable[..., Recording], geometry: Geometry) -> None:
    wanted = diagnose(record(NOISE, fs_hz=600.0), geometry).problems[0].text.fields["least_hz"]
    assert isinstance(wanted, float)
    found = diagnose(record(NOISE[:20_000], fs_hz=wanted * 1.001), geometry)
    assert "too_slow" not in [problem.code for problem in found.problems]


def test_the_record_that_was_too_short_by_a_sample_is_long_enough_with_it(
    record: Callable[..., Recording], geometry: Geometry
) -> None:
    least = int(LEAST_REVOLUTIONS * FS_HZ / 25)
    assert diagnose(record(NOISE[: least - 1]), geometry).verdict == "undetermined"
    assert diagnose(record(NOISE[:least]), geometry).verdict != "undetermined"


@pytest.mark.parametrize(("levels", "is_fit"), [(LEAST_LEVELS - 1, False), (LEAST_LEVELS, True)])
def test_a_converter_with_fewer_than_16_levels_is_stuck(levels: int, is_fit: bool) -> None:
    samples = np.random.default_rng(0).integers(0, levels, N).astype(np.float32)
    assert acquire(samples, FS_HZ).is_fit == is_fit


def test_a_few_gaps_are_told_and_do_not_stop_the_diagnosis(made: Callable[..., Recording], geometry: Geometry) -> None:
    whole = made("outer", 1)
    torn = whole.samples.copy()
    torn[20_000:24_000] = 0.0
    found = diagnose(whole.but(samples=torn), geometry)
    assert "gaps" in [problem.code for problem in found.problems]
    assert (found.verdict, found.fault) == ("confirmed", "outer")


def test_a_signal_at_the_end_of_its_range_is_told_and_still_diagnosed(
    made: Callable[..., Recording], geometry: Geometry
) -> None:
    whole = made("outer", 1)
    # slow enough that three samples in a row stay at the end
    swing = 4 * np.sin(2 * np.pi * 180.0 * np.arange(len(whole.samples)) / FS_HZ)
    found = diagnose(whole.but(samples=np.clip(whole.samples + swing, -3.5, 3.5).astype(np.float32)), geometry)
    assert "clipped" in [problem.code for problem in found.problems]
    assert found.verdict != "undetermined"


def test_noise_is_not_called_clipped_still_or_shifted() -> None:
    assert not acquire(NOISE, FS_HZ).problems
    assert not acquire(np.round(NOISE * 1000) / 1000, FS_HZ).problems


def test_samples_of_any_number_type_are_taken(record: Callable[..., Recording], geometry: Geometry) -> None:
    counts = np.round(NOISE * 1000)
    found = [diagnose(record(counts, dtype=kind), geometry) for kind in (np.float32, np.float64, np.int16, np.int32)]
    assert {each.verdict for each in found} == {"healthy"}
    assert [each.p_value for each in found] == pytest.approx([found[0].p_value] * 4, rel=1e-3)


@pytest.mark.parametrize(
    ("scale", "offset"),
    [
        (1.0, 100.0),
        (0.05, 10.0),
        (0.001, 12.0),
        (0.01, 1000.0),
        (1.0, 10_000.0),
    ],
)
def test_a_small_signal_on_a_large_bias_says_how_large(
    scale: float, offset: float, made: Callable[..., Recording]
) -> None:
    # 12 V is the bias of an ICP sensor recorded with direct current
    samples = scale * made("outer", 1).samples.astype(np.float64) + offset
    (problem,) = acquire(samples, FS_HZ).problems
    assert problem.code == "offset"
    assert problem.text.fields["times"] == pytest.approx(offset / samples.std(), rel=0.05)


def test_samples_in_a_tiny_unit_are_no_exception(made: Callable[..., Recording], geometry: Geometry) -> None:
    whole = made("outer", 1)
    diagnose(whole.but(samples=whole.samples.astype(np.float64) * 1e-30), geometry)


def test_counts_of_a_32_bit_converter_give_an_answer_that_json_can_hold(
    made: Callable[..., Recording], geometry: Geometry
) -> None:
    whole = made("outer", 1)
    counts = np.round(whole.samples / np.abs(whole.samples).max() * (2**31 - 1)).astype(np.float32)
    json.dumps(diagnose(whole.but(samples=counts), geometry).to_dict(), allow_nan=False)


@pytest.mark.parametrize("factor", [0.984848, -2.0, 1.0])
def test_a_channel_that_is_another_one_times_a_factor_is_a_duplicate(factor: float) -> None:
    assert duplicated(NOISE, factor * NOISE + np.float32(0.3))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NOISE, NOISE + 0.01 * NOISE[::-1]),
        (NOISE, NOISE[:-1]),
        (NOISE[:100], NOISE[:100]),
        (np.zeros(N), np.zeros(N)),
    ],
    ids=["nearly", "not as long", "too short to tell", "both silent"],
)
def test_other_channels_are_no_duplicates(one: np.ndarray, other: np.ndarray) -> None:
    assert not duplicated(one, other)


def test_a_file_that_could_not_be_read_has_its_diagnosis_too() -> None:
    found = Diagnosis.failed("a.mat", "DE", UnreadableFile(text("{file} is torn", file="a.mat")))
    assert found.to_dict("zh")["verdict"] == "undetermined"
    assert found.problems[0].code == "unreadable_file"
    assert len(found.ranking) == 4
    assert advise(found).headline.render() == "a.mat is torn"
