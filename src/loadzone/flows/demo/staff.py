"""What people would have done on the mornings of the past: look at alarms, exchange bearings, say what was found.

They know of alarms and advice what the platform says. What they find on a bearing is the fleet's truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from loadzone.flows import alarms_desk as desk
from loadzone.flows.assets import enter_asset, mount, remove
from loadzone.flows.audit import Act
from loadzone.flows.demo.furnish import serial, unit_of
from loadzone.flows.demo.plan import DAY_S, MAKER, Plan
from loadzone.flows.platform import Platform, Work
from loadzone.simulate.fleet import FleetPosition
from loadzone.store.catalog.advice import advice as all_advice
from loadzone.store.catalog.advice import advice_table
from loadzone.store.catalog.alarms import alarms as all_alarms
from loadzone.store.catalog.alarms import alarms_table
from loadzone.store.catalog.users import users, users_table
from loadzone.words.errors import LoadzoneError

MINUTE_US = 60_000_000
DAY_US = DAY_S * 1_000_000
CHECKED_AFTER_US = 4 * DAY_US
"""An advice about a sound bearing is checked, and found wrong, so long after it was given."""
FOUND = {
    "outer": "subsurface initiated fatigue",
    "inner": "subsurface initiated fatigue",
    "ball": "surface initiated fatigue",
    "electric_erosion": "excessive current erosion",
}
"""Mode of ISO 15243:2017 that is found on the bearing that was taken out."""
NOTES = {
    "en": ("spall seen on the bearing that was taken out", "opened and looked at: the bearing is sound"),
    "zh": ("拆下的轴承上可见剥落", "开盖检查：轴承完好"),
}
REASONS = {
    "en": ("exchange is planned for tomorrow", "the cable is replaced in the next stop", "fatigue damage"),
    "zh": ("计划明天更换轴承", "下次停机更换电缆", "疲劳损伤"),
}


@dataclass
class Staff:
    """The people of one part of the fleet; ``places`` are its positions by organisation and identifier."""

    platform: Platform
    plan: Plan
    places: Mapping[tuple[str, str], FleetPosition]
    exchanged: set[tuple[str, str]] = field(default_factory=set)
    _who: dict[str, str] = field(default_factory=dict)

    def morning(self, at_s: int) -> None:
        """What is done at that time about everything that happened until then."""
        at_us = at_s * 1_000_000 + 10 * MINUTE_US
        organisations = {organisation for organisation, _ in self.places}
        if self._is_quiet(organisations, at_s):
            return
        self.platform.catalog.write(organisations | {MAKER}, lambda work: self._round(work, at_us))

    def _is_quiet(self, organisations: set[str], at_s: int) -> bool:
        """Whether nothing is open that this part's people would look at."""
        if any(self._is_due(key, at_s * 1_000_000) for key in self.places):
            return False
        with self.platform.catalog.read(organisations) as work:
            return not self._alarms(work) and not self._advice(work)

    def _alarms(self, work: Work) -> list[desk.Alarm]:
        found = all_alarms.all(work, alarms_table.c.ended_us.is_(None), order=[alarms_table.c.raised_us])
        return [each for each in found if (each.organisation, each.position) in self.places]

    def _advice(self, work: Work) -> list[desk.Advice]:
        found = all_advice.all(work, advice_table.c.closed_us.is_(None), order=[advice_table.c.issued_us])
        return [each for each in found if (each.organisation, each.position) in self.places]

    def _round(self, work: Work, at_us: int) -> None:
        for key in self.places:
            if self._is_due(key, at_us):
                self._exchange(work, key, at_us)
        for number, alarm in enumerate(self._alarms(work)):
            self._look_at(work, alarm, at_us + number * MINUTE_US)
        for advice in self._advice(work):
            self._close(work, advice, at_us + 40 * MINUTE_US)

    def _look_at(self, work: Work, alarm: desk.Alarm, at_us: int) -> None:
        """Acknowledge what is new, reset what has latched and is over, hide what is known and planned."""
        person = self._person(work, "reliability")
        known = self.places[alarm.organisation, alarm.position]
        planned, broken, _ = REASONS[self._language(alarm.organisation)]
        if alarm.state in {"unacknowledged", "returned unacknowledged", "latched unacknowledged"}:
            alarm = self._act(work, alarm, "acknowledge", at_us, person)
        if alarm.state == "latched acknowledged":
            self._act(work, alarm, "reset", at_us + MINUTE_US, person)
        elif alarm.state == "acknowledged" and known.fate.chain == "cable fails" and alarm.cause.startswith("device"):
            self._act(work, alarm, "take out", at_us + MINUTE_US, person, broken)
        elif (
            alarm.state == "acknowledged"
            and alarm.cause == "change"
            and self._is_due((alarm.organisation, alarm.position), at_us + DAY_US)
        ):
            self._act(work, alarm, "shelve", at_us + MINUTE_US, person, planned, at_us + DAY_US - 60 * MINUTE_US)

    def _act(
        self,
        work: Work,
        alarm: desk.Alarm,
        verb: desk.Verb,
        at_us: int,
        who: str,
        reason: str | None = None,
        until_us: int | None = None,
    ) -> desk.Alarm:
        act = Act(who, at_us)
        return desk.act_on_alarm(
            work, act, alarm.organisation, alarm.id, verb, reason=reason, until_us=until_us
        )  # fmt: skip

    def _exchange(self, work: Work, key: tuple[str, str], at_us: int) -> None:
        """Take the bearing out at its time and mount a new one; the ledger is told of both."""
        organisation, place = key
        position = self.places[key]
        when_us = self._exchange_us(position)
        act = Act(self._person(work, f"plant-{organisation}"), at_us)
        self.exchanged.add(key)
        try:
            remove(work, act, organisation, place, at_us=when_us, reason=REASONS[self._language(organisation)][2])
        except LoadzoneError:
            return  # it was done before this part began anew
        enter_asset(work, act, unit_of(organisation, position, 2, when_us - 30 * DAY_US))
        mount(work, act, organisation, place, serial(position, 2), at_us=when_us)

    def _close(self, work: Work, advice: desk.Advice, at_us: int) -> None:
        """Say what was found, once somebody has seen the bearing."""
        position = self.places[advice.organisation, advice.position]
        fate = position.fate
        right, wrong = NOTES[self._language(advice.organisation)]
        act = Act(self._person(work, "desk"), at_us)
        was_damaged = fate.fault != "none" and advice.issued_us >= self._begins_us(position)
        if fate.exchanged is not None and advice.issued_us > self._exchange_us(position):
            was_damaged = False
        if was_damaged and fate.exchanged is not None and at_us >= self._exchange_us(position):
            found = FOUND[fate.fault]
            desk.close_advice(work, act, advice.organisation, advice.id, "right", found=found, note=right)
        elif not was_damaged and at_us - advice.issued_us >= CHECKED_AFTER_US:
            desk.close_advice(work, act, advice.organisation, advice.id, "wrong", found="none", note=wrong)

    def _is_due(self, key: tuple[str, str], at_us: int) -> bool:
        position = self.places[key]
        if position.fate.exchanged is None or key in self.exchanged:
            return False
        return at_us >= self._exchange_us(position)

    def _exchange_us(self, position: FleetPosition) -> int:
        return self._time_us(position.fate.exchanged or 0.0)

    def _begins_us(self, position: FleetPosition) -> int:
        return self._time_us(position.fate.begins)

    def _time_us(self, share: float) -> int:
        return round((self.plan.origin_s + share * self.plan.span_s) * 1e6)

    def _language(self, organisation: str) -> str:
        return next(each.language for each in self.plan.fleet.organisations if each.id == organisation)

    def _person(self, work: Work, login: str) -> str:
        """The name under which the ledger tells what that person does."""
        if login not in self._who:
            (user,) = users.all(work, users_table.c.login == login, limit=1)
            self._who[login] = f"{user.organisation}/{user.id}"
        return self._who[login]
