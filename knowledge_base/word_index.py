"""The Whoosh index of one language: what is written into it. ``Contents`` is what is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.fields import ID, KEYWORD, STORED, Schema
from whoosh.filedb.filestore import FileStorage

from knowledge_base.analysis import edges, spelled, words
from knowledge_base.documents import Document, Lang
from knowledge_base.passages import passages
from knowledge_base.vectors import key_of

TITLE_TIMES = 2  # that the words of a title count
LOCK_SECONDS = 30.0
MAX_PHRASINGS = 50


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
            "keys": [key_of(passage) for passage in passages(document)],
            "asked": [spelled(text) for text in (document.title, *document.phrasings)],
        },
    }
