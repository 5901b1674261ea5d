"""The command at the foot of a report says what the call said."""

import shlex

import numpy as np
import pytest

from loadzone.bearings.geometry import geometry_from_option
from loadzone.bearings.orders import ring_speeds_from_option
from loadzone.flows.command import check_command
from loadzone.flows.diagnose import DiagnoseOptions
from loadzone.monitor.settings import Gear, Machine
from loadzone.signals.recording import Recording, SpeedProfile
from loadzone.words.sourced import Sourced

PROFILE = SpeedProfile(np.array([0.0, 1.0]), np.array([600.0, 1800.0]))


def labelled(channel: str) -> Recording:
    return Recording(
        np.zeros(8, np.float32), channel, fs_hz=Sourced(12000.0, "label"), speed_rpm=Sourced(1797.0, "label")
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (DiagnoseOptions(), ""),
        (DiagnoseOptions(geometry=geometry_from_option("9,7.94,39.04,0")), "--geometry 9,7.94,39.04,0"),
        (DiagnoseOptions(speed_rpm=1796.25, fs_hz=12000.0, unit="g"), "--speed 1796.25 --fs 12000 --unit g"),
        (DiagnoseOptions(speed_range_rpm=(600.0, 1800.0)), "--speed 600..1800"),
        (DiagnoseOptions(tacho="pulses", channel="drive end"), "--tacho pulses --channel 'drive end'"),
        (DiagnoseOptions(profile=PROFILE, channel=0), "--profile PROFILE.csv --channel 0"),
        (DiagnoseOptions(turning=ring_speeds_from_option("outer")), "--turning outer"),
        (DiagnoseOptions(turning=ring_speeds_from_option("both:1500,-500")), "--turning both:1500,-500"),
        (DiagnoseOptions(machine=Machine(2, "rigid"), gears=(Gear(23, 0.4),)), "--machine 2:rigid --gear 23:0.4"),
        (DiagnoseOptions(false_alarm_rate=0.05), "--false-alarm-rate 0.05"),
    ],
)
def test_what_the_call_said_is_in_the_command(options: DiagnoseOptions, said: str) -> None:
    words = shlex.split(check_command("folder/a b.wav", options))
    assert words == ["loadzone", "diagnose", "a b.wav", *shlex.split(said)]


def test_what_a_table_of_labels_said_is_typed_out_and_one_channel_of_several_is_named() -> None:
    told = check_command("97.mat", DiagnoseOptions(), labelled("DE"), bearing="6205-2RS JEM", is_one=False)
    assert told == "loadzone diagnose 97.mat --bearing '6205-2RS JEM' --speed 1797 --fs 12000 --channel DE"
