"""From a catalogue's C and C_0 to the inside: every number and size of balls that explains both, not one guess.

Groove radii are never inferred: makers derate and uprate, so that ratings say nothing reliable about them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from loadzone.design.envelope import Outline, dynamic_ratings, static_ratings
from loadzone.design.step import Notice
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

Array = npt.NDArray[np.float64]
Matched = Literal["both", "dynamic", "static"]
INCH_MM = 25.4
PITCHES = 61
MOST_ELEMENTS = 60


@dataclass(frozen=True)
class Search:
    """How far a solution may be off, and what is held possible.

    ``dynamic``, ``static``: relative distance of C and C_0; ``pitch``: of D_pw from (d + D)/2; ``filling_deg``: arc of
    the balls in a bearing without filling slot (not asked of angular contact bearings); ``pitch_mm``: D_pw where known.
    """

    dynamic: float = 0.01
    static: float = 0.025
    pitch: float = 0.03
    filling_deg: float = 195.0
    pitch_mm: float | None = None


@dataclass(frozen=True)
class Solution:
    """An inside that explains the ratings; ``pitch_range_mm`` holds every D_pw that does, ``pitch_mm`` the best.

    ``ball_name`` is the fraction of an inch or the size in mm. Ratings are those of the closed forms, N.
    """

    n_elements: int
    ball_mm: float
    ball_name: str
    pitch_mm: float
    pitch_range_mm: tuple[float, float]
    dynamic_n: float
    static_n: float
    filling_deg: float
    matched: Matched
    distance: float


@dataclass(frozen=True)
class Inference:
    """All solutions, the nearest first; empty where not even one rating is explained.

    ``explains_both`` is False where one of the ratings had to be let go; each solution says which it explains.
    """

    solutions: tuple[Solution, ...]
    explains_both: bool
    notices: tuple[Notice, ...]
    assumptions: dict[str, float]


def infer(
    dynamic_n: float,
    static_n: float,
    outline: Outline,
    contact_angle_deg: float = 0.0,
    search: Search | None = None,
) -> Inference:
    """Every Z, D_w and D_pw of one row of balls that explains C and C_0.

    Where nothing explains both, one rating is let go (the maker raised or lowered it) and the result says which.

    Parameters
    ----------
    dynamic_n, static_n : C and C_0 of the catalogue, N
    contact_angle_deg : nominal angle, 0 for deep groove bearings

    Raises
    ------
    BadInput : a rating is not positive

    Source: ISO 281:2007 and ISO 76:2006 by closed form; sizes of balls: 1/64 inch and 0.5 mm; design reference 2.8.
    """
    for name, value in (("C", dynamic_n), ("C_0", static_n)):
        if not value > 0:
            raise BadInput(text("{name} = {value:g} N: give a positive rating in newton", name=name, value=value))
    search = search or Search()
    grid = _Grid(outline, contact_angle_deg, search)
    both = grid.solutions(dynamic_n, static_n, "both")
    alone = [] if both else [*grid.solutions(dynamic_n, static_n, "dynamic")]
    alone += [] if both else grid.solutions(dynamic_n, static_n, "static")
    found = both or tuple(sorted(alone, key=lambda each: each.distance))
    assumptions = {"groove_inner": 0.52, "groove_outer": 0.53}
    return Inference(found, bool(both), _notices(found, bool(both)), assumptions)


def ball_sizes(least_mm: float, greatest_mm: float) -> tuple[tuple[float, str], ...]:
    """Sizes that balls are made in, with their names: 1/64 inch steps and 0.5 mm steps.

    >>> ball_sizes(7.9, 8.1)
    ((7.938, '5/16 in'), (8.0, '8 mm'))
    """
    inches = [(round(k * INCH_MM / 64, 3), _fraction(k)) for k in range(1, int(64 * greatest_mm / INCH_MM) + 2)]
    metric = [(0.5 * k, f"{0.5 * k:g} mm") for k in range(1, int(2 * greatest_mm) + 2)]
    return tuple(sorted(size for size in (*inches, *metric) if least_mm <= size[0] <= greatest_mm))


class _Grid:
    """Ratings of every number, size and pitch that fit into an outline."""

    def __init__(self, outline: Outline, angle_deg: float, search: Search) -> None:
        span = (outline.outer_mm - outline.bore_mm) / 2
        self.search, self.sizes = search, ball_sizes(0.15 * span, min(0.85 * span, outline.width_mm))
        middle = search.pitch_mm or (outline.bore_mm + outline.outer_mm) / 2
        width = 0.0 if search.pitch_mm else search.pitch
        pitch = middle * (1 + np.linspace(-width, width, PITCHES if width else 1))
        ball, counts = np.array([size for size, _ in self.sizes]), np.arange(4, MOST_ELEMENTS + 1)
        self.z, self.ball, self.pitch = (each.astype(float) for each in np.ix_(counts, ball, pitch))
        self.nearness = np.abs(self.pitch / middle - 1)
        self.dynamic = dynamic_ratings(self.z, self.ball, self.pitch, angle_deg)
        self.static = static_ratings(self.z, self.ball, self.pitch, angle_deg)
        half = np.arcsin(np.minimum(self.ball / self.pitch, 1.0))
        self.filling_deg = np.degrees((self.z - 1) * 2 * half)
        within = (self.pitch - self.ball > outline.bore_mm) & (self.pitch + self.ball < outline.outer_mm)
        limit = search.filling_deg if angle_deg == 0 else 360.0
        self.possible = within & (self.filling_deg <= limit) & (self.z * half < np.pi)

    def solutions(self, dynamic_n: float, static_n: float, matched: Matched) -> tuple[Solution, ...]:
        off = np.abs(self.dynamic / dynamic_n - 1) / self.search.dynamic
        off_static = np.abs(self.static / static_n - 1) / self.search.static
        counted = {"both": (off, off_static), "dynamic": (off,), "static": (off_static,)}[matched]
        explained = self.possible & np.logical_and.reduce([each < 1 for each in counted])
        distance = np.hypot(np.hypot(off, off_static), self.nearness / 0.03)
        found = []
        for z, ball in np.argwhere(explained.any(axis=2)):
            pitches = np.flatnonzero(explained[z, ball])
            best = int(pitches[np.argmin(distance[z, ball, pitches])])
            found.append(self._solution((int(z), int(ball), best), pitches, matched, float(distance[z, ball, best])))
        return tuple(sorted(found, key=lambda each: each.distance))

    def _solution(
        self, place: tuple[int, int, int], pitches: npt.NDArray[np.intp], matched: Matched, distance: float
    ) -> Solution:
        z, ball, pitch = place
        size, name = self.sizes[ball]
        all_pitches = self.pitch[0, 0]
        return Solution(
            n_elements=int(self.z[z, 0, 0]),
            ball_mm=size,
            ball_name=name,
            pitch_mm=float(all_pitches[pitch]),
            pitch_range_mm=(float(all_pitches[pitches[0]]), float(all_pitches[pitches[-1]])),
            dynamic_n=float(self.dynamic[place]),
            static_n=float(self.static[place]),
            filling_deg=float(self.filling_deg[place]),
            matched=matched,
            distance=distance,
        )


def _fraction(sixty_fourths: int) -> str:
    whole, rest = divmod(sixty_fourths, 64)
    divisor = int(np.gcd(rest, 64))
    part = f"{rest // divisor}/{64 // divisor}" if rest else ""
    return f"{whole} {part} in".replace("  ", " ") if whole else f"{part} in"


def _notices(found: tuple[Solution, ...], explains_both: bool) -> tuple[Notice, ...]:
    grooves = text("groove radii are assumed (0.52 and 0.53 D_w), not inferred: makers derate and uprate ratings")
    notices = [Notice("grooves_assumed", grooves)]
    if not found:
        nothing = text("no inside explains even one of the two ratings: check C, C_0 and the envelope")
        notices.append(Notice("no_solution", nothing))
    elif not explains_both:
        relaxed = text(
            "no inside explains both ratings; each of these explains one alone: the maker may have raised or lowered "
            "the other"
        )
        notices.append(Notice("one_rating_relaxed", relaxed))
    if len({solution.n_elements for solution in found}) > 1:
        several = text(
            "{count} solutions: a drawing, a mass or a measured frequency decides between them", count=len(found)
        )
        notices.append(Notice("several_solutions", several))
    return tuple(notices)
