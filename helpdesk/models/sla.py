"""Service levels: how soon people of ours are to answer, and how each answer stood to that."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, Word
from helpdesk.rules.service_clock import ClockKind


class SlaPolicy(Base):
    """The targets of one priority, in minutes of working time; None: no clock runs."""

    __tablename__ = "sla_policies"

    priority: Mapped[Word] = mapped_column(primary_key=True)  # helpdesk.rules.status.Priority
    first_response: Mapped[int | None]
    next_response: Mapped[int | None]

    def target(self, kind: ClockKind) -> timedelta | None:
        minutes = self.first_response if kind is ClockKind.FIRST_RESPONSE else self.next_response
        return timedelta(minutes=minutes) if minutes else None


class SlaClock(Base):
    """A clock that an answer ended. The one that still counts is in its ticket's row."""

    __tablename__ = "sla_clocks"
    __table_args__ = (
        Index("ix_sla_clocks_ended", "ended_at", "id"),
        Index("ix_sla_clocks_ticket", "ticket_id", "id"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[Word]  # ClockKind
    priority: Mapped[Word]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # None: it rested when the answer came
    ended_at: Mapped[datetime]
    state: Mapped[Word]  # ClockState: met or breached
