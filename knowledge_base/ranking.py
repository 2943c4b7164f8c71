"""The best articles for a question: found by words and by meaning, then ordered by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge_base.contents import Contents, Entry
from knowledge_base.documents import Lang
from knowledge_base.encoder import Vectors

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
class Meanings:
    """Of every entry to one question."""

    nearness: Vectors
    closeness: Vectors


@dataclass(frozen=True, slots=True)
class Candidate:
    entry: Entry
    words_score: float  # BM25; 0 if found by meaning only
    idf_share: float  # how much of the rarity of what was asked is in the article, 0 to 1
    nearness: float  # in meaning, by itself; see Contents.nearness
    closeness: float  # in meaning, among the others; see Closeness.of
    normal: float  # words_score by the rarity of what was asked
    is_asked: bool = False  # just so, as the title or a phrasing
    score: float = 0.0  # what the hits are ordered by
    margin: float = 0.0  # score less the best score of another article


def rank(contents: Contents, asked: Asked, *, public_only: bool) -> list[Candidate]:
    """At most twice ``CANDIDATES`` and those that are asked just so, best first."""
    words = contents.words
    scores = words.scores(
        {word: asked.words[word] for word in words.rarest(asked.words, MAX_TERMS)}
    )
    held = words.held(asked.words)
    meaning = _meaning(contents, asked.vector)
    ideal = sum(map(words.rarity, asked.said)) or 1.0
    spelled = contents.asked.get(asked.spelled, ())
    places = set(contents.best(scores, public_only=public_only, limit=CANDIDATES))
    if meaning:
        places |= set(_closest(contents, meaning, public_only))
    places |= {place for place in spelled if contents.entries[place].public or not public_only}
    found = [
        Candidate(
            entry=contents.entries[place],
            words_score=float(scores[place]),
            idf_share=min(1.0, float(held[place]) / ideal),
            nearness=float(meaning.nearness[place]) if meaning else 0.0,
            closeness=float(meaning.closeness[place]) if meaning else 0.0,
            normal=float(scores[place]) / ideal,
            is_asked=place in spelled,
        )
        for place in places
    ]
    return _ordered(found, asked)


def _meaning(contents: Contents, vector: Vectors | None) -> Meanings | None:
    if vector is None or contents.closeness is None:
        return None
    return Meanings(contents.nearness(vector), contents.closeness.of(vector))


def _closest(contents: Contents, meaning: Meanings, public_only: bool) -> list[int]:
    """Also the least close of few: it may be all that there is."""
    above_zero = meaning.closeness - meaning.closeness.min() + 1
    return contents.best(above_zero, public_only=public_only, limit=CANDIDATES)


def _ordered(found: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    most = max((each.words_score for each in found), default=0.0) or 1.0
    share = 1.0 if asked.vector is None else WORDS_SHARE[asked.lang]
    scored = [
        replace(
            each,
            score=each.is_asked + share * each.words_score / most + (1 - share) * each.closeness,
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
