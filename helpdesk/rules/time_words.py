"""A time ahead in a person's words: "in 3 hours", "tomorrow 9:30", "明天下午", "3小时后"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta

MORNING, NOON, AFTERNOON, EVENING = time(9), time(12), time(14), time(18)

_PARTS = {
    "morning": MORNING, "noon": NOON, "midday": NOON, "afternoon": AFTERNOON,
    "evening": EVENING, "tonight": time(20), "早上": MORNING, "上午": MORNING, "早晨": MORNING,
    "中午": NOON, "下午": AFTERNOON, "晚上": EVENING, "傍晚": EVENING, "今晚": time(20),
}  # fmt: skip
_PM = ("下午", "晚上", "傍晚", "今晚")
_DAYS = {
    "today": 0, "tonight": 0, "later today": 0, "tomorrow": 1, "今天": 0, "今晚": 0,
    "明天": 1, "明日": 1, "后天": 2, "大后天": 3, "the day after tomorrow": 2,
    "day after tomorrow": 2,
}  # fmt: skip
_WEEKDAYS = {
    "monday": 0, "mon": 0, "tuesday": 1, "tue": 1, "wednesday": 2, "wed": 2, "thursday": 3,
    "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5, "sunday": 6, "sun": 6,
    **{f"{week}{day}": at for at, days in enumerate(("一", "二", "三", "四", "五", "六", "日天"))
       for day in days for week in ("周", "星期", "礼拜")},
}  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "half an": 0.5, "半": 0.5, "一": 1, "两": 2, "二": 2,
    "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_UNITS = {
    "m": "minutes", "min": "minutes", "mins": "minutes", "minute": "minutes",
    "minutes": "minutes", "h": "hours", "hour": "hours", "hours": "hours", "d": "days",
    "day": "days", "days": "days", "w": "weeks", "week": "weeks", "weeks": "weeks",
    "分钟": "minutes", "小时": "hours", "个小时": "hours", "钟头": "hours", "个钟头": "hours",
    "天": "days", "日": "days", "周": "weeks", "个星期": "weeks", "星期": "weeks",
}  # fmt: skip
_TRADITIONAL = str.maketrans("後個時鐘週禮點兩", "后个时钟周礼点两")


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_AMOUNT = rf"(\d{{1,4}}(?:\.\d)?|{_any(_NUMBERS)})"
_SPAN = re.compile(rf"(?:in\s*|过)?{_AMOUNT}\s*({_any(_UNITS)})(?:\s*(?:from now|later|之?后))?")
_DAY = re.compile(rf"(?:on\s+)?({_any(_DAYS)})")
_WEEKDAY = re.compile(rf"(?:on\s+)?(next\s+|下个?)?({_any(_WEEKDAYS)})")
_NEXT_WEEK = re.compile(r"next week|下个?(?:周|星期|礼拜)(?![一二三四五六日天])")
_PART = re.compile(rf"(?:in the\s+|this\s+)?({_any(_PARTS)})")
_CLOCK = re.compile(
    r"(?:at\s+)?(\d{1,2})(?:[:：点](\d{1,2}|半)?分?)?\s*(am|pm|a\.m\.|p\.m\.)?", re.ASCII
)


def read(words: str, now: datetime) -> datetime | None:
    """The time that is meant, after ``now`` and in its zone; None for what cannot be read."""
    said = " ".join(words.lower().translate(_TRADITIONAL).split())[:80]
    if (match := _SPAN.fullmatch(said)) and said:
        return _after(match, now)
    day, rest = _day(said, now)
    at, rest = _time(rest)
    if rest or (day is None and at is None):
        return None
    return _ahead(day, at, now)


def _after(match: re.Match[str], now: datetime) -> datetime:
    amount = float(_NUMBERS.get(match[1]) or match[1])
    span = timedelta(**{_UNITS[match[2]]: amount})
    return now + span if span < timedelta(days=1) else _at(now + span, MORNING)


def _day(said: str, now: datetime) -> tuple[datetime | None, str]:
    """The day that is named first, and what follows it."""
    if match := _NEXT_WEEK.match(said):
        return now + timedelta(days=7 - now.weekday()), _rest(said, match)
    if match := _WEEKDAY.match(said):
        ahead = (_WEEKDAYS[match[2]] - now.weekday()) % 7 or 7
        if match[1]:
            ahead = 7 - now.weekday() + _WEEKDAYS[match[2]]
        return now + timedelta(days=ahead), _rest(said, match)
    if match := _DAY.match(said):
        # "tonight" is a day and a time of it: its word stays for the time
        stays = match[1] in _PARTS
        rest = said if stays else _rest(said, match)
        return now + timedelta(days=_DAYS[match[1]]), rest
    return None, said


def _time(said: str) -> tuple[time | None, str]:
    """The time of day that stands next: "morning", "9:30", "下午3点"."""
    part = _PART.match(said)
    rest = _rest(said, part) if part else said
    clock = _CLOCK.match(rest)
    if clock is None:
        return (_PARTS[part[1]] if part else None), rest
    hour, minute = int(clock[1]), 30 if clock[2] == "半" else int(clock[2] or 0)
    is_later = (clock[3] or "").startswith("p") or (part is not None and part[1] in _PM)
    if (is_later and hour < 12) or (part and part[1] in ("afternoon", "evening") and hour < 12):
        hour += 12
    if (clock[3] or "").startswith("a") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59:
        return None, said
    return time(hour, minute), _rest(rest, clock)


def _rest(said: str, match: re.Match[str]) -> str:
    return said[match.end() :].strip(" ,，的")


def _ahead(day: datetime | None, at: time | None, now: datetime) -> datetime | None:
    if day is not None:
        found = _at(day, at or MORNING)
        if found <= now and day.date() == now.date():
            return now + timedelta(hours=3) if at is None else None
        return found
    assert at is not None
    found = _at(now, at)
    return found if found > now else _at(now + timedelta(days=1), at)


def _at(day: datetime, at: time) -> datetime:
    return day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
