"""From the MQTT listener to ARRIVALS: an acknowledgement of the listener follows its own stream alone, so that is read.

The listener acknowledges what its stream ``$MQTT_msgs`` has. A durable consumer there hands each message to ARRIVALS
and acknowledges only then, so whatever becomes of ARRIVALS, a message stays in one of the two. The stream's own way of
making room, dropping the oldest, is turned off: when it is full, the server closes the connection instead of
acknowledging.
"""

import asyncio
import logging
import ssl
from collections import defaultdict
from pathlib import Path

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, DiscardPolicy

from loadzone.connect.address import Address, Kind, parse_subject
from loadzone.connect.intake.arrival import Intake
from loadzone.connect.intake.connection import heed_cancelling
from loadzone.connect.intake.lease import RENEW_S, Lease, Leases
from loadzone.connect.intake.pull import Pull
from loadzone.connect.intake.streams import LISTENER, Streams
from loadzone.words.errors import BadMessage, LoadzoneError, LostLease, NotStored, Unreachable
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
CONSUMER = "handover"
DOOR = "mqtt"
_PREFIX = "$MQTT.msgs."
_LONGEST_WAIT_S = 5.0
_QOS = "Nmqtt-Pub"


async def prepare_listener(
    streams: Streams, mqtt_host: str, mqtt_port: int, user: str, password: str, certificate: Path | None = None
) -> None:
    """Make the listener's streams and our consumer there; until this returns no device may be let in.

    ``certificate`` is the listener's own where it speaks TLS: no other is believed.

    Raises
    ------
    Unreachable : the listener or its streams are not there
    """
    await asyncio.to_thread(_connect_once, mqtt_host, mqtt_port, user, password, certificate)
    manager = streams.client.jsm(timeout=5)
    try:
        config = (await manager.stream_info(LISTENER)).config
        config.max_bytes, config.discard = streams.settings.listener_bytes, DiscardPolicy.NEW
        await manager.update_stream(config)
        await manager.add_consumer(
            LISTENER,
            ConsumerConfig(
                durable_name=CONSUMER,
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.ALL,
                ack_wait=8,
                max_ack_pending=streams.settings.batch,
                filter_subject=f"{_PREFIX}in.>",
            ),
        )
    except (NatsError, OSError, TimeoutError) as error:
        raise Unreachable(
            text("the streams of the MQTT listener are not there ({reason})", reason=str(error) or type(error).__name__)
        ) from error


def _connect_once(host: str, port: int, user: str, password: str, certificate: Path | None) -> None:
    """The listener makes its streams at the first connection; one of ours is the first."""
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion

    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="loadzone-first", clean_session=True)
    client.username_pw_set(user, password)
    if certificate:
        context = ssl.create_default_context(cafile=certificate)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        client.tls_set_context(context)
    answers: list[bool] = []
    client.on_connect = lambda *told: answers.append(not told[3].is_failure)
    try:
        client.connect(host, port, keepalive=10)
        for _ in range(100):
            client.loop(timeout=0.05)
            if answers:
                break
        client.disconnect()
    except OSError as error:
        raise Unreachable(
            text(
                "the MQTT listener at {host}:{port} does not answer ({reason})", host=host, port=port, reason=str(error)
            )
        ) from error
    if not any(answers):
        raise Unreachable(text("the MQTT listener at {host}:{port} lets nobody in", host=host, port=port))


