"""The same arrivals leave the same on PostgreSQL as in a file, also where the server crashes in the middle."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import numpy as np
from servers import execute
from watching import NOW_US, SOURCE, arrival, furnished, kept, mixed

from loadzone.connect.messages.values import Values, encode_values
from loadzone.flows.platform import Platform
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.words.errors import StoreUnavailable


def test_what_is_kept_is_the_same_on_postgresql_as_in_a_file(postgresql: str, tmp_path: Path) -> None:
    execute(f"{postgresql}/postgres", "CREATE DATABASE watched TEMPLATE empty_store")
    long = encode_values(Values(np.array([NOW_US]), np.array([1.0]), ("q" * 100,), ("u" * 32,)))
    arrivals = [*mixed(16), arrival(17, long)]
    found = []
    for folder, url in (("server", f"{postgresql}/watched"), ("file", None)):
        platform = furnished(tmp_path / folder, database_url=url)
        watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
        for start, end in ((0, 5), (3, 11), (0, 17)):
            handle(watch, SOURCE, arrivals[start:end])
        found.append({name: sorted(map(repr, rows)) for name, rows in kept(platform).items()})  # type: ignore[call-overload]
        platform.close()
    assert found[0] == found[1]


def test_a_database_that_crashes_in_the_middle_loses_and_doubles_nothing(postgresql: str, tmp_path: Path) -> None:
    """A backend that is killed makes PostgreSQL end all of them and recover from its log, as after a crash."""
    execute(f"{postgresql}/postgres", "CREATE DATABASE crashing TEMPLATE empty_store")
    calm = furnished(tmp_path / "calm")
    handle(Watch(calm, decoder=Decoder(calm.bodies, is_isolated=False)), SOURCE, mixed(24))
    platform = furnished(tmp_path / "crashing", database_url=f"{postgresql}/crashing")
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    chance, done, kills = random.Random(0), threading.Event(), 0  # noqa: S311  moments, no secrets

    def crash() -> None:
        nonlocal kills
        while not done.is_set():
            time.sleep(chance.uniform(0.0, 0.3))
            found = [each for each in Path("/proc").glob("[0-9]*") if b"crashing" in _command(each)]
            if found:
                os.kill(int(found[0].name), signal.SIGKILL)
                kills += 1
                time.sleep(1.0)  # it comes back

    killer = threading.Thread(target=crash)
    killer.start()
    arrivals, start = mixed(24), 0
    while start < 24 or kills < 3:
        try:
            handle(watch, SOURCE, arrivals[min(start, 20) : min(start, 20) + 4])
        except StoreUnavailable:
            time.sleep(0.2)
            continue
        start += 4
    done.set()
    killer.join()
    _until_it_answers(platform)
    assert {name: sorted(map(repr, rows)) for name, rows in kept(platform).items()} == {  # type: ignore[call-overload]
        name: sorted(map(repr, rows))
        for name, rows in kept(calm).items()  # type: ignore[call-overload]
    }
    platform.close()


def _command(process: Path) -> bytes:
    """Command line of a process; of a backend of PostgreSQL it names the database."""
    try:
        told = (process / "cmdline").read_bytes()
    except OSError:
        return b""
    return told if told.startswith(b"postgres:") else b""


def _until_it_answers(platform: Platform) -> None:
    for _ in range(100):
        try:
            with platform.catalog.read("acme"):
                return
        except StoreUnavailable:
            time.sleep(0.1)
