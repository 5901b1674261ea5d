"""What design answers to a reference case: one function a family of cases, from its inputs to the names it expects."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import integrate, optimize

from loadzone.bearings.geometry import Geometry
from loadzone.bearings.orders import defect_orders
from loadzone.design.contact import ball_constant, compliance, line_contact, point_contact, race_curvature
from loadzone.design.envelope import Outline, published_problem
from loadzone.design.equilibrium import ball, roller
from loadzone.design.equivalent import factors, static_factors
from loadzone.design.film import ball_film
from loadzone.design.fits import centrifugal_growth, growth_of_inner_raceway, seat_pressure
from loadzone.design.friction import maker_friction
from loadzone.design.inside import BallInside, Load, Material, RollerInside
from loadzone.design.life import (
    basic_life_mrev,
    hours,
    life_exponent,
    life_modification,
    oscillation_ratio,
    reliability_factor,
)
from loadzone.design.lubrication import cleanliness_from_option, contamination, reference_viscosity
from loadzone.design.optimise import optimise
from loadzone.design.preload import preloaded_pair
from loadzone.design.rating import (
    dynamic_rating,
    f_0_radial_ball,
    f_0_thrust_ball,
    f_c_radial_ball,
    f_c_radial_roller,
    f_c_thrust_ball,
    size_factor,
    static_rating,
    type_rule,
)
from loadzone.design.reference_life import reference_life
from loadzone.design.slewing import four_point
from loadzone.design.speed_effects import solve_at_speed

Inputs = Mapping[str, Any]
Got = dict[str, Any]

BENCHMARK = Outline(90, 160, 30)
CONTACT_KEYS = ("dx_mm", "dy_mm", "dz_mm", "thx_rad", "thy_rad")


def answer(name: str, inputs: Inputs) -> Got | None:
    """What design computes for a case; None where no family of this program knows its name."""
    for prefix, family in FAMILIES.items():
        if name.startswith(prefix):
            return family(name, inputs)
    return None


def inside_of(inputs: Inputs) -> BallInside:
    """The inside that a case describes; an angle at rest of a bearing without a nominal one becomes its clearance."""
    nominal = inputs.get("alpha_nominal_deg", inputs.get("alpha_deg", 0.0))
    inner, outer = _grooves(inputs)
    clearance = inputs.get("s_r_mm", 0.0)
    if "alpha0_deg" in inputs and not nominal:
        distance = (inner + outer - 1) * inputs["Dw_mm"]
        clearance = 2 * distance * (1 - math.cos(math.radians(inputs["alpha0_deg"])))
    steel = _steel(inputs)
    return BallInside(
        inputs.get("Z", 7),
        inputs["Dw_mm"],
        inputs["Dpw_mm"],
        nominal,
        inner,
        outer,
        clearance_mm=clearance,
        races=steel,
        balls=steel,
    )


def _grooves(inputs: Inputs) -> tuple[float, float]:
    """Radii of both grooves over the ball's diameter."""
    if "r_mm" in inputs:
        both = inputs["r_mm"] / inputs["Dw_mm"]
        return both, both
    return inputs.get("f_i", inputs.get("f", 0.52)), inputs.get("f_e", inputs.get("f", 0.53))


def _steel(inputs: Inputs) -> Material:
    density = inputs.get("rho_kg_m3", inputs.get("rho", 7800.0))
    return Material(inputs.get("E_MPa", 206_000.0), inputs.get("nu", 0.3), density)


def _f_c_radial_ball(_name: str, inputs: Inputs) -> Got:
    return {"f_c": f_c_radial_ball(np.array(inputs["gamma"]), inputs["f_i"], inputs["f_e"], inputs["lam"])}


def _f_c_thrust_ball(_name: str, inputs: Inputs) -> Got:
    return {"f_c": f_c_thrust_ball(np.array(inputs["gamma"]), inputs.get("alpha_deg", 90.0))}


