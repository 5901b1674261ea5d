"""The whole path of a rating: results, what is said about limits, histories, tables of cases, the command."""

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import loadzone as lz
from loadzone.bearings.geometry import geometry_from_option
from loadzone.cli.history_page import page as history_page
from loadzone.cli.main import main
from loadzone.cli.rate_page import page
from loadzone.design.capability import MakerRatings, capability
from loadzone.design.duty import Conditions
from loadzone.design.inside import BallInside, Load, RollerInside
from loadzone.design.lubrication import cleanliness_from_option, oil_from_option
from loadzone.design.rate import Case, rate
from loadzone.flows.history import rate_history
from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.flows.rate_tables import rate_cases, write_rows
from loadzone.words.columns import width
from loadzone.words.errors import BadInput, MissingInput, OutOfScope, UnknownBearing, UnreadableFile

INSIDE = BallInside(9, 7.938, 38.5)
FILMED = Conditions(3000.0, oil_from_option("68"), 70.0, cleanliness_from_option("0.5"), 90.0)


def codes(*values: object, **options: object) -> list[str]:
    result = lz.rate(*values, **options).result  # type: ignore[arg-type]  options of any test
    return [each.code for each in result.notices]


def test_6205_at_3000_n_and_3000_rpm_lives_as_its_rating_says() -> None:
    result = rate(INSIDE, "deep_groove_ball", Load(fx_n=3000.0), FILMED)
    assert result.life.l10_h == pytest.approx((14017.365 / 3000) ** 3 * 1e6 / 60 / 3000, rel=1e-6)
    assert result.life.kappa == pytest.approx(19.808 / 13.241, rel=1e-3)
    assert result.life.a_iso is not None
    assert result.life.lnm_h == pytest.approx(result.life.a_iso * result.life.l10_h)
    assert result.p_max_mpa is not None
    assert 2500 < result.p_max_mpa < 3500


def test_99_percent_reliability_is_a_quarter_of_the_modified_life() -> None:
    usual = lz.rate("6205", radial_n=3000, speed_rpm=3000, oil=68, cleanliness=0.5)
    safe = lz.rate("6205", radial_n=3000, speed_rpm=3000, oil=68, cleanliness=0.5, reliability_percent=99)
    assert usual.result.life.lnm_h is not None
    assert safe.result.life.lnm_h == pytest.approx(0.2483 * usual.result.life.lnm_h, rel=1e-3)


def test_the_json_has_the_keys_of_the_interface() -> None:
    told = lz.rate("6205", radial_n=3000, axial_n=500, speed_rpm=3000).to_dict()
    assert set(told) >= {
        *("designation", "geometry", "geometry_source", "edition", "mode", "ratings", "load", "clearance_um", "life"),
        *("stress", "steps", "warnings", "hash"),
    }
    for part, keys in {
        "ratings": {"c_n", "c0_n", "cu_n", "kind"},
        "load": {"p_n", "fr_n", "fa_n"},
        "life": {"l10_h", "l10r_h", "lnm_h", "lnmr_h", "a1", "a_iso", "kappa", "e_c"},
        "stress": {"p_max_mpa"},
    }.items():
        found = told[part]
        assert isinstance(found, dict)
        assert set(found) >= keys
    steps = told["steps"]
    assert isinstance(steps, list)
    assert set(steps[0]) == {"symbol", "value", "unit", "clause", "mark"}
    assert "NaN" not in json.dumps(told)
    assert "Infinity" not in json.dumps(told)


def test_equal_inputs_have_equal_hashes_and_other_inputs_another() -> None:
    first, again, other = (
        lz.rate("6205", radial_n=load, speed_rpm=3000).result.inputs_hash for load in (3000, 3000.0, 3001)
    )
    assert first == again != other


