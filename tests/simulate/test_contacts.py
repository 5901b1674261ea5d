"""The contact model of a sound bearing against waviness theory and Hertz."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders
from loadzone.simulate.contacts import Contacts, Form, contacts, noise_level, stiffness

GEOMETRY = Geometry(9, 7.94, 39.04)
ORDERS = defect_orders(GEOMETRY)
Z = GEOMETRY.n_elements
TURNS = np.arange(20000) / 100.0  # 200 turns, 100 points each
PRELOADED_UM, CLEARANCE_UM = -20.0, 8.0


def solve(
    inner: dict[int, float] | None = None,
    outer: dict[int, float] | None = None,
    elements: NDArray[np.float64] | None = None,
    clearance_um: float = PRELOADED_UM,
    load_n: float = 1e-3,
    unbalance_n: float = 0.0,
    *,
    is_roller: bool = False,
) -> Contacts:
    def coefficients(waves: dict[int, float] | None) -> NDArray[np.complex128]:
        values = np.zeros(61, dtype=np.complex128)
        for order, amplitude_um in (waves or {}).items():
            values[order] = amplitude_um
        return values

    form = Form(coefficients(inner), coefficients(outer), np.zeros(Z) if elements is None else elements, clearance_um)
    return contacts(GEOMETRY, form, TURNS, ORDERS.cage * TURNS, load_n, unbalance_n, is_roller=is_roller)


def orders_found(signal: NDArray[Any], count: int = 1) -> list[float]:
    """Orders of the ``count`` strongest lines, to a thousandth."""
    window = np.hanning(len(signal))
    spectrum = np.abs(np.fft.rfft((signal - signal.mean()) * window, 8 * len(signal)))
    found = []
    for _ in range(count):
        peak = int(np.argmax(spectrum))
        found.append(peak / (8 * len(signal)) * 100)
        spectrum[max(0, peak - 40) : peak + 40] = 0.0
    return sorted(found)


# Wardle, Vibration forces produced by waviness of the rolling surfaces of thrust loaded ball bearings, Proc. IMechE C
# 202 (1988): radial vibration comes from waviness of order q Z +/- 1 alone, the inner ring's at q BPFI +/- 1, the
# outer ring's at q BPFO
@pytest.mark.parametrize(("wave", "order"), [(Z - 1, ORDERS.inner - 1), (Z + 1, ORDERS.inner + 1)])
def test_inner_waviness_next_to_a_multiple_of_z_moves_the_ring_at_bpfi_plus_or_minus_shaft(
    wave: int, order: float
) -> None:
    assert orders_found(solve(inner={wave: 0.1}).x_um) == pytest.approx([order], abs=0.005)


@pytest.mark.parametrize("wave", [2 * Z - 1, 2 * Z + 1])
def test_inner_waviness_next_to_two_z_moves_the_ring_at_twice_bpfi_plus_or_minus_shaft(wave: int) -> None:
    order = 2 * ORDERS.inner + (wave - 2 * Z)
    assert orders_found(solve(inner={wave: 0.1}).x_um) == pytest.approx([order], abs=0.005)


@pytest.mark.parametrize("wave", [Z - 1, Z + 1])
def test_outer_waviness_next_to_a_multiple_of_z_moves_the_ring_at_bpfo(wave: int) -> None:
    assert orders_found(solve(outer={wave: 0.1}).x_um) == pytest.approx([ORDERS.outer], abs=0.005)


@pytest.mark.parametrize("wave", [3, 5, Z, Z + 3])
def test_waviness_of_other_orders_hardly_moves_a_ring_that_is_loaded_all_round(wave: int) -> None:
    quiet = np.ptp(solve(inner={wave: 0.1}).x_um)
    loud = np.ptp(solve(inner={Z + 1: 0.1}).x_um)
    assert quiet < 0.03 * loud


def test_one_larger_element_moves_the_ring_at_cage_order() -> None:
    elements = np.zeros(Z)
    elements[0] = 0.1
    assert orders_found(solve(elements=elements).x_um) == pytest.approx([ORDERS.cage], abs=0.005)


def test_a_perfect_bearing_under_radial_load_moves_only_at_multiples_of_bpfo() -> None:
    state = solve(clearance_um=CLEARANCE_UM, load_n=1000.0)
    assert orders_found(state.x_um, 2) == pytest.approx([ORDERS.outer, 2 * ORDERS.outer], abs=0.005)


def test_a_perfect_bearing_loaded_all_round_does_not_move_at_all() -> None:
    assert np.ptp(solve().x_um) < 1e-6


def test_oval_inner_ring_modulates_the_contact_noise_at_twice_shaft_order() -> None:
    state = solve(inner={2: 1.0}, clearance_um=CLEARANCE_UM, load_n=1000.0)
    level = noise_level(state, 0.25, 0.0, 0.0)
    assert any(order == pytest.approx(2.0, abs=0.005) for order in orders_found(level, 3))


@pytest.mark.parametrize("is_roller", [False, True])
def test_the_contacts_balance_the_load_at_every_angle(is_roller: bool) -> None:
    state = solve({1: 3.0, 2: 0.5, 10: 0.05}, {2: 1.5}, None, CLEARANCE_UM, 1000.0, 100.0, is_roller=is_roller)
    force_x = (state.loads_n * np.cos(state.psi)).sum(1) - 100.0 * np.cos(2 * np.pi * TURNS)
    force_y = (state.loads_n * np.sin(state.psi)).sum(1) - 100.0 * np.sin(2 * np.pi * TURNS)
    assert force_x == pytest.approx(np.full(len(TURNS), 1000.0), abs=0.01)
    assert force_y == pytest.approx(np.zeros(len(TURNS)), abs=0.01)


def test_the_most_loaded_ball_carries_4_37_times_the_mean_load_without_clearance() -> None:
    # NSK catalogue E728g, 5.1, equations 4 and 5: without clearance Q_max = 4.37 F/Z in point, 4.08 F/Z in line
    # contact, for many elements; with nine the maximum varies by some percent as they pass
    state = solve(clearance_um=0.0, load_n=1000.0)
    assert state.loads_n.max() == pytest.approx(4.37 * 1000.0 / Z, rel=0.03)


def test_the_most_loaded_roller_carries_4_08_times_the_mean_load_without_clearance() -> None:
    state = solve(clearance_um=0.0, load_n=1000.0, is_roller=True)
    assert state.loads_n.max() == pytest.approx(4.08 * 1000.0 / Z, rel=0.03)


def test_relative_change_of_load_is_the_exponent_times_that_of_approach() -> None:
    base, more = solve(clearance_um=-20.0), solve(clearance_um=-20.2)
    assert more.loads_n.mean() / base.loads_n.mean() - 1 == pytest.approx(1.5 * 0.01, rel=0.01)
    base, more = solve(clearance_um=-20.0, is_roller=True), solve(clearance_um=-20.2, is_roller=True)
    assert more.loads_n.mean() / base.loads_n.mean() - 1 == pytest.approx(10 / 9 * 0.01, rel=0.01)


def test_palmgrens_approach_of_a_half_inch_ball_under_1000_n() -> None:
    # 4.36e-4 Q^(2/3) / D_w^(1/3) mm
    approach_um = 1e3 * 4.36e-4 * 1000 ** (2 / 3) / 12.7 ** (1 / 3)
    factor = stiffness(Geometry(8, 12.7, 60.0), is_roller=False)
    assert factor * approach_um**1.5 == pytest.approx(1000.0, rel=1e-6)


def test_the_noise_level_has_mean_square_one() -> None:
    level = noise_level(solve({2: 1.0}, clearance_um=CLEARANCE_UM, load_n=500.0), 0.3, 0.5, 0.4)
    assert np.mean(level**2) == pytest.approx(1.0)
