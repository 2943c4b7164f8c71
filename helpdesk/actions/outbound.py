"""Composing what leaves: a delivery as its adapter sends it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from channels.message import Address, ContactKind, OutboundMessage
from helpdesk.actions import code_sending, survey_sending
from helpdesk.actions.outbound_files import outbound_files
from helpdesk.desk import Desk
from helpdesk.models import Attachment, Delivery, Inbox, Message, Ticket
from helpdesk.rules import plus_address
from helpdesk.rules.actor import ActorKind

MAX_REFERENCES = 20


def compose(desk: Desk, session: Session, delivery: Delivery) -> OutboundMessage:
    """What to hand to the provider for one delivery; the same at every try."""
    message = session.get_one(Message, delivery.message_id)
    inbox = session.get_one(Inbox, delivery.inbox_id)
    ticket = session.get_one(Ticket, message.ticket_id)
    earlier = _references(session, message)
    kind = desk.channels[delivery.channel].contact_kind
    own = message.channel == delivery.channel  # or it follows over another channel
    leaving = OutboundMessage(
        key=message.message_id or f"delivery:{delivery.id}",
        channel=delivery.channel,
        sender=Address(kind, inbox.address, _sender_name(desk, message)),
        recipient=delivery.recipient,
        text=message.text,
        html=message.html,
        subject=message.subject,
        to=_addresses(kind, message.to if own else [delivery.recipient]),
        cc=_addresses(kind, message.cc if own else []),
        reply_to=_reply_to(desk, inbox, ticket) if kind is ContactKind.EMAIL else "",
        return_path=_return_path(desk, inbox, delivery) if kind is ContactKind.EMAIL else "",
        in_reply_to=earlier[-1] if earlier else "",
        references=tuple(earlier),
        files=outbound_files(desk, _files(session, message)),
        created_at=message.sent_at,
        language=ticket.customer.locale or desk.settings.locale,
        callback_url=f"{desk.settings.url}/webhooks/{delivery.channel}/{inbox.id}/status",
        automatic=bool(message.automatic),
    )
    leaving = code_sending.filled_in(desk, session, message, leaving)
    return survey_sending.filled_in(desk, session, message, leaving)


def _reply_to(desk: Desk, inbox: Inbox, ticket: Ticket) -> str:
    return plus_address.make(inbox.address, ticket.id, desk.vault.key("plus addresses"))


def _return_path(desk: Desk, inbox: Inbox, delivery: Delivery) -> str:
    key = desk.vault.key("plus addresses")
    return plus_address.make_bounce(inbox.address, delivery.id, key)


def _sender_name(desk: Desk, message: Message) -> str:
    company = desk.settings.company
    named = message.author_kind == ActorKind.AGENT.value and message.author_name
    return f"{message.author_name} ({company})" if named else company


def _addresses(kind: ContactKind, values: Sequence[str]) -> tuple[Address, ...]:
    return tuple(Address(kind, value) for value in values)


def _references(session: Session, message: Message) -> list[str]:
    """The Message-IDs of the mails before this one, oldest first; the last is answered."""
    ids = session.scalars(
        select(Message.message_id)
        .where(
            Message.ticket_id == message.ticket_id,
            Message.seq < message.seq,
            Message.message_id.is_not(None),
            Message.visibility == "public",
            Message.hold.is_(None),
            or_(Message.channel == "email", Message.direction == "outbound"),
        )
        .order_by(Message.seq.desc())
        .limit(MAX_REFERENCES)
    ).all()
    return [i for i in reversed(ids) if i]


def _files(session: Session, message: Message) -> list[Attachment]:
    return list(
        session.scalars(
            select(Attachment)
            .where(Attachment.message_id == message.id, Attachment.state == "stored")
            .order_by(Attachment.id)
        )
    )
