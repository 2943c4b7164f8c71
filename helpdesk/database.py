"""Sessions that write and sessions that read, over SQLite or PostgreSQL.

Reads need no transaction: each statement looks anew, as it does anyway in PostgreSQL's READ
COMMITTED; so they save the words around it, two of the three that a short read would cost.

SQLite: one writer at a time behind a process-wide lock and BEGIN IMMEDIATE, readers in WAL that
never queue for it. A durable write (an envelope) is synced to the disk before it is acknowledged.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from blinker import Signal
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
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
            self._write = _sqlite_engine(url, writes=True, synchronous="NORMAL")
            self._durable = _sqlite_engine(url, writes=True, synchronous="FULL")
            self._read = _sqlite_engine(url, writes=False, synchronous="NORMAL")
        else:
            self._lock = _NoLock()
            self._write = self._durable = _postgresql_engine(url)
            self._read = self._write.execution_options(isolation_level="AUTOCOMMIT")

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


def _sqlite_engine(url: str, *, writes: bool, synchronous: str) -> Engine:
    reads_only: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_engine(
        url,
        pool_size=8,
        **({} if writes else reads_only),
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

    if writes:

        @event.listens_for(engine, "begin")
        def start(connection: Any) -> None:
            connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE")

    return engine


def _postgresql_engine(url: str) -> Engine:
    engine = create_engine(url, pool_size=20, max_overflow=40, skip_autocommit_rollback=True)

    @event.listens_for(engine, "checkout")
    def must_be_alive(connection: Any, _record: object, _proxy: object) -> None:
        if _is_over(connection):
            raise InvalidatePoolError("The server has ended the connection.")

    return engine


def _is_over(connection: Any) -> bool:
    """Whether the server has hung up: it says so unasked, and has nothing else to say."""
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
