"""Waveforms in a folder or an object storage, an organisation's apart from another's: put once, read by part."""

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loadzone.store.catalog.names import identifier
from loadzone.store.disk import bring_to_disk
from loadzone.store.place import Place, unavailable
from loadzone.store.points import passed
from loadzone.store.waveforms.wave import (
    CHUNK,
    Header,
    Samples,
    Series,
    Wave,
    damaged,
    front_length,
    header_of,
    name_of,
    packed,
    unpacked,
)
from loadzone.words.errors import BadInput, UnknownThing
from loadzone.words.texts import text

if TYPE_CHECKING:
    from obstore.store import ObjectStore

FIRST_BYTES = 16_384
"""Read at once: the header of some 80 chunks (5 million samples), and the whole of a short waveform's."""
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class Envelope:
    """What a drawing needs: least and greatest sample of equal parts, (m,) each, ``step`` samples behind each pair."""

    start: int
    step: int
    minima: Samples
    maxima: Samples


class Waveforms:
    """The waveforms at a place. One object a process; its threads may share it."""

    def __init__(self, place: Place, *, durable: bool = False) -> None:
        self.place = place
        self._is_durable = durable
        self._store: ObjectStore = place.objects()

    @classmethod
    def open(cls, url: str, options: Mapping[str, str] | None = None) -> "Waveforms":
        """The waveforms in a folder or at ``s3://bucket/name``."""
        return cls(Place(url, options or {}))

    def put(self, organisation: str, wave: Wave) -> str:
        """Keep the waveform and give its name; the same one again is the same object.

        Of a durable one's folder it returns when the disk has the file.

        Raises
        ------
        StoreUnavailable : the storage does not answer, or is full
        """
        from obstore import put
        from obstore.exceptions import AlreadyExistsError

        name, data = packed(wave)
        passed("waveforms: before put")
        try:
            put(self._store, _path(organisation, name), data, mode="create", use_multipart=False)
        except AlreadyExistsError:
            pass
        except Exception as error:
            raise unavailable(self.place, error) from error
        passed("waveforms: after put")
        if self._is_durable and self.place.folder is not None:
            try:  # also one that is there already: who put it may have died before
                bring_to_disk([self.place.folder / _path(organisation, name)], self.place.folder)
            except OSError as error:
                raise unavailable(self.place, error) from error
        return name

    def header(self, organisation: str, name: str) -> Header:
        """What is known of a waveform.

        Raises
        ------
        UnknownThing : there is none of that name
        DamagedObject : the object is not as it was put
        """
        start = self._get(organisation, name, 0, FIRST_BYTES)
        length = front_length(start)
        if length is None:
            raise damaged(name)
        front = start[:length]
        if len(front) < length:
            front = self._get(organisation, name, 0, min(length, 1 << 26))
        if name_of(front) != name:
            raise damaged(name)
        return header_of(front)

    def read(self, organisation: str, name: str, start: int = 0, stop: int | None = None) -> Samples:
        """Samples from ``start`` up to and without ``stop`` (negative ones count from the end, as in a slice).

        Raises
        ------
        UnknownThing : there is none of that name
        DamagedObject : a part that was read is not as it was put
        """
        header = self.header(organisation, name)
        first, last, _ = slice(start, stop).indices(header.count)
        return self._values(organisation, name, header, header.samples, first, last)

    def envelope(self, organisation: str, name: str, start: int, stop: int, pairs: int) -> Envelope:
        """About ``pairs`` pairs over the samples of a span, from the coarsest level that is fine enough.

        The first and the last pair of a level may reach beyond the span by less than its factor.

        Raises
        ------
        BadInput : no pair, or an empty span
        """
        header = self.header(organisation, name)
        first, last, _ = slice(start, stop).indices(header.count)
        if pairs < 1 or last <= first:
            raise BadInput(
                text(
                    "nothing can be drawn from {start} to {stop} of {count} samples",
                    start=start,
                    stop=stop,
                    count=header.count,
                )
            )
        step = -(-(last - first) // pairs)
        level = next((each for each in reversed(header.levels) if each.factor <= step), None)
        if level is None:
            low = high = self._values(organisation, name, header, header.samples, first, last)
            return _reduced(first, step, low, high)
        half, factor = level.count // 2, level.factor
        begin, end = first // factor, -(-last // factor)
        low = self._values(organisation, name, header, level, begin, end)
        high = self._values(organisation, name, header, level, half + begin, half + end)
        found = _reduced(begin, -(-step // factor), low, high)
        return Envelope(begin * factor, found.step * factor, found.minima, found.maxima)

    def names(self, organisation: str) -> Iterator[str]:
        """Names of all waveforms of an organisation."""
        from obstore import list as listed

        for batch in listed(self._store, prefix=identifier(organisation)):
            for each in batch:
                yield each["path"].rpartition("/")[2]

    def sweep(self, organisation: str, kept: Collection[str], *, older_than_s: float = 86_400.0) -> int:
        """Take away waveforms that nothing refers to, and how many these were.

        What is younger than a day stays: its row in the catalog may be about to be written.
        """
        from obstore import delete
        from obstore import list as listed

        wanted = set(kept)
        youngest = time.time() - older_than_s
        gone = [
            each["path"]
            for batch in listed(self._store, prefix=identifier(organisation))
            for each in batch
            if each["path"].rpartition("/")[2] not in wanted and each["last_modified"].timestamp() < youngest
        ]
        for path in gone:
            delete(self._store, path)
        return len(gone)

    def _values(self, organisation: str, name: str, header: Header, series: Series, first: int, last: int) -> Samples:
        """Values of a series; the chunks that hold them lie behind each other and come in one request."""
        if last <= first:
            return np.empty(0, dtype=header.dtype)
        chosen = range(first // CHUNK, (last - 1) // CHUNK + 1)
        parts = [series.parts[i] for i in chosen]
        begin = parts[0].start
        data = self._get(organisation, name, begin, parts[-1].start + parts[-1].length)
        chunks: Sequence[Samples] = [
            unpacked(
                name,
                part,
                data[part.start - begin : part.start - begin + part.length],
                header.dtype,
                min(CHUNK, series.count - i * CHUNK),
            )
            for i, part in zip(chosen, parts, strict=True)
        ]
        values = chunks[0] if len(chunks) == 1 else np.concatenate(chunks)
        offset = chosen.start * CHUNK
        return values[first - offset : last - offset]

    def _get(self, organisation: str, name: str, start: int, end: int) -> bytes:
        from obstore import get, head
        from obstore.exceptions import NotFoundError

        path = _path(organisation, name)
        try:
            return bytes(get(self._store, path, options={"range": (start, end)}).bytes())
        except (NotFoundError, FileNotFoundError) as error:
            raise UnknownThing(text("there is no waveform {name}", name=name)) from error
        except Exception as error:
            if head(self._store, path)["size"] <= start:  # it was cut
                raise damaged(name) from error
            raise unavailable(self.place, error) from error


def _path(organisation: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UnknownThing(text("there is no waveform {name}", name=name[:80]))
    return f"{identifier(organisation)}/{name[:2]}/{name}"


def _reduced(start: int, step: int, low: Samples, high: Samples) -> Envelope:
    places = np.arange(0, len(low), step)
    return Envelope(start, step, np.fmin.reduceat(low, places), np.fmax.reduceat(high, places))
