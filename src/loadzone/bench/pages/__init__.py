"""How fast the pages are: alone in a real browser, and for twenty viewers at once, over a fleet of 1,000 positions."""

from loadzone.bench.pages.measured import run

__all__ = ["run"]
