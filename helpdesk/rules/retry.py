"""When a delivery is tried again: exponential backoff with full jitter, up to a limit."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

FIRST = 5.0  # seconds
LONGEST = 3600.0  # seconds


def next_try(
    now: datetime,
    attempts: int,
    since: datetime,
    give_up: timedelta,
    rng: random.Random | None = None,
) -> datetime | None:
    """When to try again after ``attempts`` failures, or None once ``give_up`` has passed.

    Half of the wait is fixed and half is random, so that a thousand deliveries that failed
    together do not come back together.
    """
    if now - since >= give_up:
        return None
    wait = min(LONGEST, FIRST * 2 ** min(attempts - 1, 20))
    return now + timedelta(seconds=wait / 2 + (rng or random).uniform(0, wait / 2))
