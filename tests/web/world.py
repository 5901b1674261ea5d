"""A platform with four organisations, everyone who may stand at its door, and the application over it."""

import itertools
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI
from starlette.testclient import TestClient

from loadzone.flows import people
from loadzone.flows.audit import Act
from loadzone.flows.pace import Pace
from loadzone.flows.platform import Arrived, Arriving, Platform, open_platform
from loadzone.flows.uploads import Upload
from loadzone.store.catalog.machines import Machine, Site, machines, sites
from loadzone.store.catalog.positions import Position, positions
from loadzone.store.catalog.tokens import Token, issue_token
from loadzone.store.catalog.work import EVERYONE, Work
from loadzone.store.waveforms import Wave
from loadzone.web.app import create_app

START_US = 1_800_000_000_000_000
FOREVER_US = START_US + 10**15
PASSWORD = "correct horse battery"  # noqa: S105  of nobody
ROLES = ("viewer", "analyst", "engineer", "admin")


WAVE = np.sin(np.arange(200_000, dtype=np.float32) / 50)


@dataclass
class Clock:
    """A clock that the test sets."""

    now_us: int = START_US

    def __call__(self) -> int:
        self.now_us += 1
        return self.now_us


@dataclass
class World:
    """The application, the secrets of its visitors by name, and what arrived."""

    platform: Platform
    client: TestClient
    clock: Clock
    secrets: dict[str, str] = field(default_factory=dict)
    bearers: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    waveforms: dict[str, str] = field(default_factory=dict)
    users: dict[str, people.Member] = field(default_factory=dict)
    arrived: list[tuple[Arriving, bytes]] = field(default_factory=list)
    begun: list[Upload] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def ask(self, method: str, path: str, visitor: str | None = None, **more: Any) -> Any:
        """An answer to the visitor."""
        headers: Mapping[str, str] = more.pop("headers", {})
        if visitor is not None and visitor in self.secrets:
            headers = {"Authorization": f"Bearer {self.secrets[visitor]}", **headers}
        return self.client.request(method, path, headers=headers, **more)

    def do(self, organisation: str, job: Any) -> Any:
        """Something written by a journey, around the door."""
        return self.platform.catalog.write(organisation, job)

    @property
    def app(self) -> FastAPI:
        return self.client.app  # type: ignore[return-value]

    @contextmanager
    def spare(self, visitor: str) -> Iterator[str]:
        """The visitor with a secret of its own, which may be taken back."""
        if visitor not in self.secrets:
            yield visitor
            return
        name = f"{visitor} {next(self.numbers)}"
        login, scopes = self.bearers[visitor]
        self.platform.catalog.write(EVERYONE, lambda work: keep(work, self, name, login, scopes))
        yield name
        del self.secrets[name]

    @property
    def act(self) -> Act:
        return Act("test", self.clock())


def build(folder: Path) -> World:
    """The world: maker (runs the platform), acme (let the desk in as analyst), bolt, desk."""
    world = opened(folder, Clock())
    world.platform.catalog.write(EVERYONE, lambda work: furnish(work, world))
    for name in ("acme", "bolt"):
        wave = Wave(WAVE, 25_600.0, "ms2", START_US, channel=name)
        world.waveforms[name] = world.platform.store.waveforms.put(name, wave)
    index_recording(world, "acme", "drive", "r-1")
    return world


def index_recording(world: World, organisation: str, position: str, identifier: str) -> None:
    """The organisation's waveform as a recording of that position."""
    row: dict[str, Any] = {
        "organisation": organisation,
        "position": position,
        "time": START_US,
        "id": identifier,
        "sensor": None,
        "channel": organisation,
        "serial": None,
        "rate": 25_600.0,
        "samples": len(WAVE),
        "unit": "ms2",
        "speed": None,
        "door": "test",
        "received": START_US,
        "object": world.waveforms[organisation],
    }
    columns = {name: np.array([value]) if isinstance(value, int) else [value] for name, value in row.items()}
    world.platform.lake.append("recordings", columns, source="world", sequences=1)


def twin(original: World, folder: Path) -> World:
    """The same world in another folder, made by copying files."""
    shutil.copytree(original.platform.folder, folder, dirs_exist_ok=True)
    copied = opened(folder, Clock(original.clock.now_us))
    copied.numbers = itertools.count(1000)  # those before are taken
    for name in ("secrets", "bearers", "waveforms", "users"):
        getattr(copied, name).update(getattr(original, name))
    return copied


def opened(folder: Path, clock: Clock) -> World:
    """An empty world; its door lets everybody try as often as they like."""
    arrived: list[tuple[Arriving, bytes]] = []

    def arrive(arriving: Arriving) -> Arrived:
        arrived.append((arriving, arriving.path.read_bytes()))
        return Arrived(arriving.sha256[:16])

    platform = replace(open_platform(folder), clock=clock, arrive=arrive)
    app = create_app(platform)
    app.state.door = replace(app.state.door, sign_ins=Pace(10**6, 0.001), wrong_secrets=Pace(10**6, 0.001))
    return World(platform, TestClient(app, base_url="http://testserver"), clock, arrived=arrived)


def furnish(work: Work, world: World) -> None:
    """People and things; no password is hashed here, because that takes its time."""
    for name in ("maker", "acme", "bolt", "desk"):
        invitation = people.add_organisation(
            work, world.act, people.Organisation(name, f"{name} 公司", world.clock()), login=f"admin@{name}"
        )
        world.users[f"admin@{name}"] = invitation.member
        sites.add(work, Site(name, "plant", "Plant"))
        machines.add(work, Machine(name, "fan", "plant", "Fan", "fan", created_us=1))
        positions.add(work, *(Position(name, each, each, created_us=1, machine="fan") for each in ("drive", "free")))
    for role in ROLES[:3]:
        invitation = people.add_user(work, world.act, "acme", login=f"{role}@acme", name=role.title(), role=role)
        world.users[f"{role}@acme"] = invitation.member
    engineer = people.add_user(work, world.act, "desk", login="engineer@desk", name="Desk", role="engineer")
    world.users["engineer@desk"] = engineer.member
    people.grant(work, world.act, "acme", "desk", "analyst")
    for login in ("viewer@acme", "analyst@acme", "engineer@acme", "admin@acme", "admin@bolt", "engineer@desk"):
        keep(work, world, login, login, ("session",))
    keep(work, world, "operator", "admin@maker", ("session",))
    keep(work, world, "sender", "engineer@acme", ("send", "position:drive"))
    keep(work, world, "counter", "engineer@acme", ("metrics",))
    keep(work, world, "viewing token", "admin@acme", ("viewer",))
    keep(work, world, "admin token", "admin@acme", ("admin",))
    keep(work, world, "foreign sender", "admin@bolt", ("send",))


def keep(work: Work, world: World, name: str, login: str, scopes: tuple[str, ...]) -> None:
    """A secret of that visitor."""
    user = world.users[login].user
    identifier = f"t{next(world.numbers)}"
    kind = "session" if scopes == ("session",) else name
    token = Token(user.organisation, identifier, kind, user.id, scopes, START_US, FOREVER_US)
    world.bearers[name] = (login, scopes)
    world.secrets[name] = issue_token(work, token)
