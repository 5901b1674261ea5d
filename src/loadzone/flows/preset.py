"""The journey of a product family: from the answers to its open questions to a rating, a mission, a ring, a gear.

What is known with a source answers for itself; the example's inputs are used only where the example is asked for.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from loadzone.bearings.geometry import geometry_from_option
from loadzone.design.duties import (
    axle_speed_rpm,
    distance_turns_mrev,
    life_km,
    rotor_radius_m,
    rotor_speed_rpm,
    strain_wave_life,
)
from loadzone.design.envelope import outline_from_option
from loadzone.design.formulas import step
from loadzone.design.infer import Inference, infer
from loadzone.design.inside import BallInside, Load
from loadzone.design.life import critical_arc_deg, oscillation_ratio
from loadzone.design.presets import FOLDER, ROOM, Preset, Value
from loadzone.design.slewing import ThreeRow, equivalent_axial_load, four_point, three_row_loads
from loadzone.design.step import Notice, Step
from loadzone.flows.history import HistoryAnswer, rate_history
from loadzone.flows.rate import RateAnswer, RateOptions, grooves_from_option, rate_bearing
from loadzone.reports.numbers import fixed, significant
from loadzone.words.errors import BadInput, MissingInput
from loadzone.words.texts import Text, text

RATED = ("geometry", "grooves", "length", "clearance", "fit", "cu", "c", "c0", "moment", "reliability")
"""What a rating takes beside the questions of a family."""
OPTIONS = {
    "fr": "radial_n",
    "fa": "axial_n",
    "moment": "moment_nmm",
    "oil": "oil",
    "temperature": "temperature_degc",
    "cleanliness": "cleanliness",
    "reliability": "reliability_percent",
    "clearance": "clearance_um",
    "length": "length_mm",
    "fit": "fit",
    "c": "c_n",
    "c0": "c0_n",
    "cu": "cu_n",
}
"""Answers that a rating takes as they are."""


@dataclass(frozen=True)
class FamilyResult:
    """What a family's own formulas give, step by step; ``l10_h`` where that is a life."""

    steps: tuple[Step, ...]
    notices: tuple[Notice, ...] = ()
    l10_h: float | None = None

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """Steps and warnings with the names of the JSON of a rating."""
        return {
            "steps": [asdict(each) for each in self.steps],
            "warnings": [{"code": each.code, "text": each.text.render(lang)} for each in self.notices],
        }


Result = RateAnswer | HistoryAnswer | Inference | FamilyResult


