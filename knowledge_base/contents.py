"""What one index holds, read once per commit and then shared by all requests. Never changed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.reading import IndexReader

from knowledge_base.encoder import Vectors

BEST_SHARE = 0.2  # of the best passage in an article's nearness; the rest is the mean of all

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
    asked: frozenset[str]  # its title and phrasings, as ``analysis.spelled``


@dataclass(frozen=True)
class Contents:
    entries: tuple[Entry, ...]
    places: Mapping[int, int]  # Whoosh's number of a document to its place in ``entries``
    counts: Counter[str]  # in how many entries a word is
    rows: Vectors  # the passages' vectors, those of one entry together
    centres: Vectors  # their mean, one row for each of ``owners``
    starts: np.ndarray  # first row of each of ``owners``
    owners: np.ndarray  # places of the entries that have rows

    def rarity(self, word: str) -> float:
        """Inverse document frequency, as BM25 has it; the most for a word that is nowhere."""
        count = self.counts[word]
        return math.log(1 + (len(self.entries) - count + 0.5) / (count + 0.5))

    def nearness(self, vector: Vectors) -> Vectors:
        """Of each entry to ``vector``, by cosines; 0 without vectors.

        Mostly the mean over the passages: one passage alone is often near by chance. The best
        one counts for questions that are asked just as a phrasing is.
        """
        found = np.zeros(len(self.entries), dtype=np.float32)
        if self.has_vectors:
            best = np.maximum.reduceat(self.rows @ vector, self.starts)
            mean = self.centres @ vector
            found[self.owners] = BEST_SHARE * best + (1 - BEST_SHARE) * mean
        return found

    @property
    def has_vectors(self) -> bool:
        return len(self.rows) > 0


def read_contents(reader: IndexReader, encoded: Encoded | None) -> Contents:
    """Everything in ``reader``; without ``encoded`` there are no vectors."""
    stored = [(number, fields) for number, fields in reader.iter_docs()]
    entries = tuple(_entry(fields) for _, fields in stored)
    counts = Counter(word for entry in entries for word in entry.words)
    places = {number: place for place, (number, _) in enumerate(stored)}
    return Contents(entries, places, counts, *_rows(entries, encoded))


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
        asked=frozenset(entry["asked"]),
    )


def _rows(
    entries: Sequence[Entry], encoded: Encoded | None
) -> tuple[Vectors, Vectors, np.ndarray, np.ndarray]:
    found = encoded([key for entry in entries for key in entry.keys]) if encoded else {}
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
    first = np.array(starts, dtype=np.intp)
    return stacked, _centres(stacked, first), first, np.array(owners, dtype=np.intp)


def _centres(rows: Vectors, starts: np.ndarray) -> Vectors:
    if not len(rows):
        return rows
    sizes = np.diff(np.append(starts, len(rows)))[:, None]
    return np.asarray(np.add.reduceat(rows, starts, axis=0) / sizes, dtype=np.float32)
