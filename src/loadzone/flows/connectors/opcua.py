"""Readings of an OPC UA server to intake, and the states of an organisation's positions to a server of ours."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake.arrival import Intake
from loadzone.connect.messages.values import Values, encode_values
from loadzone.connect.messages.waveform import Waveform, encode_waveform
from loadzone.connect.opcua import DeviceFinding, HealthServer, MappedNode, Reading, Shown, ShownValue
from loadzone.connect.opcua.client import Told
from loadzone.connect.opcua.shown import Health
from loadzone.flows import in_words
from loadzone.flows.connectors.declared import UNITS
from loadzone.flows.platform import Platform, Work
from loadzone.flows.standing import Stand, stands
from loadzone.reports.marks import state_word
from loadzone.store.catalog.latest import Latest, latest_of
from loadzone.words.errors import BadInput

LOG = logging.getLogger(__name__)
SHOWN_HEALTH: Mapping[str, Health] = {"act": "act", "plan": "plan", "watch": "watch", "good": "good"}
UNASSIGNED = "unassigned"
"""Machine of a position that is in none."""


class ToIntake:
    """Hands readings over as messages of their positions; remembers which devices do not measure.

    A value that the server itself calls uncertain is not handed on: it would be judged as if it were measured.
    """

    def __init__(self, intake: Intake, door: str) -> None:
        self.faults: dict[tuple[str, tuple[str, ...]], DeviceFinding] = {}
        self.door = door
        self._intake = intake

    async def __call__(self, told: Sequence[Told]) -> None:
        """Keep them; see `HandOver`."""
        readings: dict[Address, list[Reading]] = defaultdict(list)
        for each in told:
            if isinstance(each, DeviceFinding):
                self._find(each)
            elif each.is_good:
                readings[Address(each.node.organisation, each.node.position)].append(each)
        for address, some in readings.items():
            for kind, body in _messages(some):
                await self._intake.publish(address, kind, body, door=self.door)

    def _find(self, found: DeviceFinding) -> None:
        key = (found.position, found.quantities)
        if found.is_over:
            self.faults.pop(key, None)
        else:
            self.faults[key] = found
        LOG.warning("%s: %s %s: %s", self.door, found.position, ", ".join(found.quantities), found.reason)


def _messages(readings: Sequence[Reading]) -> list[tuple[Kind, bytes]]:
    """Numbers together, each array by itself."""
    numbers = [each for each in readings if each.node.rate_hz is None]
    waveforms: list[tuple[Kind, bytes]] = [("waveform", _waveform(each)) for each in readings if each.node.rate_hz]
    return [("values", _values(numbers)), *waveforms] if numbers else waveforms


def _values(readings: Sequence[Reading]) -> bytes:
    return encode_values(
        Values(
            np.array([each.time_us for each in readings], np.int64),
            np.array([each.value for each in readings], np.float64),
            tuple(each.node.quantity for each in readings),
            tuple(each.node.unit for each in readings),
        )
    )


def _waveform(reading: Reading) -> bytes:
    node = reading.node
    samples = np.asarray(reading.value, np.float32)
    return encode_waveform(Waveform(samples, node.rate_hz or 0.0, UNITS[node.unit], reading.time_us, node.quantity))


def kept_since(platform: Platform, nodes: Sequence[MappedNode]) -> Mapping[MappedNode, int]:
    """Time of the last value that is kept of each node, from which its server's history is asked for."""
    wanted = {(each.organisation, each.position, each.quantity): each for each in nodes if each.rate_hz is None}

    def job(work: Work) -> tuple[Latest, ...]:
        return latest_of(work, positions={position for _, position, _ in wanted})

    found = platform.read({each.organisation for each in nodes}, job)
    known = {(each.organisation, each.position, each.quantity): each.at_us for each in found}
    return {node: known[key] for key, node in wanted.items() if key in known}


async def show_states(platform: Platform, server: HealthServer, organisation: str, every_s: float) -> None:
    """Keep the server's nodes as the positions stand, until cancelled."""
    before: dict[tuple[str, str], Shown] = {}
    while True:
        now = await asyncio.to_thread(states, platform, organisation)
        for key in before.keys() - now.keys():
            await server.withdraw(*key)
        for key, shown in now.items():
            if before.get(key) != shown:
                await server.show(shown)
        before = now
        await asyncio.sleep(every_s)


def states(platform: Platform, organisation: str) -> dict[tuple[str, str], Shown]:
    """How each position of the organisation stands, as a server shows it; by machine and position."""
    at_us = platform.clock()

    def job(work: Work) -> tuple[list[Stand], tuple[Latest, ...]]:
        return stands(work, at_us, organisation=organisation), latest_of(work)

    found, latest = platform.read(organisation, job)
    values: dict[str, list[ShownValue]] = defaultdict(list)
    for each in latest:
        if each.organisation == organisation and each.value is not None:
            values[each.position].append(ShownValue(each.quantity, each.value, each.unit, each.at_us))
    told = {}
    for stand in found:
        try:
            shown = _shown(stand, tuple(values[stand.position.id]))
        except BadInput as error:  # a name that no node can have
            LOG.warning("position %s is not shown: %s", stand.position.id, error)
        else:
            told[shown.machine, shown.position] = shown
    return told


def _shown(stand: Stand, values: tuple[ShownValue, ...]) -> Shown:
    machine, position = stand.machine, stand.position
    return Shown(
        machine=machine.id if machine else UNASSIGNED,
        machine_name=machine.name if machine else UNASSIGNED,
        position=position.id,
        position_name=position.name,
        health=SHOWN_HEALTH.get(stand.state, "unknown"),
        health_text=state_word(stand.state).render("zh"),
        time_us=stand.standing.heard_us or position.created_us,
        advice="; ".join(in_words.headline(each, "zh") for each in stand.advice),
        values=values,
        is_measured=stand.state not in {"sensor", "none"},
    )
