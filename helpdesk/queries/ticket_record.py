"""A ticket as other programs read it: `helpdesk show ticket N --json`, and later the API."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, Ticket
from helpdesk.models.visibility import messages_visible_to, ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.move_reason import moves_of
from helpdesk.rules.subject_tag import tag


def ticket_record(desk: Desk, actor: Actor, number: int) -> dict[str, Any]:
    """The ticket with its whole transcript, as JSON-able values. Raises ``NotFound``."""
    with desk.read() as session:
        ticket = ticket_for(session, actor, number)
        messages = session.scalars(
            select(Message)
            .where(Message.ticket_id == ticket.id, messages_visible_to(actor))
            .options(selectinload(Message.attachments), selectinload(Message.deliveries))
            .order_by(Message.place, Message.seq)
        ).all()
        return {
            "ticket": ticket.id,
            "subject": ticket.subject,
            "status": ticket.status,
            "owner": ticket.owner,
            "requester": _requester(ticket),
            "subject_tag": tag(ticket.id),
            "messages": [_message(message) for message in messages],
        }


def _requester(ticket: Ticket) -> dict[str, str | None]:
    points = ticket.customer.contact_points
    return {
        "name": ticket.customer.name,
        "email": _first(points, "email"),
        "phone": _first(points, "phone"),
    }


def _first(points: list[ContactPoint], kind: str) -> str | None:
    return next((point.value for point in points if point.kind == kind), None)


def _message(message: Message) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "direction": message.direction,
        "visibility": message.visibility,
        "channel": message.channel,
        "author": {
            "kind": message.author_kind,
            "name": message.author_name,
            "email": _author_email(message),
        },
        "to": message.to,
        "cc": message.cc,
        "subject": message.subject,
        "text": message.text,
        "new_text": message.new_text,
        "html": message.html,
        "attachments": [
            {"name": a.name, "type": a.content_type, "size": a.size, "sha256": a.sha256}
            for a in message.attachments
        ],
        "deliveries": [_delivery(message, delivery) for delivery in message.deliveries],
        "thread_reason": _thread_reason(message),
        "sent_at": message.sent_at.isoformat(),
    }


def _thread_reason(message: Message) -> str | None:
    """Why it joined, and every move since with its reason."""
    reasons = [message.evidence, *map(str, moves_of(message.facts))]
    return ". ".join(reason for reason in reasons if reason) or None


def _author_email(message: Message) -> str | None:
    return message.author_address if "@" in message.author_address else None


def _delivery(message: Message, delivery: Delivery) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "to": delivery.recipient,
        "state": delivery.state,
        "reason": delivery.reason or None,
    }
