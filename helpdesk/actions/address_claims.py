"""Addresses that a visitor says are theirs: claims, which prove nothing."""

from __future__ import annotations

from sqlalchemy import select

from channels.message import Address, ContactKind, InboundMessage, Proof
from helpdesk.actions import audit
from helpdesk.actions.identification import identify
from helpdesk.actions.people import read_address
from helpdesk.actions.search_index import reindex_ticket
from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Message, NotPossible, Participant, Ticket
from helpdesk.rules.actor import Actor, ActorKind

MOST_TICKETS = 10


def claim(
    session: WriteSession,
    visitor_id: str,
    *,
    name: str = "",
    email: str = "",
    language: str = "",
    signed: tuple[Address, ...] = (),
) -> None:
    """Put on the record what the visitor typed. Takes the lock of their contact point, so call it
    before a ticket's row is held."""
    typed = Address(ContactKind.EMAIL, email.strip().lower(), name) if email else None
    said = InboundMessage(
        channel="chat", key="", text="", language=language,
        sender=Address(ContactKind.VISITOR, visitor_id, name, Proof.SIGNED),
        also=(*signed, typed) if typed else signed,
    )  # fmt: skip
    customer, point = identify(session, said)
    actor = Actor(ActorKind.CUSTOMER, customer.id, customer.display_name)
    audit.record(session, actor, "visitor.left_address", customer_id=customer.id,
                 address=typed.value if typed else "", name=name)  # fmt: skip
    _show(session, point)


def claim_in_ticket(session: WriteSession, ticket_id: int, through_seq: int, email: str) -> None:
    """The same for the visitor who wrote last in the ticket. Nothing where nobody chats there, or
    where it is no email."""
    visitor_id = session.scalar(
        select(ContactPoint.value)
        .join(Message, Message.contact_point_id == ContactPoint.id)
        .where(
            Message.ticket_id == ticket_id,
            Message.direction == "inbound",
            Message.seq <= through_seq,
            ContactPoint.kind == ContactKind.VISITOR.value,
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    if visitor_id is not None and _is_email(email):
        claim(session, visitor_id, email=email)


def _is_email(words: str) -> bool:
    try:
        return read_address(words).kind is ContactKind.EMAIL
    except NotPossible:
        return False


def _show(session: WriteSession, point: ContactPoint) -> None:
    """The agents' pages show the new name and address."""
    tickets = session.scalars(
        select(Ticket)
        .join(Participant, Participant.ticket_id == Ticket.id)
        .where(Participant.contact_point_id == point.id)
        .order_by(Ticket.id.desc())
        .limit(MOST_TICKETS)
    ).all()
    for ticket in tickets:
        ticket.touch()
        reindex_ticket(session, ticket)
        audit.changed(session, ticket)
