"""Shafts on real bearings agree with the single bearing, with pairs, with statics, and with mechanics at large."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.design.arrangement import BearingRows, arrange
from loadzone.design.equilibrium import ball, roller
from loadzone.design.equilibrium.sets import pair, solve_set
from loadzone.design.inside import BallInside, Layout, Load, Material, RollerInside
from loadzone.design.shaft.beam import actions_of, beam_of
from loadzone.design.shaft.contacts import contact_of, preload_offset_mm
from loadzone.design.shaft.parts import Housing, PointLoad, Section, Shaft, Spring, Support
from loadzone.design.shaft.system import ShaftEquilibrium, assemble, solve_shaft
from loadzone.words.errors import BadInput, LoadzoneError, OutOfScope

GROOVE = BallInside(8, 7.938, 38.5, clearance_mm=0.01)
ANGULAR = BallInside(16, 12.7, 62.0, 40.0)
SPINDLE = BallInside(25, 6.35, 61.0, 25.0, 0.524, 0.524)
ROLLER = RollerInside(13, 7.5, 9.0, 39.0, clearance_mm=0.02)
TAPER = RollerInside(17, 10.0, 14.0, 60.0, 14.0)
SPHERICAL = RollerInside(16, 12.0, 11.0, 70.0, 10.0, rows=2)
SECTIONS = (Section(60.0, 25.0), Section(80.0, 35.0, 8.0), Section(60.0, 25.0))
LOADS = (
    PointLoad(100.0, 600.0, -1800.0, 400.0, 3000.0, -5000.0, 40_000.0),
    PointLoad(195.0, fy_n=700.0, mz_nmm=-40_000.0),
)
FORCES = st.floats(-3000.0, 3000.0)


def rows(inside: BallInside | RollerInside) -> BearingRows:
    """One row of the usual type."""
    if isinstance(inside, BallInside):
        return arrange(inside, "angular_contact_ball" if inside.contact_angle_deg else "deep_groove_ball")
    return arrange(inside, "tapered_roller" if inside.contact_angle_deg else "cylindrical_roller")


ALIGN = arrange(SPHERICAL, "spherical_roller")


def groove_shaft(*loads: PointLoad, **changes: Any) -> Shaft:
    supports = Support("A", 15.0, rows(GROOVE)), Support("B", 175.0, rows(GROOVE), location="floating")
    return replace(Shaft(SECTIONS, supports, loads or LOADS), **changes)


def held(shaft: Shaft, found: ShaftEquilibrium) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Sum of forces and moments about the origin of loads and bearing forces."""
    forces, moments = np.zeros(3), np.zeros(3)
    on_shaft = [(each.position_mm, np.array(each.forces_n), np.array(each.moments_nmm)) for each in shaft.loads]
    for each in found.supports:
        load = each.load
        force, moment = np.array((load.fx_n, load.fy_n, load.fz_n)), np.array((load.mx_nmm, load.my_nmm, 0.0))
        on_shaft.append((each.support.position_mm, -force, -moment))
    for position, force, moment in on_shaft:
        forces += force
        moments += moment + np.cross((0.0, 0.0, position), force)
    return forces, moments[:2]


