"""Clocks of the service level against a plain model that counts minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.rules.business_time import Calendar, Interval, is_open
from helpdesk.rules.service_clock import (
    Clock,
    ClockKind,
    ClockState,
    outcome,
    paused,
    resumed,
    retargeted,
    started,
)

MINUTE = timedelta(minutes=1)
WORKDAY = (Interval(9 * 60, 17 * 60 + 30),)
SPLIT = (Interval(8 * 60, 12 * 60), Interval(13 * 60, 17 * 60))
NIGHT = (Interval(0, 4 * 60), Interval(22 * 60, 24 * 60))  # holds the hours at which clocks change
WEEKS = ((WORKDAY,) * 5 + ((), ()), (SPLIT,) * 6 + ((),), (NIGHT,) * 7, ((Interval(0, 1440),),) * 7)
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")
CHANGES = (date(2026, 3, 27), date(2026, 10, 23), date(2026, 11, 1), date(2026, 4, 3))

calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.sampled_from(WEEKS),
    st.frozensets(st.sampled_from([day + timedelta(2) for day in CHANGES]), max_size=2),
)
starts = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(0, 3 * 1440),
)
targets = st.integers(1, 6 * 60).map(lambda minutes: minutes * MINUTE)
turns = st.lists(st.integers(1, 36 * 60), max_size=5)  # minutes until the clock is turned again


class PlainClock:
    """Minutes are counted one by one while the shop is open and the clock runs.

    Past the last one every minute that it runs is late, as on Saturday what was due on Friday.
    """

    def __init__(self, at: datetime, target: timedelta, calendar: Calendar) -> None:
        self.at, self.left, self.calendar = at, target // MINUTE, calendar
        self.runs = True
        self.late = False

    def until(self, at: datetime) -> None:
        while self.at < at:
            if self.runs:
                self.late = self.late or self.left == 0
                self.left -= self.left > 0 and is_open(self.at, self.calendar)
            self.at += MINUTE


@given(calendars, starts, targets, turns)
@settings(deadline=None, max_examples=60)
def test_a_clock_that_rests_and_goes_on_counts_what_a_plain_model_counts(
    calendar: Calendar, start: datetime, target: timedelta, turned: list[int]
) -> None:
    clock = started(ClockKind.FIRST_RESPONSE, start, target, calendar)
    plain = PlainClock(start, target, calendar)
    at = start
    for minutes in turned:
        at += minutes * MINUTE
        plain.until(at)
        turn = paused if clock.is_running else resumed
        clock = turn(clock, at, calendar)
        plain.runs = clock.is_running
        if clock.left is not None:
            assert max(clock.left, timedelta(0)) // MINUTE == plain.left
    assert (outcome(clock, at) is ClockState.BREACHED) == plain.late


@given(calendars, starts, targets, targets, st.integers(0, 2 * 1440))
@settings(deadline=None, max_examples=60)
def test_another_target_counts_the_time_that_ran(
    calendar: Calendar, start: datetime, target: timedelta, other: timedelta, minutes: int
) -> None:
    at = start + minutes * MINUTE
    clock = retargeted(
        started(ClockKind.NEXT_RESPONSE, start, target, calendar), at, other, calendar
    )
    anew = started(ClockKind.NEXT_RESPONSE, start, other, calendar)
    assert clock.due_at is not None
    assert anew.due_at is not None
    if anew.due_at > at:
        assert clock.due_at == anew.due_at or clock.is_late(at), (
            "as if it had been so from the start"
        )
    else:
        assert clock.is_late(at) or clock.due_at <= _opens_after(at, calendar)


def _opens_after(at: datetime, calendar: Calendar) -> datetime:
    while not is_open(at, calendar):
        at += MINUTE
    return at


def test_a_tighter_target_makes_nobody_late_for_the_past() -> None:
    calendar = Calendar(ZoneInfo("UTC"), WEEKS[3])
    start = datetime(2026, 5, 4, 9, tzinfo=UTC)
    clock = started(ClockKind.FIRST_RESPONSE, start, timedelta(hours=8), calendar)
    at = start + timedelta(hours=3)
    assert retargeted(clock, at, timedelta(hours=1), calendar).due_at == at


def test_what_was_late_before_it_rested_is_late_when_it_goes_on() -> None:
    calendar = Calendar(ZoneInfo("UTC"), WEEKS[3])
    start = datetime(2026, 5, 4, 9, tzinfo=UTC)
    clock = started(ClockKind.FIRST_RESPONSE, start, timedelta(hours=1), calendar)
    rests = paused(clock, start + timedelta(hours=2), calendar)
    assert isinstance(rests, Clock)
    assert outcome(rests, start + timedelta(hours=9)) is ClockState.BREACHED
    again = resumed(rests, start + timedelta(hours=5), calendar)
    assert again.is_late(start + timedelta(hours=5))
