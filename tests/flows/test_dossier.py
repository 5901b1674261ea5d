"""What is known of a position: its baseline as a band, its place by urgency, and the spectra of its recordings."""

import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("sqlalchemy", reason="the platform needs its extra")
sys.path.insert(0, str(Path(__file__).parent))

from watching import NOW_US, furnished

from loadzone.bearings.geometry import geometry_from_option
from loadzone.bearings.orders import defect_orders
from loadzone.flows.assets import change
from loadzone.flows.audit import Act
from loadzone.flows.dossier import dossier, inner_of, orders_of
from loadzone.flows.platform import Platform
from loadzone.flows.spectra import BINS, END_ORDER, Column, spectra
from loadzone.flows.watch.position import PositionFold
from loadzone.flows.watch.waves import wave_of
from loadzone.monitor.watch.baseline import Baseline, Level, Reference
from loadzone.monitor.watch.state import PositionState
from loadzone.simulate.faults import Surroundings, recording
from loadzone.store.catalog.latest import Latest, put_latest
from loadzone.store.catalog.states import BlockState, states
from loadzone.words.errors import UnknownThing

INSIDE = "9,7.94,39.04,0"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    found = furnished(tmp_path)
    yield found
    found.close()


def test_a_band_reaches_from_the_quietest_to_the_loudest_class_that_was_learnt(platform: Platform) -> None:
    reference = Reference(0, 9, 200, 190, 60.0, 0.5, 0.1, (0.0,) * 3, (0.0,) * 9, (0.0,) * 3, (0.0,) * 3)
    levels = {n: Level(50, (0.0, 0.0, 0.0, math.log(mean)), 0.1, 0) for n, mean in enumerate((2.0, 3.0))}
    known = Baseline(reference=reference, levels=levels)
    learning = replace(known, reference=None)
    state = PositionState("drive", baselines={"velocity_rms_mms": known, "kurtosis": learning})
    value = msgspec.msgpack.encode({"": state.to_bytes(), "DE": state.to_bytes()})
    kept = BlockState("acme", "drive", PositionFold.block, PositionFold.version, value, "s", 1, NOW_US)
    platform.catalog.write("acme", lambda work: states.add(work, kept))
    bands = platform.read("acme", lambda work: dossier(work, "acme", "drive", NOW_US)).bands
    assert set(bands) == {"velocity", "velocity:DE"}
    assert (bands["velocity"].low, bands["velocity"].high) == pytest.approx((2.0 * math.exp(-0.2), 3.0 * math.exp(0.2)))


def test_neighbours_are_those_by_urgency(platform: Platform) -> None:
    newest = [Latest("acme", "free", "velocity", NOW_US, 1.0, "mms", "danger")]
    platform.catalog.write("acme", lambda work: put_latest(work, newest))
    first = platform.read("acme", lambda work: dossier(work, "acme", "free", NOW_US))
    last = platform.read("acme", lambda work: dossier(work, "acme", "drive", NOW_US))
    assert (first.previous, first.following, last.previous, last.following) == (
        None,
        last.position,
        first.position,
        None,
    )


def test_a_position_that_is_retired_is_told_as_such(platform: Platform) -> None:
    act = Act("test", NOW_US)
    platform.catalog.write("acme", lambda work: change(work, act, "position", "acme", "free", {"is_retired": True}))
    with pytest.raises(UnknownThing, match="retired"):
        platform.read("acme", lambda work: dossier(work, "acme", "free", NOW_US))


def test_the_inside_is_that_of_the_facts_and_a_bearing_that_nobody_knows_has_a_reason(platform: Platform) -> None:
    act = Act("test", NOW_US)
    told = {"facts": {"geometry": INSIDE}}
    platform.catalog.write("acme", lambda work: change(work, act, "position", "acme", "drive", told))
    inner = inner_of(platform.read("acme", lambda work: dossier(work, "acme", "drive", NOW_US)))
    assert orders_of(inner)["BPFO"] == pytest.approx(defect_orders(geometry_from_option(INSIDE)).outer)
    assert inner.outline is not None
    odd = {"facts": {}, "bearing": "no such bearing"}
    platform.catalog.write("acme", lambda work: change(work, act, "position", "acme", "free", odd))
    unknown = inner_of(platform.read("acme", lambda work: dossier(work, "acme", "free", NOW_US)))
    assert unknown.geometry is None
    assert unknown.reason is not None
    assert orders_of(unknown) == {}


def test_a_damaged_outer_ring_is_a_line_at_its_order_and_a_sound_bearing_has_none_there(platform: Platform) -> None:
    geometry = geometry_from_option(INSIDE)
    order = defect_orders(geometry).outer
    for number, fault in enumerate(("none", "outer"), start=1):
        made, _ = recording(
            geometry, fault, speed_rpm=1500.0, fs_hz=12_800.0, duration_s=2.0, rng=np.random.default_rng(number),  # type: ignore[arg-type]  # a fault
            snr_db=0.0 if fault != "none" else None, surroundings=Surroundings(noise_rms_ms2=1.0),
        )  # fmt: skip
        _keep(platform, number, wave_of(made, NOW_US + number), 1500.0)
    sound, damaged = spectra(platform, "acme", "drive", 0, NOW_US + 100)
    assert near(sound, order) < 8.0
    assert near(damaged, order) > 14.0
    assert all(float(each.levels_db.min()) >= 0.0 for each in (sound, damaged))


def test_recordings_without_speed_without_life_or_too_short_have_no_spectrum(platform: Platform) -> None:
    made, _ = recording(
        geometry_from_option(INSIDE),
        "none",
        speed_rpm=1500.0,
        fs_hz=12_800.0,
        duration_s=0.5,
        rng=np.random.default_rng(1),
    )
    _keep(platform, 1, wave_of(made, NOW_US + 1), None)
    _keep(platform, 2, wave_of(made.but(samples=made.samples * np.float32(0)), NOW_US + 2), 1500.0)
    _keep(platform, 3, wave_of(made.but(samples=made.samples[:400]), NOW_US + 3), 1500.0)
    assert list(spectra(platform, "acme", "drive", 0, NOW_US + 100)) == []


def near(column: Column, order: float) -> float:
    at = int(order / END_ORDER * BINS)
    return float(column.levels_db[at - 1 : at + 2].max())


def _keep(platform: Platform, number: int, wave: object, speed_rpm: float | None) -> None:
    name = platform.waveforms.put("acme", wave)  # type: ignore[arg-type]  # a wave
    whose = {"organisation": ["acme"], "position": ["drive"], "time": [NOW_US + number], "id": [f"r{number}"]}
    platform.lake.append("recordings", {**whose, "object": [name], "speed": [speed_rpm]}, source="t", sequences=number)
