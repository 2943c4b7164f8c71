"""Over which channel and at what hour a customer writes, seen from their last messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LOOKED_AT = 20  # messages
LEAST = 3  # messages before anything is said
SHARE = 0.6  # of them over one channel, or within ``HOURS``
HOURS = 4


@dataclass(frozen=True, slots=True)
class Observed:
    """``count`` of ``of`` messages. ``value`` is a channel, or the first of ``HOURS`` hours."""

    value: str
    count: int
    of: int


def channel(written: Sequence[str]) -> Observed | None:
    """The channel that most of the last messages came by; None while none stands out."""
    if len(written) < LEAST:
        return None
    value, count = Counter(written).most_common(1)[0]
    return Observed(value, count, len(written)) if count >= SHARE * len(written) else None


def hour(written_at: Sequence[datetime], zone: ZoneInfo) -> Observed | None:
    """The hours of the company's day in which most of the last messages came."""
    if len(written_at) < LEAST:
        return None
    hours = Counter(at.astimezone(zone).hour for at in written_at)
    sums = {h: sum(hours[(h + i) % 24] for i in range(HOURS)) for h in range(24)}
    best = max(sums, key=lambda h: (sums[h], -h))
    total = len(written_at)
    return Observed(str(best), sums[best], total) if sums[best] >= SHARE * total else None


def next_time(hour: int, zone: ZoneInfo, moment: datetime) -> datetime:
    """When the ``hour`` of the company's day begins next, after ``moment``."""
    here = moment.astimezone(zone)
    at = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (at if at > here else at + timedelta(days=1)).astimezone(moment.tzinfo)
