"""What was asked: in which language it is, and which questions are about the same thing."""

from __future__ import annotations

import re

MAX_QUESTION = 1000  # characters that are looked at

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


def index_for(question: str, lang: str) -> str:
    """The index that a question is put to: "zh" when it has Han characters, else by ``lang``,
    any tag of the asker's language."""
    if _HAN.search(question[:MAX_QUESTION]):
        return "zh"
    return "zh" if re.split(r"[-_]", lang.lower())[0] == "zh" else "en"
