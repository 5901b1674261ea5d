"""The platform as one value: what is kept, where its intake is, and what doors and workers are given of the rest."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from loadzone.flows.bodies import Bodies
from loadzone.flows.connectors.connector import Connector
from loadzone.flows.live import Live
from loadzone.store.catalog import Catalog, Work
from loadzone.store.catalog.idempotency import forget_answers
from loadzone.store.catalog.work import EVERYONE, Visible
from loadzone.store.lake import Lake
from loadzone.store.place import Place
from loadzone.store.store import Store
from loadzone.store.waveforms import Waveforms
from loadzone.words.errors import BadInput, StoreUnavailable
from loadzone.words.texts import text

__all__ = ["Arrived", "Arriving", "Platform", "Work", "now_us", "open_platform", "tidy"]

PAGE: Final = "page"
"""Door of files behind which a person waits for the verdict: they are diagnosed in full, due or not."""
DEFAULT_FOLDER = Path("loadzone-data")
SHARDS = 8
ANSWERS_US = 24 * 3600 * 1_000_000
"""An answer to a write that carried an idempotency key is remembered for a day."""

T = TypeVar("T")


@dataclass(frozen=True)
class Arriving:
    """A file that has come as a whole: for whom, through which door, under which name, where it lies, its SHA-256.

    ``id`` is the same however often the same arrival is tried: what was taken once is not taken again.
    """

    id: str
    organisation: str
    position: str
    door: str
    name: str
    path: Path
    sha256: str
    at_us: int
    who: str


@dataclass(frozen=True)
class Arrived:
    """What became of it: an identifier to ask by, and whether the same had come before or its position is unknown."""

    id: str
    is_known: bool = False
    is_quarantined: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


class Arrive(Protocol):
    """Takes what arrived; returns only after it is safe."""

    def __call__(self, arriving: Arriving) -> Arrived:
        """Take it; the file is the caller's, who removes it afterwards."""


def now_us() -> int:
    """The time, µs UTC."""
    return time.time_ns() // 1000


def nobody_takes(arriving: Arriving) -> Arrived:
    """The end of a door behind which no intake runs."""
    raise StoreUnavailable(
        text("nothing takes recordings here now: start the intake with loadzone up ({name})", name=arriving.name)
    )


@dataclass(frozen=True)
class Platform:
    """Everything that a door or a worker needs; one object a process, shared by its threads.

    ``nats_url`` is None where the packaged server runs in ``folder``; ``mqtt_listen`` is HOST:PORT of its listener;
    ``is_durable``: every write reaches the disk before it is acknowledged. ``arrive`` takes what comes over HTTP;
    ``gauges`` are figures of whatever runs beside (lag, refused messages), by name, for /metrics; ``connectors``: ways
    to customers' systems that run here.
    """

    store: Store
    folder: Path
    bodies: Bodies
    nats_url: str | None = None
    mqtt_listen: str | None = None
    is_durable: bool = False
    shards: int = SHARDS
    arrive: Arrive = nobody_takes
    live: Live = field(default_factory=Live)
    gauges: Callable[[], Mapping[str, float]] = dict
    connectors: tuple[Connector, ...] = ()
    clock: Callable[[], int] = now_us

    @property
    def catalog(self) -> Catalog:
        """Of the store."""
        return self.store.catalog

    @property
    def lake(self) -> Lake:
        """Of the store."""
        return self.store.lake

    @property
    def waveforms(self) -> Waveforms:
        """Of the store."""
        return self.store.waveforms

    def read(self, visible: Visible, job: Callable[[Work], T]) -> T:
        """Run ``job`` in a snapshot of the catalog that sees these organisations."""
        with self.catalog.read(visible) as work:
            return job(work)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def open_platform(
    data: Path | str,
    database_url: str | None = None,
    lake_url: str | None = None,
    *,
    nats_url: str | None = None,
    mqtt_listen: str | None = None,
    durable: bool = False,
    shards: int = SHARDS,
) -> Platform:
    """Open what is kept: in the folder ``data``, or at the addresses that are given beside it.

    Parameters
    ----------
    data : folder; it holds what has no address of its own
    database_url : ``sqlite:///FILE`` or ``postgresql://...``
    lake_url : folder or address of an object storage, under which lake, waveforms and large bodies lie
    nats_url : a NATS server or cluster that runs elsewhere
    mqtt_listen : HOST:PORT of the packaged server's MQTT listener; loopback and a free port by default
    durable : bring every write to the disk before it is acknowledged
    shards : how many streams of arrivals; fixed with the first start

    Raises
    ------
    BadInput : not such an address, or a folder that cannot be used
    StoreUnavailable : the database does not answer, or is of a later version
    """
    folder = Path(data).absolute()
    try:
        store = Store.open(folder, database=database_url, objects=lake_url, durable=durable)
    except OSError as error:
        raise BadInput(
            text("{folder} cannot be used ({reason}): name another folder", folder=str(folder), reason=error.strerror)
        ) from error
    bodies = Bodies(Place(lake_url or str(folder)).under("bodies"), is_durable=durable)
    return Platform(store, folder, bodies, nats_url, mqtt_listen, durable, shards)


def tidy(platform: Platform) -> None:
    """Forget what nobody will ask for again; to be run now and then."""
    before_us = platform.clock() - ANSWERS_US
    platform.catalog.write(EVERYONE, lambda work: forget_answers(work, before_us))
