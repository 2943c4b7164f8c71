"""Files of messages that wait for somebody's work: which are due, whose turn it is, and the news.

One that is claimed belongs to its worker until the lease ends; a worker that dies leaves it due.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select, update

from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Attachment, Message, Ticket, now


def due(desk: Desk, state: str, limit: int) -> list[int]:
    """The files in ``state`` whose time has come, the longest due first."""
    with desk.read() as session:
        return list(
            session.scalars(
                select(Attachment.id)
                .where(Attachment.due_at.is_not(None), _is_due(state))
                .order_by(Attachment.due_at)
                .limit(limit)
            )
        )


def claim(
    session: WriteSession, attachment_id: int, state: str, lease: timedelta
) -> Attachment | None:
    """Take the file for this worker until its lease ends; None when it is not due any more."""
    taken = session.execute(
        update(Attachment)
        .where(Attachment.id == attachment_id, _is_due(state))
        .values(due_at=now() + lease, attempts=Attachment.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return session.get_one(Attachment, attachment_id) if taken.rowcount else None  # type: ignore[attr-defined]


def _is_due(state: str) -> ColumnElement[bool]:
    return and_(Attachment.due_at <= now(), Attachment.state == state)


def show(session: WriteSession, row: Attachment) -> Ticket:
    """Let the pages of its ticket hear that the file changes; the ticket.

    Before the file itself is changed: who releases a file locks the ticket first, too.
    """
    message = session.get_one(Message, row.message_id)
    ticket = session.get_one(Ticket, message.ticket_id, with_for_update=True)
    ticket.revise(message)
    audit.changed(session, ticket)
    return ticket
