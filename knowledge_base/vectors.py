"""Vectors kept beside the index, by the text that they belong to.

They outlive a rebuild, so that only new sentences are encoded; lost, they are made again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from knowledge_base.encoder import Encoder, Vectors

BATCH = 100
SCHEMA = """
    CREATE TABLE IF NOT EXISTS vectors (
        encoder TEXT NOT NULL, key BLOB NOT NULL, vector BLOB NOT NULL,
        PRIMARY KEY (encoder, key)
    ) WITHOUT ROWID
"""


def key_of(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]


class VectorStore:
    """One file for all encoders. One writer at a time (the library's lock), many readers."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, encoder: str, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """What is there of ``keys``; nothing when the file is missing or damaged."""
        found: dict[bytes, Vectors] = {}
        if not self._path.exists():
            return found
        with suppress(sqlite3.DatabaseError), self._connected() as connection:
            for batch in _batches(list(keys)):
                marks = ",".join("?" * len(batch))
                query = f"SELECT key, vector FROM vectors WHERE encoder = ? AND key IN ({marks})"  # noqa: S608
                for key, blob in connection.execute(query, (encoder, *batch)):
                    found[key] = np.frombuffer(blob, dtype=np.float16).astype(np.float32)
        return found

    def add(
        self, encoder: Encoder, texts: Iterable[str], told: Callable[[int], None] | None = None
    ) -> None:
        """Encodes and keeps the ``texts`` that are not there yet; ``told`` how many are done."""
        wanted = {key_of(text): text for text in texts}
        known = self.read(encoder.name, wanted)
        missing = [text for key, text in wanted.items() if key not in known]
        if told:
            told(len(known))
        for batch in _batches(missing):
            vectors = encoder.encode(batch).astype(np.float16)
            self._put(encoder.name, zip(map(key_of, batch), vectors, strict=True))
            if told:
                told(len(batch))

    def keep_only(self, encoder: str, keys: Iterable[bytes]) -> None:
        """Forgets every other vector."""
        with self._writing() as connection:
            connection.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY)")
            connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((k,) for k in keys))
            connection.execute(
                "DELETE FROM vectors WHERE encoder != ? OR key NOT IN (SELECT key FROM used)",
                (encoder,),
            )

    def _put(self, encoder: str, rows: Iterable[tuple[bytes, np.ndarray]]) -> None:
        filled = [(encoder, key, vector.tobytes()) for key, vector in rows]
        with self._writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", filled)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A damaged file is thrown away: everything in it can be made again."""
        self._throw_away_if_damaged()
        with self._connected() as connection, connection:
            yield connection

    def _throw_away_if_damaged(self) -> None:
        try:
            with self._connected() as connection:
                connection.execute(SCHEMA)
                connection.execute("SELECT length(vector) FROM vectors LIMIT 1").fetchone()
        except sqlite3.DatabaseError as fault:
            if isinstance(fault, sqlite3.OperationalError) and "locked" in str(fault):
                raise
            for path in self._path.parent.glob(f"{self._path.name}*"):
                path.unlink()
            with self._connected() as connection:
                connection.execute(SCHEMA)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=10)
        try:
            yield connection
        finally:
            connection.close()


def _batches(items: Sequence[str] | Sequence[bytes]) -> Iterator[list]:  # type: ignore[type-arg]
    for start in range(0, len(items), BATCH):
        yield list(items[start : start + BATCH])
