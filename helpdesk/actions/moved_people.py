"""Who takes part in a ticket once messages were moved into it, or out of it."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from helpdesk.database import WriteSession
from helpdesk.models import ContactPoint, Message, Participant, Ticket, now


def take_part(session: WriteSession, ticket: Ticket, point: ContactPoint) -> None:
    """Who wrote it is confirmed: an agent put it there."""
    known = session.scalars(_participant(ticket, point)).one_or_none()
    if known is None:
        role = "cc" if ticket.participants else "requester"
        known = Participant(contact_point_id=point.id, role=role)
        ticket.participants.append(known)
    known.confirmed_at = known.confirmed_at or now()


def leave(session: WriteSession, ticket: Ticket, point: ContactPoint) -> None:
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


def ask_alike(old: Ticket, new: Ticket) -> None:
    """Where nobody takes part yet, whoever asked in the old ticket asks in the new one, too."""
    if new.participants:
        return
    for person in old.participants:
        if person.role == "requester":
            copy = Participant(contact_point_id=person.contact_point_id, role="requester")
            copy.confirmed_at = person.confirmed_at or now()
            new.participants.append(copy)
