"""Views: filters of the queue that somebody keeps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, now


class SavedView(Base):
    """A filter under a name. ``query`` is what ``helpdesk.rules.ticket_filter`` writes;
    ``columns`` the names of the columns of its table, "" for the list of three lines;
    ``agent_id`` None: everybody's."""

    __tablename__ = "saved_views"
    __table_args__ = (Index("ix_saved_views_agent", "agent_id", "name"),)

    id: Mapped[Id]
    name: Mapped[str]
    query: Mapped[str] = mapped_column(default="")
    columns: Mapped[str] = mapped_column(default="")
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
