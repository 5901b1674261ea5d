"""``loadzone scatter D``: the life to expect when load, temperature, dirt, clearance and grooves are not exact."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from loadzone.cli import options, rate
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from loadzone.design.distributions import Distribution
    from loadzone.design.scatter import Band, Input
    from loadzone.flows.scatter import ScatterAnswer

NAME_COLUMNS, VALUE_COLUMNS, ERROR_COLUMNS, BAR_COLUMNS = 21, 11, 7, 34
SYMBOLS = {
    "fx_n": "F_r",
    "fz_n": "F_a",
    "my_nmm": "M",
    "contact_angle_deg": "α",
    "ball_diameter_mm": "D_w",
    "roller_diameter_mm": "D_we",
    "length_mm": "L_we",
    "pitch_diameter_mm": "D_pw",
}
"""Inputs whose slope the page tells: not the grooves, whose slope holds C as a rating does while the draws do not."""
UNITS: dict[str, tuple[float, str]] = {
    "load": (100.0, "%"),
    "speed": (100.0, "%"),
    "temperature": (1.0, "°C"),
    "groove_inner": (1.0, "D_w"),
    "groove_outer": (1.0, "D_w"),
}
"""In which the page tells an input; lengths in µm."""

LoadBy = Annotated[float, typer.Option(metavar="PERCENT", help="The load scatters by that to either side.")]
SpeedBy = Annotated[float, typer.Option(metavar="PERCENT", help="The speed scatters by that to either side.")]
WarmthBy = Annotated[float, typer.Option(metavar="K", help="The temperature scatters by that to either side.")]
ClassesBy = Annotated[
    int, typer.Option(metavar="CLASSES", help="Cleanliness is as often so many classes off as it is as stated.")
]
ClearanceBy = Annotated[
    float, typer.Option(metavar="UM", help="The clearance scatters by that to either side where no fit gives it.")
]
GroovesBy = Annotated[
    float, typer.Option(metavar="RATIO", help="The groove radii over ball diameter scatter by that to either side.")
]


def scatter(
    designation: Annotated[str, typer.Argument(metavar="D", help="Designation, as 6205.")],
    speed: rate.Turns,
    fr: rate.Newtons = 0.0,
    fa: rate.Thrust = 0.0,
    moment: rate.Moment = 0.0,
    oil: rate.OilGrade = None,
    temperature: rate.Warmth = None,
    cleanliness: rate.Clean = None,
    clearance: rate.Clearance = None,
    fit: rate.Fit = None,
    mode: rate.Lever = "consistent",
    reliability: rate.Reliability = 90.0,
    additives: Annotated[bool, typer.Option("--additives", help="EP additives are proven effective.")] = False,
    geometry: options.Inside = None,
    grooves: rate.Grooves = None,
    length: rate.Length = None,
    bearing_type: rate.Type = None,
    c: rate.MakersC = None,
    c0: rate.MakersC0 = None,
    cu: rate.MakersCu = None,
    load_by: LoadBy = 10.0,
    speed_by: SpeedBy = 0.0,
    temperature_by: WarmthBy = 8.0,
    classes_by: ClassesBy = 1,
    clearance_by: ClearanceBy = 15.0,
    grooves_by: GroovesBy = 0.005,
    required_h: Annotated[
        float | None, typer.Option(metavar="H", help="Required life: the share of the draws that fall short is told.")
    ] = None,
    draws: Annotated[int, typer.Option(metavar="N", help="Ratings with drawn inputs; 100 or more.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="What is drawn.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Rate a bearing with scattering inputs: median life, the band of 90 %, and which input moves it most.

    Exit codes: 0 done, 2 the input, or a load beyond what ISO 281 rates.
    """
    from loadzone.bearings.geometry import geometry_from_option
    from loadzone.design.sensitivity import Spans
    from loadzone.flows.rate import RateOptions, grooves_from_option
    from loadzone.flows.scatter import ScatterOptions, scatter_bearing

    said = RateOptions(
        speed_rpm=speed,
        radial_n=fr,
        axial_n=fa,
        moment_nmm=moment,
        oil=oil,
        temperature_degc=temperature,
        cleanliness=cleanliness,
        reliability_percent=reliability,
        clearance_um=clearance,
        fit=fit,
        mode=mode,
        grooves=grooves_from_option(grooves) if grooves is not None else None,
        geometry=geometry_from_option(geometry) if geometry is not None else None,
        type_key=bearing_type,
        length_mm=length,
        c_n=c,
        c0_n=c0,
        cu_n=cu,
        has_additives=additives,
    )
    spans = Spans(load_by, classes_by, temperature_by, speed_by, clearance_by)
    answer = scatter_bearing(designation, said, ScatterOptions(spans, grooves_by, draws, seed, required_h))
    if as_json:
        typer.echo(json.dumps(answer.to_dict(lang), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_page(answer, lang)))


