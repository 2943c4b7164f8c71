"""Files that are fetched after their message: claimed, stored, or given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from channels.message import InboundFile
from helpdesk.actions import kept_files, waiting_files
from helpdesk.actions.scanning import HELD
from helpdesk.desk import Desk
from helpdesk.models import Attachment, Envelope, Inbox, now
from helpdesk.rules.retry import next_try

PENDING = "pending"
LEASE = timedelta(seconds=90)
GIVE_UP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Pending:
    """A file to fetch, and whose account to fetch it with."""

    url: str
    inbox: Inbox


def due(desk: Desk, limit: int = 100) -> list[int]:
    """Attachments whose time to be fetched has come."""
    return waiting_files.due(desk, PENDING, limit)


def claim(desk: Desk, attachment_id: int) -> Pending | None:
    """Take the file for this worker until its lease ends, or None when nothing is due."""
    with desk.write() as session:
        row = waiting_files.claim(session, attachment_id, PENDING, LEASE)
        if row is None:
            return None
        inbox = session.scalars(
            select(Inbox)
            .join(Envelope, Envelope.inbox_id == Inbox.id)
            .where(Envelope.message_id == row.message_id)
            .limit(1)
        ).one()
        return Pending(row.url, inbox)


def fetched(desk: Desk, attachment_id: int, file: InboundFile) -> None:
    """The bytes are here: keep them, and show them."""
    data = file.data or b""
    kept = kept_files.keep(desk, [replace(file, data=data)])[0]

    def keep(row: Attachment) -> None:
        row.sha256, row.size, row.state, row.reason = (
            kept.digest, kept.size, kept.state, kept.reason,
        )  # fmt: skip
        row.content_type = file.content_type or row.content_type
        row.due_at = now() if kept.state == HELD else None

    _change(desk, attachment_id, keep)


def put_off(desk: Desk, attachment_id: int, reason: str) -> None:
    """It did not work: later, or never after a day."""

    def later(row: Attachment) -> None:
        row.due_at, row.reason = next_try(now(), row.attempts, row.created_at, GIVE_UP), reason
        if row.due_at is None:
            row.state = "failed"

    _change(desk, attachment_id, later)


def failed(desk: Desk, attachment_id: int, reason: str) -> None:
    """The file is not to be had."""

    def give_up(row: Attachment) -> None:
        row.due_at, row.state, row.reason = None, "failed", reason

    _change(desk, attachment_id, give_up)


def _change(desk: Desk, attachment_id: int, change: Callable[[Attachment], None]) -> None:
    with desk.write() as session:
        row = session.get_one(Attachment, attachment_id)
        waiting_files.show(session, row)
        change(row)