@pytest.mark.parametrize("inside", [GROOVE, ANGULAR, BallInside(9, 7.938, 38.5, clearance_mm=-0.01)])
def test_one_bearing_carries_its_shaft_as_it_carries_the_load_alone(inside: BallInside) -> None:
    load = Load(900.0, 200.0, 1300.0, 500.0, -4000.0)
    alone = ball.solve(inside, load)
    point = PointLoad(50.0, load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm)
    (found,) = solve_shaft(Shaft(SECTIONS, (Support("A", 50.0, rows(inside)),), (point,))).supports
    np.testing.assert_allclose(found.elements.loads_n, alone.loads_n, rtol=1e-8, atol=1e-8 * alone.loads_n.max())
    assert found.elements.p_max_mpa == pytest.approx(alone.p_max_mpa, rel=1e-9)
    moved = alone.displacements.copy()
    moved[2] += 0.0 if inside.contact_angle_deg else alone.rows[0].axial_mm  # a groove is placed by its centre
    np.testing.assert_allclose(found.displacements, moved, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(found.stiffness, alone.stiffness, rtol=1e-6, atol=1e-6 * alone.stiffness.max())


@pytest.mark.parametrize(("side", "load"), [(1, Load(1500.0, 0.0, 900.0)), (-1, Load(1500.0, 0.0, -900.0))])
def test_rollers_carry_a_rigid_shaft_as_they_carry_the_load_alone(side: Any, load: Load) -> None:
    alone = roller.solve(TAPER, Load(1500.0, 0.0, 900.0))
    point = PointLoad(50.0, load.fx_n, load.fy_n, load.fz_n)
    (found,) = solve_shaft(Shaft(SECTIONS, (Support("A", 50.0, rows(TAPER), side),), (point,))).supports
    np.testing.assert_allclose(found.elements.loads_n, alone.loads_n, rtol=1e-6, atol=1e-6 * alone.loads_n.max())
    assert found.elements.p_max_mpa == pytest.approx(alone.p_max_mpa, rel=1e-6)


def test_supports_on_a_common_place_of_a_stiff_shaft_are_a_set() -> None:
    """Back to back with preload: the shaft between is stiff, so that rigid rings are met."""
    load = Load(300.0, -100.0, 150.0, 2000.0, 1000.0)
    placed = pair(SPINDLE, "back_to_back", 40.0, 160.0)
    wanted = solve_set(placed, load)
    stiff = Section(200.0, 50.0, material=Material(207e8))
    supports = [Support("left", 80.0, rows(SPINDLE), 1), Support("right", 120.0, rows(SPINDLE), -1)]
    supports = [replace(each, offset_mm=preload_offset_mm(each, 160.0)) for each in supports]
    point = PointLoad(100.0, load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm)
    found = solve_shaft(Shaft((stiff,), tuple(supports), (point,)))
    for each, loads in zip(found.supports, wanted.loads_n[::-1], strict=True):
        np.testing.assert_allclose(each.elements.loads_n[0], loads, rtol=2e-4, atol=2e-4 * loads.max())
    unloaded = solve_shaft(Shaft((stiff,), tuple(supports)))
    assert [each.load.fz_n for each in unloaded.supports] == pytest.approx([160.0, -160.0], rel=1e-4)


def test_a_shaft_that_gives_way_takes_back_a_part_of_the_preload() -> None:
    supports = [Support("left", 30.0, rows(SPINDLE), 1), Support("right", 170.0, rows(SPINDLE), -1)]
    supports = [replace(each, offset_mm=preload_offset_mm(each, 500.0)) for each in supports]
    soft = solve_shaft(Shaft((Section(200.0, 12.0),), tuple(supports))).supports[0].load.fz_n
    stiff = solve_shaft(Shaft((Section(200.0, 60.0),), tuple(supports))).supports[0].load.fz_n
    assert 300.0 < soft < stiff < 500.0


def test_one_bearing_of_two_rows_and_one_of_four_points_are_their_sets() -> None:
    load = Load(300.0, -100.0, 450.0, 2000.0, 1000.0)
    point = PointLoad(50.0, load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm)
    double = Support("double", 50.0, arrange(replace(SPINDLE, rows=2), "double_row_angular_contact_ball", Layout(14.0)))
    (found,) = solve_shaft(Shaft(SECTIONS, (double,), (point,))).supports
    wanted = solve_set(pair(SPINDLE, "back_to_back", 14.0), load).loads_n
    np.testing.assert_allclose(found.elements.loads_n, wanted, rtol=1e-6, atol=1e-6 * wanted.max())


@pytest.mark.parametrize(
    ("inside", "key"),
    [
        (replace(SPINDLE, clearance_mm=0.01), "four_point_ball"),
        (replace(GROOVE, rows=2), "double_row_deep_groove_ball"),
        (replace(SPINDLE, rows=2), "double_row_angular_contact_ball"),
        (replace(TAPER, rows=2, clearance_mm=-0.01), "double_row_tapered_roller"),
        (RollerInside(30, 10.0, 9.0, 90.0, 45.0), "crossed_roller"),
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_a_bearing_of_any_type_carries_its_shaft_as_it_carries_the_load_alone(
    inside: BallInside | RollerInside, key: str, side: Any
) -> None:
    """From either side: what takes thrust both ways does not mind."""
    load = Load(300.0, -100.0, 450.0, 2000.0, 1000.0)
    rows_there = arrange(inside, key)
    seen = load if side > 0 else Load(300.0, -100.0, -450.0, -2000.0, -1000.0)
    alone = rows_there.solve(seen)
    point = PointLoad(50.0, load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm)
    (found,) = solve_shaft(Shaft(SECTIONS, (Support("A", 50.0, rows_there, side),), (point,))).supports
    assert found.elements is not None
    np.testing.assert_allclose(found.elements.loads_n, alone.loads_n, rtol=1e-6, atol=1e-6 * alone.loads_n.max())
    assert found.elements.p_max_mpa == pytest.approx(alone.p_max_mpa, rel=1e-6)
    np.testing.assert_allclose(
        [found.elements.load.fz_n, found.elements.load.my_nmm], [seen.fz_n, seen.my_nmm], rtol=1e-6
    )


def test_a_washer_takes_the_thrust_and_leaves_what_acts_across_to_others() -> None:
    flat = arrange(BallInside(15, 10.0, 60.0, 90.0, 0.535, 0.535), "thrust_ball")
    supports = (
        Support("A", 15.0, rows(GROOVE), location="floating"),
        Support("B", 175.0, rows(GROOVE), location="floating"),
        Support("C", 100.0, flat),
        Support("D", 120.0, flat, -1),
    )
    loads = (PointLoad(60.0, 900.0, fz_n=2000.0),)
    found = {each.support.name: each.load for each in solve_shaft(Shaft(SECTIONS, supports, loads)).supports}
    assert found["C"].fz_n == pytest.approx(2000.0, rel=1e-8)
    assert [found["C"].fx_n, found["D"].fz_n, found["A"].fz_n] == [0.0, 0.0, pytest.approx(0.0, abs=1e-6)]


def test_bearings_that_align_share_as_statics_says() -> None:
    """No moments: levers alone decide, whatever the stiffness."""
    supports = (
        Support("A", 20.0, ALIGN),
        Support("B", 170.0, ALIGN, location="floating"),
    )
    found = solve_shaft(Shaft(SECTIONS, supports, (PointLoad(70.0, fx_n=3000.0, fz_n=500.0, my_nmm=30_000.0),)))
    at_b = (3000.0 * 50.0 + 30_000.0) / 150.0
    assert [each.load.fx_n for each in found.supports] == pytest.approx([3000.0 - at_b, at_b], rel=1e-8)
    assert [each.load.fz_n for each in found.supports] == pytest.approx([500.0, 0.0], abs=1e-6)
    assert max(abs(each.load.my_nmm) + abs(each.load.mx_nmm) for each in found.supports) == 0.0


@given(st.lists(st.tuples(st.floats(0.0, 200.0), FORCES, FORCES, FORCES, FORCES, FORCES, FORCES), max_size=3))
@settings(max_examples=40)
def test_forces_and_moments_balance(rows: list[tuple[float, ...]]) -> None:
    shaft = groove_shaft(loads=tuple(PointLoad(*row[:4], *(10.0 * each for each in row[4:])) for row in rows))
    found = solve_shaft(shaft)
    size = 1.0 + sum(float(np.abs(each.forces_n).sum() + np.abs(each.moments_nmm).sum()) for each in shaft.loads)
    forces, moments = held(shaft, found)
    assert np.abs(forces).max() < 1e-8 * size
    assert np.abs(moments).max() < 1e-6 * size
    for each in found.supports:
        moved = found.curves.at(each.support.position_mm)
        np.testing.assert_allclose(moved, each.shaft_displacements, atol=1e-9)


def test_two_like_bearings_share_a_load_amid_them() -> None:
    sections = (Section(190.0, 30.0),)
    supports = Support("A", 15.0, rows(GROOVE)), Support("B", 175.0, rows(GROOVE))
    first, second = solve_shaft(Shaft(sections, supports, (PointLoad(95.0, fx_n=2000.0),))).supports
    assert first.load.fx_n == pytest.approx(1000.0, rel=1e-9)
    assert second.load.fx_n == pytest.approx(1000.0, rel=1e-9)
    assert first.load.my_nmm == pytest.approx(-second.load.my_nmm, rel=1e-6)
    np.testing.assert_allclose(first.elements.loads_n, second.elements.loads_n, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("turn", [1, 3])
def test_turning_everything_about_the_axis_turns_the_answer(turn: int) -> None:
    angle = 2 * math.pi * turn / 8  # by a pitch of the eight balls
    c, s = math.cos(angle), math.sin(angle)
    turned = [
        replace(
            each,
            fx_n=c * each.fx_n - s * each.fy_n,
            fy_n=s * each.fx_n + c * each.fy_n,
            mx_nmm=c * each.mx_nmm - s * each.my_nmm,
            my_nmm=s * each.mx_nmm + c * each.my_nmm,
        )
        for each in LOADS
    ]
    here, there = solve_shaft(groove_shaft(*LOADS)), solve_shaft(groove_shaft(*turned))
    spin = np.array(((c, -s), (s, c)))
    for block in (slice(0, 2), slice(3, 5)):
        moved = here.curves.displacements[:, block] @ spin.T
        np.testing.assert_allclose(there.curves.displacements[:, block], moved, atol=1e-8)
    np.testing.assert_allclose(there.curves.displacements[:, 2], here.curves.displacements[:, 2], atol=1e-8)
    for one, other in zip(here.supports, there.supports, strict=True):
        rolled = np.roll(one.elements.loads_n[0], turn)
        np.testing.assert_allclose(other.elements.loads_n[0], rolled, atol=1e-6 * rolled.max())


def test_no_neighbour_of_the_rest_has_less_energy_and_the_stiffness_is_symmetric() -> None:
    supports = (
        Support("A", 15.0, rows(ANGULAR), 1, housing=np.diag((1e5, 2e5, 5e4, 1e8, 1e8))),
        Support("B", 120.0, rows(ANGULAR), -1),
        Support("C", 175.0, rows(ROLLER), location="floating"),
    )
    shaft = Shaft(SECTIONS, supports, LOADS)
    found = solve_shaft(shaft)
    seats = np.zeros((15, 15))
    seats[:5, :5] = supports[0].housing
    contacts = [contact_of(each, "consistent") for each in supports]
    beam = beam_of(SECTIONS, [each.position_mm for each in supports] + [each.position_mm for each in LOADS])
    system = assemble(shaft, contacts, beam, actions_of(LOADS), seats)
    units = np.array((1.0, 1.0, 1.0, system.scale_mm, system.scale_mm))
    moved = [each.shaft_displacements * units for each in found.supports]
    rest = np.concatenate((*moved, found.supports[0].seat_displacements * units))
    energy, gradient, hessian = system.elastic(rest)
    np.testing.assert_allclose(gradient, system.forces_n, atol=1e-5)
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-9 * hessian.max())
    least = energy - system.forces_n @ rest
    rng = np.random.default_rng(11)
    for _ in range(300):
        near = rest + rng.normal(size=len(rest)) * 10 ** rng.uniform(-5, -2)
        assert system.elastic(near)[0] - system.forces_n @ near >= least - 1e-10 * abs(least)
    for each in found.supports:
        assert np.abs(each.stiffness - each.stiffness.T).max() <= 1e-9 * np.abs(each.stiffness).max()


def test_a_floating_bearing_leaves_the_thrust_to_the_fixed_one() -> None:
    found = solve_shaft(groove_shaft(PointLoad(100.0, fx_n=1500.0, fz_n=800.0)))
    assert [each.load.fz_n for each in found.supports] == pytest.approx([800.0, 0.0], abs=1e-6)
    assert not found.supports[1].seated_stiffness[2].any()


def test_two_fixed_bearings_share_a_thrust_that_closes_both_clearances() -> None:
    supports = Support("A", 15.0, rows(GROOVE)), Support("B", 175.0, rows(GROOVE))
    found = solve_shaft(Shaft(SECTIONS, supports, (PointLoad(100.0, fz_n=2000.0),)))
    first, second = (each.load.fz_n for each in found.supports)
    assert first + second == pytest.approx(2000.0)
    assert min(first, second) > 800.0


def test_a_seat_gives_way_by_its_load_over_its_stiffness() -> None:
    seat = np.diag((2e4, 3e4, 1e4, 5e7, 6e7))
    seat[0, 4] = seat[4, 0] = 1e5
    shaft = groove_shaft()
    soft = replace(shaft, supports=(replace(shaft.supports[0], housing=seat), shaft.supports[1]))
    first = solve_shaft(soft).supports[0]
    load = np.array((first.load.fx_n, first.load.fy_n, first.load.fz_n, first.load.mx_nmm, first.load.my_nmm))
    np.testing.assert_allclose(seat @ first.seat_displacements, load, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(
        first.shaft_displacements - first.seat_displacements, first.displacements, rtol=1e-9, atol=1e-12
    )
    series = np.linalg.inv(np.linalg.inv(first.stiffness) + np.linalg.inv(seat))
    np.testing.assert_allclose(first.seated_stiffness, series, rtol=1e-6, atol=1e-6 * series.max())


def test_a_very_stiff_seat_is_a_rigid_one() -> None:
    shaft = groove_shaft()
    stiff = np.diag((1e10, 1e10, 1e10, 1e13, 1e13))
    near = replace(shaft, supports=tuple(replace(each, housing=stiff) for each in shaft.supports))
    for one, other in zip(solve_shaft(shaft).supports, solve_shaft(near).supports, strict=True):
        np.testing.assert_allclose(one.elements.loads_n, other.elements.loads_n, rtol=1e-4, atol=1e-2)


def test_a_common_housing_without_coupling_is_two_seats_and_with_it_moves_the_other_seat() -> None:
    seat = np.diag((2e4, 3e4, 1e4, 5e7, 6e7))
    shaft = groove_shaft(PointLoad(15.0, fx_n=2000.0))
    own = replace(shaft, supports=tuple(replace(each, housing=seat) for each in shaft.supports))
    common = np.kron(np.eye(2), seat)
    apart = solve_shaft(replace(shaft, housing=Housing(("B", "A"), common)))
    for one, other in zip(solve_shaft(own).supports, apart.supports, strict=True):
        np.testing.assert_allclose(one.elements.loads_n, other.elements.loads_n, atol=1e-6)
        np.testing.assert_allclose(one.seated_stiffness, other.seated_stiffness, atol=1e-3)
    common[0, 5] = common[5, 0] = -1.5e4
    together = solve_shaft(replace(shaft, housing=Housing(("B", "A"), common)))
    assert together.supports[1].seat_displacements[0] > 2 * apart.supports[1].seat_displacements[0] > 0.0


def test_the_stiffness_at_rest_is_the_change_of_the_load() -> None:
    shaft = groove_shaft()
    first = solve_shaft(shaft).supports[0]
    more = solve_shaft(groove_shaft(replace(LOADS[0], fx_n=LOADS[0].fx_n + 0.01), LOADS[1])).supports[0]
    change = first.stiffness @ (more.displacements - first.displacements)
    wanted = (more.load.fx_n - first.load.fx_n, more.load.fy_n - first.load.fy_n, more.load.fz_n - first.load.fz_n)
    np.testing.assert_allclose(change[:3], wanted, atol=1e-4 * np.abs(wanted).max())


@given(st.tuples(FORCES, FORCES, FORCES), st.floats(0.0, 200.0), st.sampled_from(("balls", "rollers")))
@settings(max_examples=40)
def test_a_pair_of_bearings_against_each_other_finds_rest_under_every_load(
    force: tuple[float, float, float], position: float, kind: str
) -> None:
    inside = ANGULAR if kind == "balls" else TAPER
    supports = Support("A", 15.0, rows(inside), 1), Support("B", 175.0, rows(inside), -1)
    shaft = Shaft(SECTIONS, supports, (PointLoad(position, *force),))
    forces, _ = held(shaft, solve_shaft(shaft))
    assert np.abs(forces).max() < 1e-8 * (1.0 + np.abs(force).max())


def test_an_unloaded_shaft_rests_where_it_is() -> None:
    found = solve_shaft(groove_shaft(loads=()))
    assert not found.curves.displacements.any()
    assert all(each.elements.p_max_mpa == 0.0 for each in found.supports)


ALIGNED = Support("A", 50.0, ALIGN)
ROLLERS = Support("A", 15.0, rows(ROLLER), location="floating"), Support("B", 175.0, rows(ROLLER), location="floating")


@pytest.mark.parametrize(
    ("supports", "loads", "error", "sentence"),
    [
        ((ALIGNED,), LOADS, OutOfScope, "nothing holds the shaft tilting about x"),
        (ROLLERS, LOADS, OutOfScope, "nothing holds the shaft along z"),
        ((ROLLERS[0], replace(ROLLERS[1], location="fixed")), LOADS, OutOfScope, "B is fixed, but rollers without"),
        ((Support("A", 50.0, Spring(np.diag((0.0, 1e3, 1e3, 1e6, 1e6)))),), LOADS, OutOfScope, "the shaft along x"),
        ((Support("A", 50.0, rows(ANGULAR), -1),), LOADS, OutOfScope, r"stops the shaft towards \+z"),
        ((Support("A", 50.0, rows(ANGULAR), 1),), (PointLoad(50.0, fx_n=9.0),), OutOfScope, "towards -z"),
        ((Support("A", 50.0, rows(ANGULAR), 1, "floating"),), LOADS, OutOfScope, "A is floating, but"),
        ((Support("A", 50.0, rows(TAPER), 1),), (PointLoad(50.0, fx_n=3e3, fz_n=100.0),), OutOfScope, "finds no rest"),
        ((Support("A", 50.0, rows(GROOVE)), Support("A", 60.0, rows(GROOVE))), LOADS, BadInput, "two supports named A"),
        ((Support("A", 250.0, rows(GROOVE)),), LOADS, BadInput, "A at 250.0 mm: the shaft reaches from 0 to 200 mm"),
        ((), LOADS, BadInput, "3 sections on 0 supports"),
        ((Support("A", 50.0, rows(GROOVE)),), (PointLoad(250.0),), BadInput, "a load at 250.0 mm"),
        ((Support("A", 50.0, rows(GROOVE)),), (PointLoad(50.0, math.inf),), BadInput, "must be finite"),
    ],
)
def test_shafts_that_nothing_holds_are_refused_with_the_direction(
    supports: tuple[Support, ...], loads: tuple[PointLoad, ...], error: type[LoadzoneError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        solve_shaft(Shaft(SECTIONS, supports, loads))


def test_housings_that_give_energy_away_are_refused() -> None:
    with pytest.raises(BadInput, match="no negative eigenvalue"):
        Spring(np.diag((1.0, 1.0, -1.0, 1.0, 1.0)))
    with pytest.raises(BadInput, match="10 by 10 finite numbers"):
        Housing(("A", "B"), np.eye(5))
    with pytest.raises(BadInput, match="names C"):
        groove_shaft(housing=Housing(("A", "C"), np.eye(10)))
    free = np.diag((1e5, 1e5, 0.0, 1e8, 1e8))
    with pytest.raises(OutOfScope, match="along z"):
        solve_shaft(Shaft(SECTIONS, (Support("A", 50.0, rows(GROOVE), housing=free),), LOADS))


def test_mode_iso_and_preload_without_a_partner_are_refused() -> None:
    with pytest.raises(OutOfScope, match="mode iso on a shaft"):
        solve_shaft(groove_shaft(), "iso")
    with pytest.raises(BadInput, match="preload 100 N of A"):
        preload_offset_mm(Support("A", 50.0, rows(GROOVE)), 100.0)


def test_a_shaft_does_not_bring_the_compiler() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from loadzone.design.shaft.system import solve_shaft, Shaft, Support;"
        "from loadzone.design.shaft.parts import Section, PointLoad; from loadzone.design.inside import BallInside;"
        "from loadzone.design.arrangement import arrange;"
        "rows = arrange(BallInside(9, 7.938, 38.5), 'deep_groove_ball');"
        "solve_shaft(Shaft((Section(100., 30.),), (Support('A', 50., rows),),"
        "(PointLoad(50., 900.),))); print('numba' in sys.modules, 'scipy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603  ours
    assert told.stdout.split() == ["False", "False"]
