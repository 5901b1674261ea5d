"""The bridge to a customer's broker: a persistent session there, and an acknowledgement only after intake has stored.

The client's thread only appends to a queue. The broker holds back what was not acknowledged (its in-flight limit), so
the queue is as short as the broker's patience. After a cut or a crash the broker sends again what was not acknowledged,
and intake recognises the copies by what they say. An acknowledgement belongs to the connection that brought the
message: on a new one its number may mean another message, so it is not sent there.
"""

import asyncio
import logging
import ssl
import sys
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from loadzone.connect.address import Address, Kind
from loadzone.connect.intake.arrival import Intake, message_id
from loadzone.connect.mqtt.rules import Rule
from loadzone.words.errors import BadInput, BadMessage, NotStored
from loadzone.words.texts import Text, text

if TYPE_CHECKING:
    import paho.mqtt.client as mqtt
    from paho.mqtt.reasoncodes import ReasonCode

LOG = logging.getLogger(__name__)
IN_FLIGHT = 500
SESSION_S = 7 * 24 * 3600
_MOST_WAITING = 20_000
_RECENT = 20_000
_LONGEST_WAIT_S = 5.0


@dataclass(frozen=True)
class Broker:
    """Where a customer's broker is, and as whom we go there.

    ``session`` is the client id: it must be ours alone, because a second client with it drives the first one out.
    ``ca``, ``certificate``, ``key`` are PEM files; any of them, or ``tls``, turns TLS on; the server's name is checked.
    """

    host: str
    port: int = 1883
    session: str = "loadzone"
    version: Literal["3.1.1", "5"] = "5"
    user: str = ""
    password: str = ""
    tls: bool = False
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext | None:
        """How TLS is done; None without it.

        Raises
        ------
        BadInput : a file of a certificate or key cannot be read
        """
        if not (self.tls or self.ca or self.certificate):
            return None
        try:
            found = ssl.create_default_context(cafile=self.ca)
            if self.certificate:
                found.load_cert_chain(self.certificate, self.key)
        except OSError as error:
            raise BadInput(
                text(
                    "certificates for {host} cannot be read ({reason}): give PEM files",
                    host=self.host,
                    reason=str(error),
                )
            ) from error
        return found


@dataclass(frozen=True)
class _Received:
    connection: int
    number: int
    qos: int
    topic: str
    body: bytes
    is_retained: bool
    received_us: int


