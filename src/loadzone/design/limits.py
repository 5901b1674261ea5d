"""The limits of a rating: what was met or passed, with the value, the limit and the way out."""

from collections.abc import Iterator

from loadzone.design.capability import Capability
from loadzone.design.duty import MOST_LOAD, USUAL_TEMPERATURE_DEGC, Conditions, Duty
from loadzone.design.inside import BallInside, RollerInside
from loadzone.design.life import HIGHEST_A_ISO, HIGHEST_KAPPA, LOWEST_KAPPA
from loadzone.design.rating import type_rule
from loadzone.design.step import Notice
from loadzone.words.texts import text

MOST_AXIAL_OVER_C0 = 0.5
LEAST_LOAD = {True: 0.01, False: 0.02}
"""Smallest P/C of balls and of rollers below which elements skid (makers' guides)."""
STABLE_STEEL_DEGC, GREASE_DEGC = 120.0, 70.0
ONLY_RADIAL = frozenset({"cylindrical_roller", "double_row_cylindrical_roller", "needle_roller"})
SINGLE_SLANTED = frozenset({"angular_contact_ball", "tapered_roller"})


def load_limits(bearing: Capability, duty: Duty, radial_n: float, axial_n: float) -> Iterator[Notice]:
    """Limits of the load: validity of the life, static safety, skidding, axial load."""
    p_n, p0_n = float(duty.p_n), float(duty.p0_n)
    if p_n > MOST_LOAD * bearing.c_n or p_n > bearing.c0_n:
        yield _overload(bearing, p_n)
    least = LEAST_LOAD[bearing.is_ball]
    if p_n < least * bearing.c_n:
        yield Notice(
            "below_minimum_load",
            text(
                "P {p:.0f} N is below {share:g} C = {least:.0f} N: elements may skid; preload or a smaller bearing",
                p=p_n,
                share=least,
                least=least * bearing.c_n,
            ),
        )
    if p0_n > bearing.c0_n:
        yield Notice(
            "static_safety",
            text(
                "static safety S_0 {s0:.2f} < 1 (2 for quiet running): lower the load or take a larger C_0",
                s0=bearing.c0_n / p0_n,
            ),
        )
    yield from _axial_limits(bearing, duty, radial_n, axial_n)


def lubrication_limits(duty: Duty, conditions: Conditions) -> Iterator[Notice]:
    """Limits of κ, e_C, a_ISO and temperature, and what is missing for a modified life."""
    missing = [
        option
        for option, said in (("--oil", conditions.oil), ("--cleanliness", conditions.cleanliness))
        if said is None
    ]
    if missing:
        yield Notice(
            "no_modified_life",
            text("no modified life: give {options} for κ and e_C", options=", ".join(missing)),
        )
    yield from temperature_assumed(conditions)
    yield from _film_limits(duty, conditions)
    yield from _temperature_limits(conditions)


def temperature_assumed(conditions: Conditions) -> Iterator[Notice]:
    """Says so where a film is computed at a temperature that nobody stated."""
    if conditions.oil is not None and conditions.temperature_degc is None:
        yield Notice(
            "temperature_assumed",
            text(
                "bearing temperature {temperature:g} °C assumed (reference of ISO 15312): give --temperature",
                temperature=USUAL_TEMPERATURE_DEGC,
            ),
        )


def inside_limits(
    inside: BallInside | RollerInside, *, is_clearance_known: bool, are_grooves_known: bool
) -> Iterator[Notice]:
    """What of the inside was assumed; a clearance that does not count is as good as known."""
    if isinstance(inside, BallInside) and not are_grooves_known:
        yield Notice(
            "grooves_assumed",
            text(
                "groove radii {f_i:g} and {f_e:g} D_w are assumed: pressure and reference life depend on them; "
                "give --grooves FI,FE",
                f_i=inside.groove_inner,
                f_e=inside.groove_outer,
            ),
        )
    if not is_clearance_known:
        yield Notice(
            "clearance_assumed",
            text("operating clearance 0 µm is assumed: pressure and reference life depend on it; give --clearance"),
        )


def _overload(bearing: Capability, p_n: float) -> Notice:
    return Notice(
        "overload",
        text(
            "P {p:.0f} N exceeds 0.5 C = {half:.0f} N or C_0 = {c0:.0f} N: ISO 281 does not hold, the contacts yield "
            "locally; lower the load or take a larger bearing, only the static rating is given",
            p=p_n,
            half=MOST_LOAD * bearing.c_n,
            c0=bearing.c0_n,
        ),
    )


