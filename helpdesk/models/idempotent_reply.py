"""What a program was answered, so that its repeat is answered the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, now


class IdempotentReply(Base):
    """The answer to a request under an Idempotency-Key; ``status`` 0 while it is under way."""

    __tablename__ = "idempotent_replies"
    __table_args__ = (UniqueConstraint("token_id", "key"),)

    id: Mapped[Id]
    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"))
    key: Mapped[str]
    fingerprint: Mapped[str]  # SHA-256 of method, address and body
    status: Mapped[int] = mapped_column(default=0)
    location: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
