"""One-time codes by which a customer shows that they hold an address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word
from helpdesk.rules.one_time_code import CodeState


class OneTimeCode(Base):
    """A code that was asked for in a ticket, by ``asker_point_id``, to be sent to
    ``contact_point_id``. None there: no address of the asker belongs to the order; they are
    not told so. The digits follow from ``nonce`` (``rules.one_time_code``)."""

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index("ix_one_time_codes_ticket", "ticket_id", "id"),
        Index("ix_one_time_codes_asker", "asker_point_id", "created_at"),
        Index("ix_one_time_codes_address", "contact_point_id", "created_at"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    epoch: Mapped[int]
    asker_point_id: Mapped[int] = mapped_column(ForeignKey("contact_points.id"))
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id"))
    nonce: Mapped[Word]
    tries: Mapped[int] = mapped_column(default=0)  # wrong ones
    state: Mapped[Word] = mapped_column(default=CodeState.OPEN.value)
    settled_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