@dataclass(frozen=True)
class PresetAnswer:
    """A family's result with the answers that it rests on; ``steps`` is what was derived from them or from the life.

    ``verdict`` sets the basic life beside what is asked, where a life and a number are known.
    """

    preset: Preset
    answers: Mapping[str, Value]
    is_example: bool
    steps: tuple[Step, ...]
    result: Result
    verdict: Text | None

    @property
    def is_rated(self) -> bool:
        """False where ISO 281 gives no life for the load."""
        return not isinstance(self.result, RateAnswer | HistoryAnswer) or basic_life_h(self.result) is not None

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The JSON of ``loadzone preset NAME``: beside the result of the journey what led there."""
        result = asdict(self.result) if isinstance(self.result, Inference) else self.result.to_dict(lang)
        if isinstance(self.result, Inference):
            result["notices"] = [{"code": each.code, "text": each.text.render(lang)} for each in self.result.notices]
        return {
            "preset": self.preset.key,
            "is_example": self.is_example,
            "answers": dict(self.answers),
            "derived": [asdict(each) for each in self.steps],
            "verdict": None if self.verdict is None else self.verdict.render(lang),
            "result": result,
        }


def answer(family: Preset, given: Mapping[str, Value], *, is_example: bool = False) -> PresetAnswer:
    """What the family's journey makes of the answers.

    Parameters
    ----------
    given : by the name of the question; it stands above the family's known numbers and the example's

    Raises
    ------
    MissingInput : questions are open
    BadInput : an answer that this family does not ask for, or a value that is not possible
    UnknownBearing, OutOfScope, UnreadableFile : as the journeys
    """
    asked = [each.name for each in family.questions]
    welcome = {*asked, *RATED} if family.journey == "rate" else set(asked)
    strange = [name for name in given if name not in welcome]
    if strange:
        raise BadInput(text("preset {key} takes no {option}", key=family.key, option=option(strange[0])))
    said = {**family.defaults, **(family.example.answers if is_example else {}), **given}
    left = [each.name for each in family.questions if not each.is_optional and each.name not in said]
    if left:
        raise MissingInput(
            text(
                "preset {key} needs {options}: loadzone preset {key} says what they mean, --example shows one case",
                key=family.key,
                options=", ".join(map(option, left)),
            )
        )
    derived = _derived(family, said)
    speeds = [each.value for each in derived if each.unit == "r/min"]
    result = _journey(family, {**said, "speed": speeds[0]} if speeds else said, has_own_file="history" not in given)
    return PresetAnswer(
        family,
        said,
        is_example,
        (*derived, *_life_as_distance(said, result)),
        result,
        _verdict(family, said, result),
    )


def option(name: str) -> str:
    """A question's option as a person types it.

    >>> option("rated_torque")
    '--rated-torque'
    """
    return "--" + name.replace("_", "-")


def basic_life_h(result: Result) -> float | None:
    """The basic life of a result in hours, where it has one."""
    if isinstance(result, RateAnswer):
        return result.result.life.l10_h
    return None if isinstance(result, Inference) else result.l10_h


def _journey(family: Preset, said: Mapping[str, Value], *, has_own_file: bool) -> Result:
    if family.journey == "rate":
        return rate_bearing(str(said["bearing"]), _rate_options(family, said))
    if family.journey == "history":
        return _mission(family, said, has_own_file=has_own_file)
    if family.journey == "infer":
        return infer(_number(said, "c"), _number(said, "c0"), outline_from_option(str(said["envelope"])))
    return {"four_point": _ring, "three_row": _three_row, "strain_wave": _gear}[family.journey](said)


def _rate_options(family: Preset, said: Mapping[str, Value]) -> RateOptions:
    fields: dict[str, Any] = {field: said[name] for name, field in OPTIONS.items() if name in said}
    geometry = said.get("geometry")
    grooves = said.get("grooves")
    return RateOptions(
        speed_rpm=_number(said, "speed"),
        geometry=geometry_from_option(str(geometry)) if geometry else None,
        type_key=family.type if geometry else None,
        grooves=grooves_from_option(str(grooves)) if grooves else None,
        **fields,
    )


def _mission(family: Preset, said: Mapping[str, Value], *, has_own_file: bool) -> HistoryAnswer:
    """The example's mission lies beside the family's data; a user's is where the user says."""
    place = str(said["history"])
    shipped = files(ROOM) / "data" / FOLDER / place
    with as_file(shipped) if has_own_file else nullcontext(Path(place)) as path:
        return rate_history(str(said["bearing"]), path, _rate_options(family, said))


def _ring(said: Mapping[str, Value]) -> FamilyResult:
    """A four-point slewing ring: ball loads and pressure by least energy, DG03's load and what swinging does to C."""
    geometry = geometry_from_option(str(said["geometry"]))
    inner, outer = grooves_from_option(str(said["grooves"]))
    inside = BallInside(
        geometry.n_elements,
        geometry.element_diameter_mm,
        geometry.pitch_diameter_mm,
        geometry.contact_angle_deg,
        inner,
        outer,
    )
    load = _load(said)
    found = four_point(inside, load)
    critical = critical_arc_deg(inside.n_elements, inside.gamma)
    ratio = float(oscillation_ratio(_positive(said, "swing"), inside.n_elements, "ball", critical))
    key = "oscillation_ball" if _number(said, "swing") < critical else "oscillation_wide"
    p_n = equivalent_axial_load(load, inside.pitch_diameter_mm)
    steps = (*found.steps(), step("p_max", found.equilibrium.p_max_mpa), step("slewing_equivalent", p_n))
    return FamilyResult((*steps, step(key, ratio), *_swinging_life(said, ratio, p_n)), found.notices)


