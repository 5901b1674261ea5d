"""How a position stands now: one health state from its open alarms, its advice, its last verdict and its last word.

The order is that of the design language: damage that is confirmed before levels, the machine before the sensor, «can't
tell» before silence. What is hidden from people (shelved, suppressed, out of service) does not count.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from loadzone.monitor.diagnosis import State
from loadzone.monitor.watch.alarms import AlarmState, Priority
from loadzone.monitor.watch.silence import SILENT_US, is_silent

Health = State | Literal["none"]
"""Health states of the design language; ``none``: nothing was heard."""
HEALTHS: tuple[Health, ...] = ("act", "plan", "watch", "cant", "none", "good", "sensor")
"""Worst first."""
BANDS: dict[Health, tuple[float, float]] = {"act": (0.8, 1.0), "plan": (0.4, 0.8), "watch": (0.2, 0.4)}
"""Severity of each urgent state, from and to; the thresholds of the fleet's load zone."""
HIDDEN: tuple[AlarmState, ...] = ("shelved", "suppressed by design", "out of service")
"""A person or the plant's design has taken these from sight: they count apart and move no state."""
_GONE: tuple[AlarmState, ...] = ("returned unacknowledged", "latched unacknowledged", "latched acknowledged")


@dataclass(frozen=True)
class Sign:
    """Something that speaks of the position's state: an open alarm, advice, a verdict, the status of a value.

    ``excess``: value over limit where there is one (1 is the limit); ``p_value`` where a diagnosis gave one.
    """

    state: Health
    since_us: int
    cause: str = ""
    source: str = ""
    excess: float | None = None
    p_value: float | None = None


@dataclass(frozen=True)
class Standing:
    """State of a position, since when, the sign that decides it, and how urgent it is: 0 to 1."""

    state: Health
    since_us: int | None
    severity: float
    sign: Sign | None = None
    heard_us: int | None = None


def standing(signs: Sequence[Sign], heard_us: int | None, now_us: int, silent_us: int = SILENT_US) -> Standing:
    """The state that the signs and the last word add up to.

    Parameters
    ----------
    signs : of what is open now
    heard_us : when something came from the position last; None: never
    now_us : the time
    silent_us : after so long without a word a position that shows nothing urgent is not watched

    >>> standing([Sign("watch", 5), Sign("plan", 7)], 9, 10).state
    'plan'
    >>> standing([], None, 10).state, standing([], 9, 10).state
    ('none', 'good')
    """
    unheard = (Sign("none", heard_us or now_us),) if is_silent(heard_us, now_us, silent_us) else ()
    all_signs = [*signs, *unheard]
    if not all_signs:
        return Standing("good", None, 0.0, None, heard_us)
    deciding = min(all_signs, key=lambda sign: (_rank(sign.state), -severity(sign), sign.since_us))
    if deciding.state == "good":
        return Standing("good", None, 0.0, None, heard_us)
    since_us = min(sign.since_us for sign in all_signs if sign.state == deciding.state)
    return Standing(deciding.state, since_us, severity(deciding), deciding, heard_us)


def state_of_alarm(cause: str, state: AlarmState, priority: Priority | str) -> Health | None:
    """What an open alarm says of the position; None where it is hidden from people.

    A zone or a limit of danger asks for action; damage that a diagnosis confirmed, while it is there, for a plan; the
    rest for a look, and so does everything whose cause has gone and that nobody has answered.

    >>> state_of_alarm("zone-danger", "unacknowledged", "high"), state_of_alarm("device-cable", "acknowledged", "low")
    ('act', 'sensor')
    """
    if state in HIDDEN or state == "normal":
        return None
    if cause.startswith("device-"):
        if state in _GONE:  # it measures again: what is left to answer says nothing of the position
            return None
        return "none" if cause.startswith("device-silent") else "sensor"
    if state in _GONE:
        return "watch"
    if priority == "high":
        return "act"
    return "plan" if cause.startswith("bearing-") else "watch"


def state_of_verdict(verdict: str) -> Health | None:
    """What the last full diagnosis says by itself; what it confirms has an alarm or advice of its own."""
    return {"suspected": "watch", "unexplained": "watch", "undetermined": "cant"}.get(verdict)  # type: ignore[return-value]  # words of the type


def state_of_status(status: str) -> Health | None:
    """What the status of a newest value says: a limit that is passed now, or a chain that does not measure."""
    return {"danger": "act", "alert": "watch", "sensor fault": "sensor"}.get(status)  # type: ignore[return-value]  # as above


def severity(sign: Sign) -> float:
    """Place within the band of its state: half way where no number tells, further the larger excess or evidence are."""
    low, high = BANDS.get(sign.state, (0.0, 0.2))
    if sign.state not in BANDS:
        return 0.0
    weight = 0.5
    if sign.p_value is not None and sign.p_value > 0.0:
        weight = min(1.0, -math.log10(sign.p_value) / 12.0)
    elif sign.excess is not None and sign.excess > 0.0:
        weight = min(1.0, max(0.0, sign.excess - 1.0))
    return low + (high - low) * weight


def _rank(state: Health) -> int:
    return HEALTHS.index(state)
