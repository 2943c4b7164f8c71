"""Asks the articles' own phrasings, each while it is not in the index, and off-topic questions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge_base import word_index
from knowledge_base.calibration import FEATURES, Example, features_of
from knowledge_base.contents import Contents, read_contents
from knowledge_base.documents import Document, Lang
from knowledge_base.meaning import Meaning
from knowledge_base.question import ask
from knowledge_base.ranking import Asked, rank
from knowledge_base.synonyms import Groups

MAX_ROUNDS = 8  # indexes without some of the phrasings
MANY = 300  # documents, from which on there are fewer rounds
MAX_ASKED = 600


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The same questions, with vectors (empty without an encoder) and by words alone."""

    vectors: list[Example]
    words: list[Example]


def rehearse(
    documents: Sequence[Document],
    lang: Lang,
    off_topic: Sequence[str],
    groups: Groups,
    meaning: Meaning | None,
    told: Callable[[int], None] = lambda number: None,
) -> Rehearsed:
    """Phrasing i of every article is left out of round i, and asked in it. The off-topic
    questions are asked in the first round."""
    rehearsed = Rehearsed([], [])
    rounds = _rounds(documents)
    for number in range(rounds):
        contents = _read([_without(each, number, rounds) for each in documents], meaning)
        for text, slug in _asked_in(documents, off_topic, number, rounds):
            asked = ask(text, lang, groups, meaning)
            if asked.vector is not None:
                rehearsed.vectors.append(_example(contents, asked, slug))
            rehearsed.words.append(_example(contents, replace(asked, vector=None), slug))
            told(1)
    return rehearsed


def questions(documents: Sequence[Document], off_topic: Sequence[str]) -> int:
    """How many ``rehearse`` will ask."""
    rounds = _rounds(documents)
    return sum(len(list(_asked_in(documents, off_topic, n, rounds))) for n in range(rounds))


def _rounds(documents: Sequence[Document]) -> int:
    most = max((len(each.phrasings) for each in documents), default=0)
    return max(1, min(most, MAX_ROUNDS if len(documents) <= MANY else MAX_ROUNDS // 4))


def _without(document: Document, number: int, rounds: int) -> Document:
    kept = (text for i, text in enumerate(document.phrasings) if i % rounds != number)
    return replace(document, phrasings=tuple(kept))


def _asked_in(
    documents: Sequence[Document], off_topic: Sequence[str], number: int, rounds: int
) -> Iterator[tuple[str, str]]:
    """Questions with the slug that is meant; of very many phrasings a sample."""
    share = MAX_ASKED / max(1, sum(len(each.phrasings) for each in documents))
    for document in documents:
        for text in document.phrasings[number::rounds]:
            if _chance(text) < share:
                yield text, document.slug
    if number == 0:
        yield from ((text, "") for text in off_topic)


def _chance(text: str) -> float:
    """Between 0 and 1, always the same for one text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[0] / 256


def _read(documents: Sequence[Document], meaning: Meaning | None) -> Contents:
    with TemporaryDirectory(prefix="helpdesk-kb-") as folder:
        index = word_index.create(Path(folder) / "round")
        word_index.write(index, documents)
        with index.reader() as reader:
            return read_contents(reader, meaning.passages if meaning else None)


def _example(contents: Contents, asked: Asked, slug: str) -> Example:
    ranked = rank(contents, asked, public_only=False)
    if not ranked:
        return Example((0.0,) * FEATURES, right=False, article=slug)
    best = ranked[0]
    return Example(features_of(best), right=best.entry.slug == slug, article=slug)
