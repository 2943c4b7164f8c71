"""Which language a customer's message is in, told by its letters and its small words.

Pure: no model, no I/O. ``en``, ``zh-Hans`` and ``zh-Hant`` are spoken here; for others the bot
has one polite sentence and a colleague.
"""

from __future__ import annotations

import re
from functools import lru_cache

ENGLISH, SIMPLIFIED, TRADITIONAL = "en", "zh-Hans", "zh-Hant"
SPOKEN = (ENGLISH, SIMPLIFIED, TRADITIONAL)

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\b[A-Za-z]{1,3}-?\d+\b")

_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}

# Small words that are common in one language and not English words.
_SMALL_WORDS = {
    "fr": "je tu il nous vous mon ma mes votre notre le la les des du une est sont pas où quand "
    "comment pourquoi avec pour dans sur ce cette bonjour merci commande s'il j'ai c'est",
    "de": "ich du wir sie mein meine meinen ihr der das den dem ein eine einen ist sind nicht wo "
    "wann wie warum mit für auf und oder habe kann guten bitte danke bestellung noch",
    "es": "yo tú usted mi mis su el los las una unos es está están dónde cuándo cómo por qué para "
    "con en y pero hola gracias pedido quiero tengo puedo del",
    "it": "io lei mio mia il lo gli della del una è sono non dove quando come perché con per che "
    "ciao buongiorno grazie ordine vorrei posso ho mi",
    "pt": "eu você meu minha o os uma é são não onde quando como por com para que olá obrigado "
    "obrigada pedido quero posso tenho está",
    "nl": "ik jij wij mijn uw het een is zijn niet waar wanneer hoe waarom met voor op en of heb "
    "kan hallo dank bestelling graag",
    "pl": "ja mój moja moje jest są nie gdzie kiedy jak dlaczego z dla na i proszę dziękuję "
    "zamówienie dzień dobry się czy",
    "sv": "jag du vi min mitt är inte var när hur varför med för på och eller hej tack beställning",
}
_FOREIGN = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_ENGLISH = frozenset(
    [
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "my",
        "your",
        "our",
        "their",
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "not",
        "no",
        "yes",
        "where",
        "when",
        "how",
        "why",
        "what",
        "which",
        "who",
        "can",
        "could",
        "would",
        "will",
        "should",
        "may",
        "with",
        "for",
        "in",
        "on",
        "at",
        "to",
        "of",
        "from",
        "by",
        "and",
        "or",
        "but",
        "if",
        "this",
        "that",
        "these",
        "those",
        "there",
        "here",
        "hello",
        "hi",
        "please",
        "thanks",
        "thank",
        "order",
        "me",
        "am",
        "any",
        "some",
        "about",
        "get",
        "got",
        "still",
        "want",
        "need",
        "tent",
        "boots",
        "jacket",
        "stove",
    ]
)
SURE = 2  # small words of another language before a message counts as written in it


def language_of(text: str) -> str | None:
    """``en``, ``zh-Hans``, ``zh-Hant``, another code, ``zh`` when both scripts write it alike,
    or None when the text has no words."""
    text = _ADDRESS.sub(" ", text)
    for language, letters in _SCRIPTS.items():
        if letters.search(text):
            return language
    if has_han(text):
        return _chinese(text)
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    return _by_small_words(words) if words else None


def settled(found: str | None, locale: str, before: str | None = None) -> str:
    """The language to answer in: that of the message, else of the talk, else of the visitor."""
    fallback = before or (locale if locale in SPOKEN else ENGLISH)
    if found is None:
        return fallback
    if found == "zh":
        return next((one for one in (before, locale) if one and one.startswith("zh-")), SIMPLIFIED)
    return found


def has_han(text: str) -> bool:
    return bool(_HAN.search(text))


def fold(text: str) -> str:
    """Traditional Chinese as Simplified, character by character; everything else as it is."""
    return _converter("t2s").convert(text) if has_han(text) else text


def to_traditional(text: str) -> str:
    """Simplified Chinese as Taiwan writes it, words included."""
    return str(_converter("s2twp").convert(text))


def _chinese(text: str) -> str:
    if fold(text) != text:
        return TRADITIONAL
    if _converter("s2t").convert(text) != text:
        return SIMPLIFIED
    return "zh"


def _by_small_words(words: list[str]) -> str:
    english = sum(word in _ENGLISH for word in words)
    found, count = max(
        ((language, sum(word in known for word in words)) for language, known in _FOREIGN.items()),
        key=lambda pair: pair[1],
    )
    return found if count >= SURE and count > english else ENGLISH


@lru_cache(maxsize=4)
def _converter(way: str):  # type: ignore[no-untyped-def]
    from opencc import OpenCC

    return OpenCC(way)
