"""The tables of the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "event_things",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("thing", sa.String(length=200), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "thing", "number", name=op.f("pk_event_things")),
    )
    op.create_table(
        "genealogy",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("ancestor", sa.String(length=200), nullable=False),
        sa.Column("descendant", sa.String(length=200), nullable=False),
        sa.Column("depth", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("paths", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "ancestor", "descendant", "depth", name=op.f("pk_genealogy")),
    )
    with op.batch_alter_table("genealogy") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_genealogy_organisation_descendant"), ["organisation", "descendant"], unique=False
        )

    op.create_table(
        "ledger_heads",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_ledger_heads")),
    )
    op.create_table(
        "events",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("disposition", sa.String(length=200), nullable=True),
        sa.Column("where", sa.String(length=200), nullable=True),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("parents", sa.Text(), nullable=False),
        sa.Column("children", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("corrects", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_events_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events") as batch_op:
        batch_op.create_index(batch_op.f("ix_events_organisation_corrects"), ["organisation", "corrects"], unique=False)