def _f_c_radial_roller(_name: str, inputs: Inputs) -> Got:
    return {"f_c": f_c_radial_roller(inputs["gamma"], inputs["lambda_v"])}


def _f_0(name: str, inputs: Inputs) -> Got:
    one = f_0_thrust_ball if "thrust" in name else f_0_radial_ball
    gammas = inputs["gamma"]
    return {"f_0": [one(each) for each in gammas] if isinstance(gammas, list) else one(gammas)}


def _rating(_name: str, inputs: Inputs) -> Got:
    inside = BallInside(inputs["Z"], inputs["Dw_mm"], inputs["Dpw_mm"])
    c_n, c0_n = (rated(inside, "deep_groove_ball").value_n for rated in (dynamic_rating, static_rating))
    return {"C_r_N": c_n, "C_0r_N": c0_n, "C_r_kN": c_n / 1000, "C_0r_kN": c0_n / 1000}


def _size(_name: str, inputs: Inputs) -> Got:
    size_mm = inputs["Dw_mm"]
    return {"lower": size_factor(size_mm), "upper": size_factor(math.nextafter(size_mm, math.inf))}


def _a_1(_name: str, inputs: Inputs) -> Got:
    return {"a_1": [reliability_factor(each) for each in inputs["S_percent"]]}


def _a_iso(name: str, inputs: Inputs) -> Got:
    kind: Any = name.removeprefix("aiso_").rpartition("_k")[0]
    return {"a_ISO": life_modification(inputs["kappa"], inputs["x_eC_Cu_over_P"], kind)}


def _nu_1(_name: str, inputs: Inputs) -> Got:
    return {"nu_1": reference_viscosity(inputs["n_rpm"], inputs["Dpw_mm"])}


def _e_c(name: str, inputs: Inputs) -> Got:
    word = name.removeprefix("eC_grease_").replace("slight_to_typical", "typical").replace("_", "-")
    clean = cleanliness_from_option(f"grease:{word}")
    pairs = zip(inputs["kappa"], inputs["Dpw_mm"], strict=True)
    return {"e_C": [float(contamination(clean, kappa, pitch)) for kappa, pitch in pairs]}


def _factors(_name: str, inputs: Inputs) -> Got:
    found = factors("deep_groove_ball", 0.0, np.array(inputs["f0Fa_over_C0"]))
    return {"e": found.e, "Y": found.y2}


def _hertz(_name: str, inputs: Inputs) -> Got:
    inside, steel = inside_of(inputs), _steel(inputs)
    ring = inside.ball_diameter_mm, inside.gamma, inputs["f"]
    curvature = race_curvature(*ring, "inner" if inputs["inner"] else "outer")
    found = point_contact(inputs["Q_N"], curvature, compliance(steel, steel))
    return {
        "sum_rho": curvature.sum_per_mm,
        "F_rho": curvature.difference,
        "chi": found.semi_major_mm / found.semi_minor_mm,
        "a_mm": found.semi_major_mm,
        "b_mm": found.semi_minor_mm,
        "p_max_MPa": found.p_max_mpa,
        "delta_um": found.approach_mm * 1e3,
    }


def _contact_constant(_name: str, inputs: Inputs) -> Got:
    inside = inside_of(inputs)
    return {"c_P_exact": ball_constant(inside), "c_P_with_1p48": ball_constant(inside, "rounded")}


def _load_integrals(_name: str, inputs: Inputs) -> Got:
    """The constants of the equivalent element loads: means over the loaded half of the circle at zero clearance."""
    if inputs["epsilon"] != 0.5:
        return {}

    def mean(power: float, exponent: float = 1.0) -> float:
        whole = integrate.quad(lambda angle: math.cos(angle) ** power, -math.pi / 2, math.pi / 2)[0]
        return float((whole / (2 * math.pi)) ** (1 / exponent))

    return {
        "J_r_ball": mean(2.5),
        "Jr_over_J1_ball": mean(2.5) / mean(4.5, 3),
        "Jr_over_J2_ball": mean(2.5) / mean(5, 10 / 3),
        "J_r_roller": mean(1 + 10 / 9),
    }