def test_a_load_beyond_half_of_c_has_no_life_but_a_static_safety() -> None:
    answer = lz.rate("6205", radial_n=9000, speed_rpm=3000)
    assert answer.result.life.l10_h is None
    assert answer.result.s0 == pytest.approx(7872 / 9000, rel=1e-3)
    assert {"overload", "static_safety"} <= {each.code for each in answer.result.notices}


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("below_minimum_load", {"radial_n": 50}),
        ("axial_over_c0", {"axial_n": 4500, "radial_n": 100}),
        ("kappa_low", {"radial_n": 2000, "oil": "10", "temperature_degc": 110, "speed_rpm": 20}),
        ("kappa_high", {"radial_n": 2000, "oil": "1000", "cleanliness": "0.5"}),
        ("a_iso_clipped", {"radial_n": 300, "oil": "150", "cleanliness": "1"}),
        ("contamination_floor", {"radial_n": 2000, "oil": "68", "cleanliness": "grease:very-severe"}),
        ("temperature_steel", {"radial_n": 2000, "oil": "220", "temperature_degc": 130}),
        (
            "temperature_grease",
            {"radial_n": 2000, "oil": "220", "temperature_degc": 90, "cleanliness": "grease:normal"},
        ),
        ("temperature_assumed", {"radial_n": 2000, "oil": "220"}),
        ("no_modified_life", {"radial_n": 2000}),
        ("moment_not_in_p", {"radial_n": 2000, "moment_nmm": 1000}),
        ("clearance_assumed", {"radial_n": 2000}),
        ("grooves_assumed", {"radial_n": 2000}),
        ("rating_contradicts_geometry", {"radial_n": 2000, "c_n": 16000, "c0_n": 7800}),
    ],
)
def test_a_limit_that_is_met_is_said(code: str, options: dict[str, object]) -> None:
    assert code in codes("6205", **({"speed_rpm": 3000} | options))


def test_what_is_stated_is_not_called_assumed() -> None:
    told = codes("6205", radial_n=2000, speed_rpm=3000, clearance_um=10, grooves=(0.515, 0.525))
    assert {"clearance_assumed", "grooves_assumed"}.isdisjoint(told)


def test_known_grooves_give_the_exact_fatigue_load_limit() -> None:
    exact = capability(INSIDE, "deep_groove_ball", are_grooves_known=True)
    assert exact.cu_n == pytest.approx(408.0, abs=0.5)
    assert capability(INSIDE, "deep_groove_ball").cu_n == pytest.approx(355.9, abs=0.1)


def test_an_estimated_inside_says_so_before_everything_else() -> None:
    answer = lz.rate("6212", radial_n=3000, speed_rpm=1500)
    assert answer.to_dict()["geometry_source"] == "estimate"
    assert answer.result.notices[0].code == "geometry_estimated"


def test_the_makers_ratings_are_used_and_kept_apart() -> None:
    answer = lz.rate("6205", radial_n=2800, speed_rpm=3000, c_n=14000, c0_n=7800)
    assert answer.result.kind == "maker"
    assert answer.result.life.l10_mrev == pytest.approx(125.0)
    assert answer.result.steps[0].clause == "maker's catalogue"


def test_rollers_need_their_length_or_the_makers_ratings() -> None:
    with pytest.raises(MissingInput, match="--length"):
        lz.rate("N205", radial_n=3000, speed_rpm=3000)
    assert lz.rate("N205", radial_n=3000, speed_rpm=3000, length_mm=8).result.not_verified[:2] == ("f_c", "b_m")
    assert lz.rate("N205", radial_n=3000, speed_rpm=3000, c_n=28600, c0_n=27000).result.kind == "maker"
    assert "axial_not_carried" in codes("N205", radial_n=3000, axial_n=100, speed_rpm=3000, length_mm=8)


@pytest.mark.parametrize(
    ("name", "inside", "options"),
    [
        ("22220", "19,19,142,10", {"radial_n": 30_000, "axial_n": 3000, "length_mm": 15}),
        ("NN3020", "30,11,125", {"radial_n": 20_000, "moment_nmm": 1e5, "length_mm": 11}),
        ("3208", "14,9.525,60,30", {"radial_n": 5000, "axial_n": 1000}),
        ("4206", "9,9.525,46", {"radial_n": 3000}),
        ("51108", "16,7.938,50", {"axial_n": 5000}),
        ("30208", "17,11,60,14", {"radial_n": 3000, "axial_n": 3000, "length_mm": 12}),
        ("QJ208", "13,11.112,60", {"radial_n": 1000, "axial_n": 5000}),
        ("1208", "16,8.7,60,10", {"radial_n": 2000, "c_n": 19_000, "c0_n": 7000}),
        ("NKI 30/20", "25,3.5,38", {"radial_n": 5000, "length_mm": 15}),
        ("81108", "24,6,54", {"axial_n": 10_000, "length_mm": 5.5}),
        ("29412", "11,25,95,50", {"radial_n": 10_000, "axial_n": 100_000, "length_mm": 25}),
        ("C2220", "19,18,140", {"radial_n": 30_000, "length_mm": 25, "c_n": 4e5, "c0_n": 5e5}),
    ],
)
def test_every_type_has_a_reference_life_and_a_pressure(name: str, inside: str, options: dict[str, float]) -> None:
    result = lz.rate(name, speed_rpm=300, geometry=inside, **options).result  # type: ignore[arg-type]
    assert result.life.l10r_h is not None
    assert result.life.l10r_h > 0.0
    assert result.p_max_mpa is not None
    assert 500.0 < result.p_max_mpa < 4000.0


