"""The watch over one folder: looks, takes what is complete in the order of its time, hands over, moves or leaves.

A file counts as taken only after the receiver has returned. What a kill interrupts before that is handed over again
with the same identifier, marked ``may_be_copy``: a receiver that recognises it has every file exactly once.
"""

import asyncio
import contextlib
import errno
import logging
import os
import time
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Literal, Protocol

from loadzone.connect.folder.complete import Settling, Waiting
from loadzone.connect.folder.inside import Entry, content, entries, is_being_written, opened
from loadzone.connect.folder.journal import Journal
from loadzone.words.errors import LoadzoneError, NotStored, Unreachable, UnreadableFile
from loadzone.words.texts import LANGUAGES, Text, text

LOG = logging.getLogger(__name__)
TAKEN, REFUSED = "taken", "refused"
"""Folders inside the watched one to which files go."""
_LONGEST_WAIT_S = 30.0
_TRIES = 10


@dataclass(frozen=True)
class FolderSettings:
    """Which folder, and when a file in it counts as complete.

    ``settle_s``: so long nothing about a file may have changed; ``look_s`` between looks. ``after``: what becomes of a
    file that was taken. ``marker``: the file «NAME.done» says that «NAME» is complete; with ``needs_marker`` only that
    counts. ``most_bytes``: a larger file is refused.
    """

    folder: Path
    settle_s: float = 5.0
    look_s: float = 1.0
    after: Literal["move", "leave"] = "move"
    marker: str = ".done"
    needs_marker: bool = False
    most_bytes: int = 1_000_000_000


@dataclass(frozen=True)
class FoundFile:
    """A file as it is handed over; ``name`` is its way below the folder, ``id`` tells it by name and content.

    ``may_be_copy``: it was handed over before and the answer is not known, or was «not now».
    """

    name: str
    content: bytes
    id: str
    modified_us: int
    may_be_copy: bool = False


class HandOver(Protocol):
    """Where files go; a return is the acknowledgement."""

    async def __call__(self, found: FoundFile) -> None:
        """Keep the file.

        Raises
        ------
        NotStored, Unreachable : not now; the file stays and is brought again
        LoadzoneError : never; the file is set aside with the error's sentence beside it
        """
        ...


