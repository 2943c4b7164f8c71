"""What is still to be done on a ticket, and reminders of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, now
from helpdesk.models.staff import Agent

_OPEN = text("done_at IS NULL")
_UNTOLD = text("told_at IS NULL")


class Task(Base):
    """One thing to do. ``told_at``: when the owner was told that it is due."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_ticket", "ticket_id", "id"),
        Index("ix_tasks_owner", "owner_id", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_tasks_due", "due_at", sqlite_where=text("done_at IS NULL AND told_at IS NULL"),
              postgresql_where=text("done_at IS NULL AND told_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    title: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    owner: Mapped[Agent | None] = relationship()

    def is_overdue(self, moment: datetime) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at <= moment

    def mark(self, *, done: bool) -> None:
        """Done, or still to do after all."""
        self.done_at = now() if done else None


class Reminder(Base):
    """``agent`` wants to be told of the ticket at a time."""

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_due", "due_at", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
        Index("ix_reminders_agent", "agent_id", "due_at"),
        Index("ix_reminders_ticket", "ticket_id"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
