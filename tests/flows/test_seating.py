"""A bearing in its fit: the chain of the middle, the limits, what a rating takes from it, refusals."""

import pytest

import loadzone as lz
from loadzone.bearings.catalogue import find
from loadzone.flows.seating import seating
from loadzone.words.errors import BadInput, OutOfScope

GEOMETRY = find("6205").geometry


def seat(designation: str = "6205", fit: str = "k5/H7") -> tuple[float, float, float]:
    band = seating(designation, GEOMETRY, "deep_groove_ball", fit, 1000.0).band
    return float(band.min.clearance_mm), float(band.mean.clearance_mm), float(band.max.clearance_mm)


def test_the_middle_is_the_group_less_the_growth_of_the_inner_raceway() -> None:
    interference_um, group_um, raceway_mm = (2 + 21) / 2, (13 + 28) / 2, 39.04 - 7.94
    assert 1000 * seat("6205 C3")[1] == pytest.approx(group_um - interference_um * 25 / raceway_mm, abs=0.01)


def test_a_tighter_seat_leaves_less_and_a_larger_group_more() -> None:
    loose, tight, wide = seat(fit="h5/H7"), seat(fit="m5/H7"), seat("6205 C4", "m5/H7")
    assert all(less < more for less, more in zip(tight, loose, strict=True))
    assert all(less < more for less, more in zip(tight, wide, strict=True))
    assert tight[0] < tight[1] < tight[2]


def test_a_rating_in_a_fit_is_that_with_its_clearance() -> None:
    fitted = lz.rate("6205 C3", radial_n=3000, speed_rpm=3000, fit="k5/H7").result
    stated = lz.rate("6205 C3", radial_n=3000, speed_rpm=3000, clearance_um=fitted.clearance_um).result
    assert fitted.life == stated.life
    assert fitted.inputs_hash == stated.inputs_hash
    codes = [each.code for each in fitted.notices]
    assert "clearance_of_fit" in codes
    assert "clearance_assumed" not in codes
    assert "s_op" in [each.symbol for each in fitted.steps]
    notice = fitted.notices[codes.index("clearance_of_fit")]
    assert "k5/H7" in notice.text.render("en")
    assert "工作游隙" in notice.text.render("zh")


def test_the_lever_of_the_tilt_changes_the_reference_life_only() -> None:
    ours, printed = (
        lz.rate("6205", radial_n=1000, axial_n=1000, speed_rpm=3000, mode=mode).result for mode in ("consistent", "iso")
    )
    assert (ours.mode, printed.mode) == ("consistent", "iso")
    assert ours.life.l10_h == printed.life.l10_h
    assert ours.life.l10r_h != printed.life.l10r_h


def test_what_a_fit_does_not_settle_is_refused() -> None:
    with pytest.raises(OutOfScope, match="--clearance"):
        lz.rate("7208 B", radial_n=3000, axial_n=2000, speed_rpm=3000, fit="k5/H7")
    with pytest.raises(BadInput, match="give one of them"):
        lz.rate("6205", radial_n=3000, speed_rpm=3000, fit="k5/H7", clearance_um=5.0)
    with pytest.raises(BadInput, match="k5/H7"):
        lz.rate("6205", radial_n=3000, speed_rpm=3000, fit="k5")
