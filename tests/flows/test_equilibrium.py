"""`loadzone.equilibrium` is the load distribution behind `loadzone.rate`, for all five components of a load."""

from typing import Any

import numpy as np
import pytest

import loadzone as lz
from loadzone.design.equilibrium.roller_state import RollerEquilibrium
from loadzone.flows.ross import ross_bearing
from loadzone.words.errors import BadInput, LoadzoneError, MissingInput, OutOfScope, UnknownBearing

DUTY = {"radial_n": 2000.0, "axial_n": 700.0, "speed_rpm": 1500.0}
LOAD = {"fx_n": 2000.0, "fz_n": 700.0}


@pytest.mark.parametrize(
    ("designation", "options"),
    [
        ("6205", {}),
        ("6205", {"clearance_um": 12.0, "grooves": (0.515, 0.53), "mode": "iso"}),
        ("6205", {"is_held": True}),
        ("6205", {"fit": "k5/H7"}),
        ("7208 B", {"mode": "pitch"}),
        ("3206", {"geometry": "12,9.525,46,30", "row_distance_mm": 12.0, "arrangement": "face_to_face"}),
        ("22210", {"geometry": "18,11,70,9", "length_mm": 10.0}),
    ],
)
def test_it_is_the_distribution_inside_a_rating(designation: str, options: dict[str, Any]) -> None:
    rated = lz.rate(designation, **DUTY, **options).result.distribution.equilibrium
    speed = {"speed_rpm": 1500.0} if "fit" in options else {}
    found = lz.equilibrium(designation, **LOAD, **speed, **options)
    assert rated is not None
    np.testing.assert_array_equal(found.loads_n, rated.loads_n)
    np.testing.assert_array_equal(found.displacements, rated.displacements)
    np.testing.assert_array_equal(found.stiffness, rated.stiffness)
    assert found.p_max_mpa == rated.p_max_mpa


def test_moments_about_both_axes_tilt_the_ring() -> None:
    about_x = lz.equilibrium("6205", fz_n=800.0, mx_nmm=2000.0).displacements
    about_y = lz.equilibrium("6205", fz_n=800.0, my_nmm=-2000.0).displacements
    assert about_x[3] > 0.0 > about_y[4]
    assert about_x[3] == pytest.approx(-about_y[4], rel=0.05)  # nine balls are no round ring


def test_an_inside_of_a_type_is_enough() -> None:
    found = lz.equilibrium("mine", fx_n=3000.0, geometry="13,7.5,39", type_key="cylindrical_roller", length_mm=9.0)
    assert isinstance(found, RollerEquilibrium)
    assert found.loads_n.shape == (1, 13)


def test_a_bearing_alone_goes_to_ross() -> None:
    found = lz.equilibrium("6205", fx_n=3000.0, fz_n=500.0)
    entry: Any = ross_bearing(found, "end", 3)["BearingElement_end"]
    assert (entry["n"], entry["tag"], entry["cxx"]) == (3, "end", 0.0)
    assert entry["kxx"] == 1e3 * found.stiffness[0, 0]
    assert "speed" not in entry


@pytest.mark.parametrize(
    ("designation", "options", "error", "sentence"),
    [
        ("nonsense", {"fx_n": 1.0}, UnknownBearing, "nonsense"),
        ("6205", {"fx_n": float("nan")}, BadInput, "finite"),
        ("6205", {"fx_n": 100.0, "my_nmm": 5.0, "is_held": True}, BadInput, "held parallel"),
        ("6205", {"fx_n": 100.0, "fit": "k5/H7", "clearance_um": 3.0}, BadInput, "give one of them"),
        ("6205", {"fx_n": 100.0, "row_distance_mm": 3.0}, BadInput, "row distance 3 mm"),
        ("NU206", {"fx_n": 100.0, "geometry": "13,7.5,45"}, MissingInput, "L_we"),
        ("NU206", {"fx_n": 1.0, "fz_n": 1.0, "geometry": "13,7.5,45", "length_mm": 9.0}, OutOfScope, "axial force 1 N"),
        ("22210", {"my_nmm": 9.0, "geometry": "18,11,70,9", "length_mm": 10.0}, OutOfScope, "aligns itself"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    designation: str, options: dict[str, Any], error: type[LoadzoneError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        lz.equilibrium(designation, **options)
