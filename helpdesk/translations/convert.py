"""Simplified Chinese -> Traditional Chinese as it is written in Taiwan."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC

_PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|\{\w*\})")
_QUOTES = str.maketrans("“”‘’", "「」『』")
_WORDS = {"賬": "帳", "郵箱": "電子信箱"}  # what the dictionary leaves as it is said elsewhere


def to_traditional(words: str) -> str:
    """``words`` in Traditional characters; placeholders are left alone."""
    parts = _PLACEHOLDER.split(words.translate(_QUOTES))
    return "".join(part if _PLACEHOLDER.fullmatch(part) else _converted(part) for part in parts)


def _converted(part: str) -> str:
    words: str = _converter().convert(part)
    for elsewhere, here in _WORDS.items():
        words = words.replace(elsewhere, here)
    return words


@cache
def _converter() -> OpenCC:
    return OpenCC("s2twp")