def _page(answer: "ScatterAnswer", lang: str) -> Iterator[str]:
    """The answer, then its bands, shares, limits and assumptions; at most 78 columns wide."""
    from loadzone.words.columns import TERMINAL_WIDTH, wrap

    yield from wrap(f" ◆ {_verdict(answer).render(lang)}", TERMINAL_WIDTH, "   ")
    for told in _beside(answer):
        yield from wrap(f"   {told.render(lang)}", TERMINAL_WIDTH, "   ")
    yield ""
    yield from _bands(answer, lang)
    yield ""
    yield from _shares(answer, lang)
    yield ""
    for told in _slopes(answer):
        yield from wrap(f"   {told.render(lang)}", TERMINAL_WIDTH, "   ")
    yield ""
    for notice in answer.notices:
        yield from wrap(f" ! {notice.text.render(lang)}", TERMINAL_WIDTH, "   ")
    for told in _assumptions(answer):
        yield from wrap(f"   {told.render(lang)}", TERMINAL_WIDTH, "     ")


def _verdict(answer: "ScatterAnswer") -> Text:
    from loadzone.reports.numbers import fixed

    band = answer.result.life_h
    fields = {"median": fixed(band.median), "low": fixed(band.low), "high": fixed(band.high)}
    if answer.result.life == "lnmr_h":
        return text("Modified reference life {median} h; 90 % of draws from {low} to {high} h", **fields)
    return text("Reference life {median} h; 90 % of draws from {low} to {high} h", **fields)


def _beside(answer: "ScatterAnswer") -> Iterator[Text]:
    from loadzone.reports.numbers import fixed, significant

    result = answer.result
    yield text(
        "{name}: {draws} draws, seed {seed}; all inputs as stated give {life} h; reliability {percent} %",
        name=answer.subject.designation,
        draws=fixed(result.draws),
        seed=answer.options.seed,
        life=fixed(answer.rated_life_h),
        percent=significant(answer.rated.reliability_percent, 4),
    )
    if result.failing is not None:
        yield text(
            "{percent} ± {error} % of the draws fall short of the required {hours} h",
            percent=fixed(100.0 * result.failing.value, 1),
            error=fixed(100.0 * result.failing.standard_error, 1),
            hours=fixed(answer.options.required_h),
        )


def _bands(answer: "ScatterAnswer", lang: str) -> Iterator[str]:
    from loadzone.words.columns import pad

    heads = "".join(pad(head, VALUE_COLUMNS + ERROR_COLUMNS, "right") for head in ("5 %", "50 %", "95 %"))
    yield f"   {pad(text('of the draws below').render(lang), NAME_COLUMNS)}{heads}".rstrip()
    found = answer.result
    rows: tuple[tuple[str, Band | None, int], ...] = (
        ("L_nmr h", found.lnmr_h, 0),
        ("L_10r h", found.l10r_h, 0),
        ("p_max MPa", found.p_max_mpa, 0),
        ("s_op µm", found.clearance_um, 1),
    )
    for name, band, digits in rows:
        if band is not None:
            yield f"   {pad(name, NAME_COLUMNS)}{_values(band, digits)}"


