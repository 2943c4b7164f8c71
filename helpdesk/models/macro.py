"""Text and steps that are kept to be used again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word, now


class SavedReply(Base):
    """Canned text with variables. ``agent_id`` None: everybody's; ``locale`` "": any language."""

    __tablename__ = "saved_replies"
    __table_args__ = (Index("ix_saved_replies_agent", "agent_id", "name"),)

    id: Mapped[Id]
    name: Mapped[str]
    text: Mapped[str]
    locale: Mapped[Word] = mapped_column(default="")
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Macro(Base):
    """Steps that are applied to a ticket at once: see ``helpdesk.rules.macro_steps``."""

    __tablename__ = "macros"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    steps: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
