"""Who may connect to the MQTT listener as a device: a file of the data folder, read again whenever it changes.

``devices.json`` is a list of ``{"name": ..., "password": ..., "positions": ["ORGANISATION/POSITION", ...]}``; a
password may be a bcrypt hash.
"""

import asyncio
import logging
from pathlib import Path

import msgspec

from loadzone.connect.address import Address
from loadzone.connect.nats_server import DeviceUser, NatsServer
from loadzone.words.errors import BadInput, LoadzoneError, Unreachable
from loadzone.words.texts import text

LOG = logging.getLogger(__name__)
LOOK_S = 1.0


class _Device(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    password: str
    positions: list[str]


def devices_of(path: Path) -> tuple[DeviceUser, ...]:
    """The devices of a file; none where there is no file.

    Raises
    ------
    BadInput : the file is not as it should be
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    try:
        told = msgspec.json.decode(content, type=list[_Device])
        return tuple(
            DeviceUser.sensor(each.name, each.password, [Address(*where.split("/", 1)) for where in each.positions])
            for each in told
        )
    except (msgspec.MsgspecError, TypeError, UnicodeDecodeError) as error:
        raise BadInput(
            text(
                "{file} is a list of devices with name, password and positions as ORGANISATION/POSITION; here {reason}",
                file=str(path),
                reason=str(error)[:120],
            )
        ) from error


async def follow_devices(server: NatsServer, path: Path) -> None:
    """Let in who stands in the file, and who no longer does not, until cancelled; a faulty file changes nothing."""
    seen: int | None = None
    while True:
        changed = await asyncio.to_thread(_changed, path)
        if changed != seen:
            try:
                await server.allow(devices_of(path))
                seen = changed
            except Unreachable as error:  # it was busy: again at the next look
                LOG.warning("devices: %s", error)
            except LoadzoneError as error:
                seen = changed
                LOG.warning("devices: %s", error)
        await asyncio.sleep(LOOK_S)


def _changed(path: Path) -> int:
    """When the file was written, 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
