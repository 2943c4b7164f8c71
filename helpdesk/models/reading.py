"""What an agent has seen, and what they are told of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word, now

_UNREAD = text("read_at IS NULL")


class ReadMark(Base):
    """How far an agent has read a ticket: everything up to ``seq`` was on their screen."""

    __tablename__ = "read_marks"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True, index=True)
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Notification(Base):
    """Something in a ticket that an agent is to know: named by a colleague, a customer answered.

    ``message_id`` is not a foreign key: a message may be withdrawn, and the news of it stays.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_agent", "agent_id", "id"),
        Index(
            "ix_notifications_unread",
            "agent_id",
            "id",
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
    )

    id: Mapped[Id]
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    kind: Mapped[Word]  # mention, held, reminder, task, answer, opened, assigned, late
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    message_id: Mapped[int | None]
    by: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")  # the beginning of what was said
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None]
