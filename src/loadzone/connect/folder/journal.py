"""Which files of a folder were handed over: kept by path and content, in a file that a kill does not harm."""

import sqlite3
from pathlib import Path
from typing import Literal

from loadzone.connect.folder.inside import Entry
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

State = Literal["begun", "taken", "refused"]
"""Begun: handed over, the answer is not known; taken: acknowledged; refused: it never will be."""


class Journal:
    """An SQLite file that one watch has for itself.

    Raises
    ------
    BadInput : another process has it, or it is no journal
    """

    def __init__(self, path: Path) -> None:
        try:
            self._database = sqlite3.connect(path, isolation_level=None, timeout=1, check_same_thread=False)
            self._database.execute("pragma locking_mode = exclusive")
            self._database.execute("pragma journal_mode = wal")
            self._database.execute(
                "create table if not exists files (name text, digest text, state text not null, reason text not null,"
                " inode integer, size integer, modified_ns integer, primary key (name, digest)) without rowid"
            )
        except sqlite3.Error as error:
            raise BadInput(
                text(
                    "journal {file} cannot be used ({reason}): one watch has it for itself; give each folder its own",
                    file=str(path),
                    reason=str(error),
                )
            ) from error

    def known(self, entry: Entry) -> tuple[State, str] | None:
        """State and reason of a file that looks as it did when it was noted, so that it need not be read again."""
        return self._row(
            "select state, reason from files where name = ? and inode = ? and size = ? and modified_ns = ?"
            " and state != 'begun'",
            entry.name,
            *entry.state,
        )

    def state(self, name: str, digest: str) -> tuple[State, str] | None:
        """State and reason of this content under this name."""
        return self._row("select state, reason from files where name = ? and digest = ?", name, digest)

    def note(self, entry: Entry, digest: str, state: State, reason: str = "") -> None:
        """Write down what became of a file; on disk when it returns, as far as the death of the process goes."""
        self._database.execute(
            "insert or replace into files values (?, ?, ?, ?, ?, ?, ?)",
            (entry.name, digest, state, reason, *entry.state),
        )

    def count(self, state: State) -> int:
        """How many files are in that state."""
        (found,) = self._database.execute("select count(*) from files where state = ?", (state,)).fetchone()
        return int(found)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _row(self, query: str, *values: object) -> tuple[State, str] | None:
        found: tuple[State, str] | None = self._database.execute(query, values).fetchone()
        return found