def _axial_limits(bearing: Capability, duty: Duty, radial_n: float, axial_n: float) -> Iterator[Notice]:
    axial = abs(axial_n)
    is_thrust = type_rule(bearing.type_key).family.startswith("thrust")
    if type_rule(bearing.type_key).factors == "deep_groove" and axial > MOST_AXIAL_OVER_C0 * bearing.c0_n:
        yield Notice(
            "axial_over_c0",
            text(
                "F_a {axial:.0f} N exceeds 0.5 C_0 = {limit:.0f} N (0.25 C_0 for small and light series): makers "
                "advise an angular contact bearing",
                axial=axial,
                limit=MOST_AXIAL_OVER_C0 * bearing.c0_n,
            ),
        )
    if bearing.type_key in ONLY_RADIAL and axial > 0.0:
        yield Notice(
            "axial_not_carried",
            text(
                "F_a {axial:.0f} N: this type carries it on ribs at best, which ISO 281 does not rate; P leaves it "
                "out: ask the maker or add a thrust bearing",
                axial=axial,
            ),
        )
    if is_thrust and bearing.angle_deg == 90.0 and radial_n > 0.0:
        yield Notice(
            "radial_not_carried",
            text(
                "F_r {radial:.0f} N: a thrust bearing of 90 deg carries none; P leaves it out, add a radial bearing",
                radial=radial_n,
            ),
        )
    if bearing.type_key in SINGLE_SLANTED and axial < float(duty.factors.e) * radial_n:
        yield Notice(
            "needs_second_bearing",
            text(
                "F_a {axial:.0f} N is below e F_r = {least:.0f} N: a single bearing of this type needs a second one "
                "against it; its induced axial load belongs into F_a",
                axial=axial,
                least=float(duty.factors.e) * radial_n,
            ),
        )


def _film_limits(duty: Duty, conditions: Conditions) -> Iterator[Notice]:
    kappa = None if duty.kappa is None else float(duty.kappa)
    if kappa is not None and kappa < LOWEST_KAPPA:
        yield Notice(
            "kappa_low",
            text(
                "κ {kappa:.3f} is below 0.1: ISO 281 gives no a_ISO there; take a more viscous oil or cool the bearing",
                kappa=kappa,
            ),
        )
    if kappa is not None and kappa > HIGHEST_KAPPA:
        yield Notice(
            "kappa_high",
            text("κ {kappa:.1f} is counted as 4: more viscosity brings heat, not life", kappa=kappa),
        )
    if duty.e_c_raw is not None and float(duty.e_c_raw) <= 0.0:
        yield Notice(
            "contamination_floor",
            text("e_C by its formula is {value:.3f}: counted as 0, a_ISO is 0.1", value=float(duty.e_c_raw)),
        )
    if duty.a_iso is not None and float(duty.a_iso) >= HIGHEST_A_ISO:
        yield Notice("a_iso_clipped", text("a_ISO is held at 50, the most that ISO 281 gives"))
    if not conditions.has_additives or kappa is None or duty.e_c is None or kappa >= 1.0:
        return
    if float(duty.e_c) < 0.2:
        yield Notice(
            "additives_not_counted",
            text("e_C {value:.2f} is below 0.2: EP additives may not be counted", value=float(duty.e_c)),
        )
    else:
        yield Notice("additives_counted", text("EP additives count: κ = 1 at most, a_ISO not above 3 (read in part)"))


def _temperature_limits(conditions: Conditions) -> Iterator[Notice]:
    warmth = conditions.temperature_used_degc
    clean = conditions.cleanliness
    if warmth > STABLE_STEEL_DEGC:
        yield Notice(
            "temperature_steel",
            text(
                "{temperature:g} °C exceeds {limit:g} °C: ordinary rings grow; take heat-stabilised ones (S0 to S4)",
                temperature=warmth,
                limit=STABLE_STEEL_DEGC,
            ),
        )
    if clean is not None and clean.code.startswith("grease") and warmth > GREASE_DEGC:
        yield Notice(
            "temperature_grease",
            text(
                "{temperature:g} °C exceeds {limit:g} °C: grease ages, its interval halves with each 15 K",
                temperature=warmth,
                limit=GREASE_DEGC,
            ),
        )
