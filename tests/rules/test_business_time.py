"""Working time, against a plain model that looks at every minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.rules.business_time import Calendar, Interval, add, between, is_open
from helpdesk.rules.refusal import Refusal

MINUTE = timedelta(minutes=1)
OFFICE = (*[(Interval(9 * 60, 17 * 60),)] * 5, (), ())
ALWAYS = ((Interval(0, 1440),),) * 7

CHANGES = {  # a day near which the clocks change, in each zone
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),  # at midnight
    "America/St_Johns": (date(2010, 3, 14), date(2010, 11, 7)),  # a minute past midnight
    "Asia/Shanghai": (date(2026, 6, 1), date(2026, 10, 1)),
    "Asia/Kathmandu": (date(2026, 6, 1), date(2026, 10, 1)),  # 5:45 from UTC
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24)),  # a day that never was
}


@st.composite
def days(draw: st.DrawFn) -> tuple[Interval, ...]:
    edges = draw(st.lists(st.integers(0, 1440), max_size=6, unique=True))
    edges.sort()
    return tuple(Interval(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar and a whole minute within two days of a change of its clocks."""
    name = draw(st.sampled_from(sorted(CHANGES)))
    near = draw(st.sampled_from(CHANGES[name]))
    week = tuple(draw(days()) for _ in range(7))
    holidays = draw(st.sets(st.integers(-2, 3).map(lambda n: near + timedelta(days=n)), max_size=2))
    midnight = datetime(near.year, near.month, near.day, tzinfo=UTC)
    start = midnight + draw(st.integers(-2 * 1440, 1440)) * MINUTE
    return Calendar(ZoneInfo(name), week, frozenset(holidays)), start


def works(minute: datetime, calendar: Calendar) -> bool:
    """The plain model: what does the clock on the wall say?"""
    wall = minute.astimezone(calendar.zone)
    if wall.date() in calendar.holidays:
        return False
    at = wall.hour * 60 + wall.minute
    return any(opens <= at < closes for opens, closes in calendar.week[wall.weekday()])


@settings(deadline=None)
@given(cases(), st.integers(0, 3 * 1440))
def test_between_counts_the_minutes_in_which_the_wall_clock_shows_an_opening_hour(
    case: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = case
    counted = sum(works(start + n * MINUTE, calendar) for n in range(minutes))
    assert between(start, start + minutes * MINUTE, calendar) == counted * MINUTE


@settings(deadline=None, max_examples=60)  # the model looks at a week's minutes, one by one
@given(cases(), st.integers(1, 2 * 1440))
def test_add_stops_at_the_end_of_the_last_minute_that_counts(
    case: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = case
    if not calendar.ever_opens:
        with pytest.raises(Refusal):
            add(start, minutes * MINUTE, calendar)
        return
    left, at = min(minutes, sum(c - o for day in calendar.week for o, c in day)), start
    duration = left * MINUTE
    while left:
        left -= works(at, calendar)
        at += MINUTE
    assert add(start, duration, calendar) == at


@given(cases(), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_add_and_between_agree_to_the_microsecond(
    case: tuple[Calendar, datetime], duration: timedelta
) -> None:
    calendar, start = case
    if calendar.ever_opens:
        assert between(start, add(start, duration, calendar), calendar) == duration


@given(cases(), st.timedeltas(timedelta(0), timedelta(days=3)), st.floats(0, 1))
def test_the_parts_of_a_time_add_up(
    case: tuple[Calendar, datetime], length: timedelta, share: float
) -> None:
    calendar, start = case
    middle, end = start + length * share, start + length
    parts = between(start, middle, calendar) + between(middle, end, calendar)
    assert parts == between(start, end, calendar)


@given(cases())
def test_is_open_is_what_the_wall_clock_says(case: tuple[Calendar, datetime]) -> None:
    calendar, at = case
    assert is_open(at, calendar) == works(at, calendar)


def london(week: tuple[tuple[Interval, ...], ...], *holidays: date) -> Calendar:
    return Calendar(ZoneInfo("Europe/London"), week, frozenset(holidays))


def test_a_target_over_a_weekend_and_a_holiday_falls_on_the_day_after() -> None:
    calendar = london(OFFICE, date(2026, 12, 25), date(2026, 12, 28))
    thursday = datetime(2026, 12, 24, 15, tzinfo=UTC)
    assert add(thursday, timedelta(hours=4), calendar) == datetime(2026, 12, 29, 11, tzinfo=UTC)


def test_what_ends_at_closing_time_ends_then_and_not_the_next_morning() -> None:
    nine = datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert add(nine, timedelta(hours=8), london(OFFICE)) == nine + timedelta(hours=8)


def test_nights_of_23_and_25_hours_count_as_what_passes() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        zone = ZoneInfo("Europe/London")
        start = datetime(day.year, day.month, day.day, tzinfo=zone)
        end = start + timedelta(days=1)
        assert between(start, end, london(ALWAYS)) == timedelta(hours=hours)


def test_nothing_passes_backwards_or_where_nobody_ever_works() -> None:
    now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert between(now, now - timedelta(days=1), london(OFFICE)) == timedelta(0)
    assert between(now, now + timedelta(days=1), london(((),) * 7)) == timedelta(0)
    assert add(now, timedelta(0), london(((),) * 7)) == now
    with pytest.raises(ValueError):
        add(now, timedelta(hours=-1), london(OFFICE))
    with pytest.raises(ValueError):
        between(now.replace(tzinfo=None), now, london(OFFICE))


@pytest.mark.parametrize(
    "day", [((600, 600),), ((700, 600),), ((-1, 60),), ((0, 1441),), ((0, 60), (59, 80))]
)
def test_hours_that_make_no_sense_are_refused(day: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(Refusal):
        london((day, *[()] * 6))  # type: ignore[arg-type]
