"""What the server's log says of its clients: a publish that the rights refused is acknowledged and only told there."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_REFUSED = re.compile(
    r"^\[\d+\] [\d/]+ [\d:.]+ \[ERR\] \S+ - (?:mid|cid|wid):(?P<client>\d+) - .*"
    r"(?P<what>Publish|Subscription) Violation - Subject \"(?P<subject>[^\"]*)\""
)


@dataclass(frozen=True)
class Refusal:
    """A message or a subscription that the rights of a user did not allow; ``client`` is the server's number for it."""

    client: int
    subject: str
    is_publish: bool


def parse_refusal(line: str) -> Refusal | None:
    """The refusal that a line of the log tells of, if it does."""
    found = _REFUSED.match(line)
    return Refusal(int(found["client"]), found["subject"], found["what"] == "Publish") if found else None


class Tail:
    """Lines that a log gained since the last look; a log that was moved away is read to its end first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._rest = ""

    def lines(self) -> Iterator[str]:
        """Whole lines only; what is still being written waits for the next look."""
        if self._file is None and not self._open():
            return
        yield from self._drain()
        if self._was_moved():
            self.close()
            if self._open():
                yield from self._drain()

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
        self._file, self._rest = None, ""

    def _open(self) -> bool:
        if self._path.is_file():
            self._file = self._path.open(encoding="utf-8", errors="replace")
        return self._file is not None

    def _drain(self) -> Iterator[str]:
        if self._file is None:
            return
        *whole, self._rest = (self._rest + self._file.read()).split("\n")
        yield from whole

    def _was_moved(self) -> bool:
        if self._file is None or not self._path.is_file():
            return False
        there = self._path.stat()
        return there.st_ino != os.fstat(self._file.fileno()).st_ino or there.st_size < self._file.tell()
