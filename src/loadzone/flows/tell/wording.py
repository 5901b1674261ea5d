"""An alarm or advice as a notice: worded in the language of its channel, with a link to its page and the bare facts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loadzone.connect.notify import Notice
from loadzone.flows import in_words
from loadzone.flows.alarms_desk import Advice, Alarm
from loadzone.flows.tell.things import News, Places
from loadzone.reports.marks import state_word
from loadzone.store.catalog.channels import Channel
from loadzone.store.catalog.machines import Machine, Site
from loadzone.store.catalog.positions import Position
from loadzone.words.texts import Text, text

Where = tuple[Position | None, Machine | None, Site | None]
PRIORITY_WORDS: Mapping[str, Text] = {"low": text("low"), "medium": text("medium"), "high": text("high")}
NUMBERS = ("quantity", "value", "limit", "level", "p_value", "fault", "verdict", "channel", "result")
"""Of the facts of an alarm or advice those that programs are told."""
ALARM_PAGE, ADVICE_PAGE = "/alarms?alarm={organisation}:{id}", "/advice/{organisation}/{id}"
"""As the pages' own table of addresses has them; a test compares."""


def notice(told: News, where: Places, address: str) -> Notice:
    """What a channel is told; ``address`` of the platform, without which there is no link."""
    about, lang = told.thing.about, told.channel.language
    place = where.of(about)
    page = ALARM_PAGE if isinstance(about, Alarm) else ADVICE_PAGE
    return Notice(
        key=f"{told.thing.key.replace(':', '.')}.{about.organisation}.{about.priority}",
        title=_title(told, place, lang),
        body="\n".join(each for each in _body(about, place, lang) if each),
        link=address + page.format(organisation=about.organisation, id=about.id) if address else "",
        severity=about.priority,
        time_us=_began(about),
        facts=_facts(told, place),
    )


def trial(channel: Channel, address: str, at_us: int) -> Notice:
    """What the test button sends."""
    lang = channel.language
    return Notice(
        key=f"test.{channel.organisation}.{channel.id}",
        title=text("Test of the channel «{name}»", name=channel.name).render(lang),
        body=text("loadzone reaches you here. This is a test: nothing has happened to a machine.").render(lang),
        link=f"{address}/settings/notifications?organisation={channel.organisation}" if address else "",
        time_us=at_us,
        facts={"event": "test", "organisation": channel.organisation, "channel": channel.id},
    )


def _title(told: News, place: Where, lang: str) -> str:
    about = told.thing.about
    fields: dict[str, Any] = {"place": _place(about, place), "finding": in_words.words(about, lang)}
    if isinstance(about, Advice):
        state = state_word("act" if about.action == "act" else "plan")
        return text("{state}: {place}: {finding}", state=state, **fields).render(lang)
    fields["priority"] = PRIORITY_WORDS.get(about.priority, text("high"))
    if told.event == "alarm worse":
        return text("Worse, priority {priority} now: {place}: {finding}", **fields).render(lang)
    return text("Alarm, priority {priority}: {place}: {finding}", **fields).render(lang)


def _body(about: Alarm | Advice, place: Where, lang: str) -> list[str]:
    """What was found with its number, what to do, when it began and by when it should be done."""
    zone = _zone(place[2])
    lines = [in_words.number(about)]
    if isinstance(about, Alarm):
        lines += [in_words.sentence(about.facts, lang)]
        lines += [text("Raised {time}", time=_time(about.raised_us, zone)).render(lang)]
        return lines
    words = about.facts.get("sentences")
    said: Mapping[str, Any] = words.get(lang, {}) if isinstance(words, Mapping) else {}
    until: Any = said.get("until_then")
    lines += [str(said.get("headline") or ""), str(said.get("action") or "")]
    lines += [str(each) for each in until] if isinstance(until, list | tuple) else []
    if about.due_us is not None:
        lines += [text("To be done by {time}", time=_time(about.due_us, zone)).render(lang)]
    return lines


def _facts(told: News, place: Where) -> dict[str, str | int | float | bool | None]:
    """Codes and numbers for programs."""
    about = told.thing.about
    _, machine, site = place
    found: dict[str, str | int | float | bool | None] = {
        "event": told.event,
        "organisation": about.organisation,
        "id": about.id,
        "site": site.id if site else None,
        "machine": machine.id if machine else None,
        "position": about.position,
        "priority": about.priority,
    }
    if isinstance(about, Alarm):
        found |= {"cause": about.cause, "state": about.state, "raised_at": _rfc3339(about.raised_us)}
    else:
        found |= {"action": about.action, "alarm": about.alarm, "issued_at": _rfc3339(about.issued_us)}
        found |= {"due_at": _rfc3339(about.due_us) if about.due_us is not None else None}
    for name in NUMBERS:
        value = about.facts.get(name)
        if isinstance(value, str | int | float | bool):
            found[name] = value
    return found


def _place(about: Alarm | Advice, place: Where) -> str:
    """As people find it: site, machine, position."""
    position, machine, site = place
    names = [site.name if site else "", machine.name if machine else "", position.name if position else about.position]
    return " / ".join(name for name in names if name)


def _began(about: Alarm | Advice) -> int:
    return about.raised_us if isinstance(about, Alarm) else about.issued_us


def _zone(site: Site | None) -> ZoneInfo:
    try:
        return ZoneInfo(site.time_zone if site else "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _time(at_us: int, zone: ZoneInfo) -> str:
    """«2026-11-24 14:05 +0800»: the clock of the site."""
    return datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M %z")


def _rfc3339(at_us: int) -> str:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).isoformat().replace("+00:00", "Z")
