"""Operating classes: which readings may be compared with each other, because speed and load were alike."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from loadzone.monitor.watch.kept import Kept
from loadzone.words.texts import Text, text

Unclassed = Literal["standing", "too_many_classes", "outside_bins"]


@dataclass(frozen=True)
class ClassRules:
    """How classes are told apart.

    Where edges are given, a class is a bin between two of them (the upper edge belongs to the next bin). Otherwise the
    classes are learnt: the first reading that is farther than the tolerance from every known centre opens a new class
    and is its centre. ``speed_tolerance`` is relative (bins of 5 to 10 % are usual), ``load_tolerance`` is in the unit
    of the position's load. Below ``least_speed_rpm`` a machine stands.
    """

    speed_tolerance: float = 0.05
    load_tolerance: float = 10.0
    least_speed_rpm: float = 1.0
    most: int = 24
    speed_edges_rpm: tuple[float, ...] = ()
    load_edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class OperatingClasses(Kept):
    """Centres (speed in r/min, load) of the classes so far, in the order in which they were met; None was not told."""

    centres: tuple[tuple[float | None, float | None], ...] = ()

    def name(self, number: int) -> Text:
        """How a class is called."""
        speed, load = self.centres[number]
        if speed is None and load is None:
            return text("any speed and load")
        if load is None:
            return text("{speed_rpm:.0f} r/min", speed_rpm=speed)
        if speed is None:
            return text("load {load:g}", load=load)
        return text("{speed_rpm:.0f} r/min, load {load:g}", speed_rpm=speed, load=load)


def classify(
    classes: OperatingClasses, rules: ClassRules, speed_rpm: float | None, load: float | None
) -> tuple[OperatingClasses, int | Unclassed]:
    """The number of the class that a reading belongs to, or why it belongs to none.

    >>> classes, first = classify(OperatingClasses(), ClassRules(), 1500.0, 40.0)
    >>> classes, again = classify(classes, ClassRules(), 1530.0, 45.0)
    >>> classes, other = classify(classes, ClassRules(), 1500.0, 80.0)
    >>> first, again, other
    (0, 0, 1)
    """
    if speed_rpm is not None and not abs(speed_rpm) >= rules.least_speed_rpm:
        return classes, "standing"
    if rules.speed_edges_rpm or rules.load_edges:
        return _in_bins(classes, rules, speed_rpm, load)
    near = [
        (distance, number)
        for number, centre in enumerate(classes.centres)
        if (distance := _distance(rules, centre, speed_rpm, load)) <= 1.0
    ]
    if near:
        return classes, min(near)[1]
    return _opened(classes, rules, (speed_rpm, load))


def _distance(
    rules: ClassRules, centre: tuple[float | None, float | None], speed_rpm: float | None, load: float | None
) -> float:
    """Distance in tolerances; what was not told is like only to what was not told."""
    speed, its_load = centre
    if (speed is None) != (speed_rpm is None) or (its_load is None) != (load is None):
        return math.inf
    by_speed = 0.0 if speed is None or speed_rpm is None else abs(speed_rpm / speed - 1.0) / rules.speed_tolerance
    by_load = 0.0 if its_load is None or load is None else abs(load - its_load) / rules.load_tolerance
    return max(by_speed, by_load)


def _in_bins(
    classes: OperatingClasses, rules: ClassRules, speed_rpm: float | None, load: float | None
) -> tuple[OperatingClasses, int | Unclassed]:
    speed, is_inside = _middle(rules.speed_edges_rpm, None if speed_rpm is None else abs(speed_rpm))
    its_load, is_inside_too = _middle(rules.load_edges, load)
    if not (is_inside and is_inside_too):
        return classes, "outside_bins"
    centre = (speed, its_load)
    return (classes, classes.centres.index(centre)) if centre in classes.centres else _opened(classes, rules, centre)


def _middle(edges: tuple[float, ...], value: float | None) -> tuple[float | None, bool]:
    """The middle of the bin around a value, and whether there is one; without edges every value is in one bin."""
    if not edges:
        return None, True
    place = 0 if value is None else bisect_right(edges, value)
    if not 0 < place < len(edges):
        return None, False
    return (edges[place - 1] + edges[place]) / 2.0, True


def _opened(
    classes: OperatingClasses, rules: ClassRules, centre: tuple[float | None, float | None]
) -> tuple[OperatingClasses, int | Unclassed]:
    if len(classes.centres) >= rules.most:
        return classes, "too_many_classes"
    return OperatingClasses((*classes.centres, centre)), len(classes.centres)
