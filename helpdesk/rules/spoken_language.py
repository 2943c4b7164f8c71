"""The language in which a customer is answered: the one of their last words."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from opencc import OpenCC

from helpdesk.rules.search_words import HAN

Spoken = Literal["en", "zh-Hans", "zh-Hant"]

_HAN_LETTER = re.compile(f"[{HAN}]")
_LETTER = re.compile(r"[^\W\d_]")
MOST = 500  # characters that are looked at


def spoken(text: str, known: str = "") -> Spoken:
    """The language of ``text``; ``known`` (BCP 47) decides where the words do not.

    Any Han letter makes it Chinese: "我的 order 呢" is. Letters that Simplified writes otherwise
    make it Traditional, letters that Traditional writes otherwise Simplified.
    """
    seen = text[:MOST]
    tag = known.replace("_", "-").lower()
    if _HAN_LETTER.search(seen):
        return _script(seen, tag)
    if _LETTER.search(seen):
        return "en"
    return _from_tag(tag)


def in_their_script(text: str, locale: str) -> str:
    """``text``, whose Chinese is Simplified, as a reader of ``locale`` reads it."""
    return _converter("s2t").convert(text) if locale == "zh-Hant" else text


def _script(text: str, tag: str) -> Spoken:
    traditional = _converter("t2s").convert(text) != text
    simplified = _converter("s2t").convert(text) != text
    if traditional != simplified:
        return "zh-Hant" if traditional else "zh-Hans"
    return "zh-Hant" if _from_tag(tag) == "zh-Hant" else "zh-Hans"


def _from_tag(tag: str) -> Spoken:
    if not tag.startswith("zh"):
        return "en"
    return "zh-Hant" if any(part in tag for part in ("hant", "-tw", "-hk", "-mo")) else "zh-Hans"


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)
