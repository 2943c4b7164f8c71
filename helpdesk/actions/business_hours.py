"""When people work: hours by weekday, holidays, and which hours count where nobody says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import BusinessHours, Holiday, NotPossible, Team
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.business_time import Calendar, Week

MAX_HOLIDAYS = 500


def save(
    desk: Desk,
    actor: Actor,
    hours_id: int | None,
    *,
    name: str,
    timezone: str,
    week: Week,
    holidays: Mapping[date, str],
    is_default: bool = False,
) -> int:
    """Add business hours, or change them; their id. The first ones are the default.

    Raises ``NotPossible`` or ``WrongHours`` for what makes no calendar.
    """
    actor.must_be(Role.ADMIN)
    name = " ".join(name.split())[:80]
    if not name:
        raise NotPossible("Business hours need a name.")
    if len(holidays) > MAX_HOLIDAYS:
        raise NotPossible("%(most)s holidays at most.", most=MAX_HOLIDAYS)
    calendar = Calendar(_zone(timezone), week)
    if not calendar.ever_opens:
        raise NotPossible("Open on one day of the week at least.")
    with desk.write() as session:
        namesake = session.scalar(select(BusinessHours.id).where(BusinessHours.name == name))
        if namesake not in (None, hours_id):
            raise NotPossible("There are business hours %(name)s already.", name=name)
        hours = session.get(BusinessHours, hours_id) if hours_id is not None else BusinessHours()
        if hours is None:
            raise NotFound("There are no such business hours.")
        known = session.scalar(select(BusinessHours.id).where(BusinessHours.is_default).limit(1))
        if is_default:
            session.execute(update(BusinessHours).values(is_default=False))
        hours.name, hours.timezone = name, timezone
        hours.week = [[list(interval) for interval in day] for day in calendar.week]
        hours.is_default = is_default or known is None or known == hours_id
        kept = {holiday.day: holiday for holiday in hours.holidays}
        hours.holidays = [kept.get(day) or Holiday(day=day) for day in sorted(holidays)]
        for holiday in hours.holidays:
            holiday.name = " ".join(holidays[holiday.day].split())[:80]
        session.add(hours)
        session.flush()
        event = "business_hours.added" if hours_id is None else "business_hours.changed"
        audit.record(session, actor, event, hours=hours.id, name=name, timezone=timezone)
        return hours.id


def remove(desk: Desk, actor: Actor, hours_id: int) -> None:
    """Teams that kept these hours keep the default ones then. Raises for the default ones."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        hours = session.get(BusinessHours, hours_id)
        if hours is None:
            raise NotFound("There are no such business hours.")
        if hours.is_default:
            raise NotPossible("These are the default hours. Make others the default first.")
        session.execute(
            update(Team).where(Team.business_hours_id == hours_id).values(business_hours_id=None)
        )
        audit.record(session, actor, "business_hours.removed", hours=hours_id, name=hours.name)
        session.delete(hours)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotPossible("%(zone)s is no time zone.", zone=repr(name[:60])) from None
