"""The counts of the limits: as limits' own, with no thread a hit."""

from __future__ import annotations

import threading

from limits import RateLimitItemPerHour, RateLimitItemPerSecond
from limits.strategies import FixedWindowRateLimiter

from helpdesk.web.limit_counts import LimitCounts
from tests.patience import eventually


def test_a_limit_is_reached_and_is_kept_for_each_key() -> None:
    limiter = FixedWindowRateLimiter(LimitCounts())
    limit = RateLimitItemPerHour(2)
    assert [limiter.hit(limit, "ann") for _ in range(3)] == [True, True, False]
    assert limiter.hit(limit, "bob")


def test_a_count_is_over_with_its_time() -> None:
    limiter = FixedWindowRateLimiter(LimitCounts())
    limit = RateLimitItemPerSecond(1)
    assert limiter.hit(limit, "ann")
    eventually(lambda: limiter.hit(limit, "ann"))


def test_only_a_sweep_starts_a_thread() -> None:
    counts = LimitCounts()
    counts.incr("first", 60)
    counts.timer.join()
    before = threading.active_count()
    swept = counts.timer
    for number in range(50):
        counts.incr(f"visitor {number}", 60)
    assert counts.timer is swept
    assert threading.active_count() <= before
