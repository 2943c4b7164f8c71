"""Migrations: up, down and up again, and never another schema than the models'."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from helpdesk import schema
from helpdesk.config import Settings
from helpdesk.database import Database
from helpdesk.desk import Desk
from helpdesk.models import Base
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM
from tests.factories import Mail, receive

SEARCHES = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master "
    "WHERE name LIKE '%search%' AND name NOT LIKE 'message_search_%' ORDER BY type, name",
    "postgresql": "SELECT 'index', indexname, indexdef FROM pg_indexes "
    "WHERE indexname = 'ix_messages_tokens'",
}


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a single table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server = request.getfixturevalue("postgres")
        url = server.create(f"empty_{tmp_path.name}")
    database = Database(Settings(database_url=url).database)
    yield database
    database.close()


@pytest.fixture
def modelled(empty: Database) -> Database:
    """What the models themselves make."""
    with empty.engine.begin() as connection:
        Base.metadata.create_all(connection)
    return empty


both = pytest.mark.parametrize("empty", ["sqlite", "postgresql"], indirect=True)


def tables(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def shape(database: Database) -> dict[str, Any]:
    """Every table with its columns, keys and indexes, as the database itself tells it."""
    with database.engine.connect() as connection:
        found = inspect(connection)
        return {
            table: {
                "columns": {
                    c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(table)
                },
                "primary key": found.get_pk_constraint(table)["constrained_columns"],
                "foreign keys": sorted(
                    (k["constrained_columns"], k["referred_table"], k["referred_columns"])
                    for k in found.get_foreign_keys(table)
                ),
                "unique": sorted(k["column_names"] for k in found.get_unique_constraints(table)),
                "indexes": sorted(
                    (i["name"], i["column_names"], bool(i["unique"]), where(i))
                    for i in found.get_indexes(table)
                ),
            }
            for table in found.get_table_names()
            if table != "alembic_version" and not table.startswith("message_search")
        }


def where(index: Any) -> str:
    """The condition of a partial index."""
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where", "")))


def search_ddl(database: Database) -> list[tuple[str, ...]]:
    kind = "sqlite" if database.is_sqlite else "postgresql"
    with database.engine.connect() as connection:
        return [
            tuple(" ".join(str(word).split()) for word in row)
            for row in connection.execute(text(SEARCHES[kind]))
        ]


@both
def test_up_down_and_up_again(empty: Database) -> None:
    schema.upgrade(empty)
    assert schema.is_current(empty)
    first = shape(empty)
    assert len(first) > 15
    schema.upgrade(empty)
    schema.downgrade(empty)
    assert tables(empty) <= {"alembic_version"}
    assert search_ddl(empty) == []
    assert not schema.is_current(empty)
    schema.upgrade(empty)
    assert shape(empty) == first


@both
def test_each_migration_goes_down_and_up_by_itself(empty: Database) -> None:
    from alembic.script import ScriptDirectory

    schema.upgrade(empty)
    steps = list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions())
    for step in steps:
        schema.downgrade(empty, step.down_revision or "base")  # type: ignore[arg-type]
        schema.upgrade(empty, step.revision)
        schema.downgrade(empty, step.down_revision or "base")  # type: ignore[arg-type]
    schema.upgrade(empty)
    assert schema.is_current(empty)


@both
def test_the_models_want_nothing_that_the_migrations_do_not_make(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        found = compare_metadata(context, Base.metadata)
    assert [d for d in found if not is_search(d)] == []


def is_search(difference: Any) -> bool:
    """The search tables and the token index are hand-made; they are compared below."""
    kind, thing = difference[0], difference[1] if len(difference) > 1 else None
    named = str(getattr(thing, "name", ""))
    return kind in ("remove_table", "remove_index") and (
        named.startswith("message_search") or named == "ix_messages_tokens"
    )


@both
def test_migrations_and_models_make_the_same_schema(
    modelled: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if modelled.is_sqlite:
        migrated = Database(f"sqlite:///{tmp_path / 'migrated.db'}")
    else:
        server = request.getfixturevalue("postgres")
        migrated = Database(server.create(f"migrated_{tmp_path.name}"))
    schema.upgrade(migrated)
    try:
        assert shape(migrated) == shape(modelled)
        assert search_ddl(migrated) == search_ddl(modelled)
        assert search_ddl(migrated)
    finally:
        migrated.close()


def test_an_upgrade_harms_nothing_that_is_stored(desk: Desk) -> None:
    opened = receive(desk, Mail(text="我要退款"))
    before = ticket_record(desk, SYSTEM, opened.ticket or 0)
    schema.upgrade(desk.database)
    schema.prepare(desk.database)
    assert ticket_record(desk, SYSTEM, opened.ticket or 0) == before
