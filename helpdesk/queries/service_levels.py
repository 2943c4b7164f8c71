"""The targets, and how the answers of the last days stood to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import BusinessHours, SlaClock, SlaPolicy, Ticket, now
from helpdesk.queries.reported import IN_EARNEST
from helpdesk.rules.service_clock import ClockKind, ClockState

PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Kept:
    """The answers of one kind that a clock waited for."""

    kind: str
    answers: int
    in_time: int

    @property
    def share(self) -> float:
        return self.in_time / self.answers


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """``targets`` by priority: first and next response. ``hours``: the default ones' name."""

    targets: dict[str, tuple[timedelta | None, timedelta | None]]
    hours: str
    kept: list[Kept]


def service_levels(session: Session) -> ServiceLevels:
    policies = session.scalars(select(SlaPolicy)).all()
    first, following = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE
    return ServiceLevels(
        {each.priority: (each.target(first), each.target(following)) for each in policies},
        session.scalar(select(BusinessHours.name).where(BusinessHours.is_default)) or "",
        _kept(session),
    )


def _kept(session: Session) -> list[Kept]:
    counted = (
        select(SlaClock.kind, SlaClock.state, func.count())
        .join(Ticket, Ticket.id == SlaClock.ticket_id)
        .where(SlaClock.ended_at >= now() - PERIOD, IN_EARNEST)
        .group_by(SlaClock.kind, SlaClock.state)
    )
    count = {(kind, state): number for kind, state, number in session.execute(counted)}
    kept = []
    for kind in ClockKind:
        met = count.get((kind.value, ClockState.MET.value), 0)
        late = count.get((kind.value, ClockState.BREACHED.value), 0)
        if met + late:
            kept.append(Kept(kind.value, met + late, met))
    return kept
