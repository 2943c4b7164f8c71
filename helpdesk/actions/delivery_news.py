"""Receipts and bounces: news about something that we sent."""

from __future__ import annotations

from sqlalchemy import select

from channels.message import DeliveryEvent
from helpdesk.actions.deliveries import point_of, settle
from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Delivery, Message, Ticket


def take_event(session: WriteSession, event: DeliveryEvent) -> Ticket | None:
    """A receipt or bounce: move the delivery it is about. Its ticket, or None if not ours."""
    rows = _about(session, event)
    for row in rows:
        if settle(session, row, event.state, event.reason) and event.permanent:
            point_of(session, row, ContactPoint.fail)
    return (
        session.get_one(Ticket, session.get_one(Message, rows[0].message_id).ticket_id)
        if rows
        else None
    )


def _about(session: WriteSession, event: DeliveryEvent) -> list[Delivery]:
    """The deliveries that the news is about: by the provider's id, else by our key."""
    ours = select(Delivery).where(Delivery.channel == event.channel).order_by(Delivery.id)
    if event.provider_id:
        rows = list(session.scalars(ours.where(Delivery.provider_id == event.provider_id)))
        if rows:
            return rows
    rows = (
        list(
            session.scalars(
                ours.join(Message, Delivery.message_id == Message.id).where(
                    Message.message_id.in_(event.message_ids)
                )
            )
        )
        if event.message_ids
        else []
    )
    named = [row for row in rows if row.recipient.casefold() == event.recipient.casefold()]
    return named or rows[:1]  # a forwarded address bounces under another name
