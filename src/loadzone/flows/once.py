"""A write that is asked for twice is done once: its answer is kept in the transaction of its effect."""

from collections.abc import Callable
from dataclasses import dataclass

from loadzone.flows.platform import Platform, Work
from loadzone.store.catalog.idempotency import Answer, answered, answers
from loadzone.words.errors import AlreadyThere


@dataclass(frozen=True)
class Key:
    """What a client sent to name a write, and the SHA-256 of all that the write says (who, where, what)."""

    key: str
    request: str


@dataclass(frozen=True)
class Said:
    """What is answered; ``kept`` differs where the answer holds a secret, which is shown once and never kept."""

    status: int
    body: bytes
    kept: bytes | None = None
    is_repeated: bool = False


def once(
    platform: Platform, organisation: str, visible: frozenset[str], key: Key | None, job: Callable[[Work], Said]
) -> Said:
    """Run ``job`` in a transaction, or give the answer that it gave before to the same key.

    Raises
    ------
    BadInput : the key came with another request
    """
    if key is None:
        return platform.catalog.write(visible, job)

    def kept(work: Work) -> Said:
        before = answered(work, organisation, key.key, key.request)
        if before is not None:
            return Said(before.status, before.answer, is_repeated=True)
        said = job(work)
        body = said.body if said.kept is None else said.kept
        answers.add(work, Answer(organisation, key.key, key.request, said.status, body, platform.clock()))
        return said

    try:
        return platform.catalog.write(visible | {organisation}, kept)
    except AlreadyThere:  # by its twin, perhaps, that ran at the same moment
        with platform.catalog.read(organisation) as work:
            before = answered(work, organisation, key.key, key.request)
        if before is None:
            raise
        return Said(before.status, before.answer, is_repeated=True)