class ListenerDoor:
    """``await ListenerDoor(streams, intake).run()`` until cancelled; of several, one works and the others wait.

    ``takes_qos0`` also hears what was published with QoS 0, which no stream holds: it may be lost, and every message is
    then sent here twice.
    """

    def __init__(self, streams: Streams, intake: Intake, *, takes_qos0: bool = True) -> None:
        self.handed_over = 0
        self.put_aside = 0
        self.unacknowledged = 0
        self.lost = 0
        self._streams = streams
        self._intake = intake
        self._takes_qos0 = takes_qos0
        self._waiting: asyncio.Queue[Msg] = asyncio.Queue(10_000)

    async def run(self) -> None:
        """Hand over, whatever happens to the server meanwhile."""
        leases = Leases(self._streams)
        while True:
            heed_cancelling()
            try:
                await leases.open()
                lease = await leases.take("listener")
                if lease:
                    await self._work(lease)
            except (LoadzoneError, NatsError, OSError, TimeoutError) as error:
                LOG.warning("hand-over: %s", str(error) or type(error).__name__)
            await asyncio.sleep(RENEW_S / 3)

    async def _work(self, lease: Lease) -> None:
        tasks = [self._hand_over_for_ever(), lease.keep()]
        heard = None
        if self._takes_qos0:
            heard = await self._streams.client.subscribe("in.>", cb=self._hear)
            tasks.append(self._take_unacknowledged())
        try:
            async with asyncio.TaskGroup() as group:
                for task in tasks:
                    group.create_task(task)
        except* LostLease as lost:
            LOG.warning("%s", lost.exceptions[0])
        finally:
            if heard and not self._streams.client.is_closed:
                await heard.unsubscribe()
            await lease.release()

    async def _hand_over_for_ever(self) -> None:
        pull = Pull(self._streams.client, LISTENER, CONSUMER)
        wait_s = 0.0
        while True:
            heed_cancelling()
            try:
                messages = await pull.fetch(min(500, self._streams.settings.batch), 1.0)
                if messages:
                    await self._until_stored(pull, messages)
                    await pull.acknowledge(messages[-1])
                wait_s = 0.0
            except (LoadzoneError, NatsError, OSError, TimeoutError) as error:
                wait_s = min(max(0.1, 2 * wait_s), _LONGEST_WAIT_S)
                LOG.warning("hand-over waits %.1f s: %s", wait_s, str(error) or type(error).__name__)
                await asyncio.sleep(wait_s)

    async def _until_stored(self, pull: Pull, messages: list[Msg]) -> None:
        """Positions side by side, the messages of each one after another: nothing overtakes, even when one fails."""
        lanes: dict[str, list[Msg]] = defaultdict(list)
        for message in messages:
            lanes[message.subject.rpartition(".")[0]].append(message)
        working = asyncio.gather(*(self._lane(lane) for lane in lanes.values()))
        while not working.done():
            await asyncio.wait([working], timeout=2.0)
            if not working.done():
                await pull.progress(messages)
        await working

    async def _lane(self, messages: list[Msg]) -> None:
        for message in messages:
            await self._one(message)

    async def _one(self, message: Msg) -> None:
        subject = message.subject.removeprefix(_PREFIX)
        wait_s = 0.1
        while True:
            try:
                await self._store(subject, message)
            except NotStored as error:
                LOG.warning("%s", error)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
            else:
                return

    async def _store(self, subject: str, message: Msg) -> None:
        try:
            address, kind = parse_subject(subject)
            await self._publish(address, kind, message.data)
        except BadMessage as error:
            await self._intake.refuse(subject, message.data, error.message, door=DOOR)
            self.put_aside += 1
        else:
            self.handed_over += 1

    async def _publish(self, address: Address, kind: Kind, body: bytes) -> None:
        await self._intake.publish(address, kind, body, door=DOOR)

    async def _hear(self, message: Msg) -> None:
        if (message.headers or {}).get(_QOS, "0") != "0":
            return
        if self._waiting.full():
            self.lost += 1
        else:
            self._waiting.put_nowait(message)

    async def _take_unacknowledged(self) -> None:
        while True:
            heed_cancelling()
            message = await self._waiting.get()
            try:
                address, kind = parse_subject(message.subject)
                await self._publish(address, kind, message.data)
                self.unacknowledged += 1
            except LoadzoneError as error:
                self.lost += 1
                LOG.warning("%s: %s", message.subject, error)
