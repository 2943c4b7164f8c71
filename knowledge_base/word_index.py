"""The Whoosh index of one language: what is written into it and how it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.fields import ID, KEYWORD, STORED, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.query import AndMaybe, Or, Query, Term
from whoosh.searching import Searcher

from knowledge_base.analysis import edges, spelled, words
from knowledge_base.documents import Document, Lang
from knowledge_base.passages import passages
from knowledge_base.vectors import key_of

TITLE_TIMES = 2  # that the words of a title count
LOCK_SECONDS = 30.0
MAX_PHRASINGS = 50

Found = list[tuple[int, float]]  # (Whoosh's number of the document, score), best first


class Unreadable(Exception):
    """The files of an index are missing, changing or damaged."""


@contextmanager
def readable() -> Iterator[None]:
    """A damaged file can make Whoosh raise anything at all."""
    try:
        yield
    except Exception as fault:
        raise Unreadable(f"{type(fault).__name__}: {fault}") from fault


def create(folder: Path) -> Any:
    folder.mkdir(parents=True)
    return FileStorage(str(folder)).create_index(_schema())


def open_index(folder: Path) -> Any:
    return FileStorage(str(folder)).open_index()


def write(index: Any, added: Iterable[Document], removed: Sequence[str] = ()) -> None:
    """One batch, one commit: all of it is there afterwards, or none."""
    writer = index.writer(limitmb=64, timeout=LOCK_SECONDS, delay=0.05)
    try:
        for document_id in removed:
            writer.delete_by_term("id", document_id)
        for document in added:
            writer.update_document(**_fields(document))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def find(searcher: Searcher, asked: Mapping[str, float], *, public_only: bool, limit: int) -> Found:
    """The best documents for the words that are asked, each with its weight."""
    terms = [Term("words", word, boost=weight) for word, weight in asked.items()]
    return _best(searcher, Or(terms), public_only, limit) if terms else []


def find_typed(
    searcher: Searcher, last: str, before: Iterable[str], *, public_only: bool, limit: int
) -> Found:
    """The best documents with a word in the title that begins with ``last``, those first that
    hold the words ``before`` it, too."""
    if not last:
        return []
    others = [Term("words", word) for word in before]
    typed: Query = Term("edges", last)
    return _best(searcher, AndMaybe(typed, Or(others)) if others else typed, public_only, limit)


def _best(searcher: Searcher, query: Query, public_only: bool, limit: int) -> Found:
    visible = Term("public", "1") if public_only else None
    results = searcher.search(query, limit=limit, filter=visible)
    return [(number, float(score)) for score, number in results.top_n]


def _schema() -> Schema:
    return Schema(
        id=ID(unique=True, stored=True),
        words=KEYWORD(scorable=True),
        edges=KEYWORD(scorable=True),
        public=ID(),
        entry=STORED,
    )


def _fields(document: Document) -> dict[str, Any]:
    """All words in one field: BM25 over three fields counts what is in two of them twice, and
    was right less often."""
    lang: Lang = document.lang
    phrasings = "\n".join(document.phrasings[:MAX_PHRASINGS])
    found = [
        *(words(document.title, lang) * TITLE_TIMES),
        *words(phrasings, lang),
        *words(document.text, lang),
    ]
    return {
        "id": document.id,
        "words": " ".join(found),
        "edges": " ".join(edges(document.title, lang)),
        "public": "1" if document.public else "0",
        "entry": {
            "slug": document.slug,
            "title": document.title,
            "public": document.public,
            "words": " ".join(dict.fromkeys(found)),
            "keys": [key_of(passage) for passage in passages(document)],
            "asked": [spelled(text) for text in (document.title, *document.phrasings)],
        },
    }
