"""The loads between elements and raceways of a sound bearing, and what they do to its vibration.

No bearing is perfect: raceways are wavy, seats oval, elements differ by tenths of a micrometre. In the quasi-static
equilibrium of the inner ring (Harris, Rolling Bearing Analysis, chapter on load distribution) the elastic approach of
element j at angle psi_j from the load direction is::

    delta_j = x cos psi_j + y sin psi_j - c/2 + w_i(psi_j - theta) + w_o(psi_j) + d_j

with the ring's displacement (x, y), radial clearance c, inner waviness w_i (turning by theta with the shaft), outer
waviness w_o and element deviation d_j (over diameter). Load Q_j = K delta_j^n, n = 3/2 for balls, 10/9 for rollers,
and the sums of Q_j cos psi_j and Q_j sin psi_j balance the applied load, unbalance included.

Two consequences reach the sensor:

1. The ring moves: (x, y) has lines at BPFO (varying compliance) and, for waviness of order k, at

   ======== ============== =====================================
   part     order          lines (radial)
   ======== ============== =====================================
   inner    k = q Z +/- 1  q BPFI +/- 1 (times the shaft speed)
   outer    k = q Z +/- 1  q BPFO
   element  even k         k spin +/- cage
   diameter differences    cage and its multiples
   ======== ============== =====================================

   (Wardle, Proc. IMechE C 202 (1988) 297, quoted from memory; it follows from the equation above, because the sum
   over Z equally spaced elements keeps only wave numbers k +/- 1 that are multiples of Z). Accelerations are -omega^2
   times the displacement. That a ring takes the form of its seat and that radial load makes the number of loaded
   elements, and so the ring, oscillate, SKF says too (General catalogue, «Vibration generation in a bearing»).
2. Asperities of a loaded contact excite broadband noise whose amplitude grows as Q^s. A relative change of load
   dQ/Q = n ddelta/delta therefore changes the noise power of that contact by 2 s n ddelta/delta: a waviness of 0.1 um
   on an approach of 10 um modulates it by 3 s percent. Summed over the elements, each weighted by its nearness to the
   sensor, this is a *weak modulation at the very orders of the defects*, in a bearing that has none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadzone.bearings.geometry import Geometry
from loadzone.simulate.machine import Floats

BALL_EXPONENT = 3 / 2
ROLLER_EXPONENT = 10 / 9
ITERATIONS = 8
"""Newton steps: the worst of the population is balanced to 1e-8 of the load after 8."""


@dataclass(frozen=True, eq=False)
class Form:
    """Deviations of form in um: Fourier coefficients of both raceways, one value an element, radial clearance.

    ``inner_um``, ``outer_um`` (k,) complex: w(phi) = Re sum_k c_k exp(j k phi), k = 0, 1, ...; ``elements_um`` (Z,).
    """

    inner_um: NDArray[np.complex128]
    outer_um: NDArray[np.complex128]
    elements_um: Floats
    clearance_um: float


@dataclass(frozen=True, eq=False)
class Contacts:
    """Over time: displacement of the inner ring ``x_um``, ``y_um`` (t,), ``loads_n`` and angles ``psi`` rad (t, Z)."""

    x_um: Floats
    y_um: Floats
    loads_n: Floats
    psi: Floats

    @property
    def load_zone_deg(self) -> float:
        """Mean width of the loaded part of the circumference."""
        return float(360.0 * np.mean(self.loads_n > 0.0))


def stiffness(geometry: Geometry, *, is_roller: bool) -> float:
    """K of Q = K delta^n between both raceways, N/um^n; roller length = diameter.

    Source: Palmgren's approximations for steel (after Harris, from memory), delta in mm, Q in N: balls
    4.36e-4 Q^(2/3) / (D_w^(1/3) cos alpha), rollers 7.68e-5 Q^0.9 / (l^0.8 cos alpha).

    >>> round(stiffness(Geometry(9, 7.94, 39.04), is_roller=False), 2)
    9.79
    """
    cosine = np.cos(np.radians(geometry.contact_angle_deg))
    width = geometry.element_diameter_mm
    if is_roller:
        return float((1e-3 * cosine * width**0.8 / 7.68e-5) ** ROLLER_EXPONENT)
    return float((1e-3 * cosine * width ** (1 / 3) / 4.36e-4) ** BALL_EXPONENT)


def contacts(
    geometry: Geometry,
    form: Form,
    turns: Floats,
    cage_turns: Floats,
    load_n: float,
    unbalance_n: float,
    *,
    is_roller: bool,
) -> Contacts:
    """Equilibrium of the inner ring at every shaft angle.

    Parameters
    ----------
    geometry, form, is_roller : the bearing, one row
    turns, cage_turns : (t,) angles of shaft and cage in turns
    load_n : radial load along psi = 0; ``unbalance_n`` turns with the shaft

    Returns
    -------
    Contacts; Newton's method from the far side of the solution, where the convex load law makes it converge from above

    """
    psi = 2 * np.pi * (cage_turns[:, None] + np.arange(geometry.n_elements) / geometry.n_elements)
    theta = 2 * np.pi * turns
    cosines, sines = np.cos(psi), np.sin(psi)
    bumps = _profile(form.inner_um, psi - theta[:, None]) + _profile(form.outer_um, psi)
    bumps += form.elements_um - form.clearance_um / 2
    factor = stiffness(geometry, is_roller=is_roller)
    exponent = ROLLER_EXPONENT if is_roller else BALL_EXPONENT
    wanted_x = load_n + unbalance_n * np.cos(theta)
    wanted_y = unbalance_n * np.sin(theta)
    start = form.clearance_um / 2 + (5 * load_n / geometry.n_elements / factor) ** (1 / exponent) + np.ptp(bumps)
    x, y = np.full(turns.shape, start), np.zeros(turns.shape)
    for _ in range(ITERATIONS):
        approach = np.maximum(x[:, None] * cosines + y[:, None] * sines + bumps, 0.0)
        slope = factor * exponent * approach ** (exponent - 1)
        loads = slope * approach / exponent
        k_xx, k_xy, k_yy = ((slope * a * b).sum(1) for a, b in ((cosines, cosines), (cosines, sines), (sines, sines)))
        k_yy += 1e-3 * k_xx + 1e-9
        error_x, error_y = (loads * cosines).sum(1) - wanted_x, (loads * sines).sum(1) - wanted_y
        determinant = k_xx * k_yy - k_xy**2 + 1e-12
        x -= (k_yy * error_x - k_xy * error_y) / determinant
        y -= (k_xx * error_y - k_xy * error_x) / determinant
    loads = factor * np.maximum(x[:, None] * cosines + y[:, None] * sines + bumps, 0.0) ** exponent
    return Contacts(x, y, loads, psi)


def noise_level(state: Contacts, load_exponent: float, nearness: float, sensor_rad: float) -> Floats:
    """Relative rms of the broadband contact noise over time, mean square 1, (t,).

    Power is the sum over elements of (1 + ``nearness`` cos(psi - ``sensor_rad``)) Q^(2 ``load_exponent``): contacts
    near the sensor are heard better. Unloaded contacts are silent.
    """
    power = (1 + nearness * np.cos(state.psi - sensor_rad)) * state.loads_n ** (2 * load_exponent)
    total = power.sum(1)
    return np.asarray(np.sqrt(total / total.mean()))


def _profile(coefficients: NDArray[np.complex128], angles: Floats, resolution: int = 4096) -> Floats:
    """Re sum_k c_k exp(j k angle): looked up in a table of ``resolution`` points a turn (error below 1e-3 um here)."""
    spectrum = np.zeros(resolution // 2 + 1, dtype=np.complex128)
    spectrum[: len(coefficients)] = coefficients
    table = np.fft.irfft(spectrum, resolution) * resolution / 2
    cells = np.rint(angles * (resolution / (2 * np.pi))).astype(np.int64) % resolution
    return np.asarray(table[cells])