class Bridge:
    """``await Bridge(broker, rules, intake).run()`` until cancelled; what happened is told by its attributes.

    ``is_connected``: connected and subscribed. ``stored``, ``copies``, ``refused`` (put aside), ``lost`` (QoS 0, queue
    full) count messages; ``last_error`` is for the page that shows the bridge.
    """

    def __init__(self, broker: Broker, rules: Sequence[Rule], intake: Intake) -> None:
        self.broker = broker
        self.door = f"mqtt:{broker.session}"
        self.is_connected = False
        self.stored = 0
        self.copies = 0
        self.refused = 0
        self.lost = 0
        self.last_error: Text | None = None
        self._rules = tuple(rules)
        self._intake = intake
        self._lock = threading.Lock()
        self._connection = 0
        self._waiting: asyncio.Queue[_Received] = asyncio.Queue()
        self._recent: OrderedDict[str, None] = OrderedDict()

    async def run(self) -> None:
        """Connect, stay connected, hand over.

        Raises
        ------
        BadInput : as `Broker.context`
        """
        self._loop = asyncio.get_running_loop()
        client = self._client()
        client.connect_async(self.broker.host, self.broker.port, keepalive=30, **self._session())
        client.loop_start()
        try:
            while True:
                await self._hand_over(client, await self._next())
        finally:
            client.disconnect()
            await asyncio.shield(asyncio.to_thread(client.loop_stop))

    def _client(self) -> "mqtt.Client":
        import paho.mqtt.client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        is_5 = self.broker.version == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.broker.session,
            protocol=MQTTProtocolVersion.MQTTv5 if is_5 else MQTTProtocolVersion.MQTTv311,
            clean_session=None if is_5 else False,
            manual_ack=True,
        )
        if self.broker.user:
            client.username_pw_set(self.broker.user, self.broker.password)
        context = self.broker.context()
        if context:
            client.tls_set_context(context)
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_connect_fail = self._on_connect_fail
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _session(self) -> dict[str, Any]:
        if self.broker.version != "5":
            return {}
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        told = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library's own
        told.SessionExpiryInterval = SESSION_S
        told.ReceiveMaximum = IN_FLIGHT
        return {"clean_start": False, "properties": told}

    def _on_connect(
        self, client: "mqtt.Client", _user: object, _flags: object, code: "ReasonCode", _more: object
    ) -> None:
        with self._lock:
            self._connection += 1
        if code.is_failure:
            self._trouble(text("{host}:{port} does not let {session} in ({reason})", **self._where(code)))
            return
        client.subscribe([(topic, 1) for topic in dict.fromkeys(rule.filter for rule in self._rules)])

    def _on_disconnect(
        self, _client: "mqtt.Client", _user: object, _flags: object, code: "ReasonCode", _more: object
    ) -> None:
        with self._lock:
            self._connection += 1
            was_connected, self.is_connected = self.is_connected, False
        if was_connected and code.is_failure:
            self._trouble(text("cut off from {host}:{port} ({reason})", **self._where(code)))

    def _on_connect_fail(self, _client: "mqtt.Client", _user: object) -> None:
        error = sys.exception()
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error or "no connection")
        self._trouble(text("{host}:{port} is not reached ({reason})", **self._where(reason)))

    def _on_subscribe(
        self, _client: "mqtt.Client", _user: object, _number: int, codes: "list[ReasonCode]", _more: object
    ) -> None:
        self.is_connected, self.last_error = True, None
        for code in codes:
            if code.is_failure:
                told = text("{host}:{port} lets {session} hear nothing of a topic ({reason})", **self._where(code))
                self._trouble(told)

    def _where(self, reason: object) -> dict[str, object]:
        broker = self.broker
        return {"host": broker.host, "port": broker.port, "session": broker.session, "reason": str(reason)}

    def _trouble(self, told: Text) -> None:
        self.last_error = told
        LOG.warning("%s", told)

    def _on_message(self, _client: "mqtt.Client", _user: object, message: "mqtt.MQTTMessage") -> None:
        received = _Received(
            self._connection,
            message.mid,
            message.qos,
            message.topic,
            bytes(message.payload),
            message.retain,
            time.time_ns() // 1000,
        )
        self._loop.call_soon_threadsafe(self._take, received)

    def _take(self, received: _Received) -> None:
        if received.qos == 0 and self._waiting.qsize() >= _MOST_WAITING:
            self.lost += 1
        else:
            self._waiting.put_nowait(received)

    async def _next(self) -> list[_Received]:
        found = [await self._waiting.get()]
        while not self._waiting.empty() and len(found) < IN_FLIGHT:
            found.append(self._waiting.get_nowait())
        return found

    async def _hand_over(self, client: "mqtt.Client", found: list[_Received]) -> None:
        """Positions side by side, each in order; then acknowledge all, in the order in which they came."""
        lanes: dict[object, list[tuple[_Received, Address, Kind, bytes]]] = defaultdict(list)
        for received in found:
            for address, kind, body in await self._read(received):
                lanes[address].append((received, address, kind, body))
        await asyncio.gather(*(self._lane(lane) for lane in lanes.values()))
        for received in found:
            if received.qos:
                self._acknowledge(client, received)

    async def _read(self, received: _Received) -> list[tuple[Address, Kind, bytes]]:
        """Messages of ours that a message of the broker is, by the first rule that covers its topic."""
        for rule in self._rules:
            levels = rule.levels_of(received.topic)
            if levels is None:
                continue
            if received.is_retained and not rule.has_time:
                return []  # an old value without its time
            try:
                return [rule.message(levels, received.body, received.received_us)]
            except BadMessage as error:
                await self._refuse(received, error)
                return []
        return []

    async def _lane(self, lane: list[tuple[_Received, Address, Kind, bytes]]) -> None:
        for received, address, kind, body in lane:
            try:
                await self._store(address, kind, body)
            except BadMessage as error:
                await self._refuse(received, error)

    async def _store(self, address: Address, kind: Kind, body: bytes) -> None:
        known = message_id(address, kind, body)
        if known in self._recent:
            self.copies += 1
            return
        wait_s = 0.1
        while True:
            try:
                receipt = await self._intake.publish(address, kind, body, door=self.door, id=known)
            except NotStored as error:
                wait_s = await self._wait(wait_s, error)
            else:
                break
        self.stored += not receipt.is_duplicate
        self.copies += receipt.is_duplicate
        self._recent[known] = None
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)

    async def _refuse(self, received: _Received, error: BadMessage) -> None:
        self.refused += 1
        wait_s = 0.1
        while True:
            try:
                await self._intake.refuse(received.topic, received.body, error.message, door=self.door)
            except NotStored as full:
                wait_s = await self._wait(wait_s, full)
            else:
                return

    async def _wait(self, wait_s: float, error: NotStored) -> float:
        """Nothing is acknowledged meanwhile, so the broker keeps what it has."""
        self._trouble(error.message)
        await asyncio.sleep(wait_s)
        return min(2 * wait_s, _LONGEST_WAIT_S)

    def _acknowledge(self, client: "mqtt.Client", received: _Received) -> None:
        with self._lock:
            if received.connection == self._connection:
                client.ack(received.number, received.qos)
