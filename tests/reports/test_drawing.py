"""Charts lose no peak, keep their scale, and a heat map is a true PNG."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.bearings.geometry import Geometry
from loadzone.reports.bearing_section import bearing_section
from loadzone.reports.drawing import thin
from loadzone.reports.heat_map import png, pooled
from loadzone.reports.marks import state_mark
from loadzone.reports.svg import Frame, path, round_up, tag, ticks
from loadzone.reports.tokens import temper, tokens


@given(st.integers(1, 5000), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_thinning_keeps_the_extremes_and_at_most_two_values_a_pixel(n: int, pixels: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=n).astype(np.float32)
    kept = thin(values, pixels)
    assert len(kept) <= 2 * pixels
    assert kept.max() == values.max()
    assert kept.min() == values.min()


def test_a_stretch_without_a_finite_value_is_a_gap_in_the_line() -> None:
    values = np.ones(1000)
    values[400:600] = np.nan
    kept = thin(values, 10)
    assert np.isnan(kept[8:12]).all()
    assert path(np.arange(len(kept), dtype=float), kept).count("M") == 2


@given(st.floats(1e-9, 1e9))
def test_an_axis_ends_at_or_above_its_data_and_not_far_above(value: float) -> None:
    end = round_up(value)
    assert value <= end * (1 + 1e-9)
    assert end <= 2.0 * value


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 12))
def test_ticks_lie_inside_the_range_at_equal_steps(low: float, span: float, count: int) -> None:
    found = ticks(low, low + span, count)
    assert all(low - 1e-6 * span <= value <= low + span * (1 + 1e-6) for value in found)
    assert len(found) <= count + 1
    if len(found) > 2:
        steps = np.diff(found)
        assert np.allclose(steps, steps[0], rtol=1e-6)


def test_a_frame_puts_the_ends_of_a_range_on_the_ends_of_the_plot() -> None:
    frame = Frame(680, 200, (0.0, 16.0), (0.0, 0.8))
    assert (frame.x(0.0), frame.x(16.0)) == (40.0, 672.0)
    assert (frame.y(0.0), frame.y(0.8)) == (180.0, 20.0)


def test_words_in_a_picture_are_escaped() -> None:
    assert tag("text", "<b>", title='"&') == '<text title="&#34;&amp;">&lt;b&gt;</text>'


def test_the_heat_map_is_a_palette_png_with_the_page_as_zero_and_the_foot_row_last() -> None:
    image = png(np.array([[0.0, 1.0], [np.nan, 0.5]]), "light")
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", image[16:24]) == (2, 2)
    body = image[image.index(b"IDAT") + 4 :]
    assert zlib.decompress(body[: -4 - 12]) == bytes([0, 255, 127, 0, 0, 254])
    assert tuple(temper("light")[0]) == (0xFA, 0xFA, 0xF8)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_heat_map_only_gets_darker_or_only_lighter(theme: str) -> None:
    linear = (temper(theme) / 255.0) ** 2.2
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    steps = np.diff(luminance)
    slack = 0.001  # colours are rounded to 1/255 a channel
    assert (steps <= slack).all() if theme == "light" else (steps >= -slack).all()


def test_pooling_loses_no_line() -> None:
    levels = np.zeros((129, 4000))
    levels[64, 1234] = 1.0
    small = pooled(levels, 40, 300)
    assert small.shape == (40, 300)
    assert small.max() == 1.0


@pytest.mark.parametrize("angle", [0.0, 15.0, 40.0, 90.0])
@pytest.mark.parametrize("damaged", ["outer", "inner", "ball", "cage", None])
def test_the_section_draws_element_and_pitch_circle_in_one_scale(angle: float, damaged: str | None) -> None:
    drawn = bearing_section(Geometry(9, 7.94, 39.04, angle), damaged, "here", "en")
    circles = [part.split('"') for part in drawn.split("<circle ")[1:]]
    centres = [float(part[part.index(" cy=") + 1]) for part in circles[:2]]
    radius = float(circles[0][circles[0].index(" r=") + 1])
    assert (centres[1] - centres[0]) / (2 * radius) == pytest.approx(39.04 / 7.94, rel=0.02)  # drawn to 0.1 px
    assert ("here" in drawn) == (damaged is not None)


@pytest.mark.parametrize("state", ["act", "plan", "watch", "cant", "none", "good", "sensor"])
def test_each_state_has_a_shape_of_its_own(state: str) -> None:
    others = {name for name in tokens().states if name != state}
    inside = state_mark(state).split(">", 1)[1]
    assert inside not in {state_mark(other).split(">", 1)[1] for other in others}


def test_every_state_has_a_word_a_rank_and_its_colours_in_both_themes() -> None:
    assert [name for name, _ in sorted(tokens().states.items(), key=lambda item: item[1].rank)] == [
        "act", "plan", "watch", "cant", "none", "good", "sensor",
    ]  # fmt: skip
    for theme in ("light", "dark"):
        assert {"good", "watch", "plan", "act", "cant"} <= tokens().colour[theme].keys()
