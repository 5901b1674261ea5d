"""The nouns of the catalog: what each promises, on both databases."""

import threading

import pytest
from sqlalchemy import select

from loadzone.store.catalog import EVERYONE, Catalog, Work
from loadzone.store.catalog.advice import Advice, Precision, advice, close, open_advice, precision
from loadzone.store.catalog.alarms import Alarm, alarms, move, moves, moves_table, open_alarms
from loadzone.store.catalog.idempotency import Answer, answered, answers, forget_answers
from loadzone.store.catalog.limits import Limit, limits, limits_at
from loadzone.store.catalog.organisations import Grant, grants
from loadzone.store.catalog.passwords import BORNE, FIRST_LOCK_US, hash_password, set_password, sign_in
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.quarantine import SAMPLE_BYTES, adopt, note_stranger, quarantine
from loadzone.store.catalog.roles import Role, reach, roles
from loadzone.store.catalog.sensors import Sensor, sensors
from loadzone.store.catalog.states import BlockState, exchange, states_of
from loadzone.store.catalog.tokens import (
    Link,
    Token,
    issue_link,
    issue_token,
    token_of,
    tokens,
    tokens_table,
    use_link,
)
from loadzone.store.catalog.units import Unit, history, mount, mounted, mountings, remove, units
from loadzone.store.catalog.users import User, users
from loadzone.words.errors import AlreadyThere, BadInput, NotAllowed, Overtaken, UnknownThing

PASSWORD = "correct horse battery staple"  # noqa: S105  of a test


@pytest.fixture
def with_units(catalog: Catalog) -> Catalog:
    catalog.write(
        "acme",
        lambda work: units.add(work, Unit("acme", "SN 1/a", "6205"), Unit("acme", "SN-2", "6205", facts={"lot": "L7"})),
    )
    return catalog


@pytest.fixture
def with_users(catalog: Catalog) -> Catalog:
    catalog.write(
        EVERYONE,
        lambda work: users.add(
            work, User("acme", "u1", " Li@acme ", "李", "zh", 1), User("bolt", "u1", "ann@bolt", "Ann", "en", 1)
        ),
    )
    return catalog


# units and where they are


def test_a_positions_history_survives_the_exchange_of_its_unit(with_units: Catalog) -> None:
    def exchange_unit(work: Work) -> object:
        mount(work, "acme", "drive", "SN 1/a", at_us=10, by="li")
        remove(work, "acme", "drive", at_us=20, by="li", reason="worn")
        mount(work, "acme", "drive", "SN-2", at_us=30, by="li")
        mount(work, "acme", "free", "SN 1/a", at_us=40, by="li")

    with_units.write("acme", exchange_unit)
    with with_units.read("acme") as work:
        told = [(each.serial, each.mounted_us, each.removed_us) for each in history(work, "acme", position="drive")]
        assert told == [("SN 1/a", 10, 20), ("SN-2", 30, None)]
        assert [each.position for each in history(work, "acme", serial="SN 1/a")] == ["drive", "free"]
        at = {at_us: mounted(work, "acme", "drive", at_us) for at_us in (9, 10, 19, 20, 29, 30, 99)}
        assert [each and each.serial for each in at.values()] == [None, "SN 1/a", "SN 1/a", None, None, "SN-2", "SN-2"]
        assert mounted(work, "bolt", "drive") is None


def test_one_position_holds_one_unit_and_one_unit_is_in_one_place(with_units: Catalog) -> None:
    with_units.write("acme", lambda work: mount(work, "acme", "drive", "SN 1/a", at_us=10, by="li"))
    for position, serial in (("drive", "SN-2"), ("free", "SN 1/a"), ("drive", "SN 1/a")):
        with pytest.raises(AlreadyThere, match="SN 1/a is at position drive"):
            with_units.write("acme", lambda work, p=position, s=serial: mount(work, "acme", p, s, at_us=9, by="li"))
    with pytest.raises(BadInput, match="mounted later"):
        with_units.write("acme", lambda work: remove(work, "acme", "drive", at_us=10, by="li"))
    with pytest.raises(UnknownThing, match="free"):
        with_units.write("acme", lambda work: remove(work, "acme", "free", at_us=20, by="li"))
    with pytest.raises(UnknownThing, match="SN-9"):
        with_units.write("acme", lambda work: mount(work, "acme", "free", "SN-9", at_us=20, by="li"))


