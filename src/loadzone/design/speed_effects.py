"""Ball bearings at speed: centrifugal force and gyroscopic moment move the balls outward and spread the contact angles.

Jones' quasi-static model with outer-race control, inner ring turning. It has no energy, so nothing promises a unique
answer: the static equilibrium is continued in the square of the speed, and what does not converge is refused.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from loadzone.design.contact import compliance, ellipse, inside_curvature, point_contact
from loadzone.design.equilibrium.ball import solve
from loadzone.design.equilibrium.rows import row
from loadzone.design.formulas import step
from loadzone.design.inside import BallInside, Load, Mode
from loadzone.design.step import Notice, Step
from loadzone.words.errors import BadInput, OutOfScope
from loadzone.words.texts import text

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
ITERATIONS = 60
SMALLEST_STEP = 1e-5
"""Of the continuation in the square of the speed."""
COMPLEX_STEP = 1e-30
TOLERANCE = 1e-10
"""Residual over the greatest force that acts."""
ROUNDED = 1e-8
"""The same where rounding allows no further step."""
SLIDING_FRICTION = 0.02
"""Friction that Jones asks to hold the gyroscopic moment."""


@dataclass(frozen=True)
class SpeedEquilibrium:
    """Rest position at speed and what each ball does; arrays (Z,), angles in degrees.

    ``displacements``: (5,) dx, dy, dz in mm and thx, thy in rad, from the position of the unloaded row. ``stiffness``:
    (5, 5) derivative of the load by the displacements, not symmetric at speed. Ratios are over the shaft's speed.
    """

    displacements: Array
    outer_angles_deg: Array
    inner_angles_deg: Array
    outer_loads_n: Array
    inner_loads_n: Array
    centrifugal_n: Array
    gyroscopic_nmm: Array
    orbit_ratio: Array
    spin_ratio: Array
    stiffness: Array
    residual_n: float
    stages: int
    notices: tuple[Notice, ...]

    def steps(self) -> tuple[Step, ...]:
        """The greatest load of an outer contact with its clause."""
        return (step("jones", float(self.outer_loads_n.max())),)


def solve_at_speed(inside: BallInside, load: Load, speed_rpm: float, mode: Mode = "consistent") -> SpeedEquilibrium:
    """Equilibrium of one row of balls whose inner ring turns.

    Parameters
    ----------
    inside : one row; ``balls.density_kg_m3`` gives the mass
    load : on the inner ring against the outer
    speed_rpm : of the inner ring, either sign
    mode : lever of the tilt; "iso" has no energy-consistent moment and is refused

    Raises
    ------
    BadInput : the speed is not finite, or mode "iso"
    OutOfScope : the continuation stops before the speed is reached, or the static load cannot be carried

    Source: Jones as in Harris; design reference 2.7 (outer-race control); the case 218 by two formulations.
    """
    if not math.isfinite(speed_rpm) or mode == "iso":
        raise BadInput(
            text(
                "speed {speed_rpm} r/min in mode {mode}: give a finite speed and mode consistent or pitch",
                speed_rpm=speed_rpm,
                mode=mode,
            )
        )
    model = _Model.of(inside, load, mode)
    state = model.static(load, mode)
    reached, wanted, stages = 0.0, 1.0, 0
    omega = speed_rpm * math.pi / 30
    while reached < 1.0:
        found = model.newton(state, omega * math.sqrt(wanted))
        stages += 1
        if found is not None:
            state, reached, wanted = found, wanted, min(1.0, wanted + 2 * (wanted - reached))
            continue
        wanted = (reached + wanted) / 2
        if wanted - reached < SMALLEST_STEP:
            raise OutOfScope(
                text(
                    "speed {speed_rpm:g} r/min: the quasi-static model finds no rest beyond {limit_rpm:.0f} r/min; "
                    "lower the speed, load the balls more or take lighter ones",
                    speed_rpm=speed_rpm,
                    limit_rpm=abs(speed_rpm) * math.sqrt(reached),
                )
            )
    return model.result(state, omega, stages)


@dataclass(frozen=True)
class _State:
    """Scaled displacements (5,) and positions of the ball centres (Z, 2) from the outer groove centre, mm."""

    q: Array
    balls: Array


@dataclass(frozen=True)
class _Balls:
    """Forces of balls; complex where derivatives are taken."""

    residual: Complex
    inner_force: Complex
    outer_n: Complex
    inner_n: Complex
    centrifugal_n: Complex
    gyroscopic_nmm: Complex
    orbit: Complex
    spin: Complex


@dataclass(frozen=True)
class _Model:
    inside: BallInside
    maps: Array
    rest: Array
    forces: Array
    scale_mm: float
    outer_constant: float
    inner_constant: float

    @classmethod
    def of(cls, inside: BallInside, load: Load, mode: Mode) -> "_Model":
        one = row(inside, mode)
        scale = one.lever_mm
        forces = np.array((load.fx_n, load.fy_n, load.fz_n, load.mx_nmm / scale, load.my_nmm / scale))
        constants = [
            float(
                point_contact(1.0, inside_curvature(inside, ring), compliance(inside.races, inside.balls)).approach_mm
            )
            ** -1.5
            for ring in ("outer", "inner")
        ]
        rest = np.array((one.radial_mm, one.axial_mm))
        return cls(inside, one.map(scale), rest, forces, scale, *constants)

    def static(self, load: Load, mode: Mode) -> _State:
        """The static equilibrium, each ball between its races; an unloaded one where a slow turn throws it."""
        found = solve(self.inside, load, mode)
        if not found.converged:
            raise OutOfScope(text("the static load finds no equilibrium: check load and clearance"))
        q = found.displacements * np.array((1.0, 1.0, 1.0, self.scale_mm, self.scale_mm))
        vector = self.rest + self.maps @ q
        pressed = np.maximum(found.loads_n[0], 1e-9)
        size = self.inside.ball_diameter_mm
        reach = (self.inside.groove_outer - 0.5) * size + (pressed / self.outer_constant) ** (2 / 3)
        angle = np.arctan2(vector[:, 1], vector[:, 0])
        thrown = _thrown_angle(vector, reach, (self.inside.groove_inner - 0.5) * size)
        angle = np.where(found.loads_n[0] > 0, angle, thrown)
        return _State(q, reach[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1))

    def newton(self, start: _State, omega: float) -> _State | None:
        """Newton's method with the balls condensed; None where it does not converge."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self._descend(start, omega)

    def _descend(self, state: _State, omega: float) -> _State | None:
        now = self._residuals(state, omega)
        for _ in range(ITERATIONS):
            if self._is_at_rest(now, state, omega, TOLERANCE):
                return state
            step_q, step_balls = self._step(state, omega)
            widest = max(float(np.abs(step_q).max()), float(np.abs(step_balls).max()))
            share = min(1.0, float(np.linalg.norm(self.rest)) / max(widest, 1e-30))
            for _ in range(25):
                trial = _State(state.q + share * step_q, state.balls + share * step_balls)
                then = self._residuals(trial, omega)
                if np.linalg.norm(then) < np.linalg.norm(now) * (1 - 1e-4 * share):
                    break
                share /= 2
            else:
                return state if self._is_at_rest(now, state, omega, ROUNDED) else None
            state, now = trial, then
        return None

    def _is_at_rest(self, residual: Array, state: _State, omega: float, tolerance: float) -> bool:
        forces = self._forces(state, omega)
        greatest = max(float(np.abs(self.forces).max()), float(forces.outer_n.real.max()), 1e-6)
        return bool(np.abs(residual).max() < tolerance * greatest)

    def _residuals(self, state: _State, omega: float) -> Array:
        forces = self._forces(state, omega)
        ring = np.einsum("zik,zi->k", self.maps, forces.inner_force.real) - self.forces
        return np.concatenate((ring, forces.residual.real.ravel()))

    def _forces(self, state: _State, omega: float) -> _Balls:
        vector = self.rest + self.maps @ state.q
        return self._balls(vector.astype(complex), state.balls.astype(complex), omega)

    def _step(self, state: _State, omega: float) -> tuple[Array, Array]:
        forces, blocks = self._linearised(state, omega)
        condensed, eliminated = self._condensed(forces, blocks)
        ring = np.einsum("zik,zi->k", self.maps, forces.inner_force.real - eliminated) - self.forces
        shift = 1e-12 * np.trace(condensed) * np.eye(5)
        step_q = -np.linalg.solve(condensed + shift, ring)
        own, by_vector, _, _ = blocks
        moved = forces.residual.real + np.einsum("zij,zjk,k->zi", by_vector, self.maps, step_q)
        return step_q, -np.linalg.solve(own, moved[:, :, None])[:, :, 0]

    def _condensed(self, forces: _Balls, blocks: tuple[Array, Array, Array, Array]) -> tuple[Array, Array]:
        """Stiffness of the ring with the balls at rest, and the share of their residuals in its force."""
        own, by_vector, inner_by_ball, inner_by_vector = blocks
        solved = np.linalg.solve(own, np.concatenate((by_vector, forces.residual.real[:, :, None]), axis=2))
        stiffness = inner_by_vector - inner_by_ball @ solved[:, :, :2]
        ring = np.einsum("zik,zij,zjl->kl", self.maps, stiffness, self.maps)
        return ring, (inner_by_ball @ solved[:, :, 2:])[:, :, 0]

    def _linearised(self, state: _State, omega: float) -> tuple[_Balls, tuple[Array, Array, Array, Array]]:
        """Forces and their derivatives by ball position and by the vector between the groove centres (complex step)."""
        vector = (self.rest + self.maps @ state.q).astype(complex)
        balls = state.balls.astype(complex)
        columns = []
        for which in range(4):
            moved = [balls.copy(), vector.copy()]
            moved[which // 2][:, which % 2] += 1j * COMPLEX_STEP
            found = self._balls(moved[1], moved[0], omega)
            columns.append((found.residual.imag / COMPLEX_STEP, found.inner_force.imag / COMPLEX_STEP))
        own, by_vector = (np.stack([columns[k][0], columns[k + 1][0]], axis=2) for k in (0, 2))
        inner_own, inner_vector = (np.stack([columns[k][1], columns[k + 1][1]], axis=2) for k in (0, 2))
        floor = 1e-9 * (self.outer_constant + self.inner_constant) * math.sqrt(self.inside.ball_diameter_mm)
        own = own + floor * np.eye(2)
        return self._balls(vector, balls, omega), (own, by_vector, inner_own, inner_vector)

    def _balls(self, vector: Complex, balls: Complex, omega: float) -> _Balls:
        """Balance of each ball: outer and inner race, centrifugal force, gyroscopic moment held at the outer race."""
        size = self.inside.ball_diameter_mm
        outer = _Contact.of(balls, (self.inside.groove_outer - 0.5) * size, self.outer_constant)
        inner = _Contact.of(vector - balls, (self.inside.groove_inner - 0.5) * size, self.inner_constant)
        orbit, spin, slope = _kinematics(outer, inner, size / self.inside.pitch_diameter_mm)
        mass_kg = self.inside.balls.density_kg_m3 * math.pi / 6 * (size / 1000) ** 3
        centrifugal = mass_kg * self.inside.pitch_diameter_mm / 2000 * (orbit * omega) ** 2
        inertia = mass_kg * (size / 1000) ** 2 / 10
        gyroscopic = 1000 * inertia * spin * orbit * omega**2 * slope / np.sqrt(1 + slope**2)
        held = 2 * gyroscopic / size
        inner_force = np.stack((inner.load * inner.cosine, inner.load * inner.sine), axis=1)
        outward = np.stack(
            (
                outer.load * outer.cosine + held * outer.sine - centrifugal,
                outer.load * outer.sine - held * outer.cosine,
            ),
            axis=1,
        )
        return _Balls(outward - inner_force, inner_force, outer.load, inner.load, centrifugal, gyroscopic, orbit, spin)

    def result(self, state: _State, omega: float, stages: int) -> SpeedEquilibrium:
        forces, blocks = self._linearised(state, omega)
        vector = self.rest + self.maps @ state.q
        units = np.array((1.0, 1.0, 1.0, self.scale_mm, self.scale_mm))
        stiffness, _ = self._condensed(forces, blocks)
        between = vector - state.balls
        found = SpeedEquilibrium(
            state.q / units,
            np.degrees(np.arctan2(state.balls[:, 1], state.balls[:, 0])),
            np.degrees(np.arctan2(between[:, 1], between[:, 0])),
            forces.outer_n.real,
            forces.inner_n.real,
            forces.centrifugal_n.real,
            forces.gyroscopic_nmm.real,
            forces.orbit.real,
            forces.spin.real,
            stiffness * np.outer(units, units),
            float(np.abs(self._residuals(state, omega)).max()),
            stages,
            (),
        )
        return replace(found, notices=_notices(self.inside, found))


@dataclass(frozen=True)
class _Contact:
    cosine: Complex
    sine: Complex
    load: Complex

    @classmethod
    def of(cls, vector: Complex, free_mm: float, constant: float) -> "_Contact":
        length = np.sqrt(vector[:, 0] ** 2 + vector[:, 1] ** 2)
        pressed = length - free_mm
        safe = np.where(pressed.real > 0, pressed, 1.0)
        load = np.where(pressed.real > 0, constant * safe**1.5, 0.0)
        return cls(vector[:, 0] / length, vector[:, 1] / length, load)


def _thrown_angle(vector: Array, reach: Array, inner_mm: float) -> Array:
    """Outer angle of a ball without load: at the bottom of the outer groove, or where it just touches the inner one."""
    distance, angle = np.hypot(vector[:, 0], vector[:, 1]), np.arctan2(vector[:, 1], vector[:, 0])
    cosine = (reach**2 + distance**2 - inner_mm**2) / (2 * reach * distance)
    back = np.arccos(np.clip(cosine, -1.0, 1.0))
    thrown: Array = np.sign(angle) * np.maximum(np.abs(angle) - back, 0.0)
    return thrown


def _kinematics(outer: _Contact, inner: _Contact, ratio: float) -> tuple[Complex, Complex, Complex]:
    """Orbit and spin over the shaft's speed, and the slope tan(beta) of the ball's axis, with outer-race control."""
    slope = outer.sine / (outer.cosine + ratio)
    on_outer, on_inner = outer.cosine + slope * outer.sine, inner.cosine + slope * inner.sine
    far, near = 1 + ratio * outer.cosine, 1 - ratio * inner.cosine
    orbit = 1 / (1 + far * on_inner / (near * on_outer))
    spin = np.sqrt(1 + slope**2) / ((on_outer / far + on_inner / near) * ratio)
    return orbit, spin, slope


def _notices(inside: BallInside, found: SpeedEquilibrium) -> tuple[Notice, ...]:
    notices = []
    held = 2 * np.abs(found.gyroscopic_nmm) / inside.ball_diameter_mm
    slipping = int(np.sum(held > SLIDING_FRICTION * found.outer_loads_n))
    if slipping:
        slips = text(
            "{count} balls: friction above {friction:g} is needed to hold the gyroscopic moment; they may slip, "
            "more preload holds them",
            count=slipping,
            friction=SLIDING_FRICTION,
        )
        notices.append(Notice("gyroscopic_slip", slips))
    unloaded = int(np.sum(found.inner_loads_n <= 0))
    if unloaded:
        lost = text("{count} balls have left the inner race at this speed: they may skid", count=unloaded)
        notices.append(Notice("lost_inner_contact", lost))
    if not unloaded and not _is_outer_controlled(inside, found):
        other = text("the inner race may control the spin of the balls; the model assumes the outer race does")
        notices.append(Notice("inner_race_control", other))
    return tuple(notices)


def _is_outer_controlled(inside: BallInside, found: SpeedEquilibrium) -> bool:
    """Harris' criterion: Q_o a_o E_o cos(a_i - a_o) > Q_i a_i E_i."""
    grip = []
    for ring, loads in (("outer", found.outer_loads_n), ("inner", found.inner_loads_n)):
        curvature = inside_curvature(inside, "outer" if ring == "outer" else "inner")
        contact = point_contact(loads, curvature, compliance(inside.races, inside.balls))
        grip.append(loads * contact.semi_major_mm * ellipse(curvature.difference).second)
    turned = np.cos(np.radians(found.inner_angles_deg - found.outer_angles_deg))
    return bool(np.all(grip[0] * turned >= grip[1]))
