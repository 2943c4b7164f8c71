"""The best articles for a question: found by words and by meaning, then ordered by both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from whoosh.searching import Searcher

from knowledge_base.contents import Contents, Entry
from knowledge_base.documents import Lang
from knowledge_base.encoder import Vectors
from knowledge_base.word_index import find

CANDIDATES = 20  # from words, and as many from vectors
MAX_TERMS = 12  # the rarest words of a question; more cost time and change nothing
# Of the words in the order of hits; the rest is meaning. Tuned on the demo articles' own phrasings,
# each left out while it was asked: docs/knowledge-base.md has the figures.
WORDS_SHARE: Mapping[Lang, float] = {"en": 0.1, "zh": 0.2}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the index takes it. Without ``vector`` words alone decide."""

    lang: Lang
    words: Mapping[str, float]  # with their weights
    said: frozenset[str]  # those of the customer, without synonyms
    spelled: str = ""  # the whole question
    vector: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    entry: Entry
    words_score: float  # BM25; 0 if found by meaning only
    idf_share: float  # how much of the rarity of what was asked is in the article, 0 to 1
    nearness: float  # in meaning; see Contents.nearness
    normal: float  # words_score by the rarity of what was asked
    is_asked: bool = False  # just so, as the title or a phrasing
    score: float = 0.0  # what the hits are ordered by
    margin: float = 0.0  # score less the best score of another article


def rank(
    searcher: Searcher, contents: Contents, asked: Asked, *, public_only: bool
) -> list[Candidate]:
    """At most twice ``CANDIDATES``, best first."""
    asked_for = {word: asked.words[word] for word in contents.rarest(asked.words, MAX_TERMS)}
    scores = {
        contents.places[number]: score
        for number, score in find(searcher, asked_for, public_only=public_only, limit=CANDIDATES)
    }
    nearness = None if asked.vector is None else contents.nearness(asked.vector)
    places = set(scores) | set(_nearest(contents, nearness, public_only))
    places |= set(_asked_so(contents, asked, public_only))
    ideal = sum(contents.rarity(word) for word in asked.said) or 1.0
    found = [
        _candidate(contents, place, scores.get(place, 0.0), nearness, asked, ideal)
        for place in places
    ]
    return _ordered(found, asked)


def _nearest(contents: Contents, nearness: Vectors | None, public_only: bool) -> Sequence[int]:
    if nearness is None:
        return []
    best = np.argsort(-nearness)
    visible = (int(place) for place in best if contents.entries[place].public or not public_only)
    return [place for _, place in zip(range(CANDIDATES), visible, strict=False)]


def _asked_so(contents: Contents, asked: Asked, public_only: bool) -> Iterator[int]:
    for place, entry in enumerate(contents.entries):
        if asked.spelled and asked.spelled in entry.asked and (entry.public or not public_only):
            yield place


def _candidate(
    contents: Contents,
    place: int,
    score: float,
    nearness: Vectors | None,
    asked: Asked,
    ideal: float,
) -> Candidate:
    entry = contents.entries[place]
    matched = sum(
        weight * contents.rarity(word)
        for word, weight in asked.words.items()
        if word in entry.words
    )
    return Candidate(
        entry=entry,
        words_score=score,
        idf_share=min(1.0, matched / ideal),
        nearness=0.0 if nearness is None else float(nearness[place]),
        normal=score / ideal,
        is_asked=bool(asked.spelled) and asked.spelled in entry.asked,
    )


def _ordered(found: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    most = max((each.words_score for each in found), default=0.0) or 1.0
    share = 1.0 if asked.vector is None else WORDS_SHARE[asked.lang]
    scored = [
        replace(
            each,
            score=each.is_asked + share * each.words_score / most + (1 - share) * each.nearness,
        )
        for each in found
    ]
    scored.sort(key=lambda each: (-each.score, each.entry.document_id))
    return [
        replace(each, margin=each.score - _best_other(scored, number))
        for number, each in enumerate(scored)
    ]


def _best_other(scored: Sequence[Candidate], number: int) -> float:
    others = scored[1:2] if number == 0 else scored[:1]
    return others[0].score if others else 0.0
