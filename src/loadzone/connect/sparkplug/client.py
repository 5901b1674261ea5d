"""Moves the bytes of Sparkplug machines and does what their effects say; decides nothing."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from loadzone.connect.intake.arrival import Intake
from loadzone.connect.mqtt.bridge import Broker
from loadzone.connect.mqtt.session import Session, session
from loadzone.connect.sparkplug.edge import Edge
from loadzone.connect.sparkplug.effects import (
    Command,
    Connect,
    Deviation,
    Disconnect,
    Effect,
    Presence,
    Publish,
    Readings,
    Subscribe,
)
from loadzone.connect.sparkplug.handover import Handover
from loadzone.connect.sparkplug.host import Host
from loadzone.connect.sparkplug.payload import Metric
from loadzone.connect.sparkplug.topics import Node
from loadzone.words.errors import LoadzoneError, NotStored, Unreachable
from loadzone.words.texts import Text

LOG = logging.getLogger(__name__)
_TICK_S = 0.25
_LONGEST_WAIT_S = 30.0
_MOST_WAITING = 50_000


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


async def _do(effects: Sequence[Effect], at: Session) -> None:
    for effect in effects:
        if isinstance(effect, Publish):
            at.publish(effect.topic, effect.body, effect.qos, retain=effect.retain)
        elif isinstance(effect, Subscribe):
            at.subscribe(effect.topic, effect.qos)


class HostRunner:
    """``await HostRunner(broker, host, handover, intake).run()`` until cancelled.

    ``presences`` tells which nodes and devices are there, ``deviations`` what nodes get wrong. Readings that intake
    does not take wait, up to 50,000 groups; ``lost`` counts what had to go, ``stored`` and ``refused`` messages.
    ``door`` is what arrivals carry, «sparkplug:» and the host's identifier by default.
    """

    def __init__(self, broker: Broker, host: Host, handover: Handover, intake: Intake, *, door: str = "") -> None:
        self.host = host
        self.door = door or f"sparkplug:{host.host}"
        self.is_connected = False
        self.stored = 0
        self.refused = 0
        self.lost = 0
        self.last_error: Text | None = None
        self.deviations: list[Deviation] = []
        self.presences: dict[tuple[Node, str | None], Presence] = {}
        self._broker = broker
        self._handover = handover
        self._intake = intake
        self._waiting: asyncio.Queue[Readings] = asyncio.Queue(_MOST_WAITING)
        self._session: Session | None = None

    async def run(self) -> None:
        """One session after another, each with a will of its own time."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hand_over())
            group.create_task(self._listen())

    async def command(self, node: Node, device: str | None, metric: Metric) -> None:
        """Write to a metric of a node or device.

        Raises
        ------
        BadMessage : as `Host.command`
        """
        if self._session:
            await _do([self.host.command(node, device, metric, _now_ms())], self._session)

    async def _listen(self) -> None:
        wait_s = 0.5
        while True:
            will = self.host.will(_now_ms())
            try:
                async with session(self._broker, (will.topic, will.body, will.qos, will.retain)) as at:
                    wait_s = 0.5
                    await self._one_session(at)
            except Unreachable as error:
                self.last_error = error.message
                LOG.warning("%s", error)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
            await asyncio.sleep(wait_s)

    async def _one_session(self, at: Session) -> None:
        self._session = at
        await self._take(self.host.connected(_now_ms()), at)
        self.is_connected, self.last_error = True, None
        try:
            while True:
                try:
                    async with asyncio.timeout(_TICK_S):  # wait_for of 3.11 swallows a cancelling beside a message
                        message = await at.messages.get()
                except TimeoutError:
                    await self._take(self.host.tick(_now_ms()), at)
                    continue
                if message is None:
                    return
                await self._take(self.host.receive(*message, _now_ms()), at)
                if at.messages.empty():
                    await self._take(self.host.tick(_now_ms()), at)
        finally:
            self._session, self.is_connected = None, False
            await _do(self.host.disconnecting(_now_ms()), at)

    async def _take(self, effects: Sequence[Effect], at: Session) -> None:
        await _do(effects, at)
        for effect in effects:
            if isinstance(effect, Deviation):
                LOG.warning("%s: %s", effect.node, effect.told)
                self.deviations.append(effect)
            elif isinstance(effect, Presence):
                self.presences[effect.node, effect.device] = effect
            elif isinstance(effect, Readings):
                if self._waiting.full():
                    self.lost += 1
                else:
                    self._waiting.put_nowait(effect)

    async def _hand_over(self) -> None:
        while True:
            readings = await self._waiting.get()
            for address, kind, body in self._handover.messages(readings):
                wait_s = 0.1
                while True:
                    try:
                        await self._intake.publish(address, kind, body, door=self.door)
                        self.stored += 1
                    except NotStored as error:
                        LOG.warning("%s", error)
                        await asyncio.sleep(wait_s)
                        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
                        continue
                    except LoadzoneError as error:
                        self.refused += 1
                        self.last_error = error.message
                        LOG.warning("%s: %s", readings.node, error)
                    break


class EdgeRunner:
    """``await EdgeRunner(brokers, edge).run()`` until cancelled; `update` takes values at any time."""

    def __init__(self, brokers: Sequence[Broker], edge: Edge) -> None:
        self.edge = edge
        self.commands: asyncio.Queue[Command] = asyncio.Queue()
        self._brokers = tuple(brokers)
        self._session: Session | None = None

    async def update(self, values: Mapping[str, Any], device: str | None = None, time_ms: int | None = None) -> None:
        """New values; see `Edge.update`."""
        effects = self.edge.update(values, _now_ms(), device, time_ms)
        if self._session:
            await _do(effects, self._session)

    async def run(self) -> None:
        """One session after another; a primary host that goes sends us to the next server."""
        wait_s, effects = 0.5, self.edge.connect(_now_ms())
        while True:
            (told,) = [each for each in effects if isinstance(each, Connect)]
            will = told.will
            broker = self._brokers[told.server]
            effects = []
            try:
                async with session(broker, (will.topic, will.body, will.qos, will.retain)) as at:
                    wait_s = 0.5
                    effects = await self._one_session(at)
            except Unreachable as error:
                LOG.warning("%s", error)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
            if not effects:
                await asyncio.sleep(wait_s)
                effects = self.edge.connect(_now_ms())

    async def _one_session(self, at: Session) -> list[Effect]:
        """Effects that lead to another server, or none when the connection broke."""
        self._session = at
        await _do(self.edge.connected(_now_ms()), at)
        try:
            while (message := await at.messages.get()) is not None:
                effects = self.edge.receive(*message, _now_ms())
                await _do(effects, at)
                for effect in effects:
                    if isinstance(effect, Command):
                        self.commands.put_nowait(effect)
                if any(isinstance(each, Disconnect) for each in effects):
                    at.leave(with_will=True)
                    return effects
        except asyncio.CancelledError:
            await _do(self.edge.disconnect(_now_ms()), at)
            at.leave(with_will=True)
            raise
        finally:
            self._session = None
        self.edge.lost(_now_ms())
        return []
