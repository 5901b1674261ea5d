"""The terminal page says what section 8.2 of the design draws."""

import re
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from loadzone.monitor.diagnosis import Diagnosis, Exhibits, Line
from loadzone.reports.terminal import page, summary_table
from loadzone.signals.recording import Recording
from loadzone.words.columns import width
from loadzone.words.texts import text

PICTURE = """
   ln    Envelope spectrum, 2.2–4.4 kHz, 0.1 Hz
  0.72 ┤                  █
       │                  █                  ▄
       │                  █                  █                 ▄
       │    ▇         ▄   █   ▅          ▂   █                 █
     0 ┤▂▂▂▂█▂▂▂▂▂▂▂▂▂█▂▂▂█▂▂▂█▂▂▂▂▁▂▂▂▁▁█▂▂▃█▂▂▂█▁▁▁▁▁▂▁▁▁▇▁▁▂█▂▁▁▆▁▁▁▁
       └┬───────┬───────┬───────┬───────┬───────┬───────┬───────┬───────
        0       2       4       6       8       10      12      14       order
                          ▲ BPFO 4.58        ▲ 2× 9.15         ▲ 3×
"""
LINES = """
   line     nominal    found   over floor
   BPFO       4.578    4.576      31.8 dB  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
   2×         9.157    9.155      29.5 dB  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
   3×        13.735   13.727      27.8 dB  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇
   4×        18.313   18.303      27.6 dB  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇
"""
REASONS = """
   for      lines at 1–4 × BPFO in 4 of 4 bands, family-wise p 8 × 10⁻¹²
   against  BPFI, BSF, FTF not found; 118 decoys, best 0.004
   missing  a second record: without it there is no date

 →  Exchange 6226 at the next stop. Measure again within 14 days.
    Wrong if: no line at order 4.58 in the axial direction.

   record 9c1e44b0  rules detect 2026.11 a41f9c  geometry maker drawing
"""


def drawn_levels() -> np.ndarray:
    """Levels of the 64 columns, read back from the drawn picture."""
    rows = [line[8:].ljust(64) for line in PICTURE.strip("\n").splitlines()[1:6]]
    return np.array([sum(" ▁▂▃▄▅▆▇█".index(row[k]) for row in rows) for k in range(64)]) * 0.72 / 40


def of_section_8_2(samples: ModuleType) -> Diagnosis:
    base = samples.confirmed_outer()
    found = (("BPFO", 4.578, 4.576, 31.8), ("2×", 9.157, 9.155, 29.5), ("3×", 13.735, 13.727, 27.8))
    lines = tuple(Line("outer", *row) for row in (*found, ("4×", 18.313, 18.303, 27.6)))
    exhibits = replace(
        base.exhibits,
        orders=(np.arange(64) / 4).astype(np.float32),
        levels=drawn_levels().astype(np.float32),
        floor=np.zeros(64, dtype=np.float32),
        lines=lines,
    )
    evidence = (
        replace(base.evidence[0], name=text("lines at 1–4 × BPFO in 4 of 4 bands")),
        replace(base.evidence[2], name=text("BPFI, BSF, FTF not found; 118 decoys, best 0.004"), value=None),
        base.evidence[3],
    )
    advice = replace(base.advice, against=(text("no line at order 4.58 in the axial direction"),))
    return replace(base, exhibits=exhibits, evidence=evidence, advice=advice, rules="detect 2026.11 a41f9c")


def test_the_page_of_section_8_2_is_drawn_sign_by_sign(samples: ModuleType) -> None:
    shown = page(of_section_8_2(samples))
    assert shown.startswith(
        " ◆ Plan  Outer-ring damage, confirmed: exchange at the next stop\n"
        "         1 healthy record in 100 does this.\n\n"
    )
    for block in (PICTURE, LINES, REASONS):
        assert block.strip("\n") in shown


