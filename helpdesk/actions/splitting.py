"""Splitting a ticket: chosen messages, our own among them, go into a new one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from helpdesk.actions import audit, moving
from helpdesk.actions.moved_people import ask_alike, leave, take_part
from helpdesk.actions.ticket_merging import show_last
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    LinkKind,
    Message,
    NotPossible,
    Ticket,
    TicketLink,
)
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.status import Status

MOST = 500  # messages


def split(
    desk: Desk, actor: Actor, ticket_id: int, message_ids: Sequence[int], subject: str = ""
) -> int:
    """Open a new ticket with these messages, linked to the old one; its number.

    Each keeps why it had been joined. Raises ``NotPossible``, ``NotFound``.
    """
    actor.must_be_staff()
    with desk.write() as session:
        old = ticket_for(session, actor, ticket_id, lock=True)
        chosen = _chosen(session, old, message_ids)
        new = _new_ticket(session, old, chosen, subject)
        for message in chosen:
            _move(session, message, old, new)
        _stand(session, old, new, chosen)
        session.add(TicketLink(ticket_id=new.id, other_id=old.id, kind=LinkKind.RELATED.value))
        old.gone += len(chosen)
        old.touch()
        ids = [message.id for message in chosen]
        audit.record(session, actor, "ticket.split", ticket=old, to=new.id, messages=ids)
        audit.record(session, actor, "ticket.split_off", ticket=new, was=old.id, messages=ids)
        for ticket in (old, new):
            audit.changed(session, ticket)
        return new.id


def _chosen(session: WriteSession, ticket: Ticket, message_ids: Sequence[int]) -> list[Message]:
    wanted = {number for number in message_ids if 0 < number < 2**31}
    if not wanted:
        raise NotPossible("Choose the messages that go into the new ticket.")
    if len(wanted) > MOST:
        raise NotPossible("Choose %(most)s messages at most.", most=MOST)
    found = session.scalars(
        select(Message)
        .where(Message.ticket_id == ticket.id, Message.id.in_(wanted))
        .order_by(Message.place, Message.id)
    ).all()
    if len(found) < len(wanted):
        raise NotFound("There is no such message.")
    total = select(func.count()).select_from(Message).where(Message.ticket_id == ticket.id)
    if session.scalar(total) == len(found):
        raise NotPossible("Leave at least one message here.")
    return list(found)


def _new_ticket(
    session: WriteSession, old: Ticket, chosen: Sequence[Message], subject: str
) -> Ticket:
    """Whoever of the customers speaks first in it is the requester."""
    theirs = next((m for m in chosen if m.direction == "inbound" and m.contact_point), None)
    asker = theirs.contact_point.customer_id if theirs and theirs.contact_point else old.customer_id
    words = " ".join(subject.split()) or (theirs.subject if theirs else "") or old.subject
    new = Ticket(
        subject=words[: moving.MAX_SUBJECT],
        customer_id=asker,
        inbox_id=old.inbox_id,
        team_id=old.team_id,
        linked_ticket_id=old.id,
        preview_channel=chosen[0].channel,
    )
    session.add(new)
    session.flush()
    return new


def _move(session: WriteSession, message: Message, old: Ticket, new: Ticket) -> None:
    seq = new.reserve(1)
    message.ticket, message.seq, message.place = new, seq, float(seq)
    message.version = new.version
    moving.follow(session, message, old, new)
    point = message.contact_point
    if point is not None and not message.is_note:
        take_part(session, new, point)
        leave(session, old, point)


def _stand(session: WriteSession, old: Ticket, new: Ticket, chosen: Sequence[Message]) -> None:
    """Whoever asked takes part; what was said last says who owes the next word."""
    ask_alike(old, new)
    last = next((m for m in reversed(chosen) if not m.is_note), None)
    if last is not None and last.direction == "outbound":
        new.become(Status.WAITING)
    for ticket in (old, new):
        show_last(session, ticket)
