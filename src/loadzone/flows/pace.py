"""How often somebody may knock: a bucket of tries an address, which fills again with time."""

import math
import threading
from collections import OrderedDict

from loadzone.words.errors import TooOften
from loadzone.words.texts import text

MOST_NAMES = 20_000
"""Addresses that are remembered; the one that was not heard of for longest is forgotten first."""


class Pace:
    """``burst`` tries at once, and then one each ``every_s`` seconds, for each name (an address, a login)."""

    def __init__(self, burst: int, every_s: float) -> None:
        self._burst = burst
        self._every_us = every_s * 1e6
        self._full_at_us: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, at_us: int) -> None:
        """Take a try.

        Raises
        ------
        TooOften : none is left; the error's field ``wait_s`` says when there is one again
        """
        with self._lock:
            self._full_at_us[name] = self._next(name, at_us)
            self._full_at_us.move_to_end(name)
            if len(self._full_at_us) > MOST_NAMES:
                self._full_at_us.popitem(last=False)

    def check(self, name: str, at_us: int) -> None:
        """The same without taking one."""
        with self._lock:
            self._next(name, at_us)

    def _next(self, name: str, at_us: int) -> float:
        """When the bucket is full again after one more try."""
        full_at_us = max(self._full_at_us.get(name, 0.0), float(at_us)) + self._every_us
        wait_us = full_at_us - at_us - self._burst * self._every_us
        if wait_us > 0:
            raise TooOften(
                text("too many tries from here: wait {wait_s} s and try again", wait_s=math.ceil(wait_us / 1e6))
            )
        return full_at_us
