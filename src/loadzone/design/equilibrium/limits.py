"""What an equilibrium must say whatever its elements are: that it was not found, that the contacts leave dents."""

from collections.abc import Iterator

from loadzone.design.equilibrium.newton import Minimum
from loadzone.design.step import Notice
from loadzone.words.texts import text

STATIC_LIMITS_MPA = {"ball": 4200.0, "roller": 4000.0}
"""Pressures at which C_0 of ISO 76 is defined."""


def search_limits(minimum: Minimum, p_max_mpa: float, element: str) -> Iterator[Notice]:
    """Limits of a search that has ended, for "ball" or "roller"."""
    if not minimum.converged:
        yield Notice(
            "not_converged",
            text(
                "equilibrium: residual {residual_n:.3g} N after {count} iterations; the load may be far beyond what "
                "the bearing carries",
                residual_n=minimum.residual_n,
                count=minimum.iterations,
            ),
        )
    limit_mpa = STATIC_LIMITS_MPA[element]
    if p_max_mpa > limit_mpa:
        yield Notice(
            "static_pressure",
            text(
                "pressure {p_mpa:.0f} MPa: above {limit_mpa:.0f} MPa {elements} leave permanent dents (ISO 76); lower "
                "the load or take a larger bearing",
                p_mpa=p_max_mpa,
                limit_mpa=limit_mpa,
                elements=text("balls") if element == "ball" else text("rollers"),
            ),
        )
