"""Business hours: all of them, and which count for a team."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.models import BusinessHours, Team
from helpdesk.rules.business_time import Calendar


def calendar_of(session: Session, team_id: int | None) -> Calendar | None:
    """The team's own hours, else the default ones; None: the clock never stops."""
    own = select(Team.business_hours_id).where(Team.id == team_id).scalar_subquery()
    found = session.scalars(
        select(BusinessHours)
        .where((BusinessHours.id == own) | BusinessHours.is_default)
        .order_by(BusinessHours.is_default)
        .options(selectinload(BusinessHours.holidays))
        .limit(1)
    ).first()
    return found.calendar if found else None


def all_hours(session: Session) -> list[BusinessHours]:
    """Every set of hours with its holidays, the default ones first."""
    question = select(BusinessHours).order_by(BusinessHours.is_default.desc(), BusinessHours.name)
    return list(session.scalars(question.options(selectinload(BusinessHours.holidays))))
