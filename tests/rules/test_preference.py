"""When a customer is best reached."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.rules.preference import next_time

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        ("2026-11-21T10:00", "2026-11-21T16:00"),
        ("2026-11-21T16:00", "2026-11-22T16:00"),
        ("2026-11-21T23:30", "2026-11-22T16:00"),
        ("2026-07-01T10:00", "2026-07-01T15:00"),  # four in the afternoon of a London summer
        ("2026-03-28T20:00", "2026-03-29T15:00"),  # the clocks change in between
    ],
)
def test_the_hour_begins_next_where_the_company_is(now: str, wanted: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = next_time(16, LONDON, moment)
    assert (found, found.tzinfo) == (datetime.fromisoformat(wanted).replace(tzinfo=UTC), UTC)
