"""The alert on a ticket: an answer did not get out, until somebody sees to it or a later one
arrives."""

from __future__ import annotations

from sqlalchemy import exists, select, update

from helpdesk.database import WriteSession
from helpdesk.models import Delivery, Message, Ticket, now


def failed(ticket: Ticket, message: Message, row: Delivery) -> None:
    """Raise the alert; what the customer's page never shows (a code) raises none."""
    if row.is_alarming and not message.is_note:
        ticket.undelivered_at = ticket.undelivered_at or now()


def arrived(session: WriteSession, ticket: Ticket, message: Message) -> None:
    """A later answer got out: what failed before it is past."""
    if ticket.undelivered_at is None:
        return
    session.flush()
    earlier = select(Message.id).where(
        Message.ticket_id == ticket.id, Message.seq < message.seq, Message.visibility == "public"
    )
    session.execute(
        update(Delivery)
        .where(Delivery.message_id.in_(earlier), Delivery.state == "failed")
        .where(Delivery.cared_at.is_(None))
        .values(cared_at=now())
        .execution_options(synchronize_session=False)
    )
    review(session, ticket)


def care(session: WriteSession, ticket: Ticket, message: Message) -> list[Delivery]:
    """Somebody saw to what failed of ``message``: the deliveries that had been alarming."""
    rows = [row for row in message.deliveries if row.is_alarming]
    for row in rows:
        row.cared_at = now()
    review(session, ticket)
    return rows


def review(session: WriteSession, ticket: Ticket) -> None:
    """The alert goes once nothing alarming is left."""
    session.flush()
    left = (
        exists()
        .where(Message.ticket_id == ticket.id, Message.visibility == "public")
        .where(Delivery.message_id == Message.id)
        .where(Delivery.state == "failed", Delivery.cared_at.is_(None))
    )
    if not session.scalar(select(left)):
        ticket.undelivered_at = None
