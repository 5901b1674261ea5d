"""Progress: the last message of each shard whose effects are in the catalog, written with them in one transaction."""

from collections.abc import Collection

from sqlalchemy import Column, String, select, update

from loadzone.store.catalog.tables import instant, shared, whole
from loadzone.store.catalog.work import Work

progress_table = shared(
    "progress",
    "a shard carries the positions of many organisations",
    Column("shard", String(64), primary_key=True, doc="stream of messages"),
    whole("sequence", "last message that is in"),
    instant("at_us", "when it was kept"),
)


def advance(work: Work, shard: str, sequence: int, at_us: int) -> bool:
    """Set the shard's progress to ``sequence``; False, and nothing changed, where it is there already.

    The row stays locked until the transaction ends, so that of two workers with the same message one sees the other's.
    """
    c = progress_table.c
    onward = update(progress_table).where(c.shard == shard, c.sequence < sequence)
    onward = onward.values(sequence=sequence, at_us=at_us)
    first = {"shard": shard, "sequence": sequence, "at_us": at_us}
    # asked again at the end: another worker may have made the shard's first row, of an earlier message
    return bool(work.change(onward) or work.ensure(progress_table, [first]) or work.change(onward))


def progress(work: Work, shard: str) -> int | None:
    """Number of the last message that is in; None for a shard without any."""
    return progresses(work, [shard]).get(shard)


def progresses(work: Work, shards: Collection[str]) -> dict[str, int]:
    """The same of several shards; one without any is not in it."""
    c = progress_table.c
    rows = work.rows(select(c.shard, c.sequence).where(c.shard.in_(sorted(shards))))
    return {row.shard: row.sequence for row in rows}
