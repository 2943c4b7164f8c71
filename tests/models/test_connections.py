"""A server that ended our connections is met again without a word to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import create_engine, text

from helpdesk.database import Database
from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="module")
def database(postgres: PostgresServer) -> Iterator[Database]:
    opened = Database(postgres.create("connections"))
    yield opened
    opened.close()


def _end_them_all(database: Database) -> int:
    """As a restart of the server would; how many there were."""
    others = text(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid != pg_backend_pid()"
    )
    engine = create_engine(database.url)
    with engine.connect() as connection:
        ended = connection.scalar(others)
    engine.dispose()
    return ended or 0


def test_connections_that_the_server_ended_are_made_anew(database: Database) -> None:
    with ExitStack() as open_at_once:
        for _ in range(4):
            open_at_once.enter_context(database.read()).scalar(text("SELECT 1"))
    assert _end_them_all(database) >= 4
    for number in range(6):
        with database.write() as session:
            assert session.scalar(text("SELECT :n"), {"n": number}) == number
        with database.read() as session:
            assert session.scalar(text("SELECT :n"), {"n": number}) == number


def test_a_read_begins_no_transaction_and_a_write_does(database: Database) -> None:
    at = text("SELECT now() = statement_timestamp()")  # now() stands still in a transaction
    with database.read() as session:
        assert [session.scalar(at) for _ in range(3)] == [True] * 3
    with database.write() as session:
        session.scalar(text("SELECT pg_sleep(0.01)"))
        assert session.scalar(at) is False
