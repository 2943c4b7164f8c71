"""Two records that are one person: the tie between them, which can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, Word, now


class CustomerMerge(Base):
    """``other_id`` is part of ``kept_id`` from ``at`` until ``undone_at``.

    ``takes`` names the fields that the kept record shows as the other one has them.
    """

    __tablename__ = "customer_merges"
    __table_args__ = (
        Index("ix_customer_merges_kept", "kept_id", "id"),
        Index(
            "ix_customer_merges_other",
            "other_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    kept_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    takes: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(default="")
    actor_kind: Mapped[Word]
    actor_name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(default="")


class Reindexing(Base):
    """A ticket whose messages must get their search words anew: its customer has changed."""

    __tablename__ = "reindexings"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
