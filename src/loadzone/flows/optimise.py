"""The journey of a design study: from an outline to the best inside with its proof, or to a front of two objectives.

The command and the facade ``loadzone.optimise`` come this way.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from loadzone.design.envelope import (
    Outline,
    Rules,
    deep_groove_study,
    dynamic_ratings,
    outline_from_option,
    published_problem,
    static_ratings,
)
from loadzone.design.optimise import Answer, Optimum
from loadzone.design.optimise import optimise as best_of
from loadzone.design.rating import EDITION
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

Objective = Literal["life", "static", "benchmark"]
EQUAL = 1e-9
"""Relative distance of two ratings that count as one."""


@dataclass(frozen=True)
class Study:
    """The best design of an outline with the proof, and the front where one was asked for.

    ``front``: best C for rising least C_0, from the best of life alone to the best of static load alone; one design
    where that is best in both.
    """

    outline: Outline
    objective: Objective
    rules: Rules | None
    found: Answer
    front: tuple[Optimum, ...] = ()

    @property
    def assumed(self) -> Text:
        """What the study supposes."""
        if self.objective == "benchmark":
            return text(
                "conditions of the benchmark from memory, not verified in its paper; the optimum of 160x90x30 was also "
                "found by differential evolution"
            )
        return text("wall, gap, filling arc and grooves are assumptions of the study: replace them by the maker's")

    def to_dict(self, lang: str = "en") -> dict[str, object]:
        """The designs with the names of the JSON interface, the best first."""
        best = self.found.best
        asked: dict[str, object] = {
            "envelope": asdict(self.outline),
            "objective": self.objective,
            "rules": None if self.rules is None else asdict(self.rules),
        }
        return {
            "asked": asked,
            "edition": EDITION,
            "optimum": _design(best, lang),
            "bound": best.bound,
            "rival_bound": self.found.rival_bound,
            "is_proven": self.found.is_proven,
            "relaxed": _design(self.found.relaxed, lang),
            "designs": [_design(each, lang) for each in self.found.by_elements],
            "front": [_design(each, lang) for each in self.front],
            "inner_wall_mm": (best.pitch_mm - best.ball_mm - self.outline.bore_mm) / 2,
            "outer_wall_mm": (self.outline.outer_mm - best.pitch_mm - best.ball_mm) / 2,
            "warnings": [{"code": "assumed_rules", "text": self.assumed.render(lang)}],
            "hash": hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest(),
        }


def optimise(
    envelope: str | Outline,
    objective: Objective = "life",
    *,
    rules: Rules | None = None,
    least_static_n: float | None = None,
    front: int = 0,
) -> Study:
    """Find the best number and size of balls of a deep groove bearing in an outline, with a proven bound.

    Parameters
    ----------
    envelope : "OUTERxBORExWIDTH" in mm, as "160x90x30"
    objective : "life" maximises C, "static" C_0, "benchmark" the published problem
    rules : walls, gaps, grooves and filling arc; `Rules` says what is assumed
    least_static_n : smallest C_0 that a design of greatest C must keep, N
    front : designs on the front of C and C_0, 0 or at least 2

    Raises
    ------
    BadInput : no outline, or a front of one
    OutOfScope : no design keeps all conditions

    >>> round(optimise("160x90x30", "benchmark").found.best.value, 4)
    81859.7416
    """
    outline = outline_from_option(envelope) if isinstance(envelope, str) else envelope
    if front < 0 or front == 1:
        raise BadInput(text("a front of {count} designs: ask for 2 at least, or for none", count=front))
    if objective == "benchmark":
        if front:
            raise BadInput(text("the published problem has one objective: a front needs --objective life"))
        return Study(outline, objective, None, best_of(published_problem(outline)))
    held = rules or Rules()
    if least_static_n is not None:
        held = replace(held, least={**(held.least or {}), "static": least_static_n})
    found = best_of(deep_groove_study(outline, objective, held))
    return Study(outline, objective, held, found, _front(outline, held, front) if front else ())


def _front(outline: Outline, rules: Rules, count: int) -> tuple[Optimum, ...]:
    """Best C under evenly rising floors of C_0; the last has the greatest C_0, often the first too."""
    most = best_of(deep_groove_study(outline, "static", replace(rules, least=None))).best.value
    free = best_of(deep_groove_study(outline, "life", replace(rules, least=None))).best
    if ratings_of(free)[1] > most * (1.0 - EQUAL):
        return (free,)
    floors = np.linspace(ratings_of(free)[1], most, count)[1:]
    held = [
        best_of(deep_groove_study(outline, "life", replace(rules, least={"static": floor * (1.0 - EQUAL)}))).best
        for floor in floors.tolist()
    ]
    return (free, *held)


def ratings_of(design: Optimum) -> tuple[float, float]:
    """C and C_0 of a design with the rules' grooves, N."""
    ball, pitch = np.array(design.ball_mm), np.array(design.pitch_mm)
    dynamic, static = (rated(design.n_elements, ball, pitch) for rated in (dynamic_ratings, static_ratings))
    return float(dynamic), float(static)


def _design(each: Optimum, lang: str) -> dict[str, object]:
    dynamic, static = ratings_of(each)
    is_whole = each.n_elements == int(each.n_elements)
    return {
        "n_elements": int(each.n_elements) if is_whole else each.n_elements,
        "c_n": dynamic,
        "c0_n": static,
        "ball_mm": each.ball_mm,
        "pitch_mm": each.pitch_mm,
        "value": each.value,
        "bound": each.bound,
        "gap": each.gap,
        "active": [name.render(lang) for name in each.active],
        "boxes": each.boxes,
    }