def _values(band: "Band", digits: int) -> str:
    from loadzone.reports.numbers import fixed, significant
    from loadzone.words.columns import pad

    told = ""
    for value, error in zip((band.low, band.median, band.high), band.standard_errors, strict=True):
        told += pad(fixed(value, digits), VALUE_COLUMNS, "right")
        told += pad(f" ±{significant(error, 2)}", ERROR_COLUMNS)
    return told.rstrip()


def _shares(answer: "ScatterAnswer", lang: str) -> Iterator[str]:
    """A bar for each input: how much of the life's scatter it explains alone."""
    from loadzone.reports.numbers import fixed
    from loadzone.words.columns import TERMINAL_WIDTH, pad, wrap

    head = text("What the scatter of ln life comes from, % of its variance, each input alone (first order)")
    yield from wrap(f"   {head.render(lang)}", TERMINAL_WIDTH, "   ")
    for name, share in answer.result.shares.items():
        told = f"{fixed(max(100.0 * share.value, 0.0), 1)} ±{fixed(100.0 * share.standard_error, 1)}"
        bar = "▇" * round(BAR_COLUMNS * min(max(share.value, 0.0), 1.0))
        yield f"   {pad(_name(answer, name).render(lang), NAME_COLUMNS)}{pad(told, 11, 'right')}  {bar}".rstrip()
    whole = 100.0 * sum(each.value for each in answer.result.shares.values())
    foot = text(
        "together {percent} %; what lacks to 100 % is inputs acting together, and error", percent=fixed(whole, 1)
    )
    yield from wrap(f"   {foot.render(lang)}", TERMINAL_WIDTH, "   ")


def _slopes(answer: "ScatterAnswer") -> Iterator[Text]:
    """What a little more of each input does to the life in the middle, from the analytic gradients."""
    from math import isfinite

    from loadzone.reports.numbers import significant

    slopes = answer.slopes.l10r if answer.slopes.lnmr is None else answer.slopes.lnmr
    told = [
        f"{SYMBOLS[name]} {significant(each.elasticity, 2)}"
        for name, each in slopes.items()
        if name in SYMBOLS and isfinite(each.elasticity) and each.elasticity
    ]
    yield text("With all inputs as stated, 1 % more of one changes life by %: {slopes}", slopes=", ".join(told))
    gap = slopes.get("clearance_mm")
    if gap is not None and isfinite(gap.derivative):
        percent = significant(100.0 * gap.derivative / 1000.0, 2)
        yield text("1 µm more clearance changes it by {percent} %", percent=percent)


def _assumptions(answer: "ScatterAnswer") -> Iterator[Text]:
    yield text("Assumed, no source says so; options change it:")
    for name, distribution in answer.result.inputs.items():
        yield _assumption(_name(answer, name), name, distribution)
    yield text(
        "A band is of the rated life over these inputs; how like bearings differ in fatigue is in the reliability"
    )


def _assumption(told: Text, name: "Input", distribution: "Distribution") -> Text:
    from loadzone.design.distributions import Normal, Steps, Uniform
    from loadzone.reports.numbers import significant

    if isinstance(distribution, Steps):
        return text(
            "{name}: as stated in half of the draws, {count} class cleaner or dirtier in a quarter each",
            name=told,
            count=round(max(distribution.values)),
        )
    factor, unit = UNITS.get(name, (1000.0, "µm"))
    reach = (0.0, 0.0) if isinstance(distribution, Normal) else (distribution.low, distribution.high)
    low, high = (significant(factor * each, 4) for each in reach)
    if isinstance(distribution, Uniform):
        return text("{name}: anything from {low} to {high} {unit} alike", name=told, low=low, high=high, unit=unit)
    return text("{name}: {low} to {high} {unit}, normal, six deviations wide", name=told, low=low, high=high, unit=unit)


def _name(answer: "ScatterAnswer", name: "Input") -> Text:
    from loadzone.design.scatter import NAMES

    is_seated = name == "clearance" and "shaft" in answer.result.inputs
    return text("clearance unmounted") if is_seated else NAMES[name]
