"""A place for files: a folder, or a bucket of an object storage by its address."""

import os
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from loadzone.words.errors import BadInput, StoreUnavailable
from loadzone.words.texts import text

if TYPE_CHECKING:
    from obstore.store import ObjectStore

SCHEMES = ("s3", "s3a", "gs", "az", "abfs", "abfss")
CACHE_BYTES = 4 << 30
"""What copies of files from an object storage may take on this machine."""
CACHE_LEAST_S = 600.0
"""A copy is not thrown away before, so that no query loses what it reads."""


def _own_cache() -> Path:
    """A folder that nobody else can put files into."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loadzone"


@dataclass(frozen=True)
class Place:
    """A folder (``/var/lib/loadzone/lake``) or an address (``s3://bucket/lake``) with the options of its storage.

    ``options``: endpoint_url, access_key_id, secret_access_key, region, allow_http; what is not given comes from
    the environment (AWS_*, GOOGLE_*, AZURE_*).
    """

    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    cache: Path = field(default_factory=_own_cache)

    def __post_init__(self) -> None:
        scheme = urlsplit(self.url).scheme
        if scheme and scheme not in SCHEMES:
            raise BadInput(
                text(
                    "{url} is no place for files: give a folder, or an address that begins with {known}",
                    url=self.url,
                    known=", ".join(f"{each}://" for each in SCHEMES),
                )
            )

    @property
    def folder(self) -> Path | None:
        """The folder; None for an object storage."""
        return None if urlsplit(self.url).scheme else Path(self.url).absolute()

    def under(self, name: str) -> "Place":
        """The place of that name within this one."""
        return Place(f"{self.url.rstrip('/')}/{name}", self.options, self.cache)

    def objects(self) -> "ObjectStore":
        """What reads and writes objects here; the folder is made where there is none."""
        from obstore.store import LocalStore, from_url

        if self.folder is not None:
            return LocalStore(self.folder, mkdir=True)
        config: dict[str, Any] = {name: value for name, value in self.options.items() if name != "allow_http"}
        if "endpoint_url" in config:
            config["virtual_hosted_style_request"] = False
        given: dict[str, Any] = {"config": config}
        if "allow_http" in self.options:
            given["client_options"] = {"allow_http": self.options["allow_http"] == "true"}
        store: ObjectStore = from_url(self.url, **given)
        return store

    def put_file(self, path: Path, name: str) -> None:
        """Bring a file of this machine here, under ``name``."""
        import obstore

        with path.open("rb") as file:
            obstore.put(self.objects(), name, file)

    def on_this_machine(self, uris: Sequence[str]) -> list[str]:
        """Paths under which the files can be read here: themselves, or copies of them (they never change)."""
        if self.folder is not None:
            return list(uris)
        store = self.objects()
        return [str(self._copy(store, uri.removeprefix(self.url).lstrip("/"))) for uri in uris]

    def new_path(self, name: str) -> Path:
        """Where a file that shall become ``name`` is written first: at its place, or beside the copies."""
        path = (self.folder or self.cache / "new" / uuid.uuid4().hex) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _copy(self, store: "ObjectStore", name: str) -> Path:
        import obstore

        path = self.cache / "copies" / urlsplit(self.url).netloc / urlsplit(self.url).path.strip("/") / name
        if path.exists():
            os.utime(path)
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        with part.open("wb") as file:
            for chunk in obstore.get(store, name).stream(min_chunk_size=1 << 20):
                file.write(chunk)
        part.replace(path)
        self._make_room()
        return path

    def _make_room(self) -> None:
        """Throw away the copies that were used the longest time ago."""
        files = sorted((file.stat().st_mtime, file.stat().st_size, file) for file in self.cache.rglob("*.parquet"))
        excess = sum(size for _, size, _ in files) - CACHE_BYTES
        for used, size, file in files:
            if excess <= 0 or time.time() - used < CACHE_LEAST_S:
                return
            file.unlink(missing_ok=True)
            excess -= size


def unavailable(place: Place, error: Exception) -> StoreUnavailable:
    """The error of a storage in one sentence."""
    reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return StoreUnavailable(
        text(
            "{place} does not take or give this ({reason}): check that it can be reached and has room",
            place=place.url,
            reason=reason,
        )
    )
