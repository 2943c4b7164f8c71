"""Who asks the bot: whether they are known and proved, and how often they came lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from channels.message import ContactKind, Proof
from helpdesk.models import (
    ContactPoint,
    Customer,
    Delivery,
    Message,
    OneTimeCode,
    Ticket,
    now,
)
from helpdesk.rules.one_time_code import PROVED_FOR, CodeState

LATELY = timedelta(days=7)
A_DAY = timedelta(days=1)
PERSONS = (ContactKind.EMAIL.value, ContactKind.PHONE.value)


@dataclass(frozen=True, slots=True)
class Asker:
    """What the bot is told of the customer. It gets no name and no address."""

    is_known: bool
    is_proved: bool
    contacts_lately: int  # their other tickets of the last seven days
    locale: str


def asker(session: Session, ticket_id: int) -> Asker:
    """The requester of the ticket, as the bot needs to know them."""
    ticket = session.get_one(Ticket, ticket_id)
    customer = session.get_one(Customer, ticket.customer_id)
    lately = session.scalar(
        select(func.count())
        .select_from(Ticket)
        .where(
            Ticket.customer_id == customer.id,
            Ticket.id != ticket.id,
            Ticket.created_at > now() - LATELY,
        )
    )
    return Asker(
        is_known=bool(customer.name) or _has_proved_person(session, customer.id),
        is_proved=is_proved(session, ticket_id),
        contacts_lately=lately or 0,
        locale=customer.locale,
    )


def is_proved(session: Session, ticket_id: int) -> bool:
    """Whether who wrote last in the ticket has shown who they are (promise 3).

    Their message came with a proof, from an address that is verified and theirs, and the record
    holds a verified email or phone: that a browser is the same one as before proves no person.
    Where messages carry no proof (SMS), a code that they entered here lately stands for it.
    """
    last = session.execute(
        select(
            Message.proof,
            ContactPoint.verified_at,
            ContactPoint.customer_id,
            Ticket.customer_id,
            ContactPoint.id,
        )
        .join(ContactPoint, ContactPoint.id == Message.contact_point_id)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(
            Message.ticket_id == ticket_id,
            Message.direction == "inbound",
            Message.visibility == "public",
        )
        .order_by(Message.seq.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last[2] != last[3]:
        return False
    proof, verified_at, customer_id, _, point_id = last
    is_proved = verified_at is not None and proof != Proof.NONE.value
    if not is_proved and not _entered_code(session, ticket_id, point_id):
        return False
    return _has_proved_person(session, customer_id)


def _entered_code(session: Session, ticket_id: int, point_id: int) -> bool:
    found = session.scalar(
        select(OneTimeCode.id)
        .where(
            OneTimeCode.ticket_id == ticket_id,
            OneTimeCode.asker_point_id == point_id,
            OneTimeCode.state == CodeState.PROVED.value,
            OneTimeCode.settled_at > now() - PROVED_FOR,
        )
        .limit(1)
    )
    return found is not None


def _has_proved_person(session: Session, customer_id: int) -> bool:
    found = session.scalar(
        select(ContactPoint.id)
        .where(
            ContactPoint.customer_id == customer_id,
            ContactPoint.kind.in_(PERSONS),
            ContactPoint.verified_at.is_not(None),
        )
        .limit(1)
    )
    return found is not None


def replies_in(session: Session, ticket_id: int) -> int:
    """How many public messages of ours the ticket has, automatic ones too."""
    return session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.ticket_id == ticket_id,
            Message.direction == "outbound",
            Message.visibility == "public",
        )
    ) or 0  # fmt: skip


def suggestions_today(session: Session, ticket_id: int) -> int:
    """Automatic mails of the last day to any address that wrote in this ticket."""
    asked, sent = aliased(Message), aliased(Message)
    senders = select(asked.contact_point_id).where(
        asked.ticket_id == ticket_id, asked.direction == "inbound"
    )
    return session.scalar(
        select(func.count())
        .select_from(Delivery)
        .join(sent, sent.id == Delivery.message_id)
        .where(
            Delivery.contact_point_id.in_(senders),
            Delivery.created_at > now() - A_DAY,
            sent.automatic != "",
        )
    ) or 0  # fmt: skip
