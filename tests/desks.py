"""A desk of one's own for each test, over SQLite and over PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk import schema, signals
from helpdesk.config import Settings
from helpdesk.database import Database
from helpdesk.desk import Desk, open_desk

SECRET = "not-a-secret-but-long-enough-for-a-test"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    path = tmp_path_factory.mktemp("template") / "desk.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres) -> str:  # type: ignore[no-untyped-def]
    """The name of a migrated, empty PostgreSQL database to clone."""
    database = Database(postgres.create("desk_template"))
    schema.upgrade(database)
    database.close()
    return "desk_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database; each test that asks runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "desk.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres")
    url = server.clone(request.getfixturevalue("postgres_template"))
    yield url
    server.drop(url.rpartition("/")[2])


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        secret_key=SECRET,
        smtp_listen="",
        encoder="none",
    )


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """An open desk without an inbox."""
    desk = open_desk(settings)
    yield desk
    for signal in signals.KNOWN.values():
        for receiver in list(signal.receivers_for(desk.database)):
            signal.disconnect(receiver)  # else every desk of a worker stays
    desk.database.close()
