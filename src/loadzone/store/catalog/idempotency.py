"""Answers to writes that carried an idempotency key: the same key again gets the same answer, and no second effect."""

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, delete

from loadzone.store.catalog.shelf import Shelf
from loadzone.store.catalog.tables import instant, key, owned, whole, words
from loadzone.store.catalog.work import Work
from loadzone.words.errors import BadInput
from loadzone.words.texts import text

idempotency_table = owned(
    "idempotency",
    key("key", "what the client sent", 200),
    words("request", "SHA-256 of method, address and body, hexadecimal", length=64),
    whole("status", "HTTP status that was answered"),
    Column("answer", LargeBinary, nullable=False, doc="body that was answered"),
    instant("created_us", "when"),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
)


@dataclass(frozen=True)
class Answer:
    """What was answered to a request."""

    organisation: str
    key: str
    request: str
    status: int
    answer: bytes
    created_us: int


answers = Shelf(Answer, idempotency_table)


def answered(work: Work, organisation: str, key: str, request: str) -> Answer | None:
    """The answer that was given to this request before, or None.

    Raises
    ------
    BadInput : the key came with another request
    """
    found = answers.find(work, organisation, key)
    if found is not None and found.request != request:
        raise BadInput(text("idempotency key {key} belongs to another request: make a new one for each", key=key))
    return found


def forget_answers(work: Work, before_us: int) -> int:
    """Take away what is older than any client would ask again."""
    return work.change(delete(idempotency_table).where(idempotency_table.c.created_us < before_us))