def _commercial(_name: str, inputs: Inputs) -> Got:
    inside = inside_of(inputs)
    found = ball.solve(inside, Load(*inputs["F_N_Nmm_FxFyFzMxMy"]), "pitch")
    dx, dy, dz, thx, thy = found.displacements
    return {
        "dr_um": math.hypot(dx, dy) * 1e3,
        "da_um": (dz + found.rows[0].axial_mm) * 1e3,
        "psi_mrad": math.hypot(thx, thy) * 1e3,
        "L10r": reference_life(inside, found, inputs["C_r_N"]).l10r_mrev,
    }


def _five_degrees(_name: str, inputs: Inputs) -> Got:
    inside = inside_of(inputs)
    found = ball.solve(inside, Load(*inputs["F_N_Nmm_FxFyFzMxMy"]), "consistent", hertz="rounded")
    got: Got = dict(zip(CONTACT_KEYS, found.displacements, strict=True))
    got |= {"Q_N": found.loads_n[0], "Q_max_N": found.loads_n.max()}
    if "C_N" in inputs:
        got["L10r_Mrev"] = reference_life(inside, found, inputs["C_N"]).l10r_mrev
    return got


def _stiffness(_name: str, inputs: Inputs) -> Got:
    found = ball.solve(inside_of(inputs), Load(*inputs["F_N_Nmm_FxFyFzMxMy"]), hertz="rounded")
    units = np.array((1, 1, 1, found.scale_mm, found.scale_mm))
    return {"K_N_per_mm": found.stiffness / np.outer(units, units)}


def _laminae(_name: str, inputs: Inputs) -> Got:
    size = inputs["Dwe_mm"], inputs["Lwe_mm"], inputs["Dpw_mm"]
    inside = RollerInside(inputs["Z"], *size, clearance_mm=inputs["s_r_mm"])
    fx, fy, mx, my = inputs["F_N_Nmm_FxFyMxMy"]
    found = roller.solve(inside, Load(fx, fy, 0.0, mx, my), laminae=inputs["n_s"])
    got: Got = dict(zip(CONTACT_KEYS, found.displacements, strict=True))
    return got | {
        "Q_max_N": found.loads_n.max(),
        "q_lamina_max_N": found.lamina_loads_n.max(),
        "L10r_Mrev": reference_life(inside, found, inputs["C_r_N"]).l10r_mrev,
    }


def _jones(_name: str, inputs: Inputs) -> Got:
    found = solve_at_speed(inside_of(inputs), Load(fz_n=inputs["Fa_N"]), inputs["n_rpm"])
    return {
        "alpha_o_deg": found.outer_angles_deg[0],
        "alpha_i_deg": found.inner_angles_deg[0],
        "Q_o_N": found.outer_loads_n[0],
        "Q_i_N": found.inner_loads_n[0],
        "delta_a_um": 1000 * found.displacements[2],
        "F_c_N": found.centrifugal_n[0],
        "M_g_Nmm": found.gyroscopic_nmm[0],
        "omega_m_over_omega": found.orbit_ratio[0],
        "omega_R_over_omega": found.spin_ratio[0],
    }


def _preload(_name: str, inputs: Inputs) -> Got:
    return {"k_axial_N_per_um": preloaded_pair(inside_of(inputs), inputs["G_N"]).stiffness_n_um}


