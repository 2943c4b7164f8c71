"""When a delivery is tried again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.rules.retry import FIRST, LONGEST, next_try

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)


@given(st.integers(1, 10_000), st.integers())
def test_a_wait_is_never_nothing_and_never_over_an_hour(attempts: int, seed: int) -> None:
    at = next_try(NOW, attempts, NOW, DAY, random.Random(seed))
    assert at is not None
    assert timedelta(seconds=FIRST / 2) <= at - NOW <= timedelta(seconds=LONGEST)


def test_waits_double() -> None:
    waits = [next_try(NOW, n, NOW, DAY, random.Random(1)) - NOW for n in (1, 2, 3)]
    assert waits[1] / waits[0] == pytest.approx(2, abs=0.001)
    assert waits[2] / waits[0] == pytest.approx(4, abs=0.001)


def test_it_ends() -> None:
    assert next_try(NOW, 3, NOW - DAY, DAY) is None
    assert next_try(NOW, 3, NOW - DAY + timedelta(seconds=1), DAY) is not None


def test_a_thousand_that_failed_together_come_back_apart() -> None:
    assert len({next_try(NOW, 5, NOW, DAY) for _ in range(1000)}) > 900
