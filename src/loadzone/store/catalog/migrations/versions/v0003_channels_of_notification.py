"""Channels of notification, and what each was told."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "notification_channels",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("least", sa.String(length=16), nullable=False),
        sa.Column("sites", sa.Text(), nullable=False),
        sa.Column("is_on", sa.BigInteger(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
            name=op.f("fk_notification_channels_organisation_organisations"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_notification_channels")),
    )
    op.create_table(
        "channel_told",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("thing", sa.String(length=80), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "channel"],
            ["notification_channels.organisation", "notification_channels.id"],
            name=op.f("fk_channel_told_organisation_channel_notification_channels"),
        ),
        sa.PrimaryKeyConstraint("organisation", "channel", "thing", name=op.f("pk_channel_told")),
    )
