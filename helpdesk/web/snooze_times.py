"""The times that an agent is likely to snooze a ticket until."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.web.language import _

MORNING = 9


def choices(now: datetime, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    """Words and times, soonest first, in the company's working days."""
    here = now.astimezone(zone)
    tomorrow = _morning(here + timedelta(days=1))
    monday = _morning(here + timedelta(days=7 - here.weekday()))
    return [
        (_("In 3 hours"), here + timedelta(hours=3)),
        (_("Tomorrow morning"), tomorrow),
        (_("Monday morning"), monday),
        (_("In two weeks"), _morning(here + timedelta(days=14))),
    ]


def _morning(day: datetime) -> datetime:
    return day.replace(hour=MORNING, minute=0, second=0, microsecond=0)
