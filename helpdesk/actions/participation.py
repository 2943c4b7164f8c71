"""Who takes part in a ticket, and whether they may be written to."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from channels.message import Address, InboundMessage, Proof
from helpdesk.actions.identification import point_of
from helpdesk.actions.inbox_addresses import inbox_addresses
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Inbox, Participant, Ticket, now
from helpdesk.rules import plus_address

MAX_COPIES = 20  # addresses in copy that become participants


def take_part(
    session: WriteSession,
    desk: Desk,
    inbox: Inbox,
    ticket: Ticket,
    point: ContactPoint,
    incoming: InboundMessage,
    *,
    is_new: bool,
) -> None:
    """The sender takes part; so do those in copy.

    Who joined by a token alone waits for an agent's word before anything is sent to them, and so
    does whom a sender without proof put in copy: a forged From must not get our answers.
    """
    trusted = is_new or point.customer_id == ticket.customer_id
    known = None if is_new else _participant(session, ticket, point)
    if known is None:
        _add_participant(ticket, point, "requester" if is_new else "cc", trusted)
    elif known.confirmed_at is None and trusted:
        known.confirmed_at = now()
    if not trusted and known is not None:
        trusted = known.confirmed_at is not None
    trusted = trusted and incoming.sender.proof is not Proof.NONE
    for address in _copies(desk, session, inbox, incoming):
        copy = point_of(session, address)
        if all(p.contact_point_id != copy.id for p in ticket.participants):
            _add_participant(ticket, copy, "cc", trusted)


def _participant(session: WriteSession, ticket: Ticket, point: ContactPoint) -> Participant | None:
    wanted = {"ticket": ticket.id, "point": point.id}
    with session.no_autoflush:  # what waits to be written does not change the answer
        return session.scalars(_PARTICIPANT, wanted).one_or_none()


_PARTICIPANT = select(Participant).where(
    Participant.ticket_id == bindparam("ticket"),
    Participant.contact_point_id == bindparam("point"),
)


def _add_participant(ticket: Ticket, point: ContactPoint, role: str, confirmed: bool) -> None:
    ticket.participants.append(
        Participant(
            contact_point=point,
            contact_point_id=point.id,
            role=role,
            confirmed_at=now() if confirmed else None,
        )
    )


def _copies(
    desk: Desk, session: WriteSession, inbox: Inbox, incoming: InboundMessage
) -> list[Address]:
    """Who else was addressed, without our own inboxes and without machines."""
    if incoming.automatic or not desk.channels[incoming.channel].has_subject:
        return []
    named = [a for a in (*incoming.to, *incoming.cc) if a.value != incoming.sender.value]
    if all(plus_address.base(a.value) == inbox.address for a in named):
        return []
    ours = inbox_addresses(session, incoming.channel)
    others = [a for a in (*incoming.to, *incoming.cc) if plus_address.base(a.value) not in ours]
    return [a for a in others if a.value != incoming.sender.value][:MAX_COPIES]
