"""Time ahead as a drawing: one lane for each thing that has a date, from now to the last date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from loadzone.reports.svg import picture, tag
from loadzone.web.pages.drive_train_picture import linked
from loadzone.web.pages.when import DAY_US, When
from loadzone.words.texts import text

BAR_WIDTH, BAR_HEIGHT = 372.0, 40.0
WIDTH, ROW, NAMES = 940.0, 28.0, 236.0
STEPS_D = (1, 2, 5, 7, 14, 30, 61, 92)
LEAST_DAYS = 14.0


@dataclass(frozen=True)
class Due:
    """Something with a date: the position's name and state, since when it is known, by when it is due, in words."""

    name: str
    state: str
    since_us: int
    due_us: int | None
    words: str
    path: str


def due_bar(issued_us: int, due_us: int, when: When, today: str, lang: str) -> Markup:
    """From the day of the advice to its date, with today between them."""
    now_us = when.now_us
    first, last = min(issued_us, now_us), max(due_us, now_us + DAY_US)

    def x(at_us: int) -> float:
        return 1.0 + (BAR_WIDTH - 2.0) * (at_us - first) / (last - first)

    here, end = x(now_us), x(due_us)
    is_late = due_us < now_us
    parts = [
        tag("rect", x=1, y=14, width=BAR_WIDTH - 2, height=8, class_="trough"),
        tag("rect", x=round(min(here, end), 1), y=14, width=round(abs(end - here), 1), height=8, class_="until"),
        tag("path", d=f"M{end:.1f} 10V26", class_="state-bar"),
        tag("path", d=f"M{here:.1f} 9V27", class_="now-line"),
        _word(here, 38, today, "axis strong"),
        _word(end, 6, when.short_day(due_us), "state-name"),
    ]
    if abs(x(issued_us) - here) > 80:
        parts.append(_word(x(issued_us), 38, when.short_day(issued_us), "axis"))
    days = round(abs(due_us - now_us) / DAY_US)
    label = text("{days} days late", days=days) if is_late else text("{days} days are left", days=days)
    return picture(BAR_WIDTH, BAR_HEIGHT, label.render(lang), *parts, class_="due-bar")


def _word(x: float, y: float, words: str, class_: str) -> Markup:
    anchor = "start" if x < 60 else "end" if x > BAR_WIDTH - 60 else "middle"
    return tag("text", words, x=round(x, 1), y=y, text_anchor=anchor, class_=class_)


def lanes(dues: Sequence[Due], when: When, label: str, today: str) -> Markup:
    """A lane for each: from now to its date in its state's colour; what has no date says what it waits for."""
    now_us = when.now_us
    last_us = max([now_us + round(LEAST_DAYS * DAY_US), *(each.due_us or 0 for each in dues)]) + DAY_US
    foot = 22.0 + ROW * len(dues)
    height = foot + 24.0

    def x(at_us: int) -> float:
        return NAMES + (WIDTH - NAMES - 10.0) * (at_us - now_us) / (last_us - now_us)

    parts = [*_scale(when, now_us, last_us, x, foot)]
    for number, each in enumerate(dues):
        parts += _lane(each, 22.0 + ROW * number, when, x)
    parts.append(tag("path", d=f"M{NAMES:g} 16V{foot:g}", class_="now-line"))
    parts.append(tag("text", today, x=NAMES, y=11, text_anchor="middle", class_="axis strong"))
    return linked(WIDTH, height, label, "lanes", *parts)


def _lane(each: Due, y: float, when: When, x: Callable[[int], float]) -> list[Markup]:
    middle = y + ROW / 2
    found = [
        tag("path", d=f"M0 {y + ROW:g}H{WIDTH:g}", class_="grid"),
        tag("a", tag("text", each.name, x=0, y=middle + 4, class_="lane-name"), href=each.path),
    ]
    if each.due_us is None:
        found.append(tag("text", each.words, x=NAMES + 8, y=middle + 4, class_=f"state-name light state-{each.state}"))
        return found
    late = each.due_us < when.now_us
    end = x(max(each.due_us, when.now_us))
    found.append(
        tag(
            "rect",
            x=NAMES,
            y=middle - 4,
            width=round(max(end - NAMES, 3.0), 1),
            height=8,
            class_=f"until state-{each.state}",
        )
    )
    found.append(tag("path", d=f"M{end:.1f} {middle - 8:g}v16", class_=f"state-bar state-{each.state}"))
    is_right = end > WIDTH - 260 and not late
    anchor, at = ("end", end - 6) if is_right else ("start", end + 6)
    found.append(
        tag(
            "text",
            each.words,
            x=round(at, 1),
            y=middle + (-7 if is_right else 4),
            text_anchor=anchor,
            class_=f"state-name state-{each.state}",
        )
    )
    return found


def _scale(when: When, now_us: int, last_us: int, x: Callable[[int], float], foot: float) -> list[Markup]:
    days = (last_us - now_us) / DAY_US
    step = next((each for each in STEPS_D if days / each <= 9), STEPS_D[-1])
    parts = [tag("path", d=f"M{NAMES:g} {foot:g}H{WIDTH:g}", class_="rule")]
    at_us = when.midnight_us(now_us) + DAY_US
    number = 0
    while at_us < last_us:
        if number % step == step - 1 or step == 1:
            place = x(at_us)
            parts.append(tag("path", d=f"M{place:.1f} {foot:g}v4", class_="rule"))
            parts.append(
                tag("text", when.short_day(at_us), x=round(place, 1), y=foot + 17, text_anchor="middle", class_="axis")
            )
        at_us += DAY_US
        number += 1
    return parts
