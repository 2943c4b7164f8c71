"""Search as you type: the last word may be the beginning of one."""

from __future__ import annotations

from knowledge_base.analysis import last_word, words
from knowledge_base.contents import Contents
from knowledge_base.documents import Hit, Lang
from knowledge_base.question import bounded

MAX_TYPED = 200  # characters; the last ones count
MAX_WORDS = 8


def suggested(
    contents: Contents, typed: str, lang: Lang, *, public_only: bool, limit: int
) -> list[Hit]:
    """Titles that go on as typed come first, then what the whole words find."""
    typed = bounded(typed[-MAX_TYPED:])
    said = contents.words.rarest(set(words(typed, lang)), MAX_WORDS)
    whole = contents.words.scores(dict.fromkeys(said, 1.0))
    going_on = contents.edges.scores({last_word(typed): 1.0})
    scores = whole + (going_on > 0) * (going_on + whole.max(initial=0.0))
    hits = []
    for place in contents.best(scores, public_only=public_only, limit=limit):
        entry = contents.entries[place]
        hits.append(Hit(entry.document_id, entry.slug, entry.title, float(scores[place]), 0.0))
    return hits
