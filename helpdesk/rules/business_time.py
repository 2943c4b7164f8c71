"""Working time: how much of it passes between two instants, and when an amount of it is over.

A moment is working time when the clock on the wall of the calendar's zone shows an opening hour of
that weekday and the day is no holiday. Working time is elapsed time: opening hours that hold the
night when the clocks go back last an hour longer, and an hour shorter when they go forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from helpdesk.rules.refusal import Refusal

DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60


class WrongHours(Refusal):
    """These hours make no calendar, or none that this can be asked of."""


class Interval(NamedTuple):
    """Opening hours on one day, in minutes since midnight on the wall."""

    opens: int
    closes: int  # the first minute that is shut


Week = tuple[tuple[Interval, ...], ...]
"""Seven days from Monday, each with its opening hours."""


def hours_text(day: Iterable[Sequence[int]]) -> str:
    """The opening hours of a day as people write them: "9:00-12:30, 14:00-18:00"."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in day)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours of a week in a time zone, and the days on which nobody works."""

    zone: ZoneInfo
    week: Week
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise WrongHours("A week has seven days.")
        object.__setattr__(self, "week", tuple(_in_order(day) for day in self.week))

    @property
    def ever_opens(self) -> bool:
        return any(self.week)

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        return () if day in self.holidays else self.week[day.weekday()]


def add(start: datetime, duration: timedelta, calendar: Calendar) -> datetime:
    """The first instant, in UTC, at which ``duration`` of working time has passed since ``start``.

    Raises ``WrongHours`` when the calendar never opens, ``ValueError`` for a time without a zone
    or a duration below nought.
    """
    if duration < timedelta(0):
        raise ValueError("working time cannot be added backwards")
    start = _utc(start)
    if not duration:
        return start
    if not calendar.ever_opens:
        raise WrongHours("These business hours never open.")
    left = duration
    for opens, closes in _open_spells(start, calendar):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("unreachable: a week that opens has no end of open spells")


def between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The working time from ``start`` until ``end``; nought when ``end`` is not later."""
    start, end = _utc(start), _utc(end)
    total = timedelta(0)
    if not calendar.ever_opens:
        return total
    for opens, closes in _open_spells(start, calendar):
        if opens >= end:
            return total
        total += min(closes, end) - opens
    raise AssertionError("unreachable: a week that opens has no end of open spells")


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether ``at`` is working time."""
    wall = at.astimezone(calendar.zone)
    minute = wall.hour * 60 + wall.minute
    return any(opens <= minute < closes for opens, closes in calendar.hours_on(wall.date()))


def _in_order(day: tuple[Interval, ...]) -> tuple[Interval, ...]:
    hours = sorted(Interval(*interval) for interval in day)
    for opens, closes in hours:
        if not 0 <= opens < closes <= MINUTES_A_DAY:
            raise WrongHours("Opening hours must end after they begin, on the same day.")
    for earlier, later in pairwise(hours):
        if later.opens < earlier.closes:
            raise WrongHours("Opening hours of one day must not overlap.")
    return tuple(hours)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    return at.astimezone(UTC)


def _open_spells(start: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The spells of working time from ``start`` on, in order and without end."""
    for begins, ends, offset in _steady_spells(start, calendar.zone):
        wall, wall_ends = begins + offset, ends + offset  # by the wall, labelled UTC
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        while midnight < wall_ends:
            for opens, closes in calendar.hours_on(midnight.date()):
                first = max(wall, midnight + timedelta(minutes=opens))
                last = min(wall_ends, midnight + timedelta(minutes=closes))
                if first < last:
                    yield first - offset, last - offset
            midnight += DAY


def _steady_spells(
    start: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Spells of a day at most, from ``start`` on, in which the zone's offset does not change.

    No zone in use changes its offset twice within 24 hours.
    """
    begins, offset = start, _offset(start, zone)
    while True:
        ends = begins + DAY
        next_offset = _offset(ends, zone)
        if next_offset != offset:
            ends = _change(begins, ends, zone)
        yield begins, ends, offset
        begins, offset = ends, next_offset


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset changes between two instants, by halving."""
    old = _offset(before, zone)
    before = before.replace(microsecond=0)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset(middle, zone) == old else (before, middle)
    return after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset
