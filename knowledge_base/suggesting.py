"""Search as you type: the last word may be the beginning of one."""

from __future__ import annotations

from knowledge_base.analysis import last_word, words
from knowledge_base.documents import Hit, Lang
from knowledge_base.question import bounded
from knowledge_base.shelf import Opened
from knowledge_base.word_index import Found, find, find_typed

MAX_TYPED = 200  # characters; the last ones count
MAX_WORDS = 8


def suggested(
    opened: Opened, typed: str, lang: Lang, *, public_only: bool, limit: int
) -> list[Hit]:
    """Titles that go on as typed come first, then what the whole words find."""
    found = _found(opened, bounded(typed[-MAX_TYPED:]), lang, public_only, limit)
    scores: dict[int, float] = {}
    for number, score in found:
        scores.setdefault(number, score)
    hits = []
    for number in list(scores)[:limit]:
        entry = opened.contents.entries[opened.contents.places[number]]
        hits.append(Hit(entry.document_id, entry.slug, entry.title, scores[number], 0.0))
    return hits


def _found(opened: Opened, typed: str, lang: Lang, public_only: bool, limit: int) -> Found:
    said = dict.fromkeys(opened.contents.rarest(set(words(typed, lang)), MAX_WORDS), 1.0)
    found = find_typed(
        opened.searcher, last_word(typed), said, public_only=public_only, limit=limit
    )
    if len(found) < limit:
        found += find(opened.searcher, said, public_only=public_only, limit=limit)
    return found
