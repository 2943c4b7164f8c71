"""Replies that wait: for a few seconds, in which they may be taken back, or until a chosen time.

A held reply stands in the transcript and is out for nobody: no customer sees it, nothing is due,
and the ticket stands as it stood. Either it is let out, or it is withdrawn and is gone but for the
AuditEvent. Both take the ticket's row first, so that exactly one of them happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from helpdesk import signals
from helpdesk.actions import audit, notifications
from helpdesk.actions.changing import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Attachment,
    Delivery,
    MergedMessage,
    Message,
    NotPossible,
    Ticket,
    now,
)
from helpdesk.models.message import Hold
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.actor import SYSTEM, Actor, ActorKind
from helpdesk.rules.status import Status, may_become

LONGEST_PAUSE = timedelta(minutes=2)  # that somebody may look at the bar before it goes out


@dataclass(frozen=True, slots=True)
class Wait:
    """Why and until when a reply is held, and the status to take once it has left, or ""."""

    hold: str  # Hold.UNDO or Hold.SCHEDULED
    until: datetime
    then: str = ""


def place(desk: Desk, ticket: Ticket, message: Message, wait: Wait | None) -> None:
    """Say it, or keep it back. A chat goes on at once: nobody waits there for a change of mind."""
    if wait is None or (wait.hold == Hold.UNDO and desk.channels[message.channel].is_pulled):
        ticket.say(message)
        return
    message.hold, message.held_until = wait.hold, wait.until
    message.facts = {"then": wait.then} if wait.then else {}
    ticket.prepare(message)


def due(desk: Desk, limit: int = 200) -> list[int]:
    """Held replies whose time has come, the longest due first."""
    with desk.read() as session:
        return list(
            session.scalars(
                select(Message.id)
                .where(Message.held_until.is_not(None), Message.held_until <= now())
                .order_by(Message.held_until, Message.id)
                .limit(limit)
            )
        )


def let_out(desk: Desk, message_id: int) -> None:
    """Let a reply out whose time has come; stop it when the customer wrote in the meantime."""
    with desk.write() as session:
        ticket, message = _held(session, SYSTEM, message_id)
        if message is None or message.held_until is None or message.held_until > now():
            return
        if message.hold == Hold.SCHEDULED and _wrote_since(session, message):
            _stop(session, ticket, message)
        else:
            _send(desk, session, ticket, message)
        audit.changed(session, ticket)


def customer_wrote(session: WriteSession, ticket: Ticket) -> None:
    """Stop what was to go out later: it was written without the customer's new words."""
    scheduled = select(Message).where(
        Message.ticket_id == ticket.id,
        Message.held_until.is_not(None),
        Message.hold == Hold.SCHEDULED,
    )
    for message in session.scalars(scheduled).all():
        _stop(session, ticket, message)


def send_now(desk: Desk, actor: Actor, ticket_id: int, message_id: int) -> None:
    """Do not wait any longer. Raises ``NotPossible`` when it has left or was taken back."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        message = _of(session, ticket, message_id)
        if message.hold == Hold.STOPPED:
            raise NotPossible("The customer has written since. Read it, then answer anew.")
        _send(desk, session, ticket, message)


def withdraw(desk: Desk, actor: Actor, ticket_id: int, message_id: int) -> str:
    """Take a held reply back; its words. Raises ``NotPossible`` when it has left already."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        message = _of(session, ticket, message_id)
        words = message.text
        for belonging in (Delivery, Attachment, MergedMessage):
            session.execute(delete(belonging).where(belonging.message_id == message.id))
        session.execute(delete(Message).where(Message.id == message.id))
        audit.record(
            session, actor, "message.withdrawn", ticket=ticket,
            message=message.id, client=message.client_id or "",
        )  # fmt: skip
        return words


def pause(desk: Desk, actor: Actor, ticket_id: int, message_id: int, seconds: int) -> None:
    """Let a reply wait ``seconds`` from now, while its writer looks at the bar."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        message = _of(session, ticket, message_id)
        if message.hold == Hold.UNDO:
            latest = message.created_at + LONGEST_PAUSE
            message.held_until = min(now() + timedelta(seconds=seconds), latest)


def _held(session: WriteSession, actor: Actor, message_id: int) -> tuple[Ticket, Message | None]:
    """The ticket under its lock, and the message while it is still held."""
    found = session.scalar(select(Message.ticket_id).where(Message.id == message_id))
    if found is None:
        raise NotFound("There is no such message.")
    ticket = ticket_for(session, actor, found, lock=True)
    message = session.get(Message, message_id, populate_existing=True)
    return ticket, message if message is not None and message.hold else None


def _of(session: WriteSession, ticket: Ticket, message_id: int) -> Message:
    message = session.get(Message, message_id, populate_existing=True)
    if message is None or message.ticket_id != ticket.id:
        raise NotFound("There is no such message. It may have been taken back.")
    if not message.hold:
        raise NotPossible("It has left already.")
    return message


def _wrote_since(session: WriteSession, message: Message) -> bool:
    later = select(Message.id).where(
        Message.ticket_id == message.ticket_id,
        Message.seq > message.seq,
        Message.direction == "inbound",
        Message.visibility == "public",
        Message.automatic == "",
    )
    return session.scalar(later.limit(1)) is not None


def _stop(session: WriteSession, ticket: Ticket, message: Message) -> None:
    """The customer wrote before its time: what was written may not fit any more."""
    message.hold, message.held_until = Hold.STOPPED, None
    ticket.revise(message)
    audit.record(session, SYSTEM, "message.held", ticket=ticket, message=message.id)
    if message.author_id is not None:
        notifications.tell(session, ticket, message, [message.author_id], kind="held")


def _send(desk: Desk, session: WriteSession, ticket: Ticket, message: Message) -> None:
    if ticket.status == Status.CLOSED.value and message.hold != Hold.UNDO:
        _stop(session, ticket, message)
        return
    then = message.facts.get("then", "")
    message.hold = message.held_until = None
    message.sent_at = now()
    message.facts = {name: value for name, value in message.facts.items() if name != "then"}
    ticket.let_out(message)
    _make_due(desk, session, message)
    if then == Status.RESOLVED.value and may_become(Status(ticket.status), Status.RESOLVED):
        ticket.become(Status.RESOLVED)
        audit.record(session, _writer(message), "ticket.resolved", ticket=ticket)
        ticket.touch()


def _writer(message: Message) -> Actor:
    return Actor(ActorKind(message.author_kind), message.author_id, message.author_name)


def _make_due(desk: Desk, session: WriteSession, message: Message) -> None:
    rows: Sequence[Delivery] = session.scalars(
        select(Delivery).where(Delivery.message_id == message.id).order_by(Delivery.id)
    ).all()
    for row in rows:
        pulled = desk.channels[row.channel].is_pulled
        wait = desk.settings.chat_follow_up_seconds if pulled else 0
        row.due_at = row.changed_at = now() + timedelta(seconds=wait)
        session.announce(signals.delivery_due, delivery=row.id, at=row.due_at)
