"""What one index holds, read once per commit and then shared by all requests. Never changed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.reading import IndexReader

from knowledge_base.encoder import Vectors

Encoded = Callable[[Sequence[bytes]], Mapping[bytes, Vectors]]  # keys to centred vectors


@dataclass(frozen=True, slots=True)
class Entry:
    """One document, as far as a hit needs it."""

    document_id: str
    slug: str
    title: str
    public: bool
    words: frozenset[str]
    keys: tuple[bytes, ...]  # of its passages


@dataclass(frozen=True)
class Contents:
    entries: tuple[Entry, ...]
    places: Mapping[int, int]  # Whoosh's number of a document to its place in ``entries``
    counts: Counter[str]  # in how many entries a word is
    rows: Vectors  # the passages' vectors, those of one entry together
    starts: np.ndarray  # first row of each entry that has any
    owners: np.ndarray  # place of each entry that has rows

    def rarity(self, word: str) -> float:
        """Inverse document frequency, as BM25 has it; the most for a word that is nowhere."""
        count = self.counts[word]
        return math.log(1 + (len(self.entries) - count + 0.5) / (count + 0.5))

    def cosines(self, vector: Vectors) -> Vectors:
        """Of the best passage of each entry; 0 without vectors."""
        found = np.zeros(len(self.entries), dtype=np.float32)
        if len(self.rows):
            found[self.owners] = np.maximum.reduceat(self.rows @ vector, self.starts)
        return found

    @property
    def has_vectors(self) -> bool:
        return len(self.rows) > 0


def read_contents(reader: IndexReader, encoded: Encoded | None) -> Contents:
    """Everything in ``reader``; without ``encoded`` there are no vectors."""
    stored = [(number, fields) for number, fields in reader.iter_docs()]
    entries = tuple(_entry(fields) for _, fields in stored)
    counts = Counter(word for entry in entries for word in entry.words)
    rows, starts, owners = _rows(entries, encoded)
    places = {number: place for place, (number, _) in enumerate(stored)}
    return Contents(entries, places, counts, rows, starts, owners)


def _entry(fields: Mapping[str, object]) -> Entry:
    entry = fields["entry"]
    assert isinstance(entry, dict)
    return Entry(
        document_id=str(fields["id"]),
        slug=entry["slug"],
        title=entry["title"],
        public=entry["public"],
        words=frozenset(entry["words"].split()),
        keys=tuple(entry["keys"]),
    )


def _rows(
    entries: Sequence[Entry], encoded: Encoded | None
) -> tuple[Vectors, np.ndarray, np.ndarray]:
    keys = [key for entry in entries for key in entry.keys]
    found = encoded(keys) if encoded else {}
    rows: list[Vectors] = []
    starts: list[int] = []
    owners: list[int] = []
    for place, entry in enumerate(entries):
        mine = [found[key] for key in entry.keys if key in found]
        if mine:
            starts.append(len(rows))
            owners.append(place)
            rows += mine
    stacked = np.stack(rows) if rows else np.zeros((0, 1), dtype=np.float32)
    return stacked, np.array(starts, dtype=np.intp), np.array(owners, dtype=np.intp)
