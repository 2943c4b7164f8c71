"""Deliveries: each attempt to get a message out, and the truth about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from channels.message import DeliveryState
from helpdesk.models.base import Base, CreatedAt, Id, Word, now
from helpdesk.rules.delivery_state import advanced

if TYPE_CHECKING:
    from helpdesk.models.message import Message

_DUE = text("due_at IS NOT NULL")


class Delivery(Base):
    """One message on its way to one recipient over one channel.

    ``due_at`` is when it is tried next, and None once nothing more will be tried. While
    ``lease_until`` lies in the future, one worker has it. What the bot says carries its
    ``bot_epoch``: once the ticket's is another, it does not leave any more.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "due_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
    )

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    channel: Mapped[Word]
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    contact_point_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_points.id"), index=True
    )
    recipient: Mapped[str]
    bot_epoch: Mapped[int | None]
    state: Mapped[Word] = mapped_column(default=DeliveryState.QUEUED.value)
    reason: Mapped[str] = mapped_column(default="")
    provider_id: Mapped[str | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    cared_at: Mapped[datetime | None]  # a failure that somebody has seen to
    changed_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[CreatedAt]

    message: Mapped[Message] = relationship(back_populates="deliveries")

    def settle(self, state: DeliveryState, reason: str = "", *, provider_id: str = "") -> bool:
        """Take what a provider said; False when it is older news than what is known."""
        new = advanced(DeliveryState(self.state), state)
        self.provider_id = provider_id or self.provider_id
        if new is None:
            return False
        self.state, self.reason, self.changed_at = new.value, reason, now()
        self.due_at = self.lease_until = None
        return True

    @property
    def is_alarming(self) -> bool:
        """Whether it did not get out, and nobody has seen to that."""
        return self.state == DeliveryState.FAILED.value and self.cared_at is None

    def retry(self, at: datetime, reason: str) -> None:
        """It did not work yet: try again then."""
        self.due_at, self.lease_until, self.reason, self.changed_at = at, None, reason, now()
