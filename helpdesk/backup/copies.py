"""Copying a database as it is at one moment, while the desk runs: SQLite's own online backup,
PostgreSQL's pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, inspect, make_url, text

from helpdesk.database import Database
from helpdesk.models import NotPossible

FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")


def kind(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def suffix(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "pgdump"


def dump(database: Database, target: Path) -> None:
    """Write the database, as it is at one moment, to ``target``. Raises ``NotPossible``."""
    if database.is_sqlite:
        with (
            closing(sqlite3.connect(_file(database))) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        return
    _run(database, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def load(database: Database, source: Path) -> None:
    """Make the database what ``source`` says. Raises ``NotPossible``; then it is as before."""
    if database.is_sqlite:
        with (
            closing(sqlite3.connect(source)) as copy,
            closing(sqlite3.connect(_file(database))) as target,
        ):
            copy.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
        return
    _run(
        database,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        str(source),
    )


def is_empty(database: Database) -> bool:
    """Whether no table holds a row, the schema's version apart."""
    with database.engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        quote = connection.dialect.identifier_preparer.quote
        tables = [name for name in sorted(names) if not name.startswith("message_search")]
        return not any(
            connection.execute(text(f"SELECT 1 FROM {quote(name)} LIMIT 1")).first()  # noqa: S608
            for name in tables
        )


def _file(database: Database) -> str:
    path = make_url(database.url).database
    assert path is not None
    return path


def _run(database: Database, program: str, *words: str) -> None:
    url = make_url(database.url)
    called = [_program(program), *words, f"--dbname={_plain(url)}"]
    password = {"PGPASSWORD": url.password} if url.password else {}
    done = subprocess.run(  # noqa: S603  a program of PostgreSQL, words of ours
        called, env=os.environ | password, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip() or f"exit {done.returncode}"
        raise NotPossible("%(program)s failed: %(why)s", program=program, why=said[-2000:])


def _plain(url: URL) -> str:
    """The address without the password, which the list of processes would show."""
    bare = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=url.query,
    )
    return bare.render_as_string(hide_password=False)


def _program(name: str) -> str:
    folders = [str(one) for each in FOLDERS for one in sorted(Path("/").glob(each), reverse=True)]
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders]))
    if found is None:
        raise NotPossible(
            "%(program)s is not on this machine. Install PostgreSQL's client programs "
            "(Debian: postgresql-client), of the server's version or newer.",
            program=name,
        )
    return found
