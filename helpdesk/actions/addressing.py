"""Addressing one reply to whom the agent chose: among those who take part, and typed addresses."""

from __future__ import annotations

from sqlalchemy import case, select

from channels.message import Address, ContactKind
from helpdesk.actions.identification import point_of
from helpdesk.actions.inbox_addresses import inbox_addresses
from helpdesk.actions.reply_routes import Route
from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Inbox, NotPossible, Participant, Ticket, now
from helpdesk.rules import plus_address
from helpdesk.rules.recipients import Recipients


def route_to(session: WriteSession, ticket: Ticket, wanted: Recipients) -> Route:
    """The way to exactly these addresses by email; whom the agent typed takes part from now on.

    Raises ``NotPossible`` for an address of ours, one to which mail came back, and one that
    joined by itself and that no agent has confirmed.
    """
    inbox = session.scalars(
        select(Inbox)
        .where(Inbox.channel == "email", Inbox.active)
        .order_by(case((Inbox.id == ticket.inbox_id, 0), else_=1), Inbox.id)
        .limit(1)
    ).one_or_none()
    if inbox is None:
        raise NotPossible("There is no email inbox to send from.")
    points = tuple(_point(session, ticket, a) for a in (*wanted.to, *wanted.cc))
    return Route("email", inbox, points, addressed=len(wanted.to))


def _point(session: WriteSession, ticket: Ticket, address: str) -> ContactPoint:
    if plus_address.base(address) in inbox_addresses(session, "email"):
        raise NotPossible("%(address)s is an address of ours.", address=address)
    point = point_of(session, Address(ContactKind.EMAIL, address))
    if point.unreachable_at is not None:
        raise NotPossible("Mail to %(address)s came back. Leave it out.", address=address)
    known = next((p for p in ticket.participants if p.contact_point_id == point.id), None)
    if known is None:
        _let_take_part(ticket, point)
    elif known.confirmed_at is None:
        raise NotPossible(
            "%(address)s joined by itself. Confirm it before you write to it.", address=address
        )
    return point


def _let_take_part(ticket: Ticket, point: ContactPoint) -> None:
    role = "requester" if point.customer_id == ticket.customer_id else "cc"
    ticket.participants.append(
        Participant(contact_point=point, contact_point_id=point.id, role=role, confirmed_at=now())
    )
