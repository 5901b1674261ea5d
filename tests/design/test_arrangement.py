"""Which rows a type has: every type of the table, balls on a sphere, four points, double rows, and batches of them."""

import math

import numpy as np
import pytest

from loadzone.design.arrangement import BearingRows, arrange, clearance_counts
from loadzone.design.equilibrium.rows import elastic
from loadzone.design.equilibrium.sets import place_rows, set_scale_mm, sphere_groove
from loadzone.design.inside import BallInside, Layout, Load, RollerInside
from loadzone.design.rating import type_rules
from loadzone.words.errors import BadInput, MissingInput, OutOfScope

DOUBLE = BallInside(14, 9.525, 60.0, 30.0, rows=2, clearance_mm=0.005)
ALIGNING = BallInside(16, 8.7, 60.0, 10.0, 0.53, 0.53, rows=2)
FOUR_POINT = BallInside(13, 11.112, 60.0, 35.0, clearance_mm=0.02)
FLAT = BallInside(16, 7.938, 50.0, 90.0, 0.535, 0.535)
BALLS = {
    "double_row_angular_contact_ball": arrange(DOUBLE, "double_row_angular_contact_ball"),
    "double_row_deep_groove_ball": arrange(BallInside(9, 9.525, 46.0, rows=2), "double_row_deep_groove_ball"),
    "self_aligning_ball": arrange(ALIGNING, "self_aligning_ball"),
    "four_point_ball": arrange(FOUR_POINT, "four_point_ball"),
}