def _datasheet(_name: str, inputs: Inputs) -> Got:
    """Ratings from the geometry of a data sheet whose maker states lower ones; its pitch is the middle of d and D."""
    angle = inputs["alpha_deg"]
    inside = BallInside(inputs["Z"], inputs["Dw_mm"], (inputs["d"] + inputs["D"]) / 2, angle)
    c_n, c0_n = (rated(inside, "angular_contact_ball").value_n for rated in (dynamic_rating, static_rating))
    found, still = factors("angular_contact_ball", angle, 0.0), static_factors("angular_contact_ball", angle)
    return {"C_kN": c_n / 1000, "C0_kN": c0_n / 1000, "e": found.e, "X2": found.x2, "Y2": found.y2, "Y0": still.y0}


def _optimum(name: str, inputs: Inputs) -> Got:
    """The better end of the interval of groove radii: the rating is monotone in them."""
    ends = {groove: optimise(published_problem(BENCHMARK, groove)) for groove in inputs.get("f_bounds", (0.515,))}
    groove, found = max(ends.items(), key=lambda item: item[1].best.value)
    best = found.relaxed if "continuous" in name else found.best
    got = {"C_d": best.value, "Z": best.n_elements, "Dm": best.pitch_mm, "Db": best.ball_mm}
    return got | {"f_i": groove, "f_o": groove}


def _film(_name: str, inputs: Inputs) -> Got:
    oil = inputs["eta0_Pa_s"], inputs["alpha_p_1_per_Pa"]
    found = ball_film(inside_of(inputs), "inner", inputs["Q_N"], inputs["n_rpm"], *oil)
    return {
        "u_m_s": found.entrainment_m_s,
        "U": found.speed,
        "G": found.material,
        "W": found.load,
        "k": found.ellipticity,
        "h_c_um": found.central_um,
        "h_min_um": found.minimum_um,
    }


def _seat(_name: str, inputs: Inputs) -> Got:
    steel, bore, raceway = _steel(inputs), inputs["d_mm"], inputs["ring_raceway_mm"]
    pressure = seat_pressure(inputs["interference_um"] / 1000, bore, inputs["shaft_bore_mm"], raceway, steel, steel)
    return {"p_MPa": pressure, "raceway_growth_um": 1000 * growth_of_inner_raceway(pressure, bore, raceway, steel)}


def _ring_at_speed(_name: str, inputs: Inputs) -> Got:
    inner, outer = inputs["r_i_mm"], inputs["r_o_mm"]
    return {"u_um": 1000 * centrifugal_growth(outer, 2 * inner, 2 * outer, inputs["n_rpm"], _steel(inputs))}


def _orders(_name: str, inputs: Inputs) -> Got:
    found = defect_orders(Geometry(inputs["Z"], inputs["Dw_in"], inputs["Dpw_in"], inputs["alpha_deg"]))
    return {"BPFI": found.inner, "BPFO": found.outer, "BSF_twice": found.ball, "FTF": found.cage}


def _oscillation(_name: str, inputs: Inputs) -> Got:
    arcs = np.array(inputs["theta_deg"])
    return {
        "ratio_ball": oscillation_ratio(arcs, inputs["Z"], "ball", 180.0),
        "ratio_roller": oscillation_ratio(arcs, inputs["Z"], "roller", 180.0),
    }


def _slewing(_name: str, inputs: Inputs) -> Got:
    found = four_point(inside_of(inputs), Load(inputs["Fr_N"], 0.0, inputs["Fa_N"], 0.0, -inputs["M_Nmm"]))
    return {"Q_max_N": found.greatest_n, "Q_handbook_N": found.handbook_n}


def _friction(_name: str, inputs: Inputs) -> Got:
    boundary = inputs["d"], inputs["D"]
    found = maker_friction("62", *boundary, inputs["n_rpm"], inputs["nu"], inputs["Fr_N"], inputs["Fa_N"])
    return {
        "G_rr": found.rolling_variable,
        "G_sl": found.sliding_variable,
        "phi_ish": found.inlet_heating,
        "phi_rs": found.starvation,
        "M_rr": found.first_nmm,
        "M_sl": found.second_nmm,
        "M_total_Nmm": found.moment_nmm,
    }


