"""Undoing a join: a customer's message goes into a ticket of its own, or into another one.

The message keeps why it had been joined; both tickets say that it was moved, and by whom.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select, update

from helpdesk.actions import audit
from helpdesk.actions.search_index import index_message
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Envelope, Message, NotPossible, Participant, Ticket, now
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.actor import Actor

MAX_SUBJECT = 300


def detach(desk: Desk, actor: Actor, ticket_id: int, message_id: int) -> int:
    """Open a new ticket with this message, linked to the old one; the new ticket's number.

    Raises ``NotPossible`` and ``NotFound``.
    """
    actor.must_be_staff()
    with desk.write() as session:
        old = ticket_for(session, actor, ticket_id, lock=True)
        message, point = _movable(session, old, message_id)
        new = _ticket_for(session, old, message, point)
        _move(session, actor, message, point, old, new)
        return new.id


def move(desk: Desk, actor: Actor, ticket_id: int, message_id: int, to: int) -> None:
    """Put this message at the end of the ticket ``to``. Raises ``NotPossible``, ``NotFound``."""
    actor.must_be_staff()
    if to == ticket_id:
        raise NotPossible("The message is in this ticket already.")
    with desk.write() as session:
        for number in sorted((ticket_id, to)):  # in one order, so that two moves cannot block
            ticket_for(session, actor, number, lock=True)
        old, new = session.get_one(Ticket, ticket_id), session.get_one(Ticket, to)
        message, point = _movable(session, old, message_id)
        _move(session, actor, message, point, old, new)


def _movable(
    session: WriteSession, ticket: Ticket, message_id: int
) -> tuple[Message, ContactPoint]:
    message = session.get(Message, message_id) if message_id < 2**31 else None
    if message is None or message.ticket_id != ticket.id:
        raise NotFound("There is no such message.")
    if message.direction != "inbound" or message.contact_point is None:
        raise NotPossible("Only what a customer wrote can be moved.")
    others = select(func.count()).where(Message.ticket_id == ticket.id, Message.id != message.id)
    if not session.scalar(others):
        raise NotPossible("It is the only message here. Join the tickets instead.")
    return message, message.contact_point


def _ticket_for(
    session: WriteSession, old: Ticket, message: Message, point: ContactPoint
) -> Ticket:
    new = Ticket(
        subject=(message.subject or message.text.strip().partition("\n")[0] or old.subject)[
            :MAX_SUBJECT
        ],
        customer_id=point.customer_id,
        inbox_id=old.inbox_id,
        team_id=old.team_id,
        linked_ticket_id=old.id,
        preview_channel=message.channel,
    )
    session.add(new)
    session.flush()
    return new


def _move(
    session: WriteSession,
    actor: Actor,
    message: Message,
    point: ContactPoint,
    old: Ticket,
    new: Ticket,
) -> None:
    new.adopt(message)
    session.execute(
        update(Envelope).where(Envelope.message_id == message.id).values(ticket_id=new.id)
    )
    _take_part(session, new, point)
    _leave(session, old, point)
    index_message(session, new, message)
    old.touch()
    audit.record(session, actor, "message.moved", ticket=old, message=message.id, to=new.id)
    audit.record(session, actor, "message.came", ticket=new, message=message.id, was=old.id)
    for ticket in (old, new):
        audit.changed(session, ticket)


def _take_part(session: WriteSession, ticket: Ticket, point: ContactPoint) -> None:
    """Who wrote it is confirmed: an agent put it there."""
    known = session.scalars(_participant(ticket, point)).one_or_none()
    if known is None:
        role = "cc" if ticket.participants else "requester"
        known = Participant(contact_point_id=point.id, role=role)
        ticket.participants.append(known)
    known.confirmed_at = known.confirmed_at or now()


def _leave(session: WriteSession, ticket: Ticket, point: ContactPoint) -> None:
    """Whoever is in the old ticket by this message alone takes part in it no longer."""
    still = select(func.count()).where(
        Message.ticket_id == ticket.id, Message.contact_point_id == point.id
    )
    participant = session.scalars(_participant(ticket, point)).one_or_none()
    if participant and participant.role != "requester" and not session.scalar(still):
        session.delete(participant)


def _participant(ticket: Ticket, point: ContactPoint) -> Select[Participant]:
    return select(Participant).where(
        Participant.ticket_id == ticket.id, Participant.contact_point_id == point.id
    )
