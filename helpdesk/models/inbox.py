"""Inboxes: the mailboxes, numbers and widgets that customers write to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word


class Inbox(Base):
    """One configured endpoint of ours."""

    __tablename__ = "inboxes"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[Id]
    name: Mapped[str]
    channel: Mapped[Word]
    address: Mapped[str]  # normalized: mail address, E.164 number, or a widget's public key
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by the channel's schema
    sealed: Mapped[str] = mapped_column(default="")  # its secrets, encrypted
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    active: Mapped[bool] = mapped_column(default=True)
    problem: Mapped[str] = mapped_column(default="")  # why no mail is fetched or sent, and the cure
    problem_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class MailboxPosition(Base):
    """How far a mailbox's folder has been read."""

    __tablename__ = "mailbox_positions"
    __table_args__ = (UniqueConstraint("inbox_id", "folder"),)

    id: Mapped[Id]
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    folder: Mapped[str]
    uidvalidity: Mapped[int]
    last_uid: Mapped[int]
    seen_at: Mapped[datetime]