def test_types_without_a_designation_are_rated_by_their_name() -> None:
    for key, inside, load in (
        ("double_row_tapered_roller", "50,60,1500,20", {"radial_n": 8e5, "axial_n": 2e5, "length_mm": 90}),
        ("crossed_roller", "40,8,120", {"radial_n": 8000, "moment_nmm": 2e5, "length_mm": 7}),
        ("thrust_tapered_roller", "18,25,160,70", {"axial_n": 50_000, "length_mm": 25}),
    ):
        options = RateOptions(20.0, geometry=geometry_from_option(inside), type_key=key, **load)
        result = rate_bearing("own", options).result
        assert result.life.l10r_h is not None
        assert "roller_ends" in [each.code for each in result.notices]


def test_what_a_load_distribution_misses_is_named_with_the_way_out() -> None:
    def refusal(name: str, inside: str, **options: float) -> str:
        result = lz.rate(name, speed_rpm=300, geometry=inside, **options).result  # type: ignore[arg-type]
        assert result.life.l10r_h is None
        return next(each.text.render() for each in result.notices if each.code == "no_load_distribution")

    assert "--length" in refusal("22220", "19,19,142,10", radial_n=30_000, c_n=4e5, c0_n=5e5)
    assert "fourth number of --geometry" in refusal("22220", "19,19,142", radial_n=30_000, length_mm=15)
    assert "aligns itself" in refusal("1208", "16,8.7,60,10", radial_n=2000, moment_nmm=1e3, c_n=19e3, c0_n=7e3)
    assert "needs a second one" in refusal("30208", "17,11,60,14", radial_n=3000, length_mm=12)
    assert "carries none" in refusal("51108", "16,7.938,50", axial_n=5000, radial_n=100)
    assert "carries none" in refusal("81108", "24,6,54", axial_n=5000, radial_n=100, length_mm=5.5)


def test_a_row_distance_and_an_arrangement_are_assumed_and_said_or_stated_and_not() -> None:
    duty = {"radial_n": 5000, "axial_n": 1000, "speed_rpm": 1000, "geometry": "14,9.525,60,30"}
    assert {"row_distance_assumed", "arrangement_assumed"} <= set(codes("3208", **duty))
    stated = codes("3208", **duty, row_distance_mm=10.0, arrangement="face_to_face")
    assert {"row_distance_assumed", "arrangement_assumed"}.isdisjoint(stated)
    with pytest.raises(BadInput, match="0 or more"):
        lz.rate("3208", **duty, row_distance_mm=-1.0)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="row distance 5 mm"):
        lz.rate("6205", radial_n=3000, speed_rpm=1000, row_distance_mm=5.0)
    with pytest.raises(BadInput, match="arrangement face_to_face"):
        lz.rate("6205", radial_n=3000, speed_rpm=1000, arrangement="face_to_face")


def test_four_points_slide_where_the_thrust_is_small() -> None:
    assert "four_point_contact" in codes("QJ208", radial_n=5000, axial_n=500, speed_rpm=100, geometry="13,11.112,60")
    assert "four_point_contact" not in codes(
        "QJ208", radial_n=1000, axial_n=5000, speed_rpm=100, geometry="13,11.112,60"
    )


def test_the_reference_life_of_a_radial_load_is_near_the_basic_one() -> None:
    """Without clearance half of the balls carry, as the basic life assumes."""
    life = lz.rate("6205", radial_n=3000, speed_rpm=3000).result.life
    assert life.l10r_h == pytest.approx(life.l10_h, rel=0.03)


def test_a_single_angular_contact_bearing_without_thrust_needs_a_second_one() -> None:
    assert "needs_second_bearing" in codes("218", radial_n=9000, axial_n=100, speed_rpm=1000)
    assert "needs_second_bearing" not in codes("218", radial_n=1000, axial_n=9000, speed_rpm=1000)