def test_of_two_who_mount_at_once_one_is_told(with_units: Catalog) -> None:
    told: list[str] = []

    def mounts(serial: str) -> None:
        try:
            with_units.write("acme", lambda work: mount(work, "acme", "drive", serial, at_us=10, by="li"))
            told.append("done")
        except AlreadyThere:
            told.append("refused")

    threads = [threading.Thread(target=mounts, args=(serial,)) for serial in ("SN 1/a", "SN-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "refused"]
    with with_units.read("acme") as work:
        assert len(mountings.all(work)) == 1


def test_sensors_stand_at_positions_of_their_organisation(catalog: Catalog) -> None:
    sensor = Sensor(
        "acme", "s1", "drive", "加速度", "accelerometer", 1, channel="DE", unit="g", facts={"rate_hz": 25600}
    )
    catalog.write("acme", lambda work: sensors.add(work, sensor))
    with catalog.read("acme") as work:
        assert sensors.get(work, "acme", "s1") == sensor
    with pytest.raises(UnknownThing):
        catalog.write("acme", lambda work: sensors.add(work, Sensor("acme", "s2", "nowhere", "x", "x", 1)))


# who may enter


def test_a_user_enters_with_his_password_and_nobody_with_another(with_users: Catalog) -> None:
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
    assert PASSWORD not in hashed
    with_users.write("acme", lambda work: set_password(work, users.get(work, "acme", "u1"), hashed))
    entry = sign_in(with_users, "LI@acme", PASSWORD, at_us=5)
    assert entry.user is not None
    assert (entry.user.organisation, entry.user.name) == ("acme", "李")
    for login, password in (("li@acme", "wrong password"), ("nobody", PASSWORD), ("ann@bolt", PASSWORD), ("", "")):
        assert sign_in(with_users, login, password, at_us=5).user is None
    with pytest.raises(BadInput, match="10 to 200"):
        hash_password("short")


def test_wrong_passwords_in_a_row_lock_the_door_for_a_while(with_users: Catalog) -> None:
    hashed = hash_password(PASSWORD)
    with_users.write("acme", lambda work: set_password(work, users.get(work, "acme", "u1"), hashed))
    locks = [sign_in(with_users, "li@acme", "wrong password", at_us=0).locked_until_us for _ in range(BORNE)]
    assert locks == [None] * (BORNE - 1) + [FIRST_LOCK_US]
    assert sign_in(with_users, "li@acme", PASSWORD, at_us=FIRST_LOCK_US - 1).user is None
    again = sign_in(with_users, "li@acme", "wrong password", at_us=FIRST_LOCK_US)
    assert again.locked_until_us == 3 * FIRST_LOCK_US
    assert sign_in(with_users, "li@acme", PASSWORD, at_us=3 * FIRST_LOCK_US).user is not None
    assert sign_in(with_users, "li@acme", "wrong password", at_us=4 * FIRST_LOCK_US).locked_until_us is None


def test_a_disabled_user_does_not_enter(with_users: Catalog) -> None:
    hashed = hash_password(PASSWORD)
    with_users.write("acme", lambda work: set_password(work, users.get(work, "acme", "u1"), hashed))
    with_users.write("acme", lambda work: users.change(work, "acme", "u1", disabled_us=10))
    assert sign_in(with_users, "li@acme", PASSWORD, at_us=9).user is not None
    assert sign_in(with_users, "li@acme", PASSWORD, at_us=10).user is None


def test_one_login_belongs_to_one_user_in_all_organisations(with_users: Catalog) -> None:
    with pytest.raises(AlreadyThere):
        with_users.write("bolt", lambda work: users.add(work, User("bolt", "u2", "LI@ACME", "Li", "en", 1)))


def test_a_user_reaches_what_his_roles_and_the_grants_to_his_organisation_allow(with_users: Catalog) -> None:
    def enter(work: Work) -> object:
        roles.add(work, Role("acme", "u1", "acme", "analyst"))
        grants.add(work, Grant("bolt", "acme", "engineer", 1, "ann"))

    with_users.write(EVERYONE, enter)
    with with_users.read(EVERYONE) as work:
        assert reach(work, "acme", "u1") == {"acme": "analyst", "bolt": "analyst"}
        assert reach(work, "bolt", "u1") == {}
    with_users.write(EVERYONE, lambda work: roles.add(work, Role("bolt", "u1", "acme", "admin")))
    with with_users.read(EVERYONE) as work:
        assert reach(work, "acme", "u1") == {"acme": "analyst", "bolt": "admin"}
    with_users.write("bolt", lambda work: grants.remove(work, "bolt", "acme"))
    with_users.write("bolt", lambda work: roles.remove(work, "bolt", "u1", "acme"))
    with with_users.read(EVERYONE) as work:
        assert reach(work, "acme", "u1") == {"acme": "analyst"}
    with pytest.raises(BadInput, match="viewer, analyst, engineer, admin"):
        Role("acme", "u1", "acme", "root")  # type: ignore[arg-type]


def test_a_token_opens_until_its_end_and_its_secret_is_not_kept(with_users: Catalog) -> None:
    token = Token("acme", "t1", "PLC 3", "u1", ("read", "write:drive"), created_us=1, ends_us=100)
    secret = with_users.write("acme", lambda work: issue_token(work, token))
    with with_users.read(EVERYONE) as work:
        assert token_of(work, secret, 99) == token
        assert token_of(work, secret, 100) is None
        assert token_of(work, secret + "x", 50) is None
        kept = repr(work.rows(select(tokens_table)))
    assert secret not in kept
    with_users.write("acme", lambda work: tokens.change(work, "acme", "t1", revoked_us=60))
    with with_users.read(EVERYONE) as work:
        assert token_of(work, secret, 50) is None


def test_a_link_works_once_for_its_purpose_and_in_its_time(with_users: Catalog) -> None:
    link = Link("acme", "u1", "set-password", ends_us=100)
    secret, late = (with_users.write("acme", lambda work: issue_link(work, link)) for _ in range(2))
    used = [
        with_users.write(EVERYONE, lambda work, s=s, p=p, t=t: use_link(work, s, p, t))
        for s, p, t in (
            (secret, "other", 5),
            (secret, "set-password", 5),
            (secret, "set-password", 6),
            (late, "set-password", 100),
        )
    ]
    assert [each is not None for each in used] == [False, True, False, False]


# what is watched


def test_the_limits_of_a_time_are_those_that_were_set_last_before_it(catalog: Catalog) -> None:
    def limit(since_us: int, value: float | None, level: str = "alert") -> Limit:
        return Limit("acme", "drive", "velocity", level, since_us, value, "ISO 20816-3", "li", {})

    rows = [limit(10, 4.5), limit(20, 3.5), limit(30, None), limit(15, 7.1, "danger")]
    catalog.write("acme", lambda work: limits.add(work, *rows))
    with catalog.read("acme") as work:
        held = {at: {each.level: each.value for each in limits_at(work, "acme", "drive", at)} for at in (9, 10, 20, 30)}
    assert held == {9: {}, 10: {"alert": 4.5}, 20: {"alert": 3.5, "danger": 7.1}, 30: {"danger": 7.1}}


def _state(sequence: int, value: bytes = b"\x00\xff", shard: str = "s0", block: str = "trend") -> BlockState:
    return BlockState("acme", "drive", block, 1, value, shard, sequence, sequence)


def test_a_state_changes_hands_only_from_what_was_read(catalog: Catalog) -> None:
    first, second, other = _state(1), _state(2, b"second"), _state(3, b"other")
    catalog.write("acme", lambda work: exchange(work, [None], [first]))
    catalog.write("acme", lambda work: exchange(work, [first], [second]))
    with pytest.raises(Overtaken):
        catalog.write("acme", lambda work: exchange(work, [first], [other]))
    with pytest.raises(Overtaken):
        catalog.write("acme", lambda work: exchange(work, [None], [other]))
    with pytest.raises(BadInput, match="go back"):
        catalog.write("acme", lambda work: exchange(work, [second], [first]))
    moved = _state(1, b"another shard", shard="s1")
    catalog.write("acme", lambda work: exchange(work, [second], [moved]))
    with catalog.read("acme") as work:
        assert states_of(work, "acme", ["drive", "free"]) == (moved,)


def test_states_change_hands_all_or_none(catalog: Catalog) -> None:
    before = [_state(1, block=f"b{i}") for i in range(4)]
    catalog.write("acme", lambda work: exchange(work, [None] * 4, before))
    stale = [*before[:3], _state(9, block="b3")]
    with pytest.raises(Overtaken):
        catalog.write("acme", lambda work: exchange(work, stale, [_state(10, block=f"b{i}") for i in range(4)]))
    with catalog.read("acme") as work:
        assert list(states_of(work, "acme", ["drive"])) == before
    after = [_state(2, block=f"b{i}") for i in range(5)]
    catalog.write("acme", lambda work: exchange(work, [*before, None], after))
    with catalog.read("acme") as work:
        assert list(states_of(work, "acme", ["drive"])) == after


def _alarm(name: str, cause: str = "bpfo") -> Alarm:
    return Alarm("acme", name, "drive", cause, "high", "unacknowledged", raised_us=10, changed_us=10, facts={"x": 1})


def test_an_alarms_moves_are_kept_with_time_person_and_reason(catalog: Catalog) -> None:
    catalog.write("acme", lambda work: alarms.add(work, _alarm("a1")))

    def live(work: Work) -> object:
        alarm = move(work, alarms.get(work, "acme", "a1"), "acknowledged", at_us=20, by="li")
        alarm = move(work, alarm, "shelved", at_us=30, by="li", reason="overhaul", until_us=90)
        assert alarm.shelved_until_us == 90
        alarm = move(work, alarm, "acknowledged", at_us=90, by="shelf")
        return move(work, alarm, "normal", at_us=95, by="detect")

    ended = catalog.write("acme", live)
    assert (ended.ended_us, ended.shelved_until_us, ended.moves) == (95, None, 4)
    with catalog.read("acme") as work:
        told = [(each.before, each.after, each.at_us, each.by, each.reason) for each in moves.all(work)]
        assert open_alarms(work) == ()
    assert told[1] == ("acknowledged", "shelved", 30, "li", "overhaul")
    assert [each[1] for each in told] == ["acknowledged", "shelved", "acknowledged", "normal"]


def test_an_alarm_is_moved_from_the_state_in_which_it_was_seen(catalog: Catalog) -> None:
    catalog.write("acme", lambda work: alarms.add(work, _alarm("a1")))
    with catalog.read("acme") as work:
        seen = alarms.get(work, "acme", "a1")
    catalog.write("acme", lambda work: move(work, seen, "acknowledged", at_us=20, by="li"))
    with pytest.raises(Overtaken, match="a1"):
        catalog.write("acme", lambda work: move(work, seen, "normal", at_us=20, by="ann"))
    with pytest.raises(BadInput, match="reason"):
        catalog.write("acme", lambda work: move(work, seen, "shelved", at_us=20, by="ann"))
    with pytest.raises(BadInput, match="life cycle"):
        catalog.write("acme", lambda work: move(work, seen, "gone", at_us=20, by="ann"))  # type: ignore[arg-type]


def test_a_cause_has_one_open_alarm_at_a_position(catalog: Catalog) -> None:
    catalog.write("acme", lambda work: alarms.add(work, _alarm("a1"), _alarm("a2", "bpfi")))
    with pytest.raises(AlreadyThere):
        catalog.write("acme", lambda work: alarms.add(work, _alarm("a3")))
    catalog.write("acme", lambda work: move(work, alarms.get(work, "acme", "a1"), "normal", at_us=20, by="detect"))
    catalog.write("acme", lambda work: alarms.add(work, _alarm("a3")))
    with catalog.read("acme") as work:
        assert {each.id for each in open_alarms(work, position="drive")} == {"a2", "a3"}
    with catalog.read("bolt") as work:
        assert open_alarms(work) == ()


def test_the_record_of_moves_only_grows(catalog: Catalog) -> None:
    with pytest.raises(NotAllowed, match="only grows"):
        catalog.write("acme", lambda work: work.change(moves_table.delete()))
    with pytest.raises(NotAllowed, match="only grows"):
        catalog.write("acme", lambda work: work.change(moves_table.update().values(reason="no")))


def test_the_precision_of_advice_counts_what_was_checked(catalog: Catalog) -> None:
    given = [Advice("acme", f"v{i}", "drive", "replace", "high", issued_us=i) for i in range(5)]
    catalog.write("acme", lambda work: advice.add(work, *given))
    for each, outcome in zip(given, ("right", "right", "wrong", "not checked"), strict=False):
        catalog.write("acme", lambda work, e=each, o=outcome: close(work, e, o, at_us=9, by="li", found="5.1.2"))
    with catalog.read("acme") as work:
        assert precision(work) == Precision(right=2, wrong=1, not_checked=1, open=1)
        assert [each.id for each in open_advice(work)] == ["v4"]
    with catalog.read("bolt") as work:
        assert precision(work) == Precision(0, 0, 0, 0)
    with pytest.raises(Overtaken, match="v0"):
        catalog.write("acme", lambda work: close(work, given[0], "wrong", at_us=10, by="ann"))
    with pytest.raises(BadInput, match="maybe"):
        catalog.write("acme", lambda work: close(work, given[4], "maybe", at_us=10, by="ann"))  # type: ignore[arg-type]


def test_an_unknown_position_waits_in_quarantine_until_it_is_adopted(catalog: Catalog) -> None:
    for at_us in (5, 6):
        assert catalog.write(
            "acme",
            lambda work, t=at_us: note_stranger(work, "acme", "new", door="mqtt", sample=b"x" * 9999, at_us=t),
        )
    with catalog.read("acme") as work:
        (waiting,) = quarantine.all(work)
    assert (waiting.count, waiting.first_us, waiting.last_us, len(waiting.sample)) == (2, 5, 6, SAMPLE_BYTES)
    catalog.write("acme", lambda work: adopt(work, Position("acme", "new", "New", 7)))
    with catalog.read("acme") as work:
        assert quarantine.all(work) == ()
        assert positions.get(work, "acme", "new").name == "New"


def test_a_client_that_makes_up_positions_does_not_fill_the_quarantine(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loadzone.store.catalog.quarantine.MOST", 20)

    def flood(work: Work) -> object:
        return [note_stranger(work, "acme", f"x{i}", door="mqtt", sample=b"", at_us=i) for i in range(25)]

    assert catalog.write("acme", flood) == [True] * 20 + [False] * 5
    assert catalog.write("bolt", lambda work: note_stranger(work, "bolt", "y", door="mqtt", sample=b"", at_us=1))


def test_a_repeated_request_gets_the_answer_of_the_first(catalog: Catalog) -> None:
    answer = Answer("acme", "k1", "aa", 201, b"{}", created_us=5)
    catalog.write("acme", lambda work: answers.add(work, answer))
    with catalog.read("acme") as work:
        assert answered(work, "acme", "k1", "aa") == answer
        assert answered(work, "acme", "k2", "aa") is None
        with pytest.raises(BadInput, match="k1"):
            answered(work, "acme", "k1", "bb")
    assert catalog.write("acme", lambda work: forget_answers(work, before_us=6)) == 1