def _life(_name: str, inputs: Inputs) -> Got:
    """The equation of life forwards: from C and the load, or its parts, to revolutions and hours."""
    load_n = inputs["P_N"] if "P_N" in inputs else inputs["X"] * inputs["Fr_N"] + inputs["Y"] * inputs["Fa_N"]
    life = basic_life_mrev(inputs["C_N"], load_n, inputs["kind"])
    got: Got = {"P_N": load_n, "L_Mrev": life}
    return got | {"L_h": hours(life, inputs["n_rpm"])} if "n_rpm" in inputs else got


def _required(_name: str, inputs: Inputs) -> Got:
    """The equation of life backwards: the C that a life asks for."""
    return {"C_N": inputs["P_N"] * inputs["L_Mrev"] ** (1 / life_exponent(inputs["kind"]))}


def _factors_of(_name: str, inputs: Inputs) -> Got:
    found = factors(inputs["type"], inputs["alpha_deg"], np.array(inputs["x"]), by=inputs["by"])
    return {"e": found.e, "Y": found.y2}


def _b_m(_name: str, inputs: Inputs) -> Got:
    return {"b_m": [type_rule(each).b_m for each in inputs["types"]]}


def _line(_name: str, inputs: Inputs) -> Got:
    steel = _steel(inputs)
    found = line_contact(inputs["q_N_per_mm"], inputs["radius_mm"], compliance(steel, steel))
    return {"b_mm": found.half_width_mm, "p_GPa": found.p_max_mpa / 1000}


def _rollers(_name: str, inputs: Inputs) -> Got:
    """A row of rollers; without a moment the ring is held straight, by the moment that needs."""
    steel = _steel(inputs)
    size = inputs["Dwe_mm"], inputs["Lwe_mm"], inputs["Dpw_mm"]
    inside = RollerInside(inputs["Z"], *size, inputs["alpha_deg"], races=steel, rollers=steel)
    fx, fz, stated = inputs["F_N_Nmm_FxFzMy"]

    def solved(my_nmm: float) -> roller.RollerEquilibrium:
        return roller.solve(inside, Load(fx, 0.0, fz, 0.0, my_nmm), laminae=inputs["n_s"])

    lever_nmm = fx * inputs["Dpw_mm"] / 2
    moment = stated if stated is not None else optimize.brentq(lambda my: solved(my).displacements[4], -lever_nmm, 0.0)
    found = solved(moment)
    return {"Q_max_N": found.loads_n.max(), "p_max_GPa": found.p_max_mpa / 1000}


FAMILIES: Mapping[str, Callable[[str, Inputs], Got]] = {
    "fc_radial_ball": _f_c_radial_ball,
    "fc_thrust_ball": _f_c_thrust_ball,
    "fc_radial_roller": _f_c_radial_roller,
    "f0_": _f_0,
    "rating_": _rating,
    "continuity_": _size,
    "a1_": _a_1,
    "aiso_": _a_iso,
    "nu1_": _nu_1,
    "eC_grease": _e_c,
    "XYe_": _factors,
    "hertz_": _hertz,
    "cP_": _contact_constant,
    "load_integrals": _load_integrals,
    "iso16281_ball": _commercial,
    "ball5dof": _five_degrees,
    "stiffness": _stiffness,
    "roller4dof": _laminae,
    "jones_218": _jones,
    "preload_stiffness": _preload,
    "datasheet": _datasheet,
    "opt_geometry": _optimum,
    "ehl_point": _film,
    "fit_lame": _seat,
    "centrifugal_ring": _ring_at_speed,
    "cwru_6205": _orders,
    "oscillation_factor": _oscillation,
    "slewing_Qmax": _slewing,
    "friction_maker": _friction,
    "life_": _life,
    "required_": _required,
    "factors_": _factors_of,
    "bm_": _b_m,
    "line_": _line,
    "rollers_": _rollers,
    "orders_": _orders,
}
"""By the beginning of a case's name."""
