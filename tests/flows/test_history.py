"""A history from its file to the answer: columns, bins, fit, what is refused, and the pages of both languages."""

import json
from pathlib import Path

import numpy as np
import pytest

import loadzone as lz
from loadzone.cli.history_page import page
from loadzone.cli.main import main
from loadzone.flows.history import rate_history
from loadzone.flows.rate import RateOptions, rate_bearing
from loadzone.flows.rate_tables import write_rows
from loadzone.words.columns import width
from loadzone.words.errors import BadInput, MissingInput

OPTIONS = RateOptions(1500.0, oil="68", cleanliness="normal", clearance_um=10.0)


def written(folder: Path, head: str, *rows: str) -> Path:
    path = folder / "history.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def random_rows(count: int, seed: int = 3) -> list[str]:
    rng = np.random.default_rng(seed)
    return [
        f"{index},{fr:.1f},{fa:.1f},{moment:.0f},{rpm:.0f},{degc:.1f}"
        for index, (fr, fa, moment, rpm, degc) in enumerate(
            zip(
                rng.uniform(1000, 5000, count),
                rng.normal(200, 300, count),
                rng.normal(0, 5000, count),
                rng.uniform(800, 2000, count),
                rng.uniform(50, 80, count),
                strict=True,
            )
        )
    ]


HEAD = "time_s,fr_n,fa_n,moment_nmm,speed_rpm,temperature_degc"


def test_one_load_in_any_columns_lives_as_the_load_alone(tmp_path: Path) -> None:
    alone = rate_bearing("6210", RateOptions(1500.0, 5000.0, 600.0, 4000.0, "68", 70.0, "normal", clearance_um=10.0))
    expected = alone.result.life
    for head, row in (
        ("duration_h,fr_n,fa_n,moment_nmm", "1,5000,600,4000"),
        ("share,fx_n,fy_n,fa_n,moment_nmm", "1,3000,4000,600,4000"),
        ("duration_s,FR_N, fa_n ,mx_nmm,my_nmm", "1,5000,600,0,4000"),
        ("duration_s,fx_n,fa_n,my_nmm,speed_rpm", "1,5000,600,4000,-1500"),
    ):
        found = rate_history("6210", written(tmp_path, head, row, row), OPTIONS)
        for key in ("l10_h", "l10r_h", "lnm_h", "lnmr_h"):
            tolerance = 1e-9 if "fy_n" not in head else 0.05  # between two balls other than on one
            assert getattr(found, key) == pytest.approx(getattr(expected, key), rel=tolerance), (head, key)


def test_what_is_no_column_comes_from_the_options(tmp_path: Path) -> None:
    path = written(tmp_path, "duration_h,fr_n", "1,5000", "1,5000")
    pushed = rate_history("6210", path, RateOptions(1500.0, axial_n=2500.0, moment_nmm=9000.0))
    alone = rate_bearing("6210", RateOptions(1500.0, 5000.0, 2500.0, 9000.0)).result.life
    assert pushed.l10_h == pytest.approx(alone.l10_h)
    assert pushed.l10r_h == pytest.approx(alone.l10r_h)
    assert "moment_not_in_p" in [each.code for each in pushed.notices]


def test_the_answer_says_which_row_decides(tmp_path: Path) -> None:
    found = rate_history("6210", written(tmp_path, "duration_s,fr_n", "9,1000", "1,9000", "9,2000"), OPTIONS)
    assert found.peak is not None
    assert found.summary is not None
    assert (found.peak.row, found.summary.worst_step, found.decided_by) == (2, 1, "lnmr_h")
    told = found.to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert isinstance(told["history"], dict)
    assert told["history"]["p_max_row"] == told["history"]["damage"]["worst_row"] == 2


def test_a_clearance_and_a_fit_change_the_reference_life_alone(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, *random_rows(20))
    tight, wide = (rate_history("6210", path, RateOptions(1500.0, clearance_um=each)) for each in (0.0, 60.0))
    assert tight.l10_h == wide.l10_h
    assert tight.l10r_h is not None
    assert wide.l10r_h is not None
    assert wide.l10r_h < tight.l10r_h
    fitted = rate_history("6210", path, RateOptions(1500.0, fit="k5/H7"))
    assert {"clearance_of_fit", "fit_at_mean_speed"} <= {each.code for each in fitted.notices}
    again = rate_history("6210", path, RateOptions(1500.0, clearance_um=fitted.clearance_um))
    assert again.l10r_h == fitted.l10r_h
    with pytest.raises(BadInput, match="give one of them"):
        rate_history("6210", path, RateOptions(1500.0, fit="k5/H7", clearance_um=5.0))


def test_bins_tell_their_error(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD, *random_rows(300))
    whole, few = (rate_history("6210", path, OPTIONS, bins=bins) for bins in (0, 12))
    assert whole.binning is None
    assert few.binning is not None
    assert few.binning.error is not None
    assert (few.binning.bins, few.binning.solved_steps) == (12, 300)
    assert whole.lnmr_h is not None
    assert few.lnmr_h == pytest.approx(whole.lnmr_h * (1.0 + few.binning.error.error), rel=1e-9)
    assert few.l10_h == whole.l10_h
    assert few.peak == whole.peak


