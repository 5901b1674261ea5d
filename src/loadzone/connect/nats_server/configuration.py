"""What the server is told: listeners, accounts, users with their rights, JetStream under the data directory.

The configuration is JSON, which the server reads, so that no name can break out of its quotes. It holds passwords and
is written for its owner alone.
"""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from loadzone.connect.address import TOPIC_ROOT, Address, identifier, subject_of
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

ACCOUNT = "LOADZONE"
LOOPBACK = "127.0.0.1"
MOST_PAYLOAD = 4 * 1024 * 1024
"""Bytes of a message with its headers; a body of 4,000,000 leaves room for them."""
LEAST_PASSWORD = 8
_MEMORY_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Credentials:
    """Passwords of our own users: ``loadzone`` for all in the account, ``system`` for questions to the server."""

    password: str
    system_password: str

    @staticmethod
    def of(folder: Path) -> "Credentials":
        """Those of a data directory, made at the first call and kept in a file that only its owner reads."""
        path = folder / "credentials.json"
        if not path.is_file():
            made = Credentials(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
            write_private(path, json.dumps(asdict(made)))
        return Credentials(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class DeviceUser:
    """Who may connect as a device: MQTT filters that it may publish and subscribe to, and nothing else.

    ``password`` may be a bcrypt hash (``$2a$...``): the server compares either.
    """

    name: str
    password: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...] = ()

    @staticmethod
    def sensor(name: str, password: str, addresses: Iterable[Address]) -> "DeviceUser":
        """A device that may publish for these positions and hear nothing."""
        return DeviceUser(
            name, password, tuple(f"{TOPIC_ROOT}/{each.organisation}/{each.position}/+" for each in addresses)
        )

    def entry(self) -> dict[str, Any]:
        """Its part of the configuration; an empty list of rights allows everything, so nothing is said as «deny all».

        Raises
        ------
        BadInput : the name is no identifier, the password is too short, a filter cannot be a subject
        """
        if len(self.password) < LEAST_PASSWORD or not self.password.isprintable():
            raise BadInput(
                text(
                    "user {name}: a password has at least {limit} characters, all visible",
                    name=self.name,
                    limit=LEAST_PASSWORD,
                )
            )
        return {
            "user": identifier(self.name, "user"),
            "password": self.password,
            "permissions": {"publish": _rights(self.publish), "subscribe": _rights(self.subscribe)},
        }


def _rights(filters: tuple[str, ...]) -> dict[str, list[str]]:
    return {"allow": [subject_of(each) for each in filters]} if filters else {"deny": [">"]}


@dataclass(frozen=True)
class Settings:
    """Where the server listens and what it may keep.

    Port 0 takes a free one. ``is_durable`` syncs every write to the disk. ``most_bytes`` is what JetStream may keep.
    ``certificate`` and ``key`` (PEM) turn on TLS at the MQTT listener.
    """

    folder: Path
    host: str = LOOPBACK
    port: int = 0
    mqtt_host: str = LOOPBACK
    mqtt_port: int = 0
    is_durable: bool = False
    most_bytes: int = 32 * 1024**3
    certificate: Path | None = None
    key: Path | None = None


def configuration(
    settings: Settings, ports: tuple[int, int], credentials: Credentials, users: Iterable[DeviceUser]
) -> Mapping[str, Any]:
    """The whole configuration; ``ports`` are those of NATS and of MQTT.

    Raises
    ------
    BadInput : as `DeviceUser.entry`, or two users with one name
    """
    entries = [each.entry() for each in users]
    names = [each["user"] for each in entries] + ["loadzone", "system"]
    for name in names:
        if names.count(name) > 1:
            raise BadInput(text("user {name} is there twice: give each device a user of its own", name=name))
    mqtt: dict[str, Any] = {"host": settings.mqtt_host, "port": ports[1]}
    if settings.certificate and settings.key:
        mqtt["tls"] = {"cert_file": str(settings.certificate), "key_file": str(settings.key)}
    return {
        "server_name": "loadzone",
        "host": settings.host,
        "port": ports[0],
        "max_payload": MOST_PAYLOAD,
        "max_pending": 256 * 1024 * 1024,
        "pid_file": str(settings.folder / "server.pid"),
        "log_file": str(settings.folder / "server.log"),
        "logfile_size_limit": 16 * 1024 * 1024,
        "logfile_max_num": 4,
        "jetstream": {
            "store_dir": str(settings.folder),
            "max_memory_store": _MEMORY_BYTES,
            "max_file_store": settings.most_bytes,
            "sync_interval": "always" if settings.is_durable else "2m",
        },
        "mqtt": mqtt,
        "system_account": "SYSTEM",
        "accounts": {
            "SYSTEM": {"users": [{"user": "system", "password": credentials.system_password}]},
            ACCOUNT: {
                "jetstream": {"max_memory": _MEMORY_BYTES, "max_file": settings.most_bytes},
                "users": [{"user": "loadzone", "password": credentials.password}, *entries],
            },
        },
    }


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner reads; it appears whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)
    beside.replace(path)
