"""What a demonstration remembers of itself, in ``demo.json`` of its data folder: its span, and how to sign in."""

import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from loadzone.connect.nats_server.configuration import write_private
from loadzone.simulate.fleet import Fleet, roster
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

FILE = "demo.json"
HOUR_S = 3600
DAY_S = 24 * HOUR_S
MAKER, MAKER_NAME = "norring", "Norring Bearing Service"
"""The maker's service desk, to which every customer granted access; an invented name."""
ENGINEER, DESK = "reliability", "desk"
"""Logins of the maker's people."""
MOST_DAYS = 400


@dataclass(frozen=True)
class Plan:
    """The span of a demonstration (whole hours since 1970, s), its size, and the password of its people.

    ``filled_s``: until when its past is written; ``machines``: so many of each site, None for all.
    """

    origin_s: int
    days: float
    password: str
    filled_s: int
    machines: int | None = None

    @property
    def span_s(self) -> float:
        """Length of the history in which the fates of the fleet lie."""
        return self.days * DAY_S

    @cached_property
    def fleet(self) -> Fleet:
        """Who owns what, and the truth."""
        return roster(self.machines)

    def filled_until(self, until_s: int) -> "Plan":
        """The same with a longer past."""
        return replace(self, filled_s=until_s)

    def write(self, folder: Path) -> None:
        """Keep it; the file is its owner's alone, for it holds a password."""
        write_private(folder / FILE, json.dumps(asdict(self), indent=1))


def read_plan(folder: Path) -> Plan | None:
    """The plan of a data folder, None where no demonstration was begun.

    Raises
    ------
    BadInput : the file is not what was written
    """
    path = folder / FILE
    try:
        return Plan(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(
            text("{file} is no plan of a demonstration ({reason}): name another --data", file=str(path), reason=error)
        ) from error


def new_plan(days: float, now_s: float, password: str, machines: int | None = None) -> Plan:
    """A demonstration whose past ends with the last full hour.

    Raises
    ------
    BadInput : fewer than one day, or more than `MOST_DAYS`
    """
    if not 1.0 <= days <= MOST_DAYS:
        raise BadInput(text("a past of {days} days: give 1 to {limit}", days=days, limit=MOST_DAYS))
    until_s = int(now_s // HOUR_S) * HOUR_S
    origin_s = until_s - round(days * 24) * HOUR_S
    return Plan(origin_s, days, password, origin_s, machines)
