"""Brings a database to the tables of this version, with Alembic and the migrations that the wheel carries."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, func, inspect, select, table

from loadzone.words.errors import StoreUnavailable
from loadzone.words.texts import text

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0003"
"""Revision of the newest migration (a test compares it with the folder)."""
KNOWN = ("0001", "0002", "0003")
_LOCK = 0x10AD_20E
"""Key of the advisory lock under which one process of many migrates."""


def upgrade(engine: Engine) -> None:
    """Make or change tables up to `HEAD`; of several processes that start at once one does it.

    Raises
    ------
    StoreUnavailable : the tables are of a later version than this program
    """
    with engine.connect() as connection, connection.begin():
        found = revision(connection)
    if found == HEAD:
        return
    if found is not None and found not in KNOWN:
        raise StoreUnavailable(
            text("the catalog's tables are of a later version ({revision}): update loadzone", revision=found)
        )
    with engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if revision(connection) != HEAD:
            from alembic import command

            command.upgrade(configuration(connection), "head")


def revision(connection: Connection) -> str | None:
    """Revision of the tables; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar()


def configuration(connection: Connection) -> "Config":
    """Alembic's settings for this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "loadzone.store.catalog:migrations")
    config.attributes["connection"] = connection
    return config
