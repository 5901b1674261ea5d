"""What surrounds the way fails: the disk is full, clocks jump, messages come late, twice or out of order."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from watching import DRIVE, FREE, NOW_US, SOURCE, arrival, furnished, kept, mixed, values, waveform

from loadzone.connect.intake import MemoryIntake
from loadzone.connect.messages.values import Values, encode_values
from loadzone.flows.arrive import MOST_VALUES, arrive
from loadzone.flows.watch import Decoder, Watch, handle
from loadzone.store.catalog.latest import latest_of
from loadzone.words.errors import BadMessage, StoreUnavailable

DAY_US = 86_400_000_000
SPAN = {"start_us": 0, "end_us": 4 * 10**15}


def test_a_disk_that_is_full_holds_everything_up_and_what_waits_is_kept_once_there_is_room(
    tiny_disk: Path, tmp_path: Path
) -> None:
    arrivals = [*mixed(8), *(arrival(n, waveform(n, 65_536), "waveform") for n in range(9, 15))]
    whole = furnished(tmp_path / "whole")
    handle(Watch(whole, decoder=Decoder(whole.bodies, is_isolated=False)), SOURCE, arrivals)
    platform = furnished(tmp_path / "small", lake_url=str(tiny_disk))
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    handle(watch, SOURCE, arrivals[:8])
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=r"has room|full|space"):
            handle(watch, SOURCE, arrivals[8:])
    subprocess.run(["mount", "-o", "remount,size=32m", tiny_disk], check=True)  # noqa: S603, S607  of the system
    handle(watch, SOURCE, arrivals[8:])
    assert kept(platform) == kept(whole)


def test_clocks_that_jump_and_messages_that_come_late_lose_nothing(tmp_path: Path) -> None:
    """Of the sender by 60 years and back, of intake by a day backwards; times that fall; the same once more."""
    platform = furnished(tmp_path / "data")
    watch = Watch(platform, decoder=Decoder(platform.bodies, is_isolated=False))
    ahead_us = NOW_US + 60 * 365 * DAY_US

    def told(at_us: int, value: float) -> bytes:
        return encode_values(Values(np.array([at_us]), np.array([value]), ("temperature",), ("degC",)))

    bodies = [told(NOW_US, 0.0), told(ahead_us, 1.0), told(NOW_US - DAY_US, 2.0), told(NOW_US + 5, 3.0)]
    arrivals = [arrival(n, body, received_us=NOW_US - n * DAY_US) for n, body in enumerate(bodies, start=1)]
    for start, end in ((0, 2), (1, 3), (0, 4), (2, 4)):
        handle(watch, SOURCE, arrivals[start:end])
    trend = platform.lake.trend("points", "acme", "drive", "temperature", **SPAN)
    assert trend.values.tolist() == [2.0, 0.0, 3.0, 1.0]
    with platform.catalog.read("acme") as work:
        (newest,) = latest_of(work, quantity="temperature")
    assert (newest.at_us, newest.value) == (ahead_us, 1.0)


def test_shards_that_are_kept_together_keep_what_each_alone_would(tmp_path: Path) -> None:
    platforms = [furnished(tmp_path / name) for name in ("together", "alone")]
    drive = [arrival(n, values(n), address=DRIVE) for n in range(1, 9)]
    free = [arrival(n, waveform(n), "waveform", address=FREE) for n in range(1, 9)]
    together, alone = (Watch(each, decoder=Decoder(each.bodies, is_isolated=False)) for each in platforms)
    for start in (0, 4, 2):  # the last one comes again
        harvests = together.gathered({"a": drive[start : start + 4], "b": free[start : start + 4]})
        together.keep_evidence(harvests)
        together.keep_catalog(harvests)
        handle(alone, "a", drive[start : start + 4])
        handle(alone, "b", free[start : start + 4])
    assert kept(platforms[0]) == kept(platforms[1])
    assert platforms[0].lake.table("points").transaction("a") == 8


def test_three_hundred_megabytes_of_values_are_refused_before_they_are_taken(tmp_path: Path) -> None:
    platform, intake, asked = furnished(tmp_path / "data"), MemoryIntake(), [0]

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(300):
            asked[0] += 1_000_000
            yield bytes(1_000_000)

    with pytest.raises(BadMessage, match="is not taken"):
        asyncio.run(arrive(platform, intake, "acme", "drive", "values", parts(), door="http"))
    assert asked[0] <= MOST_VALUES + 1_000_000
    assert intake.arrivals == []
    assert not [each for each in (platform.folder / "bodies").rglob("*") if each.is_file()]
