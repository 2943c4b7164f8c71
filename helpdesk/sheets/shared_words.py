"""The words that the cells of an XLSX share, kept on the disk: a file may hold millions of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Self

AT_ONCE = 1000


class SharedWords:
    """Words by number, taken from ``words`` only as far as a cell asks for them."""

    def __init__(self, words: Iterator[str]) -> None:
        self._coming = words
        self._count = 0
        # Without a name it is SQLite's own temporary file: 2 MB in memory, the rest on the disk.
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.execute("PRAGMA journal_mode = OFF")
        self._kept.execute("CREATE TABLE words (number INTEGER PRIMARY KEY, words TEXT)")
        self._kept.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._kept.close()

    def __getitem__(self, number: int) -> str:
        """The words of this number; "" where there are none."""
        while number >= self._count and self._take():
            pass
        row = self._kept.execute(_READ, (number,)).fetchone()
        return row[0] if row else ""

    def _take(self) -> int:
        """Keep the next words; how many there were."""
        rows = list(enumerate(islice(self._coming, AT_ONCE), self._count))
        self._kept.executemany("INSERT INTO words VALUES (?, ?)", rows)
        self._count += len(rows)
        return len(rows)


_READ = "SELECT words FROM words WHERE number = ?"
