"""What designations say, as makers' catalogues explain them; and that nothing unreadable passes."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.bearings.boundary import boundaries
from loadzone.bearings.designation import parse
from loadzone.bearings.series import all_series, bearing_types, bore_of_code, code_of_bore
from loadzone.bearings.suffixes import known_suffixes
from loadzone.bearings.suggest import suggest, systematic_outlines
from loadzone.words.errors import UnknownBearing

# designation, type, bore, outside diameter, width, contact angle, marks
READ = [
    ("6205", "deep_groove_ball", 25, 52, 15, 0, ""),
    ("6205-2RS JEM", "deep_groove_ball", 25, 52, 15, 0, "2RS JEM"),
    ("6205-2RS/C3", "deep_groove_ball", 25, 52, 15, 0, "2RS C3"),
    ("6205-ZZ", "deep_groove_ball", 25, 52, 15, 0, "ZZ"),
    ("608-2Z", "deep_groove_ball", 8, 22, 7, 0, "2Z"),
    ("6008", "deep_groove_ball", 40, 68, 15, 0, ""),
    ("61808", "deep_groove_ball", 40, 52, 7, 0, ""),
    ("16008", "deep_groove_ball", 40, 68, 9, 0, ""),
    ("6804", "deep_groove_ball", 20, 32, 7, 0, ""),
    ("6226/C3", "deep_groove_ball", 130, 230, 40, 0, "C3"),
    ("63/28", "deep_groove_ball", 28, 68, 18, 0, ""),
    ("619/1000", "deep_groove_ball", 1000, 1320, 103, 0, ""),
    ("NU 2210 ECP", "cylindrical_roller", 50, 90, 23, 0, "EC P"),
    ("NU210", "cylindrical_roller", 50, 90, 20, 0, ""),
    ("N205", "cylindrical_roller", 25, 52, 15, 0, ""),
    ("NJ 2308", "cylindrical_roller", 40, 90, 33, 0, ""),
    ("22308 E", "spherical_roller", 40, 90, 33, None, "E"),
    ("23160 CCK/W33", "spherical_roller", 300, 500, 160, None, "CC K W33"),
    ("24130", "spherical_roller", 150, 250, 100, None, ""),
    ("230/500", "spherical_roller", 500, 720, 167, None, ""),
    ("32008 X/Q", "tapered_roller", 40, 68, 19, None, "X Q"),
    ("30204", "tapered_roller", 20, 47, 15.25, None, ""),
    ("7205 BEP", "angular_contact_ball", 25, 52, 15, 40, "B E P"),
    ("7014 CD/P4A", "angular_contact_ball", 70, 110, 20, 15, "CD P4A"),
    ("S71910 ACD/P4A", "angular_contact_ball", 50, 72, 12, 25, "S ACD P4A"),
    ("7205 BECBP", "angular_contact_ball", 25, 52, 15, 40, "BECB P"),
    ("7205-B-XL-TVP", "angular_contact_ball", 25, 52, 15, 40, "B XL TVP"),
    ("22308 CAMKE4C3", "spherical_roller", 40, 90, 33, None, "CA M K E4 C3"),
    ("NU 2210-E-TVP2", "cylindrical_roller", 50, 90, 23, 0, "E TVP2"),
    ("7205AC", "angular_contact_ball", 25, 52, 15, 25, "AC"),
    ("7205", "angular_contact_ball", 25, 52, 15, None, ""),
    ("3206 A-2RS", "double_row_angular_contact_ball", 30, 62, 23.8, 30, "A 2RS"),
    ("51108", "thrust_ball", 40, 60, 13, 90, ""),
    ("29412 E", "thrust_spherical_roller", 60, 130, 42, None, "E"),
    ("1206", "self_aligning_ball", 30, 62, 16, None, ""),
    ("2205", "self_aligning_ball", 25, 52, 18, None, ""),
    ("QJ 210", "four_point_ball", 50, 90, 20, 35, ""),
    ("UC205", "insert_ball", 25, 52, 34.1, 0, ""),
    ("NA 4906", "needle_roller", 30, 47, 17, 0, ""),
    ("C 2220 K", "toroidal_roller", 100, 180, 46, 0, "K"),
]


@pytest.mark.parametrize(
    ("designation", "key", "bore", "outer", "width", "angle", "marks"), READ, ids=[r[0] for r in READ]
)
def test_a_designation_is_read_with_type_size_angle_and_marks(
    designation: str, key: str, bore: float, outer: float, width: float, angle: float | None, marks: str
) -> None:
    read = parse(designation)
    assert read.type.key == key
    assert read.boundary is not None
    assert (read.bore_mm, read.boundary.outer_mm, read.boundary.width_mm) == (bore, outer, width)
    assert read.contact_angle_deg == angle
    assert " ".join(mark.code for mark in read.marks) == marks
    assert read.unknown_marks == ()


def test_a_drawn_cup_states_bore_and_width_and_no_outside_diameter() -> None:
    read = parse("HK 2020")
    assert read.boundary is not None
    assert (read.base, read.bore_mm, read.boundary.width_mm, read.boundary.outer_mm) == ("HK2020", 20, 20, None)


def test_names_of_test_rigs_are_read_from_the_catalogue() -> None:
    assert parse("ZA-2115").type.key == "spherical_roller"
    assert parse("ZA-2115").rows == 2
    assert parse("NICE (MFPT rig)").maker == "NICE"
    assert parse("UER204").bore_mm == 20


@pytest.mark.parametrize(
    "spelt", ["６２０５－２ＲＳ１", "6205 2rs1", " 6205-2RS1 ", "SKF 6205-2RS1", "6205-2RS1 skf", "62052RS1"]
)
def test_spelling_does_no_harm(spelt: str) -> None:
    if spelt == "62052RS1":
        with pytest.raises(UnknownBearing):  # figures that run together cannot be told apart
            parse(spelt)
        return
    read = parse(spelt)
    assert read.base == "6205"
    assert [mark.code for mark in read.marks] == ["2RS1"]


def test_makers_use_one_letter_for_different_things() -> None:
    assert parse("6205 V").marks[0].kind == "seal"  # NSK: non-contact seal
    assert parse("NU210 V").marks[0].kind == "design"  # full complement
    assert parse("7205 C").contact_angle_deg == 15
    assert parse("22205 C").contact_angle_deg is None
    assert parse("6205DDU").marks[0].meaning.render("zh") == "两侧接触式密封"  # and VV is the non-contact one
    assert str(parse("6205VV").marks[0].meaning) == "non-contact rubber seals on both sides"


def test_a_clearance_after_a_seal_is_no_contact_angle() -> None:
    read = parse("6205LLUC3")
    assert [mark.kind for mark in read.marks] == ["seal", "clearance"]


@pytest.mark.parametrize("mark", ["JAPAN", "XYZ", "PPP", "Q7"])
def test_a_mark_that_no_table_explains_is_quoted_and_not_guessed(mark: str) -> None:
    assert parse(f"6205 {mark}").unknown_marks == (mark,)


@pytest.mark.parametrize(
    ("code", "bore_mm"),
    [("00", 10), ("01", 12), ("02", 15), ("03", 17), ("04", 20), ("16", 80), ("96", 480), ("/22", 22), ("/500", 500)],
)
def test_bore_codes_follow_the_rule(code: str, bore_mm: float) -> None:
    assert bore_of_code(code) == bore_mm
    assert code_of_bore(bore_mm) == code


@pytest.mark.parametrize(
    "designation",
    [
        "",
        "   ",
        "abc",
        "6299",
        "62O5",
        "轴承",
        "9999999",
        "6205/25/30",
        "-",
        "(",
        "\\",
        "62[05",
        "62/0",
        "٦٢٠٥",
        "6205" * 30_000,
    ],
)
def test_what_no_rule_reads_is_refused_with_a_way_out(designation: str) -> None:
    with pytest.raises(UnknownBearing) as refusal:
        parse(designation)
    assert "--geometry" in str(refusal.value)


@pytest.mark.parametrize("old", ["205", "180205"])
def test_an_old_chinese_code_is_refused_because_its_rules_are_not_verified(old: str) -> None:
    with pytest.raises(UnknownBearing) as refusal:
        parse(old)
    assert "not verified" in str(refusal.value)


@settings(deadline=None)  # the first refusal builds the list of names
@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_and_never_breaks(designation: str) -> None:
    try:
        read = parse(designation)
    except UnknownBearing:
        return
    assert read.base


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("6250", "6205"), ("62O5", "6205"), ("6025", "6205"), ("NU21O", "NU210"), ("22380", "22308"), ("72 05 B", "7205")],
)
def test_a_slip_of_the_finger_finds_the_meant_designation_among_three(typed: str, meant: str) -> None:
    assert meant in suggest(typed)


def test_every_systematic_designation_reads_back_as_itself() -> None:
    for name, outline in systematic_outlines()[::7]:
        read = parse(name)
        assert (read.base, read.boundary) == (name, outline)


def test_the_same_dimension_series_gives_the_same_outline_across_types() -> None:
    # industry reference 4.2: 24 of 24 pairs of 60/70, 62/72, 63/73 are equal
    for ball, angular in (("60", "70"), ("62", "72"), ("63", "73")):
        for code in ("05", "10", "20"):
            assert parse(ball + code).boundary == parse(angular + code).boundary


def test_outlines_grow_with_the_bore_in_every_series() -> None:
    for (plan, series), sizes in boundaries().items():
        outlines = [sizes[bore] for bore in sorted(sizes)]
        for small, large in pairwise(outlines):
            assert small.outer_mm < large.outer_mm, (plan, series, large)
            assert small.width_mm <= large.width_mm, (plan, series, large)


def test_outlines_grow_with_the_diameter_series() -> None:
    for lighter, heavier in (("18", "19"), ("19", "10"), ("10", "02"), ("02", "03"), ("03", "04")):
        light, heavy = boundaries()["ISO 15", lighter], boundaries()["ISO 15", heavier]
        for bore in set(light) & set(heavy):
            assert light[bore].outer_mm < heavy[bore].outer_mm


def test_one_diameter_series_has_one_outside_diameter_whatever_the_width() -> None:
    for narrow, *wide in (
        ("02", "22", "32"),
        ("03", "23", "33"),
        ("10", "30", "40"),
        ("31", "41"),
        ("19", "49"),
        ("10", "00"),
    ):
        for other in wide:
            narrow_sizes, wide_sizes = boundaries()["ISO 15", narrow], boundaries()["ISO 15", other]
            for bore in set(narrow_sizes) & set(wide_sizes):
                assert narrow_sizes[bore].outer_mm == wide_sizes[bore].outer_mm, (narrow, other, bore)


def test_tapered_bearings_share_the_outside_diameters_of_the_plan() -> None:
    for tapered, plain in (
        ("302", "02"),
        ("322", "02"),
        ("332", "02"),
        ("303", "03"),
        ("313", "03"),
        ("323", "03"),
        ("320", "10"),
    ):
        sizes, plan = boundaries()["ISO 355", tapered], boundaries()["ISO 15", plain]
        for bore in set(sizes) & set(plan):
            assert sizes[bore].outer_mm == plan[bore].outer_mm, (tapered, bore)


def test_an_outline_that_no_second_source_confirmed_says_so() -> None:
    for sizes in boundaries().values():
        for outline in sizes.values():
            assert outline.is_checked == ("equal in" in outline.source)
            assert outline.is_checked != ("not verified" in outline.source)


def test_every_series_type_and_suffix_states_its_source_and_speaks_chinese() -> None:
    assert all(series.source for series in all_series().values())
    assert all(kind.name.zh for kind in bearing_types().values())
    for key in bearing_types():
        for meanings in known_suffixes(key).values():
            assert all(meaning.source and meaning.meaning and meaning.meaning.zh for meaning in meanings)
