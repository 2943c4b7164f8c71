"""Envelopes: the journal of everything that reached us, kept before anything is parsed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, Word, now


class EnvelopeState(StrEnum):
    """Where an envelope stands; all but RECEIVED are end states."""

    RECEIVED = "received"
    ATTACHED = "attached"
    DELIVERY_EVENT = "delivery_event"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    ERASED = "erased"


class Envelope(Base):
    """One contact as received. ``key`` makes accepting it twice a no-op.

    ``contact_key`` names what is inside: the first envelope with it is attached, others are
    duplicates of that one.
    """

    __tablename__ = "envelopes"
    __table_args__ = (
        UniqueConstraint("inbox_id", "key"),
        Index(
            "ix_envelopes_unsettled",
            "id",
            sqlite_where=text("state = 'received'"),
            postgresql_where=text("state = 'received'"),
        ),
        Index("ix_envelopes_contact_key", "contact_key"),
        Index("ix_envelopes_state", "state", "id"),
        Index("ix_envelopes_message", "message_id",
              sqlite_where=text("message_id IS NOT NULL"),
              postgresql_where=text("message_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    channel: Mapped[Word]
    key: Mapped[str]
    contact_key: Mapped[str | None]
    raw: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    raw_file: Mapped[str] = mapped_column(default="")  # SHA-256, when too large for the row
    size: Mapped[int]
    meta: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[Word] = mapped_column(default=EnvelopeState.RECEIVED.value)
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    received_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]

    def settle(
        self,
        state: EnvelopeState,
        reason: str,
        *,
        ticket: int | None = None,
        message: int | None = None,
    ) -> None:
        """Put the envelope into an end state, and say why."""
        self.state, self.reason, self.settled_at = state.value, reason, now()
        self.ticket_id, self.message_id = ticket, message

    def reopen(self) -> None:
        """Let it be attached again (``helpdesk replay``)."""
        self.state, self.reason, self.settled_at = EnvelopeState.RECEIVED.value, "", None
        self.contact_key = None
