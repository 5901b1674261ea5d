"""How a position stands now, in one word: from its open alarms, the status of its latest values, and its silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from loadzone.monitor.watch.alarms import AlarmState
from loadzone.monitor.watch.reading import SECOND_US
from loadzone.monitor.watch.settings import WatchSettings
from loadzone.words.texts import Text, text

Standing = Literal["danger", "alert", "not seen", "no data", "good"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""The worst first. Who is not seen is not well: it stands before those that are."""
STANDING_WORDS: dict[Standing, Text] = {
    "danger": text("danger"),
    "alert": text("alert"),
    "not seen": text("not seen"),
    "no data": text("no data"),
    "good": text("good"),
}
HIDDEN: tuple[AlarmState, ...] = ("shelved", "suppressed by design", "out of service")
"""A person or the plant's design has taken these from sight: they count apart and move no standing."""
_DEVICE = "device-"


@dataclass(frozen=True)
class OpenAlarm:
    """What counts of an alarm that has not ended."""

    cause: str
    priority: str
    state: str


def standing(
    alarms: Iterable[OpenAlarm],
    statuses: Iterable[str],
    *,
    heard_us: int | None,
    now_us: int,
    interval_s: float | None = None,
) -> Standing:
    """How a position stands.

    Parameters
    ----------
    alarms : all that are open
    statuses : of its latest values: good, doubtful, sensor fault, alert, danger
    heard_us : time of its newest value, None where nothing ever came
    interval_s : between readings, where it is stated; only then silence can be told

    >>> standing([OpenAlarm("bearing-outer", "medium", "acknowledged")], ["good"], heard_us=1, now_us=2)
    'alert'
    >>> standing([OpenAlarm("limit-danger-rms", "high", "shelved")], ["good"], heard_us=1, now_us=2)
    'good'
    """
    seen = [each for each in alarms if each.state not in HIDDEN]
    told = set(statuses)
    of_machine = [each for each in seen if not each.cause.startswith(_DEVICE)]
    # one that has returned is over: a person has yet to look at it
    if "danger" in told or any(
        each.priority == "high" and each.state != "returned unacknowledged" for each in of_machine
    ):
        return "danger"
    if "alert" in told or of_machine:
        return "alert"
    if heard_us is None:
        return "no data"
    return "not seen" if seen or "sensor fault" in told or _is_silent(heard_us, now_us, interval_s) else "good"


def _is_silent(heard_us: int, now_us: int, interval_s: float | None) -> bool:
    """As the watch notices it, but without waiting for the next reading."""
    return interval_s is not None and (now_us - heard_us) / SECOND_US > WatchSettings.silent_intervals * interval_s
