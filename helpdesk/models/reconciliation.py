"""Comparisons of the journal with the record and the mailboxes, as an admin asked for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, now

_OPEN = text("ended_at IS NULL")


class Reconciliation(Base):
    """One comparison. While ``ended_at`` is None it is due, or under way until ``lease_until``.

    ``compared`` are the addresses of the mailboxes, ``differences`` the first of what was found,
    as ``helpdesk reconcile --json`` says it; ``found`` is how many there were.
    """

    __tablename__ = "reconciliations"
    __table_args__ = (
        Index("ix_reconciliations_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Id]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    compared: Mapped[list[Any]] = mapped_column(default=list)
    differences: Mapped[list[Any]] = mapped_column(default=list)
    found: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
