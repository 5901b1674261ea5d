"""The tables of the catalog."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "organisations",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_organisations")),
    )
    op.create_table(
        "progress",
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("pk_progress")),
    )
    op.create_table(
        "grants",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("grantee", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("granted_us", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["grantee"], ["organisations.organisation"], name=op.f("fk_grants_grantee_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_grants_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "grantee", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants") as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_grantee"), ["grantee"], unique=False)

    op.create_table(
        "idempotency",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_idempotency_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "quarantine",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("door", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("sample", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_quarantine_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "position", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "sites",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_sites_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_sites")),
    )
    op.create_table(
        "units",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.String(length=200), nullable=False),
        sa.Column("bearing", sa.String(length=200), nullable=False),
        sa.Column("maker", sa.String(length=200), nullable=True),
        sa.Column("made_us", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_units_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "serial", name=op.f("pk_units")),
    )
    op.create_table(
        "users",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("disabled_us", sa.BigInteger(), nullable=True),
        sa.Column("password_hash", sa.String(length=256), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("locked_until_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_users_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "links",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=False),
        sa.Column("used_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "user"], ["users.organisation", "users.id"], name=op.f("fk_links_organisation_user_users")
        ),
        sa.PrimaryKeyConstraint("organisation", "hash", name=op.f("pk_links")),
    )
    op.create_table(
        "machines",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("retired_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "site"],
            ["sites.organisation", "sites.id"],
            name=op.f("fk_machines_organisation_site_sites"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_machines")),
    )
    op.create_table(
        "roles",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("home", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["home", "user"], ["users.organisation", "users.id"], name=op.f("fk_roles_home_user_users")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_roles_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "user", "home", name=op.f("pk_roles")),
    )
    with op.batch_alter_table("roles") as batch_op:
        batch_op.create_index(batch_op.f("ix_roles_home_user"), ["home", "user"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=False),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "user"], ["users.organisation", "users.id"], name=op.f("fk_tokens_organisation_user_users")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_table(
        "positions",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("machine", sa.String(length=64), nullable=True),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("bearing", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("retired_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "machine"],
            ["machines.organisation", "machines.id"],
            name=op.f("fk_positions_organisation_machine_machines"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "parent"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_positions_organisation_parent_positions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name=op.f("fk_positions_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_positions")),
    )
    with op.batch_alter_table("positions") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_positions_organisation_machine"), ["organisation", "machine"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_positions_organisation_parent"), ["organisation", "parent"], unique=False)

    op.create_table(
        "alarms",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("moves", sa.BigInteger(), nullable=False),
        sa.Column("raised_us", sa.BigInteger(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.Column("shelved_until_us", sa.BigInteger(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "position"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_alarms_organisation_position_positions"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_alarms")),
    )
    with op.batch_alter_table("alarms") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alarms_organisation_ended_us_raised_us"),
            ["organisation", "ended_us", "raised_us"],
            unique=False,
        )
        batch_op.create_index(
            "uq_alarms_one_of_a_cause",
            ["organisation", "position", "cause"],
            unique=True,
            sqlite_where=sa.column("ended_us").is_(None),
            postgresql_where=sa.column("ended_us").is_(None),
        )

    op.create_table(
        "block_states",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("block", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "position"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_block_states_organisation_position_positions"),
        ),
        sa.PrimaryKeyConstraint("organisation", "position", "block", name=op.f("pk_block_states")),
    )
    op.create_table(
        "latest",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "position"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_latest_organisation_position_positions"),
        ),
        sa.PrimaryKeyConstraint("organisation", "position", "quantity", name=op.f("pk_latest")),
    )
    op.create_table(
        "limits",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("since_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "position"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_limits_organisation_position_positions"),
        ),
        sa.PrimaryKeyConstraint("organisation", "position", "quantity", "level", "since_us", name=op.f("pk_limits")),
    )
    op.create_table(
        "mountings",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("mounted_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.String(length=200), nullable=False),
        sa.Column("mounted_by", sa.String(length=200), nullable=False),
        sa.Column("removed_us", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "position"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_mountings_organisation_position_positions"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "serial"],
            ["units.organisation", "units.serial"],
            name=op.f("fk_mountings_organisation_serial_units"),
        ),
        sa.PrimaryKeyConstraint("organisation", "position", "mounted_us", name=op.f("pk_mountings")),
    )
    with op.batch_alter_table("mountings") as batch_op:
        batch_op.create_index(
            "uq_mountings_one_at_a_position",
            ["organisation", "position"],
            unique=True,
            sqlite_where=sa.column("removed_us").is_(None),
            postgresql_where=sa.column("removed_us").is_(None),
        )
        batch_op.create_index(
            "uq_mountings_one_place_of_a_unit",
            ["organisation", "serial"],
            unique=True,
            sqlite_where=sa.column("removed_us").is_(None),
            postgresql_where=sa.column("removed_us").is_(None),
        )

    op.create_table(
        "sensors",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("retired_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "position"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_sensors_organisation_position_positions"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_sensors")),
    )
    with op.batch_alter_table("sensors") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sensors_organisation_position"), ["organisation", "position"], unique=False
        )

    op.create_table(
        "advice",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.String(length=200), nullable=True),
        sa.Column("alarm", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("issued_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("found", sa.String(length=64), nullable=True),
        sa.Column("closed_us", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "alarm"],
            ["alarms.organisation", "alarms.id"],
            name=op.f("fk_advice_organisation_alarm_alarms"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "position"],
            ["positions.organisation", "positions.id"],
            name=op.f("fk_advice_organisation_position_positions"),
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_advice")),
    )
    with op.batch_alter_table("advice") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_advice_organisation_closed_us_issued_us"),
            ["organisation", "closed_us", "issued_us"],
            unique=False,
        )

    op.create_table(
        "alarm_moves",
        sa.Column("organisation", sa.String(length=64), nullable=False),
        sa.Column("alarm", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "alarm"],
            ["alarms.organisation", "alarms.id"],
            name=op.f("fk_alarm_moves_organisation_alarm_alarms"),
        ),
        sa.PrimaryKeyConstraint("organisation", "alarm", "number", name=op.f("pk_alarm_moves")),
    )
