"""The schema's version: up, down and where it stands, by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from helpdesk.database import Database

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to ``revision``; a no-op when it is there."""
    with database.engine.begin() as connection:
        _take_turns(connection)
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str = "base") -> None:
    with database.engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    """Whether the database has the newest schema."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest()


def newest() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def revise(database: Database, message: str) -> None:
    """Write a new migration from the difference between the models and the database."""
    with database.engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _take_turns(connection: Connection) -> None:
    """Two commands that meet a fresh database: the second waits, and finds it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('helpdesk schema'))"))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def prepare(database: Database) -> None:
    """Give a fresh database its schema, and an older one what it lacks."""
    if not is_current(database):
        upgrade(database)
