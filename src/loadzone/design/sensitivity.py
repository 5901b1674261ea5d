"""What moves a life: one input at a time to either end of its span, everything else as it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from loadzone.design.arrangement import clearance_counts
from loadzone.design.capability import Capability
from loadzone.design.inside import Load
from loadzone.design.lubrication import dirtier
from loadzone.design.rate import Case, Distribution, Inside, Life, life_of, load_distribution
from loadzone.words.errors import LoadzoneError
from loadzone.words.texts import Text, text

LifeField = Literal["lnmr_h", "lnm_h", "l10r_h", "l10_h"]
LIVES: tuple[LifeField, ...] = ("lnmr_h", "lnm_h", "l10r_h", "l10_h")
"""The life that knows most first: clearance moves reference lives alone."""


@dataclass(frozen=True)
class Spans:
    """How far each input is moved to either side: assumptions of ours where nobody knows better, no source's."""

    load_percent: float = 10.0
    cleanliness_classes: int = 1
    temperature_k: float = 8.0
    speed_percent: float = 10.0
    clearance_um: float = 15.0


SPANS = Spans()


@dataclass(frozen=True)
class Mover:
    """One input at both ends of its span: its values in ``unit``, and the life there in hours or None.

    ``low`` is the smaller value of the input, which need not give the shorter life: of the load the factor on all its
    components, of the cleanliness e_C.
    """

    name: Text
    unit: str
    low: float
    high: float
    life_low_h: float | None
    life_high_h: float | None


def tornado(base: Case, spans: Spans = SPANS) -> tuple[Mover, ...]:
    """Life at both ends of the span of load, cleanliness, temperature, speed and clearance.

    Parameters
    ----------
    base : what is rated as it stands
    spans : how far to either side

    Returns
    -------
    The inputs that the life knows, in that order; every life is of the kind that `life_field` names for the base

    Raises
    ------
    LoadzoneError : the base case is refused; an end of a span that is refused has no life
    """
    lives = _Lives()
    life = life_field(lives.of(base))
    return tuple(
        Mover(name, unit, low, high, lives.hours(at_low, life), lives.hours(at_high, life))
        for name, unit, (low, high), (at_low, at_high) in _pairs(base, spans, life, lives)
    )


def life_field(life: Life) -> LifeField:
    """The field of `Life` that knows most and is defined; the basic life where nothing is."""
    return next((name for name in LIVES if getattr(life, name) is not None), LIVES[-1])


def scaled(load: Load, factor: float) -> Load:
    """The load with all its components times a factor."""
    return Load(*(factor * each for each in (load.fx_n, load.fy_n, load.fz_n, load.mx_nmm, load.my_nmm)))


Pair = tuple[Text, str, tuple[float, float], tuple[Case, Case]]


class _Lives:
    """Lives of cases; one load distribution serves all that differ in their conditions alone."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[Inside, Load], tuple[Capability, Distribution]] = {}

    def of(self, case: Case) -> Life:
        """All lives of a case; refused as `loadzone.design.rate.rate` refuses."""
        key = (case.inside, case.load)
        if key not in self._loaded:
            self._loaded[key] = _loaded(case)
        return life_of(case, *self._loaded[key])

    def hours(self, case: Case, life: LifeField) -> float | None:
        """One life in hours, None where the case is refused."""
        try:
            found: float | None = getattr(self.of(case), life)
        except LoadzoneError:
            return None
        return found


def _loaded(case: Case) -> tuple[Capability, Distribution]:
    bearing = case.capability()
    spread = load_distribution(case.inside, case.load, bearing, case.mode, case.layout, is_held=case.is_held)
    return bearing, spread


def _pairs(base: Case, spans: Spans, life: LifeField, lives: _Lives) -> Iterator[Pair]:
    """Each input with its name, unit, both values and both cases."""
    inside, conditions = base.inside, base.conditions
    low, high = 1.0 - spans.load_percent / 100.0, 1.0 + spans.load_percent / 100.0
    cases = (replace(base, load=scaled(base.load, low)), replace(base, load=scaled(base.load, high)))
    yield text("load ±{share:g} %", share=spans.load_percent), "", (low, high), cases
    if life in {"lnmr_h", "lnm_h"} and conditions.cleanliness is not None:
        dirty, clean = (
            replace(base, conditions=replace(conditions, cleanliness=dirtier(conditions.cleanliness, classes)))
            for classes in (spans.cleanliness_classes, -spans.cleanliness_classes)
        )
        name = text("cleanliness ±{count} class", count=spans.cleanliness_classes)
        yield name, "", (lives.of(dirty).e_c or 0.0, lives.of(clean).e_c or 0.0), (dirty, clean)
        cold, warm = (conditions.temperature_used_degc + sign * spans.temperature_k for sign in (-1.0, 1.0))
        at_cold, at_warm = (
            replace(base, conditions=replace(conditions, temperature_degc=degc)) for degc in (cold, warm)
        )
        yield text("temperature ±{kelvin:g} K", kelvin=spans.temperature_k), "°C", (cold, warm), (at_cold, at_warm)
    slow, fast = (conditions.speed_rpm * (1.0 + sign * spans.speed_percent / 100.0) for sign in (-1.0, 1.0))
    at_slow, at_fast = (replace(base, conditions=replace(conditions, speed_rpm=rpm)) for rpm in (slow, fast))
    yield text("speed ±{share:g} %", share=spans.speed_percent), "r/min", (slow, fast), (at_slow, at_fast)
    if life in {"lnmr_h", "l10r_h"} and clearance_counts(inside, base.type_key):
        tight, loose = (1000.0 * inside.clearance_mm + sign * spans.clearance_um for sign in (-1.0, 1.0))
        at_tight, at_loose = (replace(base, inside=replace(inside, clearance_mm=um / 1000.0)) for um in (tight, loose))
        yield text("clearance ±{um:g} µm", um=spans.clearance_um), "µm", (tight, loose), (at_tight, at_loose)