def test_impossible_bearings_and_duties_are_refused() -> None:
    with pytest.raises(BadInput, match="overlap"):
        rate(BallInside(20, 12.0, 60.0), "deep_groove_ball", Load(fx_n=100.0), FILMED)
    with pytest.raises(BadInput, match="no bearing"):
        capability(RollerInside(9, 50.0, 9.0, 39.0), "cylindrical_roller", MakerRatings(1e4, 1e4))
    with pytest.raises(BadInput, match="no load"):
        lz.rate("6205", speed_rpm=3000)
    with pytest.raises(BadInput, match="finite"):
        lz.rate("6205", radial_n=float("nan"), speed_rpm=3000)
    with pytest.raises(BadInput, match="positive speed"):
        lz.rate("6205", radial_n=3000, speed_rpm=0)
    with pytest.raises(BadInput, match="Celsius"):
        lz.rate("6205", radial_n=3000, speed_rpm=100, temperature_degc=500)
    with pytest.raises(BadInput, match="micrometres"):
        lz.rate("6205", radial_n=3000, speed_rpm=100, clearance_um=5000)
    with pytest.raises(BadInput, match="positive number"):
        lz.rate("6205", radial_n=3000, speed_rpm=100, c_n=-1)
    with pytest.raises(UnknownBearing, match="--type"):
        lz.rate("my own", radial_n=3000, speed_rpm=100, geometry="9,7.938,38.5")
    with pytest.raises(OutOfScope, match="no rating here"):
        rate_bearing("own", RateOptions(100.0, 3000.0, geometry=lz.bearing("6205").geometry, type_key="wheel"))


def test_a_typed_inside_with_its_type_is_rated() -> None:
    options = RateOptions(3000.0, 3000.0, geometry=lz.bearing("6205").geometry, type_key="deep_groove_ball")
    assert rate_bearing("own", options).subject.to_dict()["designation"] == "own"


def history(folder: Path, head: str, *rows: str) -> Path:
    path = folder / "history.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_history_of_one_constant_load_lives_as_the_load_alone(tmp_path: Path) -> None:
    options = RateOptions(3000.0, 3000.0, oil="68", cleanliness="0.5")
    alone = rate_bearing("6205", options).result.life
    path = history(tmp_path, "duration_h,fr_n,speed_rpm", "1,3000,3000", "5,3000,3000")
    found = rate_history("6205", path, options)
    assert found.l10_h == pytest.approx(alone.l10_h)
    assert found.lnm_h == pytest.approx(alone.lnm_h)
    assert (found.n_steps, found.hours, found.p_n) == (2, 6.0, pytest.approx(3000.0))


def test_damage_of_a_history_adds_up_over_its_steps(tmp_path: Path) -> None:
    path = history(tmp_path, "share,fr_n,fa_n", "0.9,1500,200", "0.1,4000,1000")
    found = rate_history("6205", path, RateOptions(1000.0))
    lives = [
        lz.rate("6205", radial_n=fr, axial_n=fa, speed_rpm=1000).result.life.l10_h
        for fr, fa in ((1500, 200), (4000, 1000))
    ]
    assert None not in lives
    assert found.l10_h == pytest.approx(1 / (0.9 / lives[0] + 0.1 / lives[1]))  # type: ignore[operator]  both lives exist
    assert found.hours is None


