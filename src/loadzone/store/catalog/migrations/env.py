"""What Alembic runs: the migrations, on the connection and in the transaction that `migrate` hands over."""

from alembic import context

from loadzone.store.catalog.schema import metadata


def migrate() -> None:
    """Run what is due on the connection of the configuration."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
    )
    context.run_migrations()


if __name__ == "env_py":  # the name under which Alembic executes this file; an import runs nothing
    migrate()
