"""Bodies that are too large for a message: kept as objects named by their content before intake carries the name."""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from loadzone.store.disk import bring_to_disk
from loadzone.store.place import Place, unavailable
from loadzone.words.errors import BadMessage, DamagedObject, UnknownThing
from loadzone.words.texts import text

MOST_BYTES = 2 * 1024**3
CHUNK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{64}")


class Bodies:
    """Objects at a place; ``is_durable`` brings each to the disk before it is told to be there."""

    def __init__(self, place: Place, *, is_durable: bool = False) -> None:
        self.place = place
        self._is_durable = is_durable

    def put(self, body: bytes) -> str:
        """Keep a body and give its name; the same one again is the same object.

        Raises
        ------
        StoreUnavailable : the storage does not answer, or is full
        """
        with self._spool() as path:
            path.write_bytes(body)
            return self._keep(path, _name(hashlib.blake2b(body, digest_size=32)))

    async def put_stream(self, parts: AsyncIterable[bytes], most: int = MOST_BYTES) -> tuple[str, int]:
        """Keep what comes in parts, never as a whole in memory; its name and its length.

        Raises
        ------
        BadMessage : empty, or longer than ``most`` bytes
        StoreUnavailable : as `put`
        """
        hashed, size = hashlib.blake2b(digest_size=32), 0
        with self._spool() as path:
            with path.open("wb") as file:
                async for part in parts:
                    size += len(part)
                    if size > most:
                        raise BadMessage(text("a body of more than {limit} bytes is not taken", limit=most))
                    hashed.update(part)
                    file.write(part)
            if not size:
                raise BadMessage(text("the body is empty"))
            return self._keep(path, _name(hashed)), size

    def read(self, name: str) -> bytes:
        """The body.

        Raises
        ------
        UnknownThing : there is none of that name
        DamagedObject : it is not as it was put
        """
        with self.local(name) as path:
            return path.read_bytes()

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """A file of this machine that holds the body, checked; errors as of `read`."""
        from obstore import get
        from obstore.exceptions import NotFoundError

        hashed, object_path = hashlib.blake2b(digest_size=32), _path(name)
        with self._spool() as path:
            try:
                with path.open("wb") as file:
                    for part in get(self.place.objects(), object_path).stream(min_chunk_size=CHUNK):
                        hashed.update(part)
                        file.write(part)
            except (NotFoundError, FileNotFoundError) as error:
                raise UnknownThing(text("there is no body {name}", name=name)) from error
            except Exception as error:
                raise unavailable(self.place, error) from error
            if _name(hashed) != name:
                raise DamagedObject(text("body {name} is not as it was put: restore it from a backup", name=name))
            yield path

    def sweep(self, *, older_than_s: float) -> int:
        """Take away what was put longer ago than arrivals are kept for a replay, and how many these were."""
        from obstore import delete
        from obstore import list as listed

        store, oldest = self.place.objects(), time.time() - older_than_s
        gone = [each["path"] for batch in listed(store) for each in batch if each["last_modified"].timestamp() < oldest]
        for path in gone:
            delete(store, path)
        return len(gone)

    @contextmanager
    def _spool(self) -> Iterator[Path]:
        """A new file beside the objects, or in the folder for passing files where they lie elsewhere."""
        folder = self.place.folder
        if folder is not None:
            folder = folder.with_name(f"{folder.name}.part")
            folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="body-")
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def _keep(self, path: Path, name: str) -> str:
        try:
            folder = self.place.folder
            if folder is None:
                self.place.put_file(path, _path(name))
                return name
            target = folder / _path(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
            if self._is_durable:
                bring_to_disk([target], folder.parent)
        except Exception as error:
            raise unavailable(self.place, error) from error
        return name


def copied(source: Path, target: Path, start: int = 0) -> Path:
    """A copy of a file from byte ``start`` on."""
    with source.open("rb") as reading, target.open("wb") as writing:
        reading.seek(start)
        shutil.copyfileobj(reading, writing, CHUNK)
    return target


def _name(hashed: "hashlib.blake2b") -> str:
    return hashed.hexdigest()


def _path(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UnknownThing(text("there is no body {name}", name=name[:80]))
    return f"{name[:2]}/{name}"
