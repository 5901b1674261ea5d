"""From nothing, or from what an earlier call left, to a platform with a fleet, its past, and values that come in."""

import asyncio
import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from loadzone.flows.broker import Broker
from loadzone.flows.demo.brought import brought_along, take_in
from loadzone.flows.demo.furnish import furnish, logins
from loadzone.flows.demo.history import progress_of, write_past
from loadzone.flows.demo.live import let_in, send_on
from loadzone.flows.demo.plan import ENGINEER, HOUR_S, MAKER, Plan, new_plan, read_plan
from loadzone.flows.people import user_of
from loadzone.flows.platform import Platform, Work, open_platform
from loadzone.flows.up import Serve
from loadzone.store.catalog import EVERYONE
from loadzone.store.catalog.advice import advice_table
from loadzone.store.catalog.alarms import alarms_table
from loadzone.store.catalog.latest import latest_table
from loadzone.store.catalog.tokens import Link, issue_link
from loadzone.words.errors import BadInput, LoadzoneError, StoreUnavailable
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
SHARDS = 2
"""A demonstration has one worker: fewer streams are fewer commits."""
LOOK_S = 0.5
SIGN_IN = "sign-in"
"""Purpose of a link that opens a session without a password; only who has the machine makes one."""
LINK_US = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Past:
    """What is kept once a demonstration is open, and what this call did for it.

    ``moments``: (position, time) with values that this call wrote; ``points`` and ``recordings``: rows of the lake.
    """

    machines: int
    positions: int
    moments: int
    points: int
    recordings: int
    results: int
    alarms: int
    advice: int
    put_aside: int
    seconds: float
    cpu_seconds: float
    was_there: bool


@dataclass(frozen=True, eq=False)
class Demo:
    """A demonstration that is open: its platform, its plan, and its past."""

    platform: Platform
    plan: Plan
    past: Past


def open_demo(
    folder: Path,
    *,
    days: float = 90.0,
    machines: int | None = None,
    jobs: int | None = None,
    now_s: float | None = None,
    told: Callable[[float], None] | None = None,
) -> Demo:
    """Open the demonstration of a data folder; it is made where there is none, and its past is filled up to now.

    Parameters
    ----------
    days : length of the past of a new one
    machines : so many of each site of a new one; None: all
    jobs : processes that write the past; None means the cores that this process may use
    now_s : the time (s since 1970), where it is not the clock's
    told : is told the share of the past that is written

    Raises
    ------
    BadInput : a folder that holds a platform without a demonstration, or a past of impossible length
    StoreUnavailable : a part of the past could not be written; the next call goes on with it
    """
    began, cpu = time.monotonic(), time.process_time()
    at_s = time.time() if now_s is None else now_s
    plan = read_plan(folder)
    was_there = plan is not None
    if plan is None and (folder / "catalog.sqlite").is_file():
        raise BadInput(
            text("{folder} holds a platform that is no demonstration: name another --data", folder=str(folder))
        )
    platform = open_platform(folder, shards=SHARDS)
    try:
        if plan is None:
            plan = new_plan(days, at_s, secrets.token_urlsafe(9), machines)
            furnish(platform, plan)
            plan.write(folder)
        let_in(plan, folder)
        plan, moments, aside, more = _filled(platform, plan, folder, at_s, jobs, told)
        past = _past(platform, plan, moments, aside, (began, cpu - more), was_there=was_there)
    except BaseException:
        platform.close()
        raise
    return Demo(platform, plan, past)


def sending(demo: Demo, serve: Serve, recordings: Path | None = None) -> Serve:
    """What answers HTTP, with the fleet that sends beside it, and recordings that are taken in."""

    async def both(platform: Platform, broker: Broker) -> None:
        mqtt, over = broker.mqtt, threading.Event()
        tasks = [asyncio.create_task(serve(platform, broker))]
        if mqtt is not None:
            tasks.append(asyncio.create_task(send_on(demo.plan, platform.folder, mqtt)))
        taking = asyncio.create_task(_taken(platform, recordings, over)) if recordings is not None else None
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.set()
            for each in tasks:
                each.cancel()
            done = await asyncio.gather(*tasks, *([taking] if taking else []), return_exceptions=True)
        for end in done:
            if isinstance(end, Exception):
                raise end

    if recordings is not None:
        brought_along(recordings)  # what is wrong with them is said before anything starts
    return both


