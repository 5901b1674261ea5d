"""Tables of the ledger: events, what they are about, the head of each chain, and who descends from whom."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, String

from loadzone.store.catalog.tables import Json, facts, instant, key, number_key, owned, whole, words

THING = 200

events_table = owned(
    "events",
    number_key("number", "place in the chain, from 1"),
    instant("recorded_us", "when it was entered"),
    words("kind", "object, aggregation, transformation, transaction, association", length=16),
    words("action", "add, observe, delete", length=16),
    instant("at_us", "when it happened"),
    words("step", "why: business step, as mounting, inspecting, grinding"),
    words("disposition", "why: state of the things afterwards", nullable=True),
    words("where", "where: position, site, machine or place", nullable=True),
    words("who", "who: user, token or block"),
    Column("what", Json, nullable=False, doc="things that it is about, a list"),
    Column("parents", Json, nullable=False, doc="things from which others were made, a list"),
    Column("children", Json, nullable=False, doc="things that were made, a list"),
    Column("documents", Json, nullable=False, doc="orders, certificates, results, a list"),
    whole("corrects", "number of the event that it puts right", nullable=True),
    facts("facts", "whatever else belongs to it"),
    Column("previous", String(64), nullable=False, doc="hash of the entry before"),
    Column("hash", String(64), nullable=False, doc="SHA-256 over all of this row"),
    ForeignKeyConstraint(["organisation"], ["organisations.organisation"]),
    Index(None, "organisation", "corrects"),
    append_only=True,
)

things_table = owned(
    "event_things",
    key("thing", "identifier of a thing", THING),
    number_key("number", "event that is about it"),
    append_only=True,
)

heads_table = owned(
    "ledger_heads",
    whole("number", "number of the last entry"),
    Column("hash", String(64), nullable=False, doc="its hash"),
)

closure_table = owned(
    "genealogy",
    key("ancestor", "what something was made from, directly or not", THING),
    key("descendant", "what was made", THING),
    number_key("depth", "steps between them"),
    whole("paths", "ways of that length; 0: all were taken back"),
    Index(None, "organisation", "descendant"),
)
