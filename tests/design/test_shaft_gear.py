"""Forces of gears: textbook values, the rules of hand, and that they balance the torque they carry."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.shaft.gear import Gear, torque_of_power
from loadzone.words.errors import BadInput

ANGLES = st.floats(0.0, 45.0)


def test_a_spur_gear_is_pushed_round_and_away_from_its_mate() -> None:
    """Mesh at the top: torque about +z pushes the top to -x; the mate above pushes down by F_t tan 20 deg."""
    load = Gear(10.0, 80.0, torque_nmm=40_000.0, mesh_azimuth_deg=90.0).load
    assert load.forces_n == pytest.approx((-1000.0, -1000.0 * math.tan(math.radians(20.0)), 0.0), abs=1e-9)
    assert load.moments_nmm == pytest.approx((0.0, 0.0, 40_000.0), abs=1e-9)


@pytest.mark.parametrize(("hand", "torque_nmm", "sign"), [("right", -1e4, 1), ("right", 1e4, -1), ("left", -1e4, -1)])
def test_thrust_follows_the_rule_of_the_hand(hand: str, torque_nmm: float, sign: int) -> None:
    """A driving pinion that turns about +z is held back by its mate; a right hand along its turn shows the thrust."""
    load = Gear(0.0, 100.0, torque_nmm, helix_angle_deg=15.0, hand=hand).load  # type: ignore[arg-type]
    assert load.fz_n == pytest.approx(sign * 200.0 * math.tan(math.radians(15.0)))


def test_two_mating_helical_gears_push_each_other_equally() -> None:
    """Same azimuth line seen from both sides, opposite hands, torques in the ratio of the diameters."""
    pinion = Gear(0.0, 60.0, -3e4, 20.0, 12.0, "right", 30.0).load
    wheel = Gear(0.0, 180.0, -9e4, 20.0, 12.0, "left", 210.0).load
    np.testing.assert_allclose(pinion.forces_n, -np.array(wheel.forces_n), atol=1e-9)


def test_a_straight_bevel_pinion_has_the_forces_of_the_textbook() -> None:
    """W_r = W_t tan(phi) cos(gamma), W_a = W_t tan(phi) sin(gamma), away from the apex."""
    load = Gear(0.0, 65.0, 32_500.0, cone_angle_deg=18.43, apex_side=1).load
    tangent, cone = 1000.0 * math.tan(math.radians(20.0)), math.radians(18.43)
    assert load.forces_n == pytest.approx((-tangent * math.cos(cone), 1000.0, -tangent * math.sin(cone)))


@pytest.mark.parametrize(("hand", "sign"), [("right", 1), ("left", -1)])
def test_a_spiral_bevel_pinion_has_the_forces_of_the_textbook(hand: str, sign: int) -> None:
    """F_a = F_t (tan alpha sin delta ± sin beta cos delta)/cos beta for a driving pinion.

    Seen from its apex a right-hand pinion that turns clockwise is drawn away from the apex; clockwise from the apex at
    -z is about +z, and the driver's torque from its mate is negative.
    """
    load = Gear(0.0, 65.0, -32_500.0, 20.0, 35.0, hand, 0.0, 18.43, -1).load  # type: ignore[arg-type]
    alpha, beta, cone = (math.radians(each) for each in (20.0, 35.0, 18.43))
    away = (math.tan(alpha) * math.sin(cone) + sign * math.sin(beta) * math.cos(cone)) / math.cos(beta)
    inward = (math.tan(alpha) * math.cos(cone) - sign * math.sin(beta) * math.sin(cone)) / math.cos(beta)
    assert load.fz_n == pytest.approx(1000.0 * away)
    assert load.fx_n == pytest.approx(-1000.0 * inward)


def test_a_spiral_bevel_pair_at_right_angles_is_in_balance() -> None:
    """Common apex on +z of the pinion; the wheel's z is the pinion's x, and the mesh lies towards the pinion's -z."""
    pinion = Gear(0.0, 60.0, -3e4, 20.0, 35.0, "right", 0.0, 30.0, 1).load
    diameter = 60.0 * math.tan(math.radians(60.0))
    wheel = Gear(0.0, diameter, 500.0 * diameter, 20.0, 35.0, "left", 0.0, 60.0, -1).load
    np.testing.assert_allclose((wheel.fz_n, wheel.fy_n, -wheel.fx_n), -np.array(pinion.forces_n), atol=1e-9)


@given(
    st.floats(-1e6, 1e6),
    st.floats(10.0, 500.0),
    ANGLES,
    ANGLES,
    st.sampled_from(("right", "left")),
    st.floats(-360, 360),
    st.floats(0.0, 89.0),
    st.sampled_from((1, -1)),
)
def test_the_mesh_force_balances_the_torque(
    torque: float, diameter: float, alpha: float, beta: float, hand: str, azimuth: float, cone: float, apex: int
) -> None:
    load = Gear(0.0, diameter, torque, alpha, beta, hand, azimuth, cone, apex).load  # type: ignore[arg-type]
    phi = math.radians(azimuth)
    mesh = diameter / 2 * np.array((math.cos(phi), math.sin(phi), 0.0))
    size = diameter * (1.0 + np.abs(load.forces_n).max())
    np.testing.assert_allclose(np.cross(mesh, load.forces_n), load.moments_nmm, atol=1e-12 * size)
    assert load.mz_nmm == torque
    tangent = -math.sin(phi) * load.fx_n + math.cos(phi) * load.fy_n
    normal = abs(tangent) * math.hypot(
        1.0, math.tan(math.radians(beta)), math.tan(math.radians(alpha)) / math.cos(math.radians(beta))
    )
    assert np.linalg.norm(load.forces_n) == pytest.approx(normal, rel=1e-9, abs=1e-9)


def test_power_and_speed_make_a_torque_in_the_direction_of_turning() -> None:
    assert torque_of_power(10.0, 955.0) == pytest.approx(9_549_297 * 10.0 / 955.0, rel=1e-7)
    assert torque_of_power(-10.0, 955.0) == -torque_of_power(10.0, 955.0) == torque_of_power(10.0, -955.0)
    with pytest.raises(BadInput, match="a shaft that turns"):
        torque_of_power(10.0, 0.0)


@pytest.mark.parametrize(
    ("gear", "sentence"),
    [
        ({"pitch_diameter_mm": 0.0, "torque_nmm": 1.0}, "pitch diameter 0 mm"),
        ({"pitch_diameter_mm": 10.0, "torque_nmm": math.inf}, "torque inf"),
        ({"pitch_diameter_mm": 10.0, "torque_nmm": 1.0, "helix_angle_deg": -15.0}, "the hand says the sign"),
        ({"pitch_diameter_mm": 10.0, "torque_nmm": 1.0, "cone_angle_deg": 120.0}, "cone angle 120 deg"),
    ],
)
def test_gears_that_cannot_be_are_refused(gear: dict[str, float], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        Gear(0.0, **gear)  # type: ignore[arg-type]
