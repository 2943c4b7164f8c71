"""Moving a message: into a ticket of its own or into another one, for a stated reason, and back.

The message keeps why it had been joined, and every move with its reason; both tickets say that it
was moved, by whom and why. Moved back it stands where it stood, as if nothing had happened.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update

from helpdesk.actions import audit, undelivered
from helpdesk.actions.moved_people import ask_alike, leave, take_part
from helpdesk.actions.search_index import index_message
from helpdesk.actions.ticket_merging import become_part, show_last
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Envelope, Message, NotPossible, Ticket
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.move_reason import Move, MoveReason, moves_of, with_moves
from helpdesk.rules.status import Status, may_become

MAX_SUBJECT = 300
USUAL = MoveReason()


def detach(
    desk: Desk, actor: Actor, ticket_id: int, message_id: int, reason: MoveReason = USUAL
) -> int:
    """Open a new ticket with this message, linked to the old one; the new ticket's number.

    Raises ``NotPossible`` and ``NotFound``.
    """
    actor.must_be_staff()
    with desk.write() as session:
        old = ticket_for(session, actor, ticket_id, lock=True)
        message = _movable(session, old, message_id)
        _must_not_be_alone(session, old, message)
        new = _ticket_for(session, old, message)
        _move(session, actor, message, old, new, reason, opened=True)
        if message.direction == "outbound" and not message.is_note:
            new.become(Status.WAITING)
        return new.id


def move(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    message_id: int,
    to: int,
    reason: MoveReason = USUAL,
) -> None:
    """Put this message at the end of the ticket ``to``; back where it stood, if it came from there.

    A ticket that was opened for the message and holds nothing else becomes part of the one that it
    goes back to. Raises ``NotPossible``, ``NotFound``.
    """
    actor.must_be_staff()
    if to == ticket_id:
        raise NotPossible("The message is in this ticket already.")
    with desk.write() as session:
        for number in sorted((ticket_id, to)):  # in one order, so that two moves cannot block
            ticket_for(session, actor, number, lock=True)
        old, new = session.get_one(Ticket, ticket_id), session.get_one(Ticket, to)
        message = _movable(session, old, message_id)
        last = next(reversed(moves_of(message.facts)), None)
        is_undone = last is not None and last.was == new.id and last.opened
        if not (is_undone and _is_alone(session, old, message)):
            _must_not_be_alone(session, old, message)
            _must_know_whom(new, message)
            _move(session, actor, message, old, new, reason)
            return
        _move(session, actor, message, old, new, reason)
        if may_become(Status(old.status), Status.CLOSED):
            old.become(Status.CLOSED)  # what was asked in it is asked in the other one again
        become_part(session, actor, old, new)


def _movable(session: WriteSession, ticket: Ticket, message_id: int) -> Message:
    message = session.get(Message, message_id) if message_id < 2**31 else None
    if message is None or message.ticket_id != ticket.id:
        raise NotFound("There is no such message.")
    if message.hold:
        raise NotPossible("This reply has not left yet. Take it back instead.")
    return message


def _is_alone(session: WriteSession, ticket: Ticket, message: Message) -> bool:
    others = select(func.count()).where(Message.ticket_id == ticket.id, Message.id != message.id)
    return not session.scalar(others)


def _must_not_be_alone(session: WriteSession, ticket: Ticket, message: Message) -> None:
    if _is_alone(session, ticket, message):
        raise NotPossible("It is the only message here. Join the tickets instead.")


def _must_know_whom(ticket: Ticket, message: Message) -> None:
    """What we wrote to one customer does not come before another one by a move."""
    point = message.contact_point
    if message.direction == "inbound" or message.is_note or point is None:
        return
    takes_part = any(p.contact_point_id == point.id and p.confirmed_at for p in ticket.participants)
    if point.customer_id != ticket.customer_id and not takes_part:
        raise NotPossible(
            "This was written to %(address)s, who takes no part in ticket %(ticket)s.",
            address=point.value, ticket=ticket.id,
        )  # fmt: skip


def _ticket_for(session: WriteSession, old: Ticket, message: Message) -> Ticket:
    """A new ticket of whoever wrote the message, or was written to."""
    theirs = message.contact_point
    new = Ticket(
        subject=_subject_of(old, message)[:MAX_SUBJECT],
        customer_id=theirs.customer_id if theirs else old.customer_id,
        home_id=theirs.home_id if theirs else old.home_id,
        inbox_id=old.inbox_id,
        team_id=old.team_id,
        linked_ticket_id=old.id,
        preview_channel=message.channel,
    )
    session.add(new)
    session.flush()
    return new


def _subject_of(old: Ticket, message: Message) -> str:
    if message.direction == "outbound":  # its own subject bears the old ticket's number
        return old.subject
    return message.subject or message.text.strip().partition("\n")[0] or old.subject


def _move(
    session: WriteSession,
    actor: Actor,
    message: Message,
    old: Ticket,
    new: Ticket,
    reason: MoveReason,
    *,
    opened: bool = False,
) -> None:
    moves = moves_of(message.facts)
    if moves and moves[-1].was == new.id:
        back = moves.pop()
        new.take_back(message, back.seq, back.place)
    else:
        moves.append(
            Move(old.id, message.seq, message.place, actor.name, reason.why, reason.words, opened)
        )
        new.adopt(message)
    message.facts = with_moves(message.facts, moves)
    follow(session, message, old, new)
    if message.contact_point is not None:
        take_part(session, new, message.contact_point)
        leave(session, old, message.contact_point)
    ask_alike(old, new)
    old.gone += 1
    old.touch()
    for ticket in (old, new):
        show_last(session, ticket)
    _record(session, actor, message, old, new, reason)


def follow(session: WriteSession, message: Message, old: Ticket, new: Ticket) -> None:
    """What belongs to a message goes with it: its envelope, its search words, and the alarm that it
    did not get out."""
    session.flush()
    session.execute(
        update(Envelope).where(Envelope.message_id == message.id).values(ticket_id=new.id)
    )
    index_message(session, new, message)
    for row in message.deliveries:
        undelivered.failed(new, message, row)
    if old.undelivered_at is not None:
        undelivered.review(session, old)


def _record(
    session: WriteSession,
    actor: Actor,
    message: Message,
    old: Ticket,
    new: Ticket,
    reason: MoveReason,
) -> None:
    said: dict[str, Any] = {"message": message.id, "why": reason.why.value}
    audit.record(
        session, actor, "message.moved", ticket=old, reason=reason.words, to=new.id, **said
    )
    audit.record(
        session, actor, "message.came", ticket=new, reason=reason.words, was=old.id, **said
    )
    for ticket in (old, new):
        audit.changed(session, ticket)
