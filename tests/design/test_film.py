"""Films: how they depend on speed, load and viscosity, and their parameter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.design.film import ball_film, effective_modulus_mpa, film_parameter, roller_film
from loadzone.design.inside import BallInside, Material, RollerInside

SIX = BallInside(9, 7.938, 38.5)
ROLLERS = RollerInside(13, 7.5, 9.0, 39.0)


@given(st.floats(10, 30_000), st.floats(1, 5000), st.floats(0.001, 1))
def test_the_film_grows_with_speed_and_viscosity_and_hardly_shrinks_under_load(n: float, q: float, eta: float) -> None:
    once, faster = ball_film(SIX, "outer", q, n, eta), ball_film(SIX, "outer", q, 2 * n, eta)
    assert faster.minimum_um / once.minimum_um == pytest.approx(2**0.68)
    assert ball_film(SIX, "outer", q, n, 2 * eta).minimum_um == pytest.approx(faster.minimum_um)
    assert ball_film(SIX, "outer", 2 * q, n, eta).minimum_um / once.minimum_um == pytest.approx(2**-0.073)
    assert once.minimum_um < once.central_um


def test_a_batch_of_loads_is_its_single_cases() -> None:
    loads = np.array([10.0, 100.0, 1000.0])
    batch = ball_film(SIX, "inner", loads, 1000, 0.02).minimum_um
    assert batch == pytest.approx([ball_film(SIX, "inner", load, 1000, 0.02).minimum_um for load in loads], rel=1e-14)


def test_the_outer_contact_carries_the_thicker_film() -> None:
    for film in (
        [ball_film(SIX, ring, 500, 3000, 0.02) for ring in ("inner", "outer")],
        [roller_film(ROLLERS, ring, 500, 3000, 0.02) for ring in ("inner", "outer")],
    ):
        assert film[0].minimum_um < film[1].minimum_um


def test_a_line_film_follows_the_load_per_length() -> None:
    film = roller_film(ROLLERS, "inner", 900.0, 3000, 0.02)
    assert film.load == pytest.approx(900.0 / 9e-3 / (207e9 / 0.91 * 3.75e-3 * (1 - 7.5 / 39)))
    assert [each.symbol for each in film.steps()] == ["u", "h_min"]


def test_lambda_is_the_film_over_both_roughnesses() -> None:
    assert film_parameter(0.5, 0.3, 0.4) == pytest.approx(1.0)


def test_ceramic_balls_stiffen_the_contact() -> None:
    steel, ceramic = Material(), Material(310_000.0, 0.26)
    assert effective_modulus_mpa(steel, steel) == pytest.approx(207_000 / 0.91)
    assert effective_modulus_mpa(steel, steel) < effective_modulus_mpa(steel, ceramic)


def test_films_are_marked_as_not_verified() -> None:
    marks = {each.symbol: each.mark for each in ball_film(SIX, "inner", 500, 3000, 0.02).steps()}
    assert marks["h_min"] == marks["h_c"] == "not verified"
