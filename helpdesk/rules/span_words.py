"""Lengths of time as people write them, in forms and addresses: ``4h``, ``1h 30m``, ``2d``."""

from __future__ import annotations

import re
from datetime import timedelta

from helpdesk.rules.refusal import Refusal

_UNITS = {
    "d": 1440, "day": 1440, "days": 1440, "天": 1440,
    "h": 60, "hour": 60, "hours": 60, "小时": 60, "小時": 60,
    "m": 1, "min": 1, "minutes": 1, "": 1, "分": 1, "分钟": 1, "分鐘": 1,
}  # fmt: skip
_PART = re.compile(r"\s*(\d{1,6})\s*([^\d\s]*)")
MOST = 100  # characters


class BadSpan(Refusal):
    """This is no length of time."""


def read_span(words: str) -> timedelta | None:
    """A length of time; None for no words. A number alone is minutes, a day has 24 hours.

    Raises ``BadSpan``.
    """
    words = words.strip().lower()
    if not words:
        return None
    parts = list(_PART.finditer(words[:MOST]))
    is_whole = "".join(part.group() for part in parts) == words
    if not is_whole or any(part[2] not in _UNITS for part in parts):
        raise BadSpan("Write a time as 4h, 30m or 1h 30m: “%(words)s” is none.", words=words[:MOST])
    return timedelta(minutes=sum(int(part[1]) * _UNITS[part[2]] for part in parts))


def write_span(span: timedelta | None) -> str:
    """As ``read_span`` reads it again: ``1h 30m``; "" for None."""
    if span is None:
        return ""
    hours, minutes = divmod(_minutes(span), 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m")) if count]
    return " ".join(parts) or "0m"


def write_in_one(span: timedelta) -> str:
    """The same in the largest unit that says it alone: ``2d``, ``36h``, ``90m``."""
    minutes = _minutes(span)
    size, unit = next((size, unit) for size, unit in _SIZES if minutes % size == 0)
    return f"{minutes // size}{unit}"


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


_SIZES = ((1440, "d"), (60, "h"), (1, "m"))
