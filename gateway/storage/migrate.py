"""Brings a database to the newest tables, by the migrations in this package."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from gateway.storage.errors import TablesUnknown

MIGRATIONS = Path(__file__).with_name("migrations")
_VERSION_TABLE = "alembic_version"


def upgrade(connection: Connection) -> None:
    """Run what is missing, in the connection's transaction.

    Raises:
        TablesUnknown: the database was made by a newer version.
    """
    if _revisions(connection) == [newest()]:
        return
    # Costs a third of a gateway's start, and is needed once for each version.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise TablesUnknown(str(error)) from error


def newest() -> str:
    """The revision that this version brings a database to: files are named after theirs."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return max(path.name.partition("_")[0] for path in files)


def _revisions(connection: Connection) -> list[str]:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return []
    return list(connection.scalars(text(f"SELECT version_num FROM {_VERSION_TABLE}")))  # noqa: S608 - our own constant
