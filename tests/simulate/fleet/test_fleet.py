"""The simulated fleet: its shape, its truth, and that every hour is the same whenever it is asked for."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.connect.address import Address
from loadzone.connect.nats_server.configuration import MOST_PAYLOAD
from loadzone.monitor.acquire import LEAST_REVOLUTIONS
from loadzone.simulate.fleet import (
    QUANTITIES,
    Fate,
    FleetMachine,
    FleetPosition,
    energy_ratio,
    observed,
    operating,
    roster,
    samples_at,
    wave_hours,
)
from loadzone.simulate.fleet.profiles import measured_at_s
from loadzone.simulate.fleet.waves import TURNS

ORIGIN_S, DAYS = 1_787_792_400.0, 90.0
SPAN_S = DAYS * 86_400.0
PLACES = [(machine, position) for _, _, machine, position in roster().places()]
BY_ID = {position.id: (machine, position) for machine, position in PLACES}
TRADES = {machine.trade.key: machine for machine in roster().machines}


def hourly(
    machine: FleetMachine, position: FleetPosition, first: int = 0, last: int = int(DAYS * 24)
) -> dict[str, object]:
    times_s = ORIGIN_S + 3600.0 * np.arange(first, last) + measured_at_s(machine)
    told = observed(machine, position, origin_s=ORIGIN_S, span_s=SPAN_S, times_s=times_s)
    return {"times_us": told.times_us, **told.values}


def test_the_fleet_has_56_machines_with_150_positions_of_eight_sites_and_seven_trades() -> None:
    fleet = roster()
    assert len(fleet.machines) == 56
    assert len(PLACES) == 150
    assert len({site.id for customer in fleet.organisations for site in customer.sites}) == 8
    assert set(TRADES) == {"wind", "metro", "vehicle", "tunnel", "spindle", "scanner", "engine"}
    addresses = {Address(customer.id, position.id) for customer, _, _, position in fleet.places()}
    assert len(addresses) == 150


def test_most_bearings_are_sound_and_the_others_end_in_every_way() -> None:
    kinds = Counter(position.fate.kind for _, position in PLACES)
    assert kinds == {
        "healthy": 127, "developing": 10, "exchanged": 7, "cable fails": 3, "falls silent": 1, "never sent": 2,
    }  # fmt: skip


def test_a_smaller_fleet_is_the_beginning_of_the_whole_one() -> None:
    few = {position.id: position.number for _, _, _, position in roster(2).places()}
    assert len(few) < 40
    assert all(BY_ID[name][1].number == number for name, number in few.items())


def test_an_hour_is_the_same_whether_it_is_asked_for_alone_or_in_a_season() -> None:
    for name in ("h07-hss", "m302-1r", "v06-motor", "s2-front", "ct1-gantry"):
        whole, alone = hourly(*BY_ID[name]), hourly(*BY_ID[name], 1500, 1501)
        place = list(whole["times_us"]).index(alone["times_us"][0])  # type: ignore[call-overload,index]
        for quantity in QUANTITIES:
            assert whole[quantity][place] == pytest.approx(alone[quantity][0], rel=1e-9)  # type: ignore[index]


@given(trade=st.sampled_from(sorted(TRADES)), day=st.floats(0.0, 400.0))
@settings(max_examples=60, deadline=None)
def test_no_machine_turns_faster_than_it_may_or_carries_a_negative_load(trade: str, day: float) -> None:
    machine = TRADES[trade]
    found = operating(machine, ORIGIN_S, ORIGIN_S + 86_400.0 * day + np.arange(0.0, 3600.0, 60.0))
    assert np.all((found.speeds_rpm >= 0.0) & (found.speeds_rpm <= 1.01 * machine.trade.top_rpm))
    assert np.all((found.loads >= 0.0) & (found.loads <= 105.0))


def test_each_trade_stands_at_times_and_runs_at_others() -> None:
    for machine in TRADES.values():
        times_s = ORIGIN_S + np.arange(0.0, SPAN_S, 3600.0) + measured_at_s(machine)
        share = np.mean(operating(machine, ORIGIN_S, times_s).speeds_rpm > 0.0)
        assert 0.2 < share < 1.0, machine.trade.key


def test_the_level_of_damage_rises_in_a_straight_line_of_decibels_and_ends_with_the_exchange() -> None:
    fate = Fate("outer", begins=0.2, grown=0.6, grown_db=0.0, exchanged=0.7)
    ratio = energy_ratio(fate, np.array([0.1, 0.3, 0.4, 0.5, 0.6, 0.71]))
    assert ratio[0] == ratio[-1] == 0.0
    assert np.diff(10 * np.log10(ratio[1:5])) == pytest.approx(6.0)


def test_damage_of_the_power_of_all_else_lifts_the_rms_by_the_root_of_two() -> None:
    machine, position = BY_ID["h02-hss"]
    sound = FleetPosition(position.number, position.id, position.name, position.seat, Fate())
    damaged = FleetPosition(
        position.number, position.id, position.name, position.seat, Fate("outer", begins=-1.0, grown=-0.5, grown_db=0.0)
    )
    runs = np.asarray(hourly(machine, sound)["speed"]) > 100.0
    rms = [np.asarray(hourly(machine, each)["rms"])[runs] for each in (sound, damaged)]
    # damage goes on to 6 dB, a power ratio of 4: the square root of 5; friction warms the bearing a little
    assert np.median(rms[1] / rms[0]) == pytest.approx(np.sqrt(5.0), rel=0.06)


def test_noise_of_an_hour_is_like_that_of_the_hour_before() -> None:
    found = hourly(*BY_ID["ct1-gantry"])
    logs = np.log(np.asarray(found["kurtosis"])[np.asarray(found["speed"]) > 0])
    lag = np.corrcoef(logs[:-1], logs[1:])[0, 1]
    assert 0.4 < lag < 0.75


def test_who_never_sends_sends_nothing_and_who_falls_silent_stops() -> None:
    assert len(hourly(*BY_ID["v14-hub"])["times_us"]) == 0  # type: ignore[arg-type]
    assert len(hourly(*BY_ID["d10-main"])["times_us"]) == 0.8 * DAYS * 24  # type: ignore[arg-type]
    assert "speed" not in hourly(*BY_ID["h04-gen"])


def test_recordings_are_few_and_made_while_the_machine_runs() -> None:
    total = 0
    for machine, position in PLACES:
        hours = wave_hours(machine, position, ORIGIN_S, SPAN_S)
        total += len(hours)
        times_s = ORIGIN_S + 3600.0 * np.array(hours, dtype=np.float64) + measured_at_s(machine)
        assert np.all(operating(machine, ORIGIN_S, times_s).speeds_rpm > 0.0)
    assert 150 <= total <= 300


def test_a_recording_is_the_same_every_time_and_says_that_it_is_simulated() -> None:
    machine, position = BY_ID["h07-hss"]
    hour = wave_hours(machine, position, ORIGIN_S, SPAN_S)[-1]
    time_s = ORIGIN_S + 3600.0 * hour + measured_at_s(machine)
    made = [samples_at(machine, position, origin_s=ORIGIN_S, span_s=SPAN_S, time_s=time_s) for _ in range(2)]
    assert np.array_equal(made[0].samples, made[1].samples)
    assert made[0].channel == "simulated"


def test_a_cable_that_failed_transmits_nothing() -> None:
    machine, position = BY_ID["v09-hub"]
    hour = wave_hours(machine, position, ORIGIN_S, SPAN_S)[-1]
    time_s = ORIGIN_S + 3600.0 * hour + measured_at_s(machine)
    assert not samples_at(machine, position, origin_s=ORIGIN_S, span_s=SPAN_S, time_s=time_s).samples.any()


def test_every_recording_holds_the_revolutions_that_a_diagnosis_needs_and_fits_into_one_message() -> None:
    for name in ("h01-main", "d01-main", "tbm1-main", "ct1-gantry", "m301-1l", "v01-hub"):
        machine, position = BY_ID[name]
        time_s = ORIGIN_S + 3600.0 * wave_hours(machine, position, ORIGIN_S, SPAN_S)[0] + measured_at_s(machine)
        made = samples_at(machine, position, origin_s=ORIGIN_S, span_s=SPAN_S, time_s=time_s)
        assert made.fs_hz is not None
        assert made.speed_rpm is not None
        assert len(made.samples) / made.fs_hz.value * made.speed_rpm.value / 60.0 >= LEAST_REVOLUTIONS
        assert made.samples.astype(np.float32).nbytes < 0.9 * MOST_PAYLOAD


def test_the_slowest_shaft_that_sends_now_still_fits_into_one_message() -> None:
    """A turbine in little wind, a tunnel boring machine in hard ground."""
    for machine, position in PLACES:
        slowest = 0.6 if machine.trade.key == "wind" else 0.75 if machine.trade.key == "tunnel" else 0.25
        speed_rpm = slowest * machine.trade.top_rpm * machine.ratio(position)
        assert 4 * position.seat.fs_hz * max(position.seat.duration_s, 60.0 * TURNS / speed_rpm) < MOST_PAYLOAD
