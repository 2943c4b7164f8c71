"""When the visitor has left: the answer follows by email."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import signals
from helpdesk.actions.deliveries import revised
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Inbox, Message, Ticket, now


def follow_by_email(desk: Desk, delivery_id: int, reason: str) -> int | None:
    """The visitor has left: send the same message to a verified email address of theirs.

    Without one the delivery waits, untried, until they come back. Returns the new delivery.
    """
    with desk.write() as session:
        row = session.get_one(Delivery, delivery_id)
        row.due_at = row.lease_until = None
        point = _verified_email(session, row)
        inbox = session.scalar(
            select(Inbox).where(Inbox.channel == "email", Inbox.active).order_by(Inbox.id)
        )
        if point is None or inbox is None:
            row.reason = f"{reason} It waits until they come back."
            revised(session, row)
            return None
        row.reason = f"{reason} It follows by email."
        mail = Delivery(
            message_id=row.message_id,
            channel="email",
            inbox_id=inbox.id,
            contact_point_id=point.id,
            recipient=point.value,
            due_at=now(),
        )
        session.add(mail)
        session.flush()
        revised(session, row)
        session.announce(signals.delivery_due, delivery=mail.id, at=mail.due_at)
        return mail.id


def _verified_email(session: Session, row: Delivery) -> ContactPoint | None:
    ticket = session.get_one(Ticket, session.get_one(Message, row.message_id).ticket_id)
    return session.scalar(
        select(ContactPoint)
        .where(
            ContactPoint.customer_id == ticket.customer_id,
            ContactPoint.kind == "email",
            ContactPoint.verified_at.is_not(None),
            ContactPoint.unreachable_at.is_(None),
        )
        .order_by(ContactPoint.id)
    )
