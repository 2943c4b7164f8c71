"""What one index holds, read once per commit and then shared by all requests. Never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from knowledge_base.closeness import Closeness, centre, learnt
from knowledge_base.encoder import Vectors
from knowledge_base.postings import Postings, Scores

Encoded = Callable[[Sequence[bytes]], Mapping[bytes, Vectors]]  # keys to centred vectors


@dataclass(frozen=True, slots=True)
class Entry:
    """One document, as far as a hit needs it."""

    document_id: str
    slug: str
    title: str
    public: bool
    keys: tuple[bytes, ...]  # of its passages
    asked: frozenset[str]  # its title and phrasings, as ``analysis.spelled``


@dataclass(frozen=True)
class Contents:
    """``words``, ``edges``, ``centres`` and ``closeness`` know an entry by its place."""

    entries: tuple[Entry, ...]
    public: NDArray[np.bool_]
    asked: Mapping[str, Sequence[int]]  # entries by what they are asked with, word for word
    words: Postings
    edges: Postings  # beginnings of the words in titles
    centres: Vectors | None  # of each entry that of its passages; zeros without any
    closeness: Closeness | None

    def nearness(self, vector: Vectors) -> Vectors:
        """The cosine of each entry's centre to ``vector``, both around the mean."""
        assert self.centres is not None
        return np.asarray(self.centres @ vector, dtype=np.float32)

    def best(self, scores: Scores, *, public_only: bool, limit: int) -> list[int]:
        """The entries with the highest scores above 0, best first."""
        shown = np.where(self.public, scores, 0) if public_only else scores
        return [
            int(place) for place in np.argsort(-shown, kind="stable")[:limit] if shown[place] > 0
        ]


def read_contents(reader: IndexReader, encoded: Encoded | None) -> Contents:
    """Everything in ``reader``; without ``encoded`` there are no vectors."""
    stored = [(number, fields) for number, fields in reader.iter_docs()]
    entries = tuple(_entry(fields) for _, fields in stored)
    places = {number: place for place, (number, _) in enumerate(stored)}
    vectors = _vectors(entries, encoded)
    return Contents(
        entries=entries,
        public=np.array([entry.public for entry in entries], dtype=bool),
        asked=_asked(entries),
        words=Postings.read(reader, "words", places),
        edges=Postings.read(reader, "edges", places),
        centres=None if vectors is None else np.stack([centre(mine) for mine in vectors]),
        closeness=None if vectors is None else learnt(vectors),
    )


def _entry(fields: Mapping[str, object]) -> Entry:
    entry = fields["entry"]
    assert isinstance(entry, dict)
    return Entry(
        document_id=str(fields["id"]),
        slug=entry["slug"],
        title=entry["title"],
        public=entry["public"],
        keys=tuple(entry["keys"]),
        asked=frozenset(entry["asked"]),
    )


def _asked(entries: Sequence[Entry]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        for text in entry.asked:
            if text:
                found.setdefault(text, []).append(place)
    return found


def _vectors(entries: Sequence[Entry], encoded: Encoded | None) -> list[Vectors] | None:
    """Of each entry's passages; None when there are none at all."""
    found = encoded([key for entry in entries for key in entry.keys]) if encoded else {}
    if not found:
        return None
    nothing = np.zeros((0, len(next(iter(found.values())))), dtype=np.float32)
    mine = ([found[key] for key in entry.keys if key in found] for entry in entries)
    return [np.stack(vectors) if vectors else nothing for vectors in mine]
