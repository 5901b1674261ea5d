"""Notices that wait, were sent or could not be: in an SQLite file, so that a restart forgets none and repeats none."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from loadzone.connect.notify.channel import Notice
from loadzone.words.texts import LANGUAGES, Text

_COLUMNS = "number, channel, body, attempts, due_s, reason, state"


@dataclass(frozen=True)
class Letter:
    """A notice for one channel; ``id`` goes with each attempt.

    ``due_s``: when it is tried next, s since 1970, or since when it is sent or dead. ``reasons``: why it did not
    arrive, by language.
    """

    number: int
    channel: str
    notice: Notice
    attempts: int
    due_s: float
    reasons: Mapping[str, str]
    state: Literal["waiting", "sent", "dead"]

    @property
    def id(self) -> str:
        """The identifier that every attempt carries."""
        return f"{self.notice.key}.{self.number}"

    @property
    def reason(self) -> str:
        """Why it did not arrive, in English."""
        return self.reasons.get("en", "")


@dataclass(frozen=True)
class Standing:
    """How a channel does: letters that wait, those that will not arrive, its newest delivery and failure.

    ``failures`` is the sentence of the newest failure by language, which may be one that is tried again.
    """

    waiting: int = 0
    dead: int = 0
    sent_s: float | None = None
    failed_s: float | None = None
    failures: Mapping[str, str] = field(default_factory=dict)


class Outbox:
    """Letters in a file; without ``path`` they end with the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=5)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute(
            "create table if not exists letters (number integer primary key autoincrement, channel text not null,"
            " key text not null, body blob not null, attempts integer not null default 0, due_s real not null,"
            " told_s real not null, copies integer not null default 0, reason text not null default '',"
            " state text not null default 'waiting', tried_s real not null default 0)"
        )
        if "tried_s" not in {row[1] for row in self._database.execute("pragma table_info(letters)")}:
            self._database.execute("alter table letters add column tried_s real not null default 0")
        self._database.execute("create index if not exists keys on letters (channel, key, told_s)")
        self._database.execute("create index if not exists due on letters (channel, state, due_s)")

    def add(self, channel: str, notice: Notice, now_s: float, window_s: float) -> bool:
        """Keep a notice to be sent; False where the channel was told the same key within ``window_s``."""
        known = self._database.execute(
            "select number from letters where channel = ? and key = ? and told_s > ? and state != 'dead'",
            (channel, notice.key, now_s - window_s),
        ).fetchone()
        if known:
            self._database.execute("update letters set copies = copies + 1 where number = ?", known)
            return False
        self._database.execute(
            "insert into letters (channel, key, body, due_s, told_s) values (?, ?, ?, ?, ?)",
            (channel, notice.key, msgspec.json.encode(notice), now_s, now_s),
        )
        return True

    def first(self, channel: str) -> Letter | None:
        """The letter that is due next, whenever that is."""
        return next(self._letters("channel = ? and state = 'waiting' order by due_s, number limit 1", channel), None)

    def waiting(self, channel: str) -> int:
        """How many letters wait."""
        (found,) = self._database.execute(
            "select count(*) from letters where channel = ? and state = 'waiting'", (channel,)
        ).fetchone()
        return int(found)

    def standing(self, channel: str) -> Standing:
        """How a channel does."""
        counts = dict(
            self._database.execute(
                "select state, count(*) from letters where channel = ? group by state", (channel,)
            ).fetchall()
        )
        (sent_s,) = self._database.execute(
            "select max(due_s) from letters where channel = ? and state = 'sent'", (channel,)
        ).fetchone()
        failed = self._database.execute(
            "select tried_s, reason from letters where channel = ? and reason != '' order by tried_s desc limit 1",
            (channel,),
        ).fetchone()
        failed_s, reason = failed or (None, "")
        return Standing(counts.get("waiting", 0), counts.get("dead", 0), sent_s, failed_s, _read(reason))

    def channels(self) -> set[str]:
        """Names of all channels that something was kept for."""
        return {name for (name,) in self._database.execute("select distinct channel from letters").fetchall()}

    def sent(self, letter: Letter, at_s: float) -> None:
        """It arrived."""
        self._set(letter, state="sent", due_s=at_s, tried_s=at_s, reason="")

    def later(self, letter: Letter, due_s: float, reason: Text, at_s: float) -> None:
        """It did not arrive and is tried again."""
        self._set(letter, state="waiting", due_s=due_s, tried_s=at_s, reason=_written(reason))

    def bury(self, letter: Letter, reason: Text, at_s: float) -> None:
        """It will not arrive."""
        self._set(letter, state="dead", due_s=at_s, tried_s=at_s, reason=_written(reason))

    def dead(self, channel: str | None = None) -> list[Letter]:
        """Letters that could not be delivered, with the reason, oldest first."""
        if channel is None:
            return list(self._letters("state = 'dead' order by number"))
        return list(self._letters("state = 'dead' and channel = ? order by number", channel))

    def revive(self, number: int, now_s: float) -> bool:
        """Try a dead letter once more, with all its attempts; False where there is none."""
        done = self._database.execute(
            "update letters set state = 'waiting', attempts = 0, due_s = ? where number = ? and state = 'dead'",
            (now_s, number),
        )
        return done.rowcount > 0

    def forget(self, before_s: float) -> int:
        """Drop what was sent or buried before then; returns how many."""
        return self._database.execute(
            "delete from letters where state != 'waiting' and told_s < ?", (before_s,)
        ).rowcount

    def drop(self, channel: str) -> None:
        """Forget all that was kept for a channel."""
        self._database.execute("delete from letters where channel = ?", (channel,))

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _set(self, letter: Letter, *, state: str, due_s: float, tried_s: float, reason: str) -> None:
        self._database.execute(
            "update letters set state = ?, attempts = ?, due_s = ?, tried_s = ?, reason = ? where number = ?",
            (state, letter.attempts + 1, due_s, tried_s, reason, letter.number),
        )

    def _letters(self, condition: str, *values: object) -> Iterator[Letter]:
        rows = self._database.execute(
            f"select {_COLUMNS} from letters where {condition}",  # noqa: S608  conditions are of this module
            values,
        ).fetchall()
        for number, channel, body, attempts, due_s, reason, state in rows:
            yield Letter(number, channel, msgspec.json.decode(body, type=Notice), attempts, due_s, _read(reason), state)


def _written(reason: Text) -> str:
    """A sentence in every language: who reads it is not known yet."""
    return msgspec.json.encode({lang: reason.render(lang) for lang in LANGUAGES}).decode()


def _read(reason: str) -> Mapping[str, str]:
    try:
        return msgspec.json.decode(reason, type=dict[str, str]) if reason else {}
    except msgspec.MsgspecError:  # of a version that kept it in English alone
        return {"en": reason}
