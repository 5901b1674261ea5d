"""The client: subscribes to mapped nodes of one server, hands their values over, and stays connected.

The library awaits our callback before it asks the server for more and before it acknowledges what came. So a queue that
is full holds the server back; what its own queue then loses is marked in the status and read from its history.
"""

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from loadzone.connect.opcua.browsing import find_all
from loadzone.connect.opcua.peer import Peer, connected
from loadzone.connect.opcua.readings import (
    DeviceFinding,
    Judge,
    MappedNode,
    Reading,
    gap,
    has_overflow,
    microseconds,
    to_datetime,
)
from loadzone.words.errors import BadInput, LoadzoneError, NotStored, Unreachable
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    from asyncua import Client, Node, ua

LOG = logging.getLogger(__name__)
MOST_WAITING = 16
"""Notifications (of 1000 values at most) that may wait here before the server is held back."""
_PER_CALL = 1000
_QUEUE = 200
_HISTORY_PAGE = 2000
_KEEPALIVE_S = 5.0
_RETRY_S = 60.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 30.0

Told = Reading | DeviceFinding


class HandOver(Protocol):
    """Where readings and findings go; a return is the acknowledgement."""

    async def __call__(self, told: Sequence[Told]) -> None:
        """Keep them, in this order.

        Raises
        ------
        NotStored, Unreachable : not now; they are brought again, and the server is held back meanwhile
        LoadzoneError : never; they are brought one by one, and the one that is refused again is counted and dropped
        """
        ...


@dataclass(frozen=True)
class _Heard:
    """Values of one notification; ``was_held``: before it the server had to wait for us."""

    values: "list[tuple[MappedNode, ua.DataValue]]"
    was_held: bool


