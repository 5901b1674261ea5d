"""The life of an alarm: every state and verb, what is refused, shelves, latches, chattering."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.monitor.watch.alarms import (
    STATES,
    VERBS,
    Action,
    Alarm,
    AlarmState,
    Verb,
    WrongState,
    act,
    elapse,
    is_chattering,
    observe,
    proposed_delay_us,
    release,
)
from loadzone.monitor.watch.reading import HOUR_US
from loadzone.words.errors import BadInput

NEW = Alarm("motor-de", "change")
LATCHING = Alarm("motor-de", "bearing-outer", latches=True)


def do(alarm: Alarm, verb: Verb, at_us: int = 10, *, reason: str | None = "why", until_us: int | None = None) -> Alarm:
    if verb == "shelve" and until_us is None:
        until_us = at_us + HOUR_US
    return act(alarm, Action(alarm.cause, verb, at_us, "li", reason, until_us))[0]


def raised(alarm: Alarm = NEW) -> Alarm:
    return observe(alarm, 1, is_active=True)[0]


def gone(alarm: Alarm) -> Alarm:
    return observe(alarm, 5, is_active=False)[0]


def alarm_in(state: AlarmState) -> Alarm:
    """An alarm brought into a state by the moves that lead there."""
    return {
        "normal": lambda: NEW,
        "unacknowledged": raised,
        "acknowledged": lambda: do(raised(), "acknowledge"),
        "returned unacknowledged": lambda: gone(raised()),
        "latched unacknowledged": lambda: gone(raised(LATCHING)),
        "latched acknowledged": lambda: gone(do(raised(LATCHING), "acknowledge")),
        "shelved": lambda: do(raised(), "shelve"),
        "suppressed by design": lambda: do(raised(), "suppress"),
        "out of service": lambda: do(raised(), "take out"),
    }[state]()


# rows and columns of the transition table; «-» is refused
TABLE: dict[AlarmState, dict[Verb, str]] = {
    "normal": {"shelve": "shelved", "suppress": "suppressed by design", "take out": "out of service"},
    "unacknowledged": {"acknowledge": "acknowledged"},
    "acknowledged": {},
    "returned unacknowledged": {"acknowledge": "normal"},
    "latched unacknowledged": {"acknowledge": "latched acknowledged"},
    "latched acknowledged": {"reset": "normal"},
    "shelved": {"unshelve": "unacknowledged", "take out": "out of service"},
    "suppressed by design": {"unsuppress": "unacknowledged", "take out": "out of service"},
    "out of service": {"return": "unacknowledged"},
}
IN_PLAY = STATES[:6]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_leads_where_the_table_says_or_is_refused_with_a_sentence(state: AlarmState, verb: Verb) -> None:
    alarm = alarm_in(state)
    expected = TABLE[state].get(verb) or (TABLE["normal"].get(verb) if state in IN_PLAY else None)

    assert alarm.state == state
    if expected:
        assert do(alarm, verb).state == expected
    else:
        with pytest.raises(WrongState, match="«"):
            do(alarm, verb)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("normal", "unacknowledged"),
        ("returned unacknowledged", "unacknowledged"),
        ("latched unacknowledged", "unacknowledged"),
        ("latched acknowledged", "unacknowledged"),
    ],
)
def test_a_cause_that_comes_raises_the_alarm_anew(state: AlarmState, after: AlarmState) -> None:
    alarm, events = observe(alarm_in(state), 9, is_active=True)

    assert alarm.state == after
    assert [(event.before, event.after, event.by) for event in events] == [(state, after, "evidence")]


def test_a_cause_that_stays_or_stays_away_moves_nothing() -> None:
    assert observe(raised(), 7, is_active=True) == (raised(), ())
    assert observe(NEW, 7, is_active=False) == (NEW, ())


@pytest.mark.parametrize("state", ["shelved", "suppressed by design", "out of service"])
def test_what_is_hidden_does_not_speak_and_comes_back_as_it_is(state: AlarmState) -> None:
    back: Verb = {"shelved": "unshelve", "suppressed by design": "unsuppress", "out of service": "return"}[state]  # type: ignore[assignment]
    away, events = observe(alarm_in(state), 20, is_active=False)

    assert events == ()
    assert do(away, back).state == "normal"
    assert do(observe(away, 30, is_active=True)[0], back).state == "unacknowledged"


def test_a_latching_alarm_that_came_and_went_on_the_shelf_is_still_to_be_seen_to() -> None:
    alarm = do(LATCHING, "shelve")
    alarm = gone(observe(alarm, 20, is_active=True)[0])

    assert do(alarm, "unshelve").state == "latched unacknowledged"


def test_a_shelf_ends_by_itself_at_its_end() -> None:
    shelved = do(raised(), "shelve", 10, until_us=10 + 2 * HOUR_US)

    assert elapse(shelved, 9 + 2 * HOUR_US) == (shelved, ())
    alarm, events = elapse(shelved, 50 * HOUR_US)
    assert alarm.state == "unacknowledged"
    assert (events[0].at_us, events[0].by) == (10 + 2 * HOUR_US, "time")


@pytest.mark.parametrize("hours", [None, -1, 0, 25])
def test_a_shelf_needs_an_end_within_a_day(hours: int | None) -> None:
    until_us = None if hours is None else 10 + hours * HOUR_US
    with pytest.raises(BadInput, match="at most 24 h"):
        act(raised(), Action("change", "shelve", 10, "li", "noise", until_us))


@pytest.mark.parametrize("verb", ["shelve", "suppress", "take out"])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_nothing_is_hidden_without_a_reason(verb: Verb, reason: str | None) -> None:
    with pytest.raises(BadInput, match="say why"):
        do(raised(), verb, reason=reason)


def test_every_action_has_a_name() -> None:
    with pytest.raises(BadInput, match="name"):
        act(raised(), Action("change", "acknowledge", 10, " "))


def test_an_exchange_releases_what_was_latched() -> None:
    seen, _ = release(alarm_in("latched acknowledged"), 40, "wang", "exchanged")
    unseen, events = release(alarm_in("latched unacknowledged"), 40, "wang", "exchanged")
    active, _ = release(do(raised(LATCHING), "acknowledge"), 40, "wang", "exchanged")

    assert (seen.state, unseen.state, active.state) == ("normal", "returned unacknowledged", "normal")
    assert seen.latches
    assert events[0].by == "wang"


def test_three_raises_in_a_day_are_chattering_and_a_delay_is_proposed() -> None:
    alarm = NEW
    for start in (0, 4, 8):
        alarm, _ = observe(alarm, start * HOUR_US, is_active=True)
        alarm, _ = observe(alarm, start * HOUR_US + HOUR_US * 3 // 2, is_active=False)

    assert is_chattering(alarm, 10 * HOUR_US)
    assert not is_chattering(alarm, 30 * HOUR_US)
    assert proposed_delay_us(alarm) == 2 * HOUR_US
    assert proposed_delay_us(NEW) == 0


def test_an_alarm_is_read_back_as_it_was() -> None:
    for state in STATES:
        alarm = alarm_in(state)
        assert Alarm.from_bytes(alarm.to_bytes()) == alarm


MOVES = st.lists(st.one_of(st.booleans(), st.sampled_from(VERBS), st.just("time")), max_size=30)


@given(MOVES, st.booleans())
def test_any_history_is_a_chain_of_numbered_events_without_gaps(moves: list[bool | Verb], latches: bool) -> None:
    alarm, chain = replace(NEW, latches=latches), []
    for at, move in enumerate(moves):
        try:
            if isinstance(move, bool):
                alarm, events = observe(alarm, at * HOUR_US, is_active=move)
            elif move == "time":
                alarm, events = elapse(alarm, at * HOUR_US)
            else:
                until_us = (at + 3) * HOUR_US
                alarm, events = act(alarm, Action("change", move, at * HOUR_US, "li", "why", until_us))
        except WrongState:
            events = ()
        chain += events

    assert [event.number for event in chain] == list(range(1, len(chain) + 1))
    assert [event.after for event in chain[:-1]] == [event.before for event in chain[1:]]
    assert alarm.state == (chain[-1].after if chain else "normal")
    if alarm.state in {"unacknowledged", "acknowledged"}:
        assert alarm.is_active
    if alarm.state in {"normal", "returned unacknowledged", "latched unacknowledged", "latched acknowledged"}:
        assert not alarm.is_active
    assert (alarm.shelved_until_us is not None) == (alarm.state == "shelved")
