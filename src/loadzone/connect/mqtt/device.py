"""A device of ours: publishes with QoS 1 under its own rights, and sends again what was not acknowledged."""

from collections.abc import Iterator
from contextlib import contextmanager

MOST_WAITING = 20_000
"""Messages that wait for a broker that is away; further ones are dropped by the client."""
LONGEST_WAIT_S = 5
KEEPALIVE_S = 60


class Device:
    """Its connection runs on a thread of its own, and comes back by itself."""

    def __init__(self, host: str, port: int, name: str, password: str) -> None:
        import paho.mqtt.client as mqtt
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self.name = name
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTProtocolVersion.MQTTv311, clean_session=True
        )
        self._client.username_pw_set(name, password)
        self._client.max_queued_messages_set(MOST_WAITING)
        self._client.reconnect_delay_set(1, LONGEST_WAIT_S)
        self._client.connect_async(host, port, KEEPALIVE_S)

    @property
    def is_connected(self) -> bool:
        """Whether the broker let it in."""
        return bool(self._client.is_connected())

    def publish(self, topic: str, body: bytes) -> None:
        """Hand a message over; it waits where the broker is away, and is sent until it is acknowledged."""
        self._client.publish(topic, body, qos=1)

    def start(self) -> None:
        """Connect, now and whenever the connection breaks."""
        self._client.loop_start()

    def stop(self) -> None:
        """Leave; what still waits is gone."""
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def connected_devices(devices: list[Device]) -> Iterator[list[Device]]:
    """Start the devices, and stop them when the block ends."""
    for each in devices:
        each.start()
    try:
        yield devices
    finally:
        for each in devices:
            each.stop()