def test_in_chinese_the_first_line_is_that_of_the_design(samples: ModuleType) -> None:
    assert page(of_section_8_2(samples), "zh").startswith(" ◆ 安排检修  外圈损伤，已确认：下次停机更换\n")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_78_columns(
    case: tuple[Diagnosis, Recording | None], lang: str, ascii_only: bool
) -> None:
    diagnosis, _ = case
    long = replace(diagnosis, record="a" * 60 + "/" + "b" * 120 + ".wav", rules="detect " + "x" * 90)
    for each in (diagnosis, long):
        shown = page(each, lang, ascii_only=ascii_only) + summary_table([each, diagnosis], lang, ascii_only=ascii_only)
        assert max(width(line) for line in shown.splitlines()) <= 78


def test_ascii_drops_every_block_and_sign_that_a_chinese_terminal_may_draw_wide(
    case: tuple[Diagnosis, Recording | None],
) -> None:
    assert page(case[0], ascii_only=True).isascii()


@pytest.mark.parametrize("colour", ["16", "true"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colour_adds_no_word_and_drops_none(case: tuple[Diagnosis, Recording | None], colour: str, theme: str) -> None:
    coloured = page(case[0], colour=colour, theme=theme)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == page(case[0])


def test_an_act_state_is_bright_red_on_sixteen_colours_and_its_token_in_true_colour(samples: ModuleType) -> None:
    assert "\x1b[91m▲ Act now\x1b[0m" in page(samples.confirmed_inner(), colour="16")
    assert "\x1b[1;38;2;140;9;53m▲ Act now\x1b[0m" in page(samples.confirmed_inner(), colour="true")


def test_without_curves_there_is_no_picture(samples: ModuleType) -> None:
    assert "┤" not in page(replace(samples.confirmed_outer(), exhibits=None))


def test_one_record_gives_no_date_and_says_so_even_if_nobody_listed_it(samples: ModuleType) -> None:
    assert "a second record: without it there is no date" in page(replace(samples.confirmed_outer(), evidence=()))


def test_curves_full_of_nan_are_still_a_page(samples: ModuleType) -> None:
    base = samples.confirmed_outer()
    empty = np.full(10, np.nan, dtype=np.float32)
    lines = (Line("outer", "BPFO", float("nan"), float("nan"), float("nan")),)
    for orders in (empty, np.zeros(0, dtype=np.float32)):
        exhibits: Exhibits = replace(base.exhibits, orders=orders, levels=orders, floor=orders, lines=lines)
        assert "nan" not in page(replace(base, exhibits=exhibits, p_value=float("nan")))


def test_a_page_among_others_begins_with_its_name_however_long(samples: ModuleType) -> None:
    shown = page(samples.healthy(), record_name="fan " + "x" * 100).splitlines()
    assert shown[0].startswith(" fan")
    assert max(width(line) for line in shown) <= 78


def test_the_table_of_many_records_is_worst_first_and_counts(samples: ModuleType) -> None:
    shown = summary_table([make() for make in samples.ALL.values()]).splitlines()
    words = [line[3:13].strip() for line in shown if line[1:2] in "▲◆◒◌○" and "wav" in line]
    assert words == ["Act now", "Plan", "Watch", "Watch", "Can't tell", "Good"]
    assert shown[-1] == " ▲ 1 Act now  ◆ 1 Plan  ◒ 2 Watch  ◌ 2 Can't tell  ○ 1 Good"


def test_what_was_found_beside_the_first_fault_stands_under_the_headline(samples: ModuleType) -> None:
    first = samples.suspected()
    also = replace(first.faults[0], fault="inner")
    both = replace(first, faults=(first.faults[0], also))
    assert "\n          also: suspected, inner ring\n" in page(both)
    assert "另有：疑似内圈损伤" in page(both, "zh")
    assert "also:" not in page(first)


def test_a_velocity_zone_is_told_with_its_edition_and_class(samples: ModuleType) -> None:
    diagnosis = samples.confirmed_outer()
    line = next(each for each in page(diagnosis).splitlines() if each.startswith("   velocity "))
    assert f"zone {diagnosis.zone.zone}" in line
    assert "ISO" in line


def test_a_date_in_a_file_name_is_not_cut_as_an_ending(samples: ModuleType) -> None:
    dated = replace(samples.healthy(), record="/data/2004.02.19.06.22.39")
    assert "--report 2004.02.19.06.22.39.html" in page(dated)
