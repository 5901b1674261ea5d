"""What the fleet sends now: values of all positions in turn, a recording now and then, by MQTT, as devices with rights.

Each site has a gateway of its own, which may publish for the positions of its site and hear nothing.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from loadzone.connect.address import Address
from loadzone.connect.mqtt.device import Device, connected_devices
from loadzone.connect.nats_server.configuration import write_private
from loadzone.flows.broker import host_and_port
from loadzone.flows.demo.history import values_body, wave_body
from loadzone.flows.demo.plan import Plan
from loadzone.simulate.fleet import FleetMachine, FleetPosition, observed, operating, samples_at
from loadzone.simulate.fleet.fates import is_sending

ROUND_S = 30.0
"""Each position sends its values so often ..."""
TURNS = 6
"""... and the positions take turns, so many in a round."""
RECORDING_S = 60.0
"""Some position sends a recording so often."""
DEVICES = "devices.json"


def let_in(plan: Plan, folder: Path) -> None:
    """Name the gateways in the file of devices, each with a password of its own; once."""
    path = folder / DEVICES
    if path.is_file():
        return
    told = [
        {
            "name": gateway(site.id),
            "password": secrets.token_urlsafe(18),
            "positions": [f"{customer.id}/{place.id}" for machine in site.machines for place in machine.positions],
        }
        for customer in plan.fleet.organisations
        for site in customer.sites
    ]
    write_private(path, json.dumps(told, indent=1))


def gateway(site: str) -> str:
    """Name of a site's gateway."""
    return f"gateway-{site}"


async def send_on(plan: Plan, folder: Path, mqtt: str) -> None:
    """Send until cancelled; while the broker is away messages wait."""
    passwords = {each["name"]: each["password"] for each in json.loads((folder / DEVICES).read_text(encoding="utf-8"))}
    host, port = host_and_port(mqtt)
    sites = [site.id for customer in plan.fleet.organisations for site in customer.sites]
    devices = [Device(host, port, gateway(each), passwords[gateway(each)]) for each in sites]
    by_site = dict(zip(sites, devices, strict=True))
    places = [
        (by_site[site.id], Address(customer.id, position.id), machine, position)
        for customer, site, machine, position in plan.fleet.places()
    ]
    with connected_devices(devices):
        turn, recorded_s = 0, time.time()
        while True:
            now_s = time.time()
            for device, address, machine, position in places[turn % TURNS :: TURNS]:
                for body in _values(plan, machine, position, now_s):
                    device.publish(address.topic("values"), body)
            if now_s - recorded_s >= RECORDING_S:
                recorded_s = now_s
                device, address, machine, position = places[int(now_s // RECORDING_S) * 7 % len(places)]
                for body in await asyncio.to_thread(_recordings, plan, machine, position, now_s):
                    device.publish(address.topic("waveform"), body)
            turn += 1
            await asyncio.sleep(ROUND_S / TURNS)


def _values(plan: Plan, machine: FleetMachine, position: FleetPosition, now_s: float) -> Iterator[bytes]:
    told = observed(machine, position, origin_s=plan.origin_s, span_s=plan.span_s, times_s=np.array([now_s]))
    if len(told):
        yield values_body(told, slice(0, len(told)))


def _recordings(plan: Plan, machine: FleetMachine, position: FleetPosition, now_s: float) -> list[bytes]:
    """A recording of now; none where the machine stands or the position sends nothing."""
    share = np.array([(now_s - plan.origin_s) / plan.span_s])
    speed = operating(machine, plan.origin_s, np.array([now_s])).speeds_rpm[0]
    if speed < machine.trade.top_rpm / 10.0 or not is_sending(position.fate, share)[0]:
        return []
    made = samples_at(machine, position, origin_s=plan.origin_s, span_s=plan.span_s, time_s=now_s)
    return [wave_body(made, round(now_s * 1e6))]
