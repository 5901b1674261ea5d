"""Times as the reader's clock shows them, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from loadzone.web.shown import moment
from loadzone.words.texts import text

SECOND_US = 1_000_000
MINUTE_US, HOUR_US, DAY_US = 60 * SECOND_US, 3600 * SECOND_US, 86_400 * SECOND_US
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True)
class When:
    """Writes times for one reader: language, time zone, and what time it is."""

    lang: str
    zone: ZoneInfo
    now_us: int

    def day(self, at_us: int | None) -> str:
        """«24 Nov 2026», 2026-11-24; a dash for no time."""
        if at_us is None:
            return "–"
        at = self._at(at_us)
        return at.strftime("%Y-%m-%d") if self.lang == "zh" else f"{at.day} {_MONTHS[at.month - 1]} {at.year}"

    def short_day(self, at_us: int | None) -> str:
        """«24 Nov», 11 月 24 日; with the year where it is another one."""
        if at_us is None:
            return "–"
        at = self._at(at_us)
        if at.year != self._at(self.now_us).year:
            return self.day(at_us)
        return f"{at.month} 月 {at.day} 日" if self.lang == "zh" else f"{at.day} {_MONTHS[at.month - 1]}"

    def clock(self, at_us: int | None) -> str:
        """«14:05»."""
        return "–" if at_us is None else self._at(at_us).strftime("%H:%M")

    def moment(self, at_us: int | None) -> str:
        """«24 Nov 2026, 14:05», 2026-11-24 14:05."""
        if at_us is None:
            return "–"
        return f"{self.day(at_us)}{' ' if self.lang == 'zh' else ', '}{self.clock(at_us)}"

    def full(self, at_us: int | None) -> str:
        """«2026-11-24 14:05:12 +08», for title blocks."""
        if at_us is None:
            return "–"
        at = self._at(at_us)
        offset = at.strftime("%z")
        return f"{at:%Y-%m-%d %H:%M:%S} {offset[:3]}{'' if offset.endswith('00') else ':' + offset[3:5]}"

    def today(self) -> str:
        """«Tue 24 Nov, 14:05», 周二 11 月 24 日 14:05."""
        at = self._at(self.now_us)
        if self.lang == "zh":
            return f"{_WEEKDAYS_ZH[at.weekday()]} {self.short_day(self.now_us)} {self.clock(self.now_us)}"
        return f"{_DAYS[at.weekday()]} {self.short_day(self.now_us)}, {self.clock(self.now_us)}"

    def recent(self, at_us: int | None) -> str:
        """«14:05 today», «21:40 yesterday», or the day."""
        if at_us is None:
            return "–"
        days = self._at(self.now_us).date() - self._at(at_us).date()
        if days.days == 0:
            return text("{time} today", time=self.clock(at_us)).render(self.lang)
        if days.days == 1:
            return text("{time} yesterday", time=self.clock(at_us)).render(self.lang)
        return self.short_day(at_us)

    def since(self, at_us: int | None) -> str:
        """How long ago: «3 h», «19 d»."""
        return "–" if at_us is None else self.span(self.now_us - at_us)

    def span(self, micros: int) -> str:
        """A length of time in its largest unit."""
        length_us = max(0, micros)
        if length_us < HOUR_US:
            return text("{count} min", count=max(1, length_us // MINUTE_US)).render(self.lang)
        if length_us < 2 * DAY_US:
            return text("{count} h", count=length_us // HOUR_US).render(self.lang)
        return text("{count} d", count=length_us // DAY_US).render(self.lang)

    def midnight_us(self, at_us: int) -> int:
        """The last midnight of the reader's clock before a time."""
        at = self._at(at_us).replace(hour=0, minute=0, second=0, microsecond=0)
        return round(at.timestamp()) * SECOND_US

    def day_number(self, at_us: int) -> int:
        """The reader's days in one count, for marks every so many days."""
        return self._at(at_us).toordinal()

    def iso(self, at_us: int) -> str:
        """For the attribute of a time element."""
        return moment(at_us).isoformat()

    def _at(self, at_us: int) -> datetime:
        return moment(at_us).astimezone(self.zone)
