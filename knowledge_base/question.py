"""What a person typed, made ready for the index within bounded time."""

from __future__ import annotations

import unicodedata

from knowledge_base.analysis import spelled, words
from knowledge_base.documents import Lang
from knowledge_base.meaning import Meaning
from knowledge_base.ranking import Asked
from knowledge_base.synonyms import Groups, expanded

MAX_QUESTION = 2000  # characters; the rest is left out
MAX_WORDS = 60  # distinct ones


def ask(text: str, lang: Lang, groups: Groups, meaning: Meaning | None) -> Asked:
    """Text without a letter or digit asks nothing."""
    text = bounded(text)
    said = list(dict.fromkeys(words(text, lang)))[:MAX_WORDS]
    vector = meaning.question(text) if meaning and any(map(str.isalnum, text)) else None
    return Asked(lang, expanded(said, groups), frozenset(said), spelled(text), vector)


def bounded(text: str) -> str:
    """Its beginning, without control characters and halves of surrogate pairs."""
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs") else letter
        for letter in text[:MAX_QUESTION]
    )
