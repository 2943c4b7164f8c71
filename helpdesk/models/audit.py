"""What happened: append-only events, and the rows that tell other processes of a change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, Word, now


class AuditEvent(Base):
    """One thing that happened, in the past tense ("ticket.resolved"), with actor and reason."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_ticket", "ticket_id", "id"),
        Index("ix_audit_events_customer", "customer_id", "id"),
        Index("ix_audit_events_event", "event", "at"),
        Index("ix_audit_events_at", "at", "id"),
        Index(
            "ix_audit_events_agent",
            "actor_id",
            "at",
            sqlite_where=text("actor_kind = 'agent'"),
            postgresql_where=text("actor_kind = 'agent'"),
        ),
    )

    id: Mapped[Id]
    event: Mapped[Word]
    actor_kind: Mapped[Word]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(default="")
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    seq: Mapped[int | None]  # the transcript's last seq then: where the page shows it
    reason: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(default=now)


class Change(Base):
    """Written by a process without sockets, so that the one that has them can poke."""

    __tablename__ = "changes"

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
