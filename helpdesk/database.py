"""Sessions that write and sessions that read, over SQLite or PostgreSQL.

SQLite: one writer at a time behind a process-wide lock and BEGIN IMMEDIATE, readers in WAL that
never queue for it. A durable write (an envelope) is synced to the disk before it is acknowledged.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from blinker import Signal
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

BUSY_TIMEOUT = 5.0  # seconds


class WriteSession(Session):
    """A session that also remembers what to tell once it has committed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.announcements: list[tuple[Signal, dict[str, Any]]] = []
        self.pokes = False

    def announce(self, signal: Signal, **facts: Any) -> None:
        """Send ``signal`` after the commit; never, when it is rolled back."""
        self.announcements.append((signal, facts))


class Database:
    """The engines of one database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.pokes = False  # True where commits reach the browsers without a Change row
        if self.is_sqlite:
            self._lock: Any = threading.Lock()
            self._write = _sqlite_engine(url, begin="BEGIN IMMEDIATE", synchronous="NORMAL")
            self._durable = _sqlite_engine(url, begin="BEGIN IMMEDIATE", synchronous="FULL")
            self._read = _sqlite_engine(url, begin="BEGIN", synchronous="NORMAL")
        else:
            self._lock = _NoLock()
            self._write = self._durable = self._read = create_engine(
                url, pool_size=20, max_overflow=40, pool_pre_ping=True
            )

    @property
    def engine(self) -> Engine:
        """The engine that writes; for migrations and checks."""
        return self._write

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading. What it loads stays usable after it is closed."""
        with Session(self._read, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[WriteSession]:
        """One transaction: commits when the block ends well, then sends its announcements."""
        engine = self._durable if durable else self._write
        with self._lock, WriteSession(engine, expire_on_commit=False) as session:
            session.pokes = self.pokes
            yield session
            session.commit()
        for signal, facts in session.announcements:
            signal.send(self, **facts)

    def close(self) -> None:
        for engine in (self._write, self._durable, self._read):
            engine.dispose()


class _NoLock:
    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


def _sqlite_engine(url: str, *, begin: str, synchronous: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=-1,  # a thread never waits for a connection, and spare ones are closed
        connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-8000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