def sign_in_ways(demo: Demo) -> tuple[str, dict[str, str], str]:
    """Secret of a link of one use for the reliability engineer; everyone's login and name; the password of all."""
    catalog, ends_us = demo.platform.catalog, demo.platform.clock() + LINK_US

    def job(work: Work) -> str:
        user = user_of(work, MAKER, ENGINEER)
        assert user is not None  # noqa: S101  entered before the past
        return issue_link(work, Link(MAKER, user.id, SIGN_IN, ends_us))

    return catalog.write(MAKER, job), logins(demo.plan), demo.plan.password


async def _taken(platform: Platform, folder: Path, over: threading.Event) -> None:
    """Take recordings in beside everything else; what goes wrong is told in the log."""

    def told(done: int, total: int) -> None:
        LOG.info("recordings of %s: %d of %d", folder, done, total)

    try:
        await asyncio.to_thread(take_in, platform, folder, told, over.is_set)
    except LoadzoneError as error:
        LOG.error("recordings of %s: %s", folder, error)  # noqa: TRY400  one sentence, as everywhere


def _filled(
    platform: Platform,
    plan: Plan,
    folder: Path,
    at_s: float,
    jobs: int | None,
    told: Callable[[float], None] | None,
) -> tuple[Plan, int, int, float]:
    """The plan with its past up to the last full hour; moments, messages put aside and processor seconds of parts."""
    until_s = int(at_s // HOUR_S) * HOUR_S
    begun = plan.filled_until(max(plan.filled_s, _lived_until(platform)))
    if until_s <= begun.filled_s:
        return plan, 0, 0, 0.0
    begun.write(folder)
    with _telling(platform, begun, until_s, told):
        parts = write_past(begun, folder, until_s, jobs=jobs)
    if any(each.is_lost for each in parts):
        raise StoreUnavailable(text("a part of the past was not written: start again, it goes on where it ended"))
    filled = begun.filled_until(until_s)
    filled.write(folder)
    moments, aside = sum(each.moments for each in parts), sum(each.dead for each in parts)
    return filled, moments, aside, sum(each.cpu_s for each in parts if not each.is_here)


def _lived_until(platform: Platform) -> int:
    """The full hour behind the newest value that came, s since 1970; 0 where none did."""
    with platform.catalog.read(EVERYONE) as work:
        (row,) = work.rows(select(func.max(latest_table.c.at_us).label("at_us")))
    return 0 if row.at_us is None else -(-row.at_us // (HOUR_S * 1_000_000)) * HOUR_S


@contextlib.contextmanager
def _telling(platform: Platform, plan: Plan, until_s: int, told: Callable[[float], None] | None) -> Iterator[None]:
    """Tell how far the parts are while the block runs."""
    if told is None:
        yield
        return
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            with contextlib.suppress(LoadzoneError):
                told(max(0.0, progress_of(platform, plan, until_s)))

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _past(
    platform: Platform, plan: Plan, moments: int, aside: int, since: tuple[float, float], *, was_there: bool
) -> Past:
    def rows(table: Any) -> int:  # noqa: ANN401  a table of the lake
        return sum(file.rows for file in platform.lake.table(table).listing().files)

    with platform.catalog.read(EVERYONE) as work:
        counts = [
            work.rows(select(func.count().label("n")).select_from(table))[0].n for table in (alarms_table, advice_table)
        ]
    return Past(
        machines=len(plan.fleet.machines),
        positions=sum(1 for _ in plan.fleet.places()),
        moments=moments,
        points=rows("points"),
        recordings=rows("recordings"),
        results=rows("results"),
        alarms=counts[0],
        advice=counts[1],
        put_aside=aside,
        seconds=round(time.monotonic() - since[0], 2),
        cpu_seconds=round(time.process_time() - since[1], 2),
        was_there=was_there,
    )
