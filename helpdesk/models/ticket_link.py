"""Links between tickets."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word


class LinkKind(StrEnum):
    """What ``ticket`` is to ``other``. A related ticket is one from either side."""

    RELATED = "related"
    DUPLICATE = "duplicate"
    CHILD = "child"


class TicketLink(Base):
    """``ticket_id`` is related to, a duplicate of, or a child of ``other_id``."""

    __tablename__ = "ticket_links"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id"),)

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[Word]
    created_at: Mapped[CreatedAt]
