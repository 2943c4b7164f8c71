"""What a mail account's provider granted us: the tokens with which we log in (OAuth 2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, Id, now


class MailGrant(Base):
    """The tokens of one email inbox, sealed; ``problem`` says why they no longer serve, or ""."""

    __tablename__ = "mail_grants"

    id: Mapped[Id]
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"), unique=True)
    sealed: Mapped[str]
    problem: Mapped[str] = mapped_column(default="")
    connected_by: Mapped[str] = mapped_column(default="")
    connected_at: Mapped[datetime] = mapped_column(default=now)
    refreshed_at: Mapped[datetime] = mapped_column(default=now)
