"""The platform as one value: catalog, lake, waveforms, large bodies, and where its intake is."""

from dataclasses import dataclass
from pathlib import Path

from loadzone.flows.bodies import Bodies
from loadzone.store.catalog import Catalog
from loadzone.store.lake import Lake
from loadzone.store.place import Place
from loadzone.store.store import Store
from loadzone.store.waveforms import Waveforms
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

DEFAULT_FOLDER = Path("loadzone-data")
SHARDS = 8


@dataclass(frozen=True)
class Platform:
    """Everything that a door or a worker needs; one object a process, shared by its threads.

    ``nats_url`` is None where the packaged server runs in ``folder``; ``mqtt_listen`` is HOST:PORT of its listener;
    ``is_durable``: every write reaches the disk before it is acknowledged.
    """

    store: Store
    folder: Path
    bodies: Bodies
    nats_url: str | None = None
    mqtt_listen: str | None = None
    is_durable: bool = False
    shards: int = SHARDS

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
        store = Store.open(folder, database=database_url, objects=lake_url)
    except OSError as error:
        raise BadInput(
            text("{folder} cannot be used ({reason}): name another folder", folder=str(folder), reason=error.strerror)
        ) from error
    bodies = Bodies(Place(lake_url or str(folder)).under("bodies"), is_durable=durable)
    return Platform(store, folder, bodies, nats_url, mqtt_listen, durable, shards)
