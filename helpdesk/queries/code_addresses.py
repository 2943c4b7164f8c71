"""Where a one-time code may be sent, and whether one may be offered.

What is offered depends on what the asker has said about themselves, never on the order: nobody
learns from an offer whether a number exists, or whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session

from channels.message import ContactKind
from helpdesk.models import ContactPoint, Inbox, Message, OneTimeCode, Order, Ticket, now
from helpdesk.models.customer import MergeSuggestion
from helpdesk.rules.one_time_code import (
    LATELY,
    MOST_OF_ASKER,
    MOST_TO_ADDRESS,
    VALID,
    CodeState,
)

CARRIED_BY = {ContactKind.EMAIL.value: "email", ContactKind.PHONE.value: "sms"}


def asker_point(session: Session, ticket_id: int) -> ContactPoint | None:
    """The address that wrote last in the ticket."""
    return session.scalar(
        select(ContactPoint)
        .join(Message, Message.contact_point_id == ContactPoint.id)
        .where(
            Message.ticket_id == ticket_id,
            Message.direction == "inbound",
            Message.visibility == "public",
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )


def may_offer(session: Session, ticket_id: int) -> bool:
    """Whether to offer a code here: the asker has named an address, and has not asked often."""
    ticket, asker = session.get_one(Ticket, ticket_id), asker_point(session, ticket_id)
    if asker is None or asked_lately(session, asker.id) >= MOST_OF_ASKER:
        return False
    named = select(ContactPoint.id).where(
        ContactPoint.customer_id.in_(_customers(ticket, asker)), ContactPoint.kind.in_(CARRIED_BY)
    )
    return session.scalar(named.limit(1)) is not None and bool(carriers(session))


def asked_lately(session: Session, point_id: int) -> int:
    """How many codes this asker has asked for."""
    return _count(session, OneTimeCode.asker_point_id == point_id)


def sent_lately(session: Session, point_id: int) -> int:
    """How many codes went to this address."""
    return _count(session, OneTimeCode.contact_point_id == point_id)


def _count(session: Session, whose: ColumnElement[bool]) -> int:
    since = OneTimeCode.created_at > now() - LATELY
    return session.scalar(select(func.count(OneTimeCode.id)).where(whose, since)) or 0


def open_code(session: Session, ticket: Ticket) -> OneTimeCode | None:
    """The code that this ticket waits for, expired or not."""
    return session.scalar(
        select(OneTimeCode)
        .where(
            OneTimeCode.ticket_id == ticket.id,
            OneTimeCode.epoch == ticket.bot_epoch,
            OneTimeCode.state.in_((CodeState.OPEN.value, CodeState.SPENT.value)),
        )
        .order_by(OneTimeCode.id.desc())
        .limit(1)
    )


def is_awaited(session: Session, ticket_id: int) -> bool:
    """Whether the customer has been asked for a code that is still valid."""
    code = open_code(session, session.get_one(Ticket, ticket_id))
    return code is not None and code.created_at > now() - VALID


def address_of(
    session: Session, ticket: Ticket, asker: ContactPoint, external_id: str
) -> ContactPoint | None:
    """The address to which the code for this order goes, held until the transaction ends.

    Of the order's customer, who must be the asker's own record or one that the asker has named;
    a verified one, or the only one there is: an address that somebody merely added to a record
    is not the order's. The asker's own comes first. None: there is none that may be used.
    """
    owner = session.scalar(
        select(Order.customer_id).where(
            func.upper(Order.external_id) == external_id.strip().lstrip("#").upper()[:64],
            Order.customer_id.in_(_customers(ticket, asker)),
        )
    )
    points = _points(session, owner) if owner is not None else ()
    can_carry = carriers(session)
    usable = [
        point
        for point in points
        if (point.is_verified or len(points) == 1)
        and point.unreachable_at is None
        and CARRIED_BY[point.kind] in can_carry
    ]
    best = min(usable, key=lambda p: (p.id != asker.id, p.kind != "email", p.id), default=None)
    if best is None:
        return None
    held = session.get_one(ContactPoint, best.id, with_for_update={"key_share": True})
    return held if sent_lately(session, held.id) < MOST_TO_ADDRESS else None


def _points(session: Session, customer_id: int) -> Sequence[ContactPoint]:
    return session.scalars(
        select(ContactPoint)
        .where(ContactPoint.customer_id == customer_id, ContactPoint.kind.in_(CARRIED_BY))
        .order_by(ContactPoint.id)
    ).all()


def _customers(ticket: Ticket, asker: ContactPoint) -> Select[int]:
    """Who the asker may be: the ticket's customer, and for a visitor those whose address they
    gave. A text message is only ever of its own number's customer."""
    own = select(Ticket.customer_id).where(Ticket.id == ticket.id)
    if asker.kind != ContactKind.VISITOR.value:
        return own
    either = (MergeSuggestion.customer_id, MergeSuggestion.other_id)
    named = [
        select(other).where(mine == ticket.customer_id, MergeSuggestion.state == "open")
        for mine, other in (either, either[::-1])
    ]
    return select(union(own, *named).subquery().c[0])


def carriers(session: Session) -> set[str]:
    """The channels that can carry a code."""
    found = select(Inbox.channel).where(
        Inbox.active, or_(Inbox.channel == "email", Inbox.channel == "sms")
    )
    return set(session.scalars(found.distinct()))


def inbox_for(session: Session, ticket: Ticket, channel: str) -> Inbox:
    """The inbox that a code leaves from: the ticket's own where it can."""
    inboxes = session.scalars(
        select(Inbox).where(Inbox.channel == channel, Inbox.active).order_by(Inbox.id)
    ).all()
    return next((each for each in inboxes if each.id == ticket.inbox_id), inboxes[0])
