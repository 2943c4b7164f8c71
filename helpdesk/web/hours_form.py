"""Business hours as an admin writes them: "9:00-12:30, 14:00-18:00" and "2026-12-25 Christmas"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from helpdesk.models import NotPossible
from helpdesk.rules.business_time import Interval

_SPAN = re.compile(r"(\d{1,2})(?:[:.：](\d{2}))?\s*[-–—~至到]\s*(\d{1,2})(?:[:.：](\d{2}))?")


def intervals(text: str) -> tuple[Interval, ...]:
    """The hours of one day; "" is a day off. Raises ``NotPossible`` with an example."""
    parts = [part.strip() for part in re.split(r"[,;，；、]", text) if part.strip()]
    return tuple(_interval(part) for part in parts)


def _interval(part: str) -> Interval:
    found = _SPAN.fullmatch(part)
    if not found:
        raise NotPossible("Write hours as 9:00-17:30, with commas between: %(text)s", text=part)
    hours, minutes = (int(found[1]), int(found[3])), (int(found[2] or 0), int(found[4] or 0))
    if max(minutes) > 59 or max(hours) > 24:
        raise NotPossible("Write hours as 9:00-17:30, with commas between: %(text)s", text=part)
    return Interval(hours[0] * 60 + minutes[0], hours[1] * 60 + minutes[1])


def holidays(text: str) -> dict[date, str]:
    """One a line: the day, then its name. Raises ``NotPossible`` for a line without a day."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        day, _space, name = line.partition(" ")
        try:
            found[date.fromisoformat(day)] = name.strip() or day
        except ValueError:
            raise NotPossible(
                "Begin each holiday with its day, as in 2026-12-25 Christmas: %(line)s",
                line=line[:60],
            ) from None
    return found


def holidays_text(days: Mapping[date, str]) -> str:
    return "\n".join(f"{day.isoformat()} {name}" for day, name in sorted(days.items()))