def test_a_parquet_file_says_the_same_as_a_csv_file(tmp_path: Path) -> None:
    rows = [dict(zip(HEAD.split(","), map(float, row.split(",")), strict=True)) for row in random_rows(40)]
    write_rows(tmp_path / "history.parquet", rows)
    by_csv = rate_history("6210", written(tmp_path, HEAD, *random_rows(40)), OPTIONS)
    by_parquet = rate_history("6210", tmp_path / "history.parquet", OPTIONS)
    assert by_csv.lnmr_h == by_parquet.lnmr_h


def test_without_a_load_distribution_the_lives_of_iso_281_stand_alone(tmp_path: Path) -> None:
    path = written(tmp_path, "duration_s,fr_n,fa_n", "1,2000,500", "1,3000,500")
    thrust = RateOptions(1000.0, geometry=lz.bearing("6205").geometry, type_key="thrust_ball", c_n=3e4, c0_n=6e4)
    found = rate_history("own", path, thrust)
    assert (found.l10r_h, found.peak) == (None, None)
    assert found.l10_h is not None
    assert "no_load_distribution" in [each.code for each in found.notices]
    rollers = rate_history("N205", path, RateOptions(1000.0, length_mm=8.0))
    assert rollers.l10r_h is None
    assert any("ribs" in str(each.text) for each in rollers.notices)


def test_a_moment_alone_has_a_life_by_its_load_distribution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "duration_s,moment_nmm", "1,50000", "1,80000")
    assert main(["rate", "6210", "--speed", "1000", "--history", str(path)]) == 0
    assert "No load that P of ISO 281 knows" in capsys.readouterr().out


def test_limits_of_a_history_are_said(tmp_path: Path) -> None:
    def codes(head: str, *rows: str, **said: object) -> list[str]:
        options = RateOptions(**({"speed_rpm": 1000.0} | said))  # type: ignore[arg-type]  options of any test
        return [each.code for each in rate_history("6210", written(tmp_path, head, *rows), options).notices]

    assert "steps_at_rest" in codes("duration_s,fr_n,speed_rpm", "1,3000,0", "1,3000,100")
    assert "static_pressure" in codes("duration_s,fr_n,my_nmm", "1,3000,900000", "1,3000,0")
    assert "pressure_high" in codes("duration_s,fr_n", "1,17000", "1,3000")
    assert "kappa_low" in codes("duration_s,fr_n,speed_rpm", "1,3000,1", "1,3000,900", oil="10", cleanliness="normal")
    assert {"temperature_assumed", "clearance_assumed", "grooves_assumed"} <= set(
        codes("duration_s,fr_n", "1,3000", oil="68", cleanliness="normal")
    )
    assert "temperature_assumed" not in codes("duration_s,fr_n,temperature_degc", "1,3000,70", oil="68")


@pytest.mark.parametrize(
    ("head", "rows", "sentence"),
    [
        ("duration_s,fr_n,fx_n", ("1,3,3",), "fr_n and fx_n say the same"),
        ("duration_s,moment_nmm,my_nmm", ("1,3,3",), "moment_nmm and my_nmm say the same"),
        ("duration_s,moment_nm", ("1,3",), "in no unit known here; give moment_nmm"),
        ("duration_s,mx", ("1,3",), "in no unit known here; give mx_nmm"),
        ("duration_s,fr_n,temperature_degc", ("1,3,400",), "row 1: temperature 400"),
        ("duration_s,fr_n,speed_rpm", ("1,3,0", "0,3,100"), "turns in no step that lasts"),
        ("duration_s,fr_n,speed_rpm", ("1,3,nan", "1,3,100"), "row 1: speed_rpm is empty"),
        ("duration_s,fr_n", ("1,inf", "1,3"), "row 1: fr_n is empty"),
        ("duration_s,speed_rpm", ("1,100",), "needs fr_n or fa_n"),
    ],
)
def test_a_history_that_says_nothing_certain_is_refused(
    tmp_path: Path, head: str, rows: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises((BadInput, MissingInput), match=sentence):
        rate_history("6210", written(tmp_path, head, *rows), OPTIONS)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("bins", [0, 5])
def test_no_line_of_the_page_is_wider_than_a_terminal(tmp_path: Path, lang: str, bins: int) -> None:
    lines = page(rate_history("6210", written(tmp_path, HEAD, *random_rows(30)), OPTIONS, bins=bins), lang)
    assert lines[0].startswith(" ◆ ")
    for line in lines:
        assert width(line) <= 78, line
        assert line == line.rstrip()


def test_bins_without_a_history_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rate", "6210", "--fr", "3000", "--speed", "1000", "--bins", "10"]) == 2
    assert "--history FILE" in capsys.readouterr().err


def test_progress_is_told_while_blocks_are_solved(tmp_path: Path) -> None:
    told = []
    rate_history(
        "6210", written(tmp_path, HEAD, *random_rows(5)), OPTIONS, progress=lambda done, all_: told.append((done, all_))
    )
    assert told == [(1, 1)]