@pytest.mark.parametrize(
    ("head", "rows", "sentence"),
    [
        ("time_s,fr_kn", ("0,3", "1,3"), "in no unit known here"),
        ("time_s,fr_n", ("0,3", "1,", "2,4"), "a history with gaps"),
        ("time_s,fr_n", ("0,3", "1,3", "2,3", "300,3"), "a gap of 298 s after row 3"),
        ("time_s,fr_n", ("0,3", "0,3"), "must rise"),
        ("duration_s,fr_n", ("-1,3", "1,3"), "must not be negative"),
        ("duration_s,fr_n", ("1,much", "1,3"), "a word"),
        ("fr_n,fa_n", ("1,3",), "needs a column time_s"),
        ("duration_s,speed_rpm", ("1,3",), "needs fr_n or fa_n"),
        ("duration_s,fr_n", (), "no rows"),
    ],
)
def test_a_history_that_cannot_be_counted_is_refused_with_its_row(
    tmp_path: Path, head: str, rows: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises((BadInput, MissingInput, UnreadableFile), match=sentence):
        rate_history("6205", history(tmp_path, head, *rows), RateOptions(1000.0))


def test_a_history_with_an_overload_has_no_life_and_counts_the_steps(tmp_path: Path) -> None:
    path = history(tmp_path, "duration_s,fr_n", "1,3000", "1,9000", "1,9500")
    found = rate_history("6205", path, RateOptions(1000.0))
    assert found.l10_h is None
    assert any("2 steps" in str(each.text) for each in found.notices)
    assert "No life" in history_page(found)[0]


def test_a_table_of_cases_marks_the_bad_row_and_rates_the_others(tmp_path: Path) -> None:
    path = history(tmp_path, "designation,fr_n,oil,cleanliness", "6205,3000,68,0.5", "none,3000,,", "6206,9000,68,0.5")
    rows = list(rate_cases(path, RateOptions(3000.0)))
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    assert rows[0]["l10_h"] == lz.rate("6205", radial_n=3000, speed_rpm=3000).result.life.l10_h
    assert rows[0]["lnm_h"] is not None
    for name in ("rows.csv", "rows.parquet"):
        write_rows(tmp_path / name, rows)
    with (tmp_path / "rows.csv").open(encoding="utf-8") as file:
        assert float(list(csv.DictReader(file))[2]["l10_h"]) == rows[2]["l10_h"]
    again = list(rate_cases(tmp_path / "rows.parquet", RateOptions(3000.0)))
    assert again[0]["p_n"] == rows[0]["p_n"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["6205", "6212", "218", "S71910 ACD/P4A"])
def test_no_line_of_the_page_is_wider_than_a_terminal(name: str, lang: str) -> None:
    options = RateOptions(3000.0, 3000.0, 2500.0, 1000.0, oil="68", cleanliness="bath:-/17/14")
    for line in page(rate_bearing(name, options), lang):
        assert width(line) <= 78, line
        assert line == line.rstrip()


def test_the_page_begins_with_the_lives_and_names_what_was_not_verified(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = "rate 6205 --fr 3000 --speed 3000 --oil 68 --cleanliness=-/17/14 --reliability 99 --lang en"
    assert main(arguments.split()) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(" ◆ Basic rating life 569 h; modified ")
    assert " h at 99 %" in shown.splitlines()[0]
    assert "Not verified against its source: e_C, h_c" in shown


def test_the_command_leaves_with_2_where_there_is_no_life(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["rate", "6205", "--fr", "9000", "--speed", "3000", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["life"]["l10_h"] is None
    assert main(["rate", "6205", "--speed", "3000", "--fr", "10", "--grooves", "wide"]) == 2
    path = history(tmp_path, "designation,fr_n", "6205,3000", "none,1")
    assert main(["rate", str(path), "--speed", "1000"]) == 2
    assert "none,1" in capsys.readouterr().out
    assert main(["rate", str(path), "--speed", "1000", "--out", str(tmp_path / "rows.parquet")]) == 2
    assert (tmp_path / "rows.parquet").is_file()


def test_one_rating_imports_neither_compiler_nor_scipy() -> None:
    code = (
        "import sys; from loadzone.cli.main import main; main(['rate', '6205', '--fr', '3000', '--speed', '3000']);"
        "print('heavy', *({'numba', 'scipy', 'pyarrow'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603  ours
    assert told.stdout.splitlines()[-1].split() == ["heavy"]


def test_rings_held_parallel_change_the_reference_life_and_say_by_which_moment() -> None:
    case = Case(
        BallInside(13, 11.906, 60.0, 40.0),
        "angular_contact_ball",
        Load(fx_n=3000.0, fz_n=2500.0),
        Conditions(3000.0),
        are_grooves_known=True,
    )
    free, held = case.rate(), replace(case, is_held=True).rate()
    assert held.life.l10r_h is not None
    assert free.life.l10r_h is not None
    assert held.life.l10r_h > free.life.l10r_h
    assert held.life.l10_h == free.life.l10_h
    assert [each.value > 0.0 for each in held.steps if "holds the rings parallel" in each.clause] == [True]
    assert held.inputs_hash != free.inputs_hash
    with pytest.raises(BadInput, match="held parallel"):
        replace(case, load=Load(fx_n=3000.0, my_nmm=1.0), is_held=True).rate()
