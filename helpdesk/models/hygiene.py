"""What an admin decided about unwanted mail: whom to hear, and which files to keep from people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.models.base import Base, CreatedAt, Id, Word, now


class SenderRule(Base):
    """One line of the allow and deny lists. ``pattern``: an address, or a domain after ``@``."""

    __tablename__ = "sender_rules"

    id: Mapped[Id]
    pattern: Mapped[str] = mapped_column(unique=True)
    verdict: Mapped[Word]  # helpdesk.rules.sender_list.Verdict
    note: Mapped[str] = mapped_column(default="")
    created_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[CreatedAt]


class StoredFilePolicy(Base):
    """The one row of the file policy; without it ``rules.file_policy.USUAL`` holds."""

    __tablename__ = "file_policies"

    id: Mapped[Id]
    refused: Mapped[list[Any]]  # endings ("exe") and types ("application/x-msdownload")
    strips: Mapped[bool] = mapped_column(default=False)
    max_bytes: Mapped[int]
    released_by: Mapped[Word] = mapped_column(default="admins")  # rules.file_policy.ReleasedBy
    changed_at: Mapped[datetime] = mapped_column(default=now)
