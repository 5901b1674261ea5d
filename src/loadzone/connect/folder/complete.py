"""When a file is complete: pure, what the folder showed and when in, files to take out.

A file is complete at once when a marker says so or when it was renamed into place (its last change is no writing), else
when nothing about it has changed for a while.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from loadzone.connect.folder.inside import Entry

UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~")
"""Endings under which programs write what they rename when it is whole; such files are never taken."""


@dataclass(frozen=True)
class Waiting:
    """A file that may be taken. ``needs_proof``: only if the system says that nobody has it open for writing."""

    entry: Entry
    has_marker: bool = False
    needs_proof: bool = False


class Settling:
    """Remembers what it saw; ``observe`` gives what is complete, oldest first.

    ``marker`` is the ending of marker files («.done»); with ``needs_marker`` nothing is taken without one.
    """

    def __init__(self, settle_s: float, marker: str = ".done", *, needs_marker: bool = False) -> None:
        self._settle_s = settle_s
        self._marker = marker
        self._needs_marker = needs_marker
        self._since: dict[str, tuple[tuple[int, int, int], float]] = {}
        self._unfinished: set[int] = set()

    def observe(self, found: Iterable[Entry], now_s: float) -> list[Waiting]:
        """What can be taken of ``found`` at ``now_s`` of any clock that never goes back."""
        seen = {each.name: each for each in found}
        files = [each for each in seen.values() if not each.name.endswith((*UNFINISHED, self._marker))]
        before, self._since = self._since, {}
        complete = []
        for each in files:
            state, since_s = before.get(each.name, (each.state, now_s))
            if state != each.state:
                since_s = now_s
            self._since[each.name] = (each.state, since_s)
            judged = self._judge(each, has_marker=each.name + self._marker in seen, quiet_s=now_s - since_s)
            if judged:
                complete.append(judged)
        self._unfinished = {each.inode for each in seen.values() if each.name.endswith(UNFINISHED)}
        return sorted(complete, key=lambda each: (each.entry.modified_ns, each.entry.name))

    def _judge(self, entry: Entry, *, has_marker: bool, quiet_s: float) -> Waiting | None:
        if has_marker or entry.is_link:
            return Waiting(entry, has_marker=has_marker)
        if self._needs_marker:
            return None
        if quiet_s >= self._settle_s or entry.inode in self._unfinished:
            return Waiting(entry)
        if entry.size and entry.changed_ns > entry.modified_ns:
            return Waiting(entry, needs_proof=True)
        return None

    def forget(self) -> None:
        """The folder was away: what it showed before says nothing of what it shows now."""
        self._since.clear()
        self._unfinished.clear()