class Source:
    """``await Source(peer, nodes, hand_over).run()`` until cancelled; its attributes are for the page that shows it.

    ``since_us`` gives the time of the last value that is kept of a node: what came later is read from the server's
    history at the first connection too (`begin_at` says it later, before `run`). ``period_s``: how often the server
    looks and tells.
    """

    def __init__(
        self,
        peer: Peer,
        nodes: Sequence[MappedNode],
        hand_over: HandOver,
        since_us: Mapping[MappedNode, int] | None = None,
        period_s: float = 1.0,
    ) -> None:
        self.peer = peer
        self.nodes = list(nodes)
        self.is_connected = False
        self.connections = 0
        self.readings = 0
        self.refused = 0
        self.last_error: Text | None = None
        self._hand_over = hand_over
        self._period_s = period_s
        self._judge = Judge()
        self._last_us: dict[MappedNode, int] = dict(since_us or {})
        self._last: dict[MappedNode, object] = {}
        self._filled_us: dict[MappedNode, int] = {}
        self._keeps: dict[MappedNode, bool] = {}
        self._chance = random.SystemRandom()
        self._waiting: asyncio.Queue[_Heard] = asyncio.Queue(MOST_WAITING)
        self._heard_s = 0.0
        self._is_holding = False
        self._was_held = False
        self._lost = asyncio.Event()

    def begin_at(self, since_us: Mapping[MappedNode, int]) -> None:
        """Say what is kept of the nodes, where it is newer than what is known here."""
        for node, time_us in since_us.items():
            self._last_us[node] = max(time_us, self._last_us.get(node, time_us))

    async def run(self) -> None:
        """Connect, stay connected, hand over."""
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                await self._session()
                self.last_error = text("{url} has gone", url=self.peer.url)
            except Unreachable as error:
                self.last_error = error.message
            except (OSError, TimeoutError) as error:
                self.last_error = text("{url} broke off: {reason}", url=self.peer.url, reason=_named(error))
            except Exception as error:
                if not _is_theirs(error):
                    raise
                self.last_error = text("{url} refuses: {reason}", url=self.peer.url, reason=_named(error))
            wait_s = _FIRST_WAIT_S if self.is_connected else min(2 * wait_s, _LONGEST_WAIT_S)
            self.is_connected = False
            LOG.warning("%s; again in %.1f s", self.last_error, wait_s)
            await asyncio.sleep(wait_s * (0.5 + 0.5 * self._chance.random()))

    async def _session(self) -> None:
        self._lost.clear()
        self._waiting = asyncio.Queue(MOST_WAITING)
        self._was_held = False
        self._keeps.clear()
        async with connected(self.peer, self._lost) as client:
            found = await find_all(client, self.nodes)
            there = [
                (node, each) for node, each in zip(self.nodes, found, strict=True) if not isinstance(each, BadInput)
            ]
            await self._tell_missing(found)
            limit_s = await self._subscribe(client, there)
            self.is_connected = True
            self.connections += 1
            self.last_error = None
            LOG.info("%s: %d nodes", self.peer.url, len(there))
            await self._live(dict(there), limit_s, is_whole=len(there) == len(self.nodes))

    async def _live(self, there: "dict[MappedNode, Node]", limit_s: float, *, is_whole: bool) -> None:
        """Hand over until the connection is lost; nodes that were not there are looked for again now and then."""
        tasks = [
            asyncio.create_task(self._drain(there)),
            asyncio.create_task(self._lost.wait()),
            asyncio.create_task(self._watch(limit_s, None if is_whole else _RETRY_S)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                each.result()
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, limit_s: float, at_most_s: float | None) -> None:
        """Return when the server has said nothing for too long, though not held back by us, or when time is up."""
        began_s = time.monotonic()
        while at_most_s is None or time.monotonic() - began_s < at_most_s:
            await asyncio.sleep(min(1.0, limit_s / 4))
            if self._is_holding:
                self._heard_s = time.monotonic()
            elif time.monotonic() - self._heard_s > limit_s:
                return

    async def _tell_missing(self, found: "Sequence[Node | BadInput]") -> None:
        now_us = _now_us()
        told = [
            self._judge.missing(node, each.message, now_us)
            for node, each in zip(self.nodes, found, strict=True)
            if isinstance(each, BadInput)
        ]
        await self._give([each for each in told if each])

    async def _subscribe(self, client: "Client", there: "list[tuple[MappedNode, Node]]") -> float:
        """Subscribe to the nodes; returns after how many silent seconds the server counts as gone."""
        from asyncua import ua

        count = max(1, round(_KEEPALIVE_S / self._period_s))
        wanted = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=self._period_s * 1000,
            RequestedLifetimeCount=max(3 * count, round(300 / self._period_s)),
            RequestedMaxKeepAliveCount=count,
            MaxNotificationsPerPublish=_PER_CALL,
            PublishingEnabled=True,
        )
        self._heard_s = time.monotonic()
        nodes = [node for node, _ in there]
        session = client.uaclient.session

        async def published(result: ua.PublishResult) -> None:
            await self._published(nodes, result)

        made = await session.create_subscription(wanted, published)
        for start in range(0, len(there), _PER_CALL):
            some = there[start : start + _PER_CALL]
            items = [self._item(start + index, *each) for index, each in enumerate(some)]
            parameters = ua.CreateMonitoredItemsParameters(made.SubscriptionId, ua.TimestampsToReturn.Both, items)
            answers = await session.create_monitored_items(parameters)
            await self._tell_refused([node for node, _ in some], answers)
        return max(3 * float(made.RevisedPublishingInterval) / 1000 * int(made.RevisedMaxKeepAliveCount), 5.0)

    def _item(self, handle: int, node: MappedNode, there: "Node") -> "ua.MonitoredItemCreateRequest":
        from asyncua import ua

        asked = ua.MonitoringParameters(
            ClientHandle=ua.UInt32(handle),
            SamplingInterval=self._period_s * 1000,
            QueueSize=ua.UInt32(_QUEUE),
            DiscardOldest=not node.is_state,
        )
        what = ua.ReadValueId(NodeId=there.nodeid, AttributeId=ua.AttributeIds.Value)
        return ua.MonitoredItemCreateRequest(what, ua.MonitoringMode.Reporting, asked)

    async def _tell_refused(self, nodes: list[MappedNode], answers: "Sequence[ua.MonitoredItemCreateResult]") -> None:
        now_us = _now_us()
        told = [
            self._judge.missing(
                node, text("node {node}: {reason}", node=node.node, reason=each.StatusCode.name), now_us
            )
            for node, each in zip(nodes, answers, strict=True)
            if not each.StatusCode.is_good()
        ]
        await self._give([each for each in told if each])

    async def _published(self, nodes: list[MappedNode], result: "ua.PublishResult") -> None:
        """Take what the server tells; while the queue is full the library waits here and asks for no more."""
        from asyncua import ua

        self._heard_s = time.monotonic()
        for each in result.NotificationMessage.NotificationData or []:
            if isinstance(each, ua.DataChangeNotification):
                values = [(nodes[item.ClientHandle], item.Value) for item in each.MonitoredItems]
                was_held, self._was_held = self._was_held, self._waiting.full()
                self._is_holding = self._was_held
                try:
                    await self._waiting.put(_Heard(values, was_held))
                finally:
                    self._is_holding = False
                    self._heard_s = time.monotonic()
            elif isinstance(each, ua.StatusChangeNotification):
                self._lost.set()

    async def _drain(self, there: "dict[MappedNode, Node]") -> None:
        """First what was missed, then what comes."""
        await self._fill(there)
        while True:
            heard = await self._waiting.get()
            if heard.was_held:  # its own queues may have run over, and not every server marks that
                await self._fill({node: there[node] for node, _ in heard.values}, is_told=False)
            lost = [node for node, value in heard.values if value.StatusCode and has_overflow(value.StatusCode.value)]
            await self._fill({node: there[node] for node in lost})
            await self._give([each for node, value in heard.values for each in self._judged(node, value)])

    async def _fill(self, nodes: "dict[MappedNode, Node]", *, is_told: bool = True) -> None:
        """Read what came after the last value from the server's history; where there is none, say so if ``is_told``."""
        missed = {node: each for node, each in nodes.items() if node in self._last_us}
        since_us = {node: self._last_us[node] for node in missed}
        until_us = _now_us()
        without: list[MappedNode] = []
        for node, each in missed.items():
            if not await self._history(node, each, until_us):
                without.append(node)
        if without and is_told:
            first_us = min(since_us[node] for node in without)
            reason = text("the server keeps no history: values in between may be missing")
            await self._give(gap(without, first_us, until_us, reason))

    async def _history(self, node: MappedNode, there: "Node", until_us: int) -> bool:
        """Hand over a node's history page by page; False where there is none to read."""
        from asyncua import ua
        from asyncua.ua.uaerrors import UaStatusCodeError

        since_us = self._last_us[node]
        if not await self._has_history(node, there):
            return False
        while True:
            try:
                page = await there.read_raw_history(
                    to_datetime(since_us), to_datetime(until_us), _HISTORY_PAGE, return_bounds=False
                )
            except UaStatusCodeError as error:
                return bool(error.code == ua.StatusCodes.BadNoData)
            await self._give([each for value in page for each in self._judged(node, value, is_history=True)])
            self._filled_us[node] = self._last_us[node]
            reached_us = microseconds(page[-1].SourceTimestamp) if len(page) == _HISTORY_PAGE else None
            if reached_us is None or reached_us <= since_us:
                return True
            since_us = reached_us

    async def _has_history(self, node: MappedNode, there: "Node") -> bool:
        """Whether the node says that we may read its history: a server may answer with nothing where it keeps none."""
        from asyncua import ua

        if node not in self._keeps:
            told = (await there.read_attribute(ua.AttributeIds.UserAccessLevel)).Value
            self._keeps[node] = bool(told and told.Value & (1 << ua.AccessLevel.HistoryRead.value))
        return self._keeps[node]

    def _judged(self, node: MappedNode, value: "ua.DataValue", *, is_history: bool = False) -> list[Told]:
        """What a value says, if it says something new."""
        said = (microseconds(value.SourceTimestamp), _comparable(value))
        known_us = self._last_us[node] if is_history else self._filled_us.get(node)
        if self._last.get(node) == said or (said[0] is not None and known_us is not None and said[0] <= known_us):
            return []
        self._last[node] = said
        judged = self._judge.judge(node, value, _now_us(), is_history=is_history)
        return [each for each in (judged.reading, judged.finding) if each is not None]

    async def _give(self, told: Sequence[Told]) -> None:
        """Hand over, for as long as it takes; only then does it count as seen."""
        if not told:
            return
        wait_s = 0.1
        while True:
            try:
                await self._hand_over(told)
            except (NotStored, Unreachable) as error:
                self.last_error = error.message
                LOG.warning("%s", error)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, 5.0)
            except LoadzoneError as error:
                await self._refused(told, error)
                return
            else:
                break
        for each in told:
            if isinstance(each, Reading):
                self.readings += 1
                self._last_us[each.node] = max(each.time_us, self._last_us.get(each.node, each.time_us))

    async def _refused(self, told: Sequence[Told], error: LoadzoneError) -> None:
        """One of them can never be kept: find it, keep the others."""
        if len(told) > 1:
            for each in told:
                await self._give([each])
            return
        self.refused += 1
        self.last_error = error.message
        LOG.error("%s: a value is refused: %s", self.peer.url, error)


def _comparable(value: "ua.DataValue") -> object:
    found = value.Value.Value if value.Value is not None else None
    return (tuple(found) if isinstance(found, list) else found, value.StatusCode.value if value.StatusCode else 0)


def _is_theirs(error: Exception) -> bool:
    """Whether the library speaks of the server or of the network; anything else is our fault."""
    from asyncua.ua.uaerrors import UaError

    return isinstance(error, UaError) and not isinstance(error, LoadzoneError)


def _named(error: Exception) -> str | Text:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _now_us() -> int:
    return time.time_ns() // 1000