def random_loads(key: str, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rng = np.random.default_rng(20_261_124)
    loads = 25e3 * 10 ** rng.uniform(-6, math.log10(0.4), (count, 5)) * rng.choice((-1, 0, 1), (count, 5))
    loads[:, 3:] *= 0.0 if key == "self_aligning_ball" else 15.0
    return loads


@pytest.mark.parametrize("key", [each for each, rule in type_rules().items() if "ball" in each or "roller" in each])
def test_every_type_of_the_table_has_its_rows(key: str) -> None:
    is_thrust, rows = "thrust" in key, 2 if key.startswith(("double", "spherical", "self")) else 1
    angle = 60.0 if is_thrust else 0.0 if "deep" in key or "cylindrical" in key else 15.0
    inside = (
        BallInside(12, 8.0, 60.0, angle, rows=rows)
        if "ball" in key
        else RollerInside(12, 8.0, 9.0, 60.0, angle, rows=rows)
    )
    found = arrange(inside, key)
    assert found.is_thrust == is_thrust
    assert len(found.balls or found.rollers) == (2 if key in {"four_point_ball", "crossed_roller"} else rows)


@pytest.mark.parametrize("key", BALLS)
def test_every_random_load_on_rows_of_balls_finds_its_equilibrium(key: str) -> None:
    loads = random_loads(key, 500)
    found = BALLS[key].solve_batch(loads)
    assert found.converged.all()
    for index in range(0, 500, 25):
        one = BALLS[key].solve(Load(*loads[index]))
        assert one.converged
        assert found.q_max_n[index].max() == pytest.approx(one.loads_n.max(), rel=1e-8, abs=1e-6)


@pytest.mark.parametrize("key", BALLS)
def test_no_neighbour_has_less_energy(key: str) -> None:
    energy, scale_mm = BALLS[key].energy()
    units = np.array((1.0, 1.0, 1.0, scale_mm, scale_mm))
    load = np.array((3000.0, 500.0, 800.0, *((0.0, 0.0) if key == "self_aligning_ball" else (4000.0, -9000.0))))
    q = BALLS[key].solve(Load(*load)).displacements * units
    least = energy(q)[0] - load / units @ q
    for step in np.random.default_rng(2).normal(scale=1e-3, size=(100, 5)):
        assert energy(q + step)[0] - load / units @ (q + step) > least - 1e-9 * abs(least)


@pytest.mark.parametrize("key", BALLS)
def test_stiffness_is_symmetric_and_a_radial_load_is_shared_by_both_rows(key: str) -> None:
    found = BALLS[key].solve(Load(fx_n=4000.0))
    np.testing.assert_allclose(found.stiffness, found.stiffness.T, rtol=1e-9, atol=1e-6 * found.stiffness[0, 0])
    assert found.loads_n[0] == pytest.approx(found.loads_n[1], rel=1e-6, abs=1e-4)


def test_the_energy_of_rows_is_the_sum_of_the_springs() -> None:
    rows = place_rows(BALLS["double_row_angular_contact_ball"].balls)
    energy, scale_mm = BALLS["double_row_angular_contact_ball"].energy()
    q = np.array((0.02, 0.0, 0.01, 0.003, -0.002))
    assert scale_mm == set_scale_mm(rows)
    assert energy(q)[0] == elastic(rows, q, scale_mm)[0]
    with pytest.raises(OutOfScope, match="mode iso"):
        BALLS["four_point_ball"].energy("iso")


def test_a_self_aligning_ball_bearing_resists_no_tilt() -> None:
    found = BALLS["self_aligning_ball"].solve(Load(2000.0, 0.0, 300.0))
    assert not found.stiffness[3:].any()
    sphere = sphere_groove(ALIGNING.gamma) * ALIGNING.ball_diameter_mm
    assert sphere == pytest.approx(60.0 / 2.0 / math.cos(math.radians(10.0)) + 8.7 / 2.0)
    with pytest.raises(OutOfScope, match="aligns itself"):
        BALLS["self_aligning_ball"].solve(Load(2000.0, my_nmm=10.0))


def test_a_double_row_gives_way_to_a_moment_by_its_row_distance() -> None:
    def tilt(distance_mm: float) -> float:
        rows = arrange(DOUBLE, "double_row_angular_contact_ball", Layout(distance_mm))
        return float(rows.solve(Load(3000.0, my_nmm=20_000.0)).displacements[4])

    assert tilt(10.0) > 1.2 * tilt(20.0) > 0.0


def test_clearance_brings_axial_play_to_double_rows_and_four_points() -> None:
    """Under a tiny thrust the ring moves by s/2 cot(alpha), until one row touches."""
    for key, inside in (("double_row_angular_contact_ball", DOUBLE), ("four_point_ball", FOUR_POINT)):
        play = inside.clearance_mm / 2.0 / math.tan(math.radians(inside.contact_angle_deg))
        assert BALLS[key].solve(Load(fz_n=0.5)).displacements[2] == pytest.approx(play, rel=0.15)
        assert clearance_counts(inside, key)
    assert not clearance_counts(BallInside(16, 9.0, 60.0, 25.0), "angular_contact_ball")
    assert not clearance_counts(FLAT, "thrust_ball")


def test_a_thrust_ball_bearing_shares_a_centric_load_and_refuses_the_rest() -> None:
    rows = arrange(FLAT, "thrust_ball")
    assert rows.solve(Load(fz_n=8000.0)).loads_n == pytest.approx(np.full((1, 16), 500.0), rel=1e-7)
    with pytest.raises(OutOfScope, match="press the rings together"):
        rows.solve(Load(fz_n=-8000.0))
    with pytest.raises(OutOfScope, match="carries none"):
        rows.solve_batch([[10.0, 0, 8000.0, 0, 0]])


def test_what_is_not_known_or_not_of_use_is_refused() -> None:
    with pytest.raises(MissingInput, match="--length"):
        arrange(RollerInside(13, 7.5, 0.0, 39.0), "cylindrical_roller")
    with pytest.raises(BadInput, match="none that counts"):
        arrange(ALIGNING, "self_aligning_ball", Layout(9.0))
    with pytest.raises(BadInput, match="only two rows against each other"):
        arrange(BallInside(9, 9.525, 46.0, rows=2), "double_row_deep_groove_ball", Layout(9.0, "face_to_face"))
    with pytest.raises(OutOfScope, match="no rating here"):
        arrange(FLAT, "wheel")


def test_what_was_assumed_is_said() -> None:
    def told(rows: BearingRows) -> list[str]:
        return [each.code for each in rows.notices]

    assert told(BALLS["double_row_angular_contact_ball"]) == ["row_distance_assumed", "arrangement_assumed"]
    assert told(BALLS["double_row_deep_groove_ball"]) == ["row_distance_assumed"]
    assert told(BALLS["self_aligning_ball"]) == []
    assert told(arrange(DOUBLE, "double_row_angular_contact_ball", Layout(9.0, "back_to_back"))) == []


SINGLE = {
    "deep_groove_ball": BallInside(9, 7.938, 38.5, clearance_mm=0.01),
    "angular_contact_ball": BallInside(13, 11.906, 60.0, 40.0),
    "tapered_roller": RollerInside(17, 11.0, 15.0, 60.0, 14.0),
    "double_row_tapered_roller": RollerInside(17, 11.0, 15.0, 60.0, 14.0, rows=2, clearance_mm=0.01),
}


@pytest.mark.parametrize("key", SINGLE)
def test_rings_that_are_held_parallel_do_not_tilt_and_carry_the_same_forces(key: str) -> None:
    rows = arrange(SINGLE[key], key)
    load = Load(fx_n=3000.0, fy_n=-400.0, fz_n=2500.0)
    held = rows.solve(rows.hold(load))
    assert held.converged
    assert (held.load.fx_n, held.load.fy_n, held.load.fz_n) == (3000.0, -400.0, 2500.0)
    free = np.abs(rows.solve(load).displacements[3:]).max()
    assert np.abs(held.displacements[3:]).max() <= 1e-6 * free


def test_held_rings_of_one_slanted_row_live_longer_than_leaning_ones() -> None:
    rows = arrange(SINGLE["angular_contact_ball"], "angular_contact_ball")
    load = Load(fx_n=3000.0, fz_n=2500.0)
    held, free = (rows.life(rows.solve(each), 40_000.0).l10r_mrev for each in (rows.hold(load), load))
    assert held > 1.5 * free


def test_pure_forces_on_a_symmetric_bearing_need_no_moment_to_hold_it() -> None:
    held = arrange(DOUBLE, "double_row_angular_contact_ball").hold(Load(fx_n=5000.0))
    assert abs(held.mx_nmm) + abs(held.my_nmm) < 1e-6 * 5000.0 * 30.0
