"""What lies in a folder, and reading it without being led out of it: no link is followed, at any level of the way."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loadzone.words.errors import UnreadableFile
from loadzone.words.texts import Text, text

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_STEP = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0)
_DEEPEST = 8


@dataclass(frozen=True)
class Entry:
    """A file as the folder shows it; ``name`` is its way from the folder down, with «/»."""

    name: str
    inode: int
    size: int
    modified_ns: int
    changed_ns: int
    is_link: bool = False

    @property
    def state(self) -> tuple[int, int, int]:
        """What changes when someone writes."""
        return self.inode, self.size, self.modified_ns


def entries(root: Path, *, apart: frozenset[str] = frozenset()) -> Iterator[Entry]:
    """Files and links below ``root``, hidden ones not; folders named in ``apart`` (at the top) are passed over.

    Raises
    ------
    OSError : ``root`` is not there or cannot be listed; a folder below that goes away meanwhile is passed over
    """
    yield from _below(root, "", apart, _DEEPEST)


def _below(folder: Path, way: str, apart: frozenset[str], deep: int) -> Iterator[Entry]:
    with os.scandir(folder) as found:
        children = list(found)
    for child in children:
        name = f"{way}{child.name}"
        if child.name.startswith(".") or not _is_text(name):
            continue
        with contextlib.suppress(OSError):  # gone since the list was made
            if child.is_dir(follow_symlinks=False):
                if deep and not (way == "" and child.name in apart):
                    yield from _below(folder / child.name, f"{name}/", apart, deep - 1)
            else:
                told = child.stat(follow_symlinks=False)
                if stat.S_ISREG(told.st_mode) or stat.S_ISLNK(told.st_mode):
                    yield _entry(name, told)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8: nothing could name it in a database or a message
        return False
    return True


def _entry(name: str, told: os.stat_result) -> Entry:
    return Entry(
        name, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns, is_link=stat.S_ISLNK(told.st_mode)
    )


@contextlib.contextmanager
def opened(root: Path, name: str) -> Iterator[int]:
    """A descriptor of the file ``name`` below ``root``, opened step by step.

    Raises
    ------
    UnreadableFile : a link or a folder stands on the way, or it is no plain file
    OSError : it is gone, or not ours to read
    """
    descriptor = _descend(root, name.split("/"))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableFile(_not_plain(name))
        yield descriptor
    finally:
        os.close(descriptor)


def _descend(root: Path, parts: list[str]) -> int:
    if os.open not in os.supports_dir_fd:  # Windows, where making a link is a right of its own
        return os.open(root.joinpath(*parts), _READ)
    *folders, last = parts
    at = os.open(root, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        for folder in folders:
            below = _step(folder, _STEP, at)
            os.close(at)
            at = below
        return _step(last, _READ, at)
    finally:
        os.close(at)


def _step(part: str, how: int, at: int) -> int:
    if part in {"", ".", ".."}:
        raise UnreadableFile(_not_plain(part))
    if stat.S_ISLNK(os.stat(part, dir_fd=at, follow_symlinks=False).st_mode):
        raise UnreadableFile(_not_plain(part))
    return os.open(part, how, dir_fd=at)


def _not_plain(name: str) -> Text:
    return text("{file} is a link or no plain file: only files that lie in the folder itself are taken", file=name)


def is_being_written(descriptor: int) -> bool | None:
    """Whether a process has the file open for writing; None where the system does not tell.

    Linux grants a read lease only on a file that nobody writes. A writer that opens it in that instant waits for a few
    microseconds and costs a signal, which is made one that does nothing.
    """
    if sys.platform != "linux":
        return None
    import errno
    import fcntl
    import signal

    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None  # another's file, or a network share: it does not tell
    return False


def content(descriptor: int, most: int) -> bytes | None:
    """The whole file; None when it was changed while it was read.

    Raises
    ------
    UnreadableFile : larger than ``most`` bytes
    """
    before = os.fstat(descriptor)
    if before.st_size > most:
        raise UnreadableFile(
            text(
                "the file has {size} bytes, the watched folder takes {limit}: split it, or raise the limit",
                size=before.st_size,
                limit=most,
            )
        )
    with os.fdopen(os.dup(descriptor), "rb") as file:
        found = file.read(most + 1)
    after = os.fstat(descriptor)
    is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(found) == after.st_size
    return found if is_same else None
