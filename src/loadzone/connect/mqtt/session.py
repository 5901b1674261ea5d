"""One MQTT session with a will of its own, from its CONNECT until it ends, for protocols that count sessions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal

from loadzone.connect.mqtt.bridge import Broker
from loadzone.words.errors import Unreachable
from loadzone.words.texts import text

if TYPE_CHECKING:
    import paho.mqtt.client as mqtt
    from paho.mqtt.reasoncodes import ReasonCode

FIRST_ANSWER_S = 10.0
_WITH_WILL = 4
"""Reason of a DISCONNECT of MQTT 5 that has the server publish the will."""


class Session:
    """A session that is open; ``messages`` gives topic and body, and None when it has ended."""

    def __init__(self, client: "mqtt.Client", version: Literal["3.1.1", "5"]) -> None:
        self.messages: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue()
        self._client = client
        self._version = version

    def publish(self, topic: str, body: bytes, qos: int = 0, *, retain: bool = False) -> None:
        """Send; what is sent with QoS 0 when the connection breaks is gone."""
        self._client.publish(topic, body, qos, retain)

    def subscribe(self, topic: str, qos: int = 1) -> None:
        """Listen."""
        self._client.subscribe(topic, qos)

    def leave(self, *, with_will: bool = False) -> None:
        """Disconnect; MQTT 5 can have the server publish the will then."""
        if with_will and self._version == "5":
            from paho.mqtt.packettypes import PacketTypes
            from paho.mqtt.reasoncodes import ReasonCode

            self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=_WITH_WILL))
        else:
            self._client.disconnect()


@asynccontextmanager
async def session(broker: Broker, will: tuple[str, bytes, int, bool]) -> AsyncIterator[Session]:
    """Connect with a clean session and a will (topic, body, QoS, retain); leaving the block disconnects.

    Raises
    ------
    Unreachable : the broker does not answer, or does not let us in
    """
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    loop = asyncio.get_running_loop()
    is_5 = broker.version == "5"
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=broker.session,
        protocol=MQTTProtocolVersion.MQTTv5 if is_5 else MQTTProtocolVersion.MQTTv311,
        clean_session=None if is_5 else True,
        reconnect_on_failure=False,
    )
    topic, body, qos, retain = will
    client.will_set(topic, body, qos, retain)
    if broker.user:
        client.username_pw_set(broker.user, broker.password)
    context = broker.context()
    if context:
        client.tls_set_context(context)
    opened = Session(client, broker.version)
    answer: asyncio.Future[str] = loop.create_future()

    def tell(reason: str) -> None:
        if not answer.done():
            answer.set_result(reason)

    def on_connect(_client: mqtt.Client, _user: object, _flags: object, code: "ReasonCode", _more: object) -> None:
        loop.call_soon_threadsafe(tell, str(code) if code.is_failure else "")

    def on_disconnect(_client: mqtt.Client, _user: object, _flags: object, code: "ReasonCode", _more: object) -> None:
        loop.call_soon_threadsafe(tell, str(code) or "closed")
        loop.call_soon_threadsafe(opened.messages.put_nowait, None)

    def on_message(_client: mqtt.Client, _user: object, message: mqtt.MQTTMessage) -> None:
        loop.call_soon_threadsafe(opened.messages.put_nowait, (message.topic, bytes(message.payload)))

    client.on_connect, client.on_disconnect, client.on_message = on_connect, on_disconnect, on_message
    try:
        try:
            await asyncio.to_thread(client.connect, broker.host, broker.port, 15)
            client.loop_start()
            async with asyncio.timeout(FIRST_ANSWER_S):
                reason = await answer
        except (OSError, TimeoutError) as error:
            reason = getattr(error, "strerror", None) or str(error) or "no answer"
        if reason:
            raise Unreachable(
                text(
                    "the broker {host}:{port} does not let {session} in ({reason})",
                    host=broker.host,
                    port=broker.port,
                    session=broker.session,
                    reason=reason,
                )
            )
        yield opened
    finally:
        client.disconnect()
        await asyncio.shield(asyncio.to_thread(client.loop_stop))