class Watch:
    """``await Watch(settings, hand_over, journal).run()`` until cancelled, or one `look` after another.

    ``is_there``: the folder can be listed. ``taken``, ``refused`` count files since the start; ``last_error`` is for
    the page that shows the watch.
    """

    def __init__(self, settings: FolderSettings, hand_over: HandOver, journal: Journal) -> None:
        self.settings = settings
        self.is_there = False
        self.taken = 0
        self.refused = 0
        self.last_error = ""
        self._hand_over = hand_over
        self._journal = journal
        self._settling = Settling(settings.settle_s, settings.marker, needs_marker=settings.needs_marker)
        self._tries: dict[str, int] = {}
        self._wait_s = settings.look_s

    async def run(self) -> None:
        """Look again and again; slower while the receiver takes nothing."""
        while True:
            await self.look()
            await asyncio.sleep(self._wait_s)

    async def look(self) -> int:
        """Take what is complete now; returns how many files were acknowledged."""
        try:
            found = await asyncio.to_thread(self._entries)
        except OSError as error:
            self._is_away(error)
            return 0
        if not self.is_there:
            LOG.info("watching %s", self.settings.folder)
        self.is_there = True
        before = self.taken
        try:
            for each in self._settling.observe(found, time.monotonic()):
                await self._take(each)
        except (NotStored, Unreachable) as error:
            self.last_error = str(error)
            self._wait_s = min(2 * self._wait_s, max(_LONGEST_WAIT_S, self.settings.look_s))
            LOG.warning("%s", error)
        else:
            self._wait_s = self.settings.look_s
        return self.taken - before

    def _entries(self) -> list[Entry]:
        return list(entries(self.settings.folder, apart=frozenset({TAKEN, REFUSED})))

    def _is_away(self, error: OSError) -> None:
        self.last_error = str(
            text(
                "folder {folder} is not there ({reason}): the watch goes on and takes up again when it returns",
                folder=str(self.settings.folder),
                reason=error.strerror or str(error),
            )
        )
        if self.is_there:
            LOG.warning("%s", self.last_error)
        self.is_there = False
        self._settling.forget()

    async def _take(self, waiting: Waiting) -> None:
        entry = waiting.entry
        known = self._journal.known(entry)
        if known:
            if known[0] == "refused" or self.settings.after == "move":
                await self._finish(entry, "", *known)
            return
        try:
            found = await asyncio.to_thread(self._read, waiting)
        except UnreadableFile as error:
            await self._refuse(entry, "", error.message)
        except OSError as error:
            await self._try_later(entry, error)
        else:
            self._tries.pop(entry.name, None)
            if found is not None:
                await self._offer(entry, found)

    def _read(self, waiting: Waiting) -> bytes | None:
        """The file's content; None while it is not complete after all."""
        entry = waiting.entry
        with opened(self.settings.folder, entry.name) as descriptor:
            writes = None if waiting.has_marker else is_being_written(descriptor)
            if writes or (waiting.needs_proof and writes is not False):
                return None
            return content(descriptor, self.settings.most_bytes)

    async def _try_later(self, entry: Entry, error: OSError) -> None:
        """Gone, or locked for the moment; after some looks it is set aside as unreadable."""
        if isinstance(error, FileNotFoundError):
            self._tries.pop(entry.name, None)
            return
        self._tries[entry.name] = self._tries.get(entry.name, 0) + 1
        if self._tries[entry.name] >= _TRIES:
            await self._refuse(
                entry,
                "",
                text(
                    "{file} cannot be read ({reason}): check who may read it",
                    file=entry.name,
                    reason=error.strerror or str(error),
                ),
            )

    async def _offer(self, entry: Entry, found: bytes) -> None:
        digest = blake2b(found, digest_size=32).hexdigest()
        before = self._journal.state(entry.name, digest)
        if before and before[0] != "begun":
            self._journal.note(entry, digest, *before)
            await self._finish(entry, digest, *before)
            return
        if not found:
            await self._refuse(entry, digest, text("the file is empty"))
            return
        self._journal.note(entry, digest, "begun")
        offer = FoundFile(entry.name, found, _identifier(entry.name, digest), entry.modified_ns // 1000, bool(before))
        try:
            await self._hand_over(offer)
        except (NotStored, Unreachable):
            raise
        except LoadzoneError as error:
            await self._refuse(entry, digest, error.message)
            return
        self._journal.note(entry, digest, "taken")
        self.taken += 1
        await self._finish(entry, digest, "taken", "")

    async def _refuse(self, entry: Entry, digest: str, reason: Text) -> None:
        sentences = "\n".join(dict.fromkeys(reason.render(lang) for lang in reversed(LANGUAGES)))
        LOG.warning("%s/%s is set aside: %s", self.settings.folder, entry.name, reason)
        self._journal.note(entry, digest, "refused", sentences)
        self.refused += 1
        self.last_error = str(reason)
        await self._finish(entry, digest, "refused", sentences)

    async def _finish(self, entry: Entry, digest: str, state: str, reason: str) -> None:
        """Move the file to where it belongs now; where that cannot be, the journal alone keeps it from coming again."""
        if state == "taken" and self.settings.after == "leave":
            return
        try:
            await asyncio.to_thread(self._move, entry, digest, state, reason)
        except OSError as error:
            told = text(
                "{file} stays in the folder ({reason}): let the watch write there, or choose to leave the files",
                file=entry.name,
                reason=error.strerror or str(error),
            )
            if str(told) != self.last_error:  # it comes with every look
                LOG.warning("%s", told)
            self.last_error = str(told)

    def _move(self, entry: Entry, digest: str, state: str, reason: str) -> None:
        source = self.settings.folder / entry.name
        told = source.lstat()
        if (told.st_ino, told.st_size, told.st_mtime_ns) != entry.state:
            return  # somebody has put another file there since: that one has not been read
        target = self._place(REFUSED if state == "refused" else TAKEN, entry.name, digest)
        if reason:
            target.with_name(f"{target.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
        source.rename(target)
        with contextlib.suppress(FileNotFoundError):
            source.with_name(source.name + self.settings.marker).unlink()

    def _place(self, folder: str, name: str, digest: str) -> Path:
        """A place for ``name`` that no other content has, and that no link leads out of the folder."""
        target = self.settings.folder / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(self.settings.folder.resolve()):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target.parent))
        if target.exists() or target.is_symlink():
            target = target.with_name(f"{target.stem}~{digest[:8] or time.time_ns()}{target.suffix}")
        return target


def _identifier(name: str, digest: str) -> str:
    return blake2b(f"{name}\n{digest}".encode(), digest_size=16).hexdigest()
