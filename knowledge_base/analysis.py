"""The words under which a text is found, per language. Pure; the index sees only these words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from opencc import OpenCC
from whoosh.lang.porter2 import stem

from knowledge_base.documents import Lang
from knowledge_base.stop_words import CHINESE, ENGLISH

MAX_TEXT = 20_000  # characters of one field that are indexed
MAX_WORD = 40
SHORTEST_EDGE = 1
LONGEST_EDGE = 15

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_PIECES = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:['’-][^\W_{_HAN}]+)*")
_HAN_RUN = re.compile(rf"[{_HAN}]")
_INNER = re.compile(r"['’-]")
_SAID_OFTEN = re.compile("|".join(map(re.escape, CHINESE)))


def words(text: str, lang: Lang) -> list[str]:
    """Every word of ``text`` in order, repeats included. Stemmed English, without stop words;
    Han text as single characters and pairs of neighbours."""
    return list(_words(fold(text[:MAX_TEXT]), lang))


def fold(text: str) -> str:
    """``text`` without the differences that a searcher does not mean: width, case, accents,
    Traditional or Simplified."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if _HAN_RUN.search(text):
        text = _simplifier().convert(text.encode("utf-8", "ignore").decode())
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def spelled(text: str) -> str:
    """Its letters and digits alone: equal for what differs in case, blanks and punctuation."""
    return "".join(filter(str.isalnum, fold(text[:MAX_TEXT])))


def edges(text: str, lang: Lang) -> list[str]:
    """The beginnings of every word: what somebody may have typed of it so far."""
    found: dict[str, None] = {}
    for piece in _PIECES.findall(fold(text[:MAX_TEXT])):
        if _HAN_RUN.match(piece):
            found |= dict.fromkeys(_characters_and_pairs(piece))
            continue
        for part in _INNER.split(piece):
            longest = min(len(part), LONGEST_EDGE) + 1
            found |= dict.fromkeys(part[:n] for n in range(SHORTEST_EDGE, longest))
    return list(found)


def last_word(text: str) -> str:
    """The beginning of a word that stands last in what is typed; of Han text the last pair."""
    pieces = _PIECES.findall(fold(text[-MAX_WORD * 2 :]))
    if not pieces:
        return ""
    last: str = pieces[-1]
    return last[-2:] if _HAN_RUN.match(last) else _INNER.split(last)[-1][:LONGEST_EDGE]


def _words(text: str, lang: Lang) -> Iterator[str]:
    if lang == "zh":
        text = _SAID_OFTEN.sub(" ", text)
    for piece in _PIECES.findall(text):
        if _HAN_RUN.match(piece):
            yield from _characters_and_pairs(piece)
        else:
            yield from _latin(piece)


def _characters_and_pairs(run: str) -> Iterator[str]:
    yield from run
    yield from (run[i : i + 2] for i in range(len(run) - 1))


def _latin(piece: str) -> Iterator[str]:
    parts = _INNER.split(piece)
    if len(parts) > 1 and "-" in piece:
        yield from _stemmed("".join(parts))  # "t-shirt" is found as "tshirt", too
    for part in parts:
        yield from _stemmed(part)


def _stemmed(word: str) -> Iterator[str]:
    word = word[:MAX_WORD]
    if word not in ENGLISH and (len(word) > 1 or word.isdigit()):
        yield _stem(word)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(stem(word)) if word.isascii() else word


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
