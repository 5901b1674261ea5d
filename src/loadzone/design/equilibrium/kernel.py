"""The searches of `newton` over the energies of `rows` and `roller` once more, as loops that Numba compiles.

Importing this module imports the compiler (seconds), so only batches do; tests hold it against the NumPy form. All of
it stands in one file, and numbers that may change are arguments, because machine code is kept beside a file and made
anew only when that file changes.

Tables: ``rows`` (rows, 8), of balls x0, y0, excess, A, c_P, lever over R, position over R, Z; of rollers c_s, radial
and axial part of the contact normal, least gap, lowest and highest lever, Z. ``circle`` (3, rows, width): cosine, sine
and weight (0 pads) of each element. ``laminae`` (rows, n_s, 2): lever and gap; none for balls. ``limits``: floor of the
load, reference stiffness, longest step.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from loadzone.design.equilibrium.newton import Recipe

Array = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile for all later calls and keep the machine code where a file can be written; sums may be reordered."""
    wrap = partial(numba.njit, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
    try:
        return cast("Function", wrap(function, cache=True))
    except RuntimeError:
        # a package installed read-only for a user without a home has no place for the cache
        return cast("Function", wrap(function))


@compiled
def evaluate_balls(  # noqa: PLR0915  twenty sums over the balls, one name each
    q: Array, rows: Array, circle: Array, gradient: Array, hessian: Array
) -> float:
    """Elastic energy at ``q``; fills gradient (5,) and lower triangle of the Hessian (5, 5)."""
    energy = 0.0
    gradient[:] = 0.0
    hessian[:] = 0.0
    for index in range(rows.shape[0]):
        x0, y0, excess, distance, constant, lever, offset, _ = rows[index]
        a, b = q[0] + offset * q[4], q[1] - offset * q[3]
        dz, tx, ty = q[2], lever * q[3], lever * q[4]
        u0 = u1 = v0 = v1 = v2 = 0.0
        xx = xy = yy = xz = yz = xc = xs = ys = zz = zs = zc = ss = cs = cc = 0.0
        work = 0.0
        for ball in range(circle.shape[2]):
            c, s = circle[0, index, ball], circle[1, index, ball]
            u, v = a * c + b * s, dz + tx * s - ty * c
            x, y = x0 + u, y0 + v
            stretched = math.sqrt(x * x + y * y)
            growth = excess + u * (x0 + x) + v * (y0 + y)
            penetration = max(growth / (stretched + distance), 0.0) * circle[2, index, ball]
            along = constant * math.sqrt(penetration)
            load = along * penetration
            inverse = 1.0 / stretched
            ex, ey = x * inverse, y * inverse
            turning = load * inverse
            rest = 1.5 * along - turning
            uu, uv, vv = rest * ex * ex + turning, rest * ex * ey, rest * ey * ey + turning
            fu, fv = load * ex, load * ey
            work += load * penetration
            u0 += fu * c
            u1 += fu * s
            v0 += fv
            v1 += fv * s
            v2 += fv * c
            xx += uu * c * c
            xy += uu * c * s
            yy += uu * s * s
            xz += uv * c
            yz += uv * s
            xc += uv * c * c
            xs += uv * c * s
            ys += uv * s * s
            zz += vv
            zs += vv * s
            zc += vv * c
            ss += vv * s * s
            cs += vv * c * s
            cc += vv * c * c
        energy += 0.4 * work
        gradient[0] += u0
        gradient[1] += u1
        gradient[2] += v0
        gradient[3] += lever * v1 - offset * u1
        gradient[4] += offset * u0 - lever * v2
        hessian[0, 0] += xx
        hessian[1, 0] += xy
        hessian[1, 1] += yy
        hessian[2, 0] += xz
        hessian[2, 1] += yz
        hessian[2, 2] += zz
        hessian[3, 0] += lever * xs - offset * xy
        hessian[3, 1] += lever * ys - offset * yy
        hessian[3, 2] += lever * zs - offset * yz
        hessian[4, 0] += offset * xx - lever * xc
        hessian[4, 1] += offset * xy - lever * xs
        hessian[4, 2] += offset * xz - lever * zc
        hessian[3, 3] += lever * lever * ss - 2.0 * lever * offset * ys + offset * offset * yy
        hessian[4, 4] += lever * lever * cc - 2.0 * lever * offset * xc + offset * offset * xx
        hessian[4, 3] += 2.0 * lever * offset * xs - lever * lever * cs - offset * offset * xy
    return energy


@compiled
def evaluate_rollers(q: Array, rows: Array, circle: Array, laminae: Array, gradient: Array, hessian: Array) -> float:
    """Elastic energy at ``q``; fills gradient (5,) and lower triangle of the Hessian (5, 5)."""
    gradient[:] = 0.0
    hessian[:] = 0.0
    energy = 0.0
    for index in range(rows.shape[0]):
        constant, ca, sa, least_gap, lowest, highest, count, _ = rows[index]
        for roller in range(int(count)):
            c, s = circle[0, index, roller], circle[1, index, roller]
            base = ca * (q[0] * c + q[1] * s) + sa * q[2]
            tilt = q[4] * c - q[3] * s
            if base + max(tilt * lowest, tilt * highest) <= least_gap:
                continue
            f0 = f1 = k0 = k1 = k2 = 0.0
            for k in range(laminae.shape[1]):
                lever = laminae[index, k, 0]
                depth = base + tilt * lever - laminae[index, k, 1]
                if depth <= 0.0:
                    continue
                root = constant * math.exp(math.log(depth) * (1.0 / 9.0))
                load = root * depth
                f0 += load
                f1 += load * lever
                k0 += root
                k1 += root * lever
                k2 += root * lever * lever
                energy += load * depth
            k0, k1, k2 = k0 * 10.0 / 9.0, k1 * 10.0 / 9.0, k2 * 10.0 / 9.0
            p0, p1 = ca * c, ca * s
            gradient[0] += f0 * p0
            gradient[1] += f0 * p1
            gradient[2] += f0 * sa
            gradient[3] -= f1 * s
            gradient[4] += f1 * c
            hessian[0, 0] += k0 * p0 * p0
            hessian[1, 0] += k0 * p0 * p1
            hessian[1, 1] += k0 * p1 * p1
            hessian[2, 0] += k0 * p0 * sa
            hessian[2, 1] += k0 * p1 * sa
            hessian[2, 2] += k0 * sa * sa
            hessian[3, 0] -= k1 * p0 * s
            hessian[3, 1] -= k1 * p1 * s
            hessian[3, 2] -= k1 * sa * s
            hessian[3, 3] += k2 * s * s
            hessian[4, 0] += k1 * p0 * c
            hessian[4, 1] += k1 * p1 * c
            hessian[4, 2] += k1 * sa * c
            hessian[4, 3] -= k2 * c * s
            hessian[4, 4] += k2 * c * c
    return 9.0 / 19.0 * energy


@compiled
def evaluate(
    q: Array, forces: Array, rows: Array, circle: Array, laminae: Array, gradient: Array, hessian: Array
) -> tuple[float, float]:
    """Energy less work of the forces, and elastic energy, at ``q``; fills residual (5,) and Hessian."""
    if laminae.shape[0]:
        elastic = evaluate_rollers(q, rows, circle, laminae, gradient, hessian)
    else:
        elastic = evaluate_balls(q, rows, circle, gradient, hessian)
    energy = elastic
    for k in range(5):
        energy -= forces[k] * q[k]
        gradient[k] -= forces[k]
    return energy, elastic


@compiled
def newton_step(hessian: Array, shift: float, gradient: Array, step: Array) -> bool:
    """Fill ``step`` with -(H + shift)^-1 g by L D L'; False where the matrix is not positive definite."""
    d0 = hessian[0, 0] + shift
    if not d0 > 0.0:
        return False
    i0 = 1.0 / d0
    a1, a2, a3, a4 = hessian[1, 0], hessian[2, 0], hessian[3, 0], hessian[4, 0]
    l10, l20, l30, l40 = a1 * i0, a2 * i0, a3 * i0, a4 * i0
    d1 = hessian[1, 1] + shift - l10 * a1
    if not d1 > 0.0:
        return False
    i1 = 1.0 / d1
    b2, b3, b4 = hessian[2, 1] - l20 * a1, hessian[3, 1] - l30 * a1, hessian[4, 1] - l40 * a1
    l21, l31, l41 = b2 * i1, b3 * i1, b4 * i1
    d2 = hessian[2, 2] + shift - l20 * a2 - l21 * b2
    if not d2 > 0.0:
        return False
    i2 = 1.0 / d2
    c3, c4 = hessian[3, 2] - l30 * a2 - l31 * b2, hessian[4, 2] - l40 * a2 - l41 * b2
    l32, l42 = c3 * i2, c4 * i2
    d3 = hessian[3, 3] + shift - l30 * a3 - l31 * b3 - l32 * c3
    if not d3 > 0.0:
        return False
    e4 = hessian[4, 3] - l40 * a3 - l41 * b3 - l42 * c3
    i3 = 1.0 / d3
    l43 = e4 * i3
    d4 = hessian[4, 4] + shift - l40 * a4 - l41 * b4 - l42 * c4 - l43 * e4
    if not d4 > 0.0:
        return False
    y0 = -gradient[0]
    y1 = -gradient[1] - l10 * y0
    y2 = -gradient[2] - l20 * y0 - l21 * y1
    y3 = -gradient[3] - l30 * y0 - l31 * y1 - l32 * y2
    y4 = -gradient[4] - l40 * y0 - l41 * y1 - l42 * y2 - l43 * y3
    step[4] = y4 / d4
    step[3] = y3 * i3 - l43 * step[4]
    step[2] = y2 * i2 - l32 * step[3] - l42 * step[4]
    step[1] = y1 * i1 - l21 * step[2] - l31 * step[3] - l41 * step[4]
    step[0] = y0 * i0 - l10 * step[1] - l20 * step[2] - l30 * step[3] - l40 * step[4]
    return True


@compiled
def downhill(
    hessian: Array, gradient: Array, shift: float, least_n_mm: float, longest_mm: float, step: Array
) -> tuple[float, float]:
    """Fill ``step`` with the capped Newton step; slope along it and the shift over the trace that it needed."""
    size = 0.0
    for k in range(5):
        size += hessian[k, k]
    size = max(size, least_n_mm)
    while not newton_step(hessian, shift * size, gradient, step):
        shift *= 10.0
    longest, slope = 0.0, 0.0
    for k in range(5):
        longest = max(longest, abs(step[k]))
    fraction = min(1.0, longest_mm / longest)
    for k in range(5):
        step[k] *= fraction
        slope += gradient[k] * step[k]
    return slope, shift


@compiled
def search(
    q: Array,
    forces: Array,
    tolerance: float,
    limit: int,
    rows: Array,
    circle: Array,
    laminae: Array,
    limits: Array,
    recipe: Recipe,
    work: Array,
) -> tuple[int, float]:
    """Move ``q`` (5,) towards the equilibrium in up to ``limit`` steps; iterations, residual. ``work``: (14, 5)."""
    gradient, step, new, new_gradient = work[0], work[1], work[2], work[3]
    hessian, new_hessian = work[4:9], work[9:14]
    shift = recipe.shift
    energy, _ = evaluate(q, forces, rows, circle, laminae, gradient, hessian)
    residual = math.sqrt((gradient * gradient).sum())
    iterations = 0
    is_last = False
    while residual > recipe.polish * tolerance and iterations < limit and not is_last:
        iterations += 1
        is_last = residual <= tolerance
        slope, shift = downhill(hessian, gradient, shift, recipe.shift * limits[1], limits[2], step)
        shift = max(shift / 10.0, recipe.shift)
        for _ in range(recipe.halvings):
            new_slope = 0.0
            for k in range(5):
                new[k] = q[k] + step[k]
            new_energy, elastic = evaluate(new, forces, rows, circle, laminae, new_gradient, new_hessian)
            for k in range(5):
                new_slope += new_gradient[k] * step[k]
            change = new_energy - energy
            is_lost_in_rounding = abs(change) <= recipe.rounding * abs(elastic - new_energy)
            is_lower = new_slope <= 0.0 or change <= recipe.armijo * slope
            if is_lower or (is_lost_in_rounding and new_slope <= -0.9 * slope):
                break
            for k in range(5):
                step[k] *= 0.5
            slope *= 0.5
        new_residual = math.sqrt((new_gradient * new_gradient).sum())
        if is_last and new_residual > residual:
            break
        q[:] = new
        energy, residual = new_energy, new_residual
        gradient, new_gradient = new_gradient, gradient
        hessian, new_hessian = new_hessian, hessian
    return iterations, residual


@compiled
def minimise(
    q: Array,
    forces: Array,
    rows: Array,
    circle: Array,
    laminae: Array,
    limits: Array,
    recipe: Recipe,
    work: Array,
) -> tuple[int, float]:
    """Move ``q`` (5,) to the equilibrium, where need be down from a larger load; iterations and residual."""
    load = math.sqrt((forces * forces).sum())
    tolerance = recipe.residual * max(load, limits[0])
    count, residual = search(q, forces, tolerance, recipe.patience, rows, circle, laminae, limits, recipe, work)
    if residual <= tolerance:
        return count, residual
    factor = recipe.high * limits[0] / max(load, limits[0] * 1e-9)
    while factor > recipe.descent:
        raised, rough = factor * forces, recipe.rough * load * factor
        more, _ = search(q, raised, rough, recipe.patience, rows, circle, laminae, limits, recipe, work)
        count, factor = count + more, factor / recipe.descent
    more, residual = search(q, forces, tolerance, recipe.iterations, rows, circle, laminae, limits, recipe, work)
    return count + more, residual


@compiled
def solve_many(
    forces: Array,
    starts: Array,
    rows: Array,
    circle: Array,
    laminae: Array,
    limits: Array,
    recipe: Recipe,
    is_history: bool,
    q: Array,
    iterations: NDArray[np.int64],
    residuals: Array,
) -> None:
    """Fill q (n, 5), iterations and residuals (n,); each case begins at its row of ``starts`` or at the case before.

    A case that is not finite gets NaN and an infinite residual.
    """
    work = np.empty((14, 5))
    is_warm = False
    for case in range(forces.shape[0]):
        if not np.isfinite(forces[case]).all():
            q[case], residuals[case], is_warm = np.nan, np.inf, False
            continue
        if is_history and is_warm:
            q[case] = q[case - 1]
        else:
            q[case] = starts[min(case, starts.shape[0] - 1)]
        count, residual = minimise(q[case], forces[case], rows, circle, laminae, limits, recipe, work)
        iterations[case], residuals[case] = count, residual
        is_warm = math.isfinite(residual)


@compiled
def solve_varied(
    forces: Array,
    starts: Array,
    rows: Array,
    circle: Array,
    laminae: Array,
    limits: Array,
    recipe: Recipe,
    q: Array,
    iterations: NDArray[np.int64],
    residuals: Array,
) -> None:
    """As `solve_many`, cold, with tables of its own for each case, which are their first axis."""
    work = np.empty((14, 5))
    for case in range(forces.shape[0]):
        if not np.isfinite(forces[case]).all():
            q[case], residuals[case] = np.nan, np.inf
            continue
        q[case] = starts[case]
        iterations[case], residuals[case] = minimise(
            q[case], forces[case], rows[case], circle, laminae[case], limits, recipe, work
        )


@compiled
def press_balls(q: Array, rows: Array, circle: Array, deepest: Array, sums: Array, pressed: Array) -> None:
    """Fill deepest penetration (n, rows), sums of d^4.5, d^5 (n, rows, 2), and all (n or 0, rows, width)."""
    for case in range(q.shape[0]):
        for index in range(rows.shape[0]):
            x0, y0, excess, distance, _, lever, offset, _ = rows[index]
            a, b = q[case, 0] + offset * q[case, 4], q[case, 1] - offset * q[case, 3]
            most = rotating = standing = 0.0
            for ball in range(circle.shape[2]):
                c, s = circle[0, index, ball], circle[1, index, ball]
                u, v = a * c + b * s, q[case, 2] + lever * (q[case, 3] * s - q[case, 4] * c)
                x, y = x0 + u, y0 + v
                growth = excess + u * (x0 + x) + v * (y0 + y)
                depth = max(growth / (math.sqrt(x * x + y * y) + distance), 0.0) * circle[2, index, ball]
                most = max(most, depth)
                fourth = depth * depth * depth * depth
                rotating += fourth * math.sqrt(depth)
                standing += fourth * depth
                if pressed.shape[0]:
                    pressed[case, index, ball] = depth
            deepest[case, index], sums[case, index, 0], sums[case, index, 1] = most, rotating, standing


@compiled
def press_rollers(
    q: Array, rows: Array, circle: Array, laminae: Array, greatest: Array, sums: Array, loads: Array
) -> None:
    """Add to zeros: greatest roller, lamina load (n, rows, 2), sums of q^4, q^4.5 (n, rows, n_s, 2).

    ``loads`` (n or 0, rows, Z, n_s) takes each lamina.
    """
    for case in range(q.shape[0]):
        for index in range(rows.shape[0]):
            constant, ca, sa, least_gap, lowest, highest, count, _ = rows[index]
            for roller in range(int(count)):
                c, s = circle[0, index, roller], circle[1, index, roller]
                base = ca * (q[case, 0] * c + q[case, 1] * s) + sa * q[case, 2]
                tilt = q[case, 4] * c - q[case, 3] * s
                if base + max(tilt * lowest, tilt * highest) <= least_gap:
                    continue
                whole = 0.0
                for k in range(laminae.shape[1]):
                    depth = base + tilt * laminae[index, k, 0] - laminae[index, k, 1]
                    if depth > 0.0:
                        load = constant * depth * math.exp(math.log(depth) * (1.0 / 9.0))
                        whole += load
                        greatest[case, index, 1] = max(greatest[case, index, 1], load)
                        fourth = load * load * load * load
                        sums[case, index, k, 0] += fourth
                        sums[case, index, k, 1] += fourth * math.sqrt(load)
                        if loads.shape[0]:
                            loads[case, index, roller, k] = load
                greatest[case, index, 0] = max(greatest[case, index, 0], whole)


@compiled
def press_varied_balls(q: Array, rows: Array, circle: Array, deepest: Array, sums: Array) -> None:
    """`press_balls` for deepest (n, rows) and sums (n, rows, 2), each case with its own table ``rows`` (n, rows, 8)."""
    nothing = np.empty((0, circle.shape[1], circle.shape[2]))
    for case in range(q.shape[0]):
        one = slice(case, case + 1)
        press_balls(q[one], rows[case], circle, deepest[one], sums[one], nothing)


@compiled
def press_varied_rollers(q: Array, rows: Array, circle: Array, laminae: Array, greatest: Array, sums: Array) -> None:
    """`press_rollers` for greatest (n, rows, 2) and sums (n, rows, n_s, 2), each case with its own tables."""
    nothing = np.empty((0, circle.shape[1], circle.shape[2], laminae.shape[2]))
    for case in range(q.shape[0]):
        one = slice(case, case + 1)
        press_rollers(q[one], rows[case], circle, laminae[case], greatest[one], sums[one], nothing)
