"""One analyser for every database: the words under which a text is found.

Lower case, no accents, Traditional Chinese folded to Simplified, Han text as bigrams. The
databases' own tokenizers find nothing in Chinese, so they only ever see these words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from opencc import OpenCC

MAX_TEXT = 50_000  # characters of one text that are indexed
MAX_WORD = 60

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_PIECES = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:[.'_-][^\W_{HAN}]+)*")
_HAN_RUN = re.compile(rf"[{HAN}]")
_INNER = re.compile(r"[.'_-]")


def search_words(text: str) -> list[str]:
    """The distinct words of ``text``, in order of appearance."""
    return list(dict.fromkeys(_words(fold(text[:MAX_TEXT]))))


def fold(text: str) -> str:
    """``text`` without the differences that a searcher does not mean."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if _HAN_RUN.search(text):
        text = _simplifier().convert(text)
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def is_traditional(text: str) -> bool:
    """Whether ``text`` has Chinese characters that are written otherwise in Simplified."""
    return bool(_HAN_RUN.search(text)) and _simplifier().convert(text) != text


def _words(text: str) -> Iterator[str]:
    for piece in _PIECES.findall(text):
        if _HAN_RUN.match(piece):
            yield from _bigrams(piece)
        else:
            parts = _INNER.split(piece)
            yield from (part[:MAX_WORD] for part in parts)
            if len(parts) > 1:  # "tf-20931" is found whole, too
                yield "".join(parts)[:MAX_WORD]


def _bigrams(run: str) -> Iterator[str]:
    yield from run  # a single character is a fair question, too
    yield from (run[i : i + 2] for i in range(len(run) - 1))


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def query_words(text: str) -> list[str]:
    """The words that must all be there. Han runs longer than one character ask for their
    bigrams only: the single characters would add nothing."""
    words: list[str] = []
    for piece in _PIECES.findall(fold(text[:500])):
        if _HAN_RUN.match(piece):
            words += (
                [piece] if len(piece) == 1 else [piece[i : i + 2] for i in range(len(piece) - 1)]
            )
        else:
            words += [part[:MAX_WORD] for part in _INNER.split(piece)]
    return list(dict.fromkeys(words))[:12]
