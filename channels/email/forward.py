"""Whether a mail passes on another one, by its subject or its first lines."""

from __future__ import annotations

import re

from channels.email.quote_marks import FORWARDED_MESSAGE, MAX_LINE

_SUBJECT = re.compile(
    r"\s*(fwd?|fw|wg|tr|rv|enc|doorst|vb|转发|轉發|轉寄|转寄|転送)\s*[:：]", re.IGNORECASE
)
_FIRST_LINES = 60


def is_forward(subject: str, text: str) -> bool:
    if _SUBJECT.match(subject):
        return True
    lines = text[: _FIRST_LINES * MAX_LINE].split("\n", _FIRST_LINES)[:_FIRST_LINES]
    return any(FORWARDED_MESSAGE.fullmatch(line.strip()[:MAX_LINE]) for line in lines)