def _swinging_life(said: Mapping[str, Value], ratio: float, p_n: float) -> tuple[Step, ...]:
    """Millions of oscillations by DG03, where the maker's C is known."""
    if "c" not in said:
        return ()
    return (step("oscillation_life", (_positive(said, "c") * ratio / p_n) ** 3),)


def _three_row(said: Mapping[str, Value]) -> FamilyResult:
    bearing = ThreeRow(
        int(_positive(said, "axial_rollers")), _positive(said, "axial_pitch"), int(_positive(said, "radial_rollers"))
    )
    axial_n, radial_n = three_row_loads(bearing, _load(said))
    return FamilyResult((step("three_row_axial", axial_n), step("three_row_radial", radial_n)))


def _gear(said: Mapping[str, Value]) -> FamilyResult:
    names = ("life_constant", "rated_speed", "speed", "rated_torque", "torque")
    life = strain_wave_life(*(_number(said, name) for name in names))
    steps = (step("strain_wave_l50", life.l50_h), step("strain_wave_l10", life.l10_h))
    return FamilyResult(steps, l10_h=life.l10_h)


def _load(said: Mapping[str, Value]) -> Load:
    return Load(fx_n=_number(said, "fr"), fz_n=_number(said, "fa"), my_nmm=-_number(said, "moment"))


def _derived(family: Preset, said: Mapping[str, Value]) -> tuple[Step, ...]:
    """Speed, turns and radius from what the user of the machine knows."""
    if family.derived == "axle":
        wheel_m = _number(said, "wheel")
        speed = step("axle_speed", axle_speed_rpm(_number(said, "train"), wheel_m))
        if "distance" not in said:
            return (speed,)
        return speed, step("distance_turns", distance_turns_mrev(_number(said, "distance"), wheel_m))
    if family.derived == "rotor":
        seconds = _number(said, "revolution")
        speed = step("rotor_speed", rotor_speed_rpm(seconds))
        if "acceleration" not in said:
            return (speed,)
        return speed, step("rotor_radius", rotor_radius_m(_number(said, "acceleration"), seconds))
    return ()


def _life_as_distance(said: Mapping[str, Value], result: Result) -> tuple[Step, ...]:
    if "wheel" not in said or not isinstance(result, RateAnswer) or result.result.life.l10_mrev is None:
        return ()
    return (step("life_km", life_km(result.result.life.l10_mrev, _number(said, "wheel"))),)


def _verdict(family: Preset, said: Mapping[str, Value], result: Result) -> Text | None:
    """The basic life beside the hours or kilometres that are asked."""
    distance = _life_as_distance(said, result)
    if distance and "distance" in said:
        return _beside(distance[0].value, _number(said, "distance"), "km")
    hours = basic_life_h(result)
    if hours is None or family.target.hours is None:
        return None
    return _beside(hours, family.target.hours, "h")


def _beside(life: float, asked: float, unit: str) -> Text:
    return text(
        "basic life {life} {unit}: {ratio} times the {asked} {unit} that are asked",
        life=fixed(life),
        unit=unit,
        ratio=significant(life / asked, 2),
        asked=fixed(asked),
    )


def _number(said: Mapping[str, Value], name: str) -> float:
    return float(said[name])


def _positive(said: Mapping[str, Value], name: str) -> float:
    value = _number(said, name)
    if not value > 0.0:
        raise BadInput(text("{name} {value:g}: give a positive number", name=option(name), value=value))
    return value
