"""The store as a whole: catalog, lake and waveforms of one installation, opened by where they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from loadzone.store.catalog import Catalog
from loadzone.store.lake import Lake
from loadzone.store.place import Place
from loadzone.store.waveforms import Waveforms


@dataclass(frozen=True)
class Store:
    """What one installation keeps. Written in this order: waveforms, lake, catalog last; readers trust the catalog."""

    catalog: Catalog
    lake: Lake
    waveforms: Waveforms

    @classmethod
    def open(
        cls,
        data: Path,
        *,
        database: str | None = None,
        objects: str | None = None,
        options: Mapping[str, str] | None = None,
        durable: bool = False,
    ) -> "Store":
        """The store of a data folder; its parts are made where they are not there.

        Parameters
        ----------
        data : folder for what has no address of its own
        database : ``postgresql://...`` in place of the SQLite file of the folder
        objects : ``s3://bucket/name`` in place of the folder, for lake and waveforms; ``options`` as of `Place`
        durable : files are on the disk when a call returns; an object storage and PostgreSQL promise that by themselves
        """
        data.mkdir(parents=True, exist_ok=True)
        place = Place(objects or str(data), options or {}, cache=data / "cache")
        catalog = Catalog.open(database or f"sqlite:///{data / 'catalog.sqlite'}", durable=durable)
        lake, waveforms = (
            Lake(place.under("lake"), durable=durable),
            Waveforms(place.under("waveforms"), durable=durable),
        )
        return cls(catalog, lake, waveforms)

    def close(self) -> None:
        """Let go of the database."""
        self.catalog.close()
