"""Tickets that were joined, and what must be known to part them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, now

_STANDS = text("undone_at IS NULL")


class TicketMerge(Base):
    """``ticket_id`` became part of ``into_id``.

    ``before`` is how both stood; ``last_seq`` and ``version`` are the survivor's right after, so
    that what came since can be told apart. ``words`` are the search words that the messages got.
    """

    __tablename__ = "ticket_merges"
    __table_args__ = (
        Index("uq_ticket_merges_standing", "ticket_id", unique=True, sqlite_where=_STANDS,
              postgresql_where=_STANDS),
        Index("ix_ticket_merges_into", "into_id"),
    )  # fmt: skip

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    into_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    last_seq: Mapped[int]
    version: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(default="")
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]


class MergedMessage(Base):
    """Where a message lay before the merge, and where it was put."""

    __tablename__ = "merged_messages"
    __table_args__ = (Index("ix_merged_messages_message", "message_id"),)

    merge_id: Mapped[int] = mapped_column(ForeignKey("ticket_merges.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    seq: Mapped[int]
    place: Mapped[float]
    new_seq: Mapped[int]
    new_place: Mapped[float]
