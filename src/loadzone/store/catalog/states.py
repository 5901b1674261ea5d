"""What a block remembers of a position (baselines, trends, alarms in the making): a value, exchanged by comparison."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, bindparam, update

from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import belongs, instant, key, owned, whole, words
from loadzone.store.catalog.work import Work
from loadzone.words.errors import AlreadyThere, BadInput, Overtaken
from loadzone.words.texts import text

states_table = owned(
    "block_states",
    key("position", "whose state"),
    key("block", "of which block"),
    whole("version", "form of the value, as the block counts it"),
    Column("value", LargeBinary, nullable=False, doc="what the block remembers, as it wrote it"),
    words("shard", "stream of messages that made it", length=64),
    whole("sequence", "number of the last message that made it"),
    instant("at_us", "time of that message"),
    belongs("position=id", to="positions"),
)


@dataclass(frozen=True)
class BlockState:
    """State of one block at one position after the message (shard, sequence)."""

    organisation: str
    position: str
    block: str
    version: int
    value: bytes
    shard: str
    sequence: int
    at_us: int


states = Shelf(BlockState, states_table)


def states_of(work: Work, organisation: str, positions: Collection[str]) -> tuple[BlockState, ...]:
    """All block states of these positions."""
    c = states_table.c
    return states.all(work, c.organisation == organisation, c.position.in_(sorted(positions)))


def exchange(work: Work, before: Sequence[BlockState | None], after: Sequence[BlockState]) -> None:
    """Put each state of ``after`` in the place of the one that was read (None: there was none), all or nothing.

    Raises
    ------
    Overtaken : another worker wrote one of them meanwhile: roll back and read again
    BadInput : a state goes back in its own stream
    """
    fresh, renewed = [], []
    for old, new in zip(before, after, strict=True):
        if old is None:
            fresh.append(new)
            continue
        if old.shard == new.shard and new.sequence <= old.sequence:
            raise BadInput(
                text(
                    "state of block {block} at {position} would go back from message {old} to {new}",
                    block=new.block,
                    position=new.position,
                    old=old.sequence,
                    new=new.sequence,
                )
            )
        renewed.append(vars(new) | {"old_shard": old.shard, "old_sequence": old.sequence})
    try:
        states.add(work, *sorted(fresh, key=_key))
    except AlreadyThere as error:
        raise _overtaken() from error
    if renewed and _replace(work, renewed) != len(renewed):
        raise _overtaken()


def _replace(work: Work, rows: list[dict[str, object]]) -> int:
    c = states_table.c
    keys = ("organisation", "position", "block")
    statement = (
        update(states_table)
        .where(*(c[name] == bindparam(f"key_{name}") for name in keys))
        .where(c.shard == bindparam("old_shard"), c.sequence == bindparam("old_sequence"))
        .values({name: bindparam(f"new_{name}") for name in ("version", "value", "shard", "sequence", "at_us")})
    )
    named = [
        {
            f"key_{name}" if name in keys else name if name.startswith("old_") else f"new_{name}": value
            for name, value in row.items()
        }
        for row in sorted(rows, key=lambda row: tuple(str(row[name]) for name in keys))
    ]
    return work.change(statement, named)


def _key(state: BlockState) -> tuple[str, str, str]:
    return state.organisation, state.position, state.block


def _overtaken() -> Overtaken:
    return Overtaken(text("another worker wrote the state of these positions meanwhile: read it again"))
