"""What agents say: public replies, which leave through the outbox, and internal notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import make_msgid

from sqlalchemy import select

from helpdesk import signals
from helpdesk.actions import audit, uploads
from helpdesk.actions.reply_routes import Route, route_of
from helpdesk.actions.search_index import index_message
from helpdesk.actions.uploads import Upload
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    ContactPoint,
    Delivery,
    Message,
    NotPossible,
    Participant,
    Ticket,
    now,
)
from helpdesk.models.visibility import ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.status import Status
from helpdesk.rules.subject_tag import reply_subject

MAX_TEXT = 100_000


class UnseenMessages(Exception):
    """The customer wrote while the reply was written: show it first, then send."""

    def __init__(self, count: int, last_seq: int) -> None:
        super().__init__(f"{count} message(s) arrived while you wrote. Read them, then send.")
        self.count = count
        self.last_seq = last_seq


@dataclass(frozen=True, slots=True)
class Said:
    """What was written into the transcript."""

    ticket: int
    seq: int
    version: int
    message_id: str
    deliveries: list[int] = field(default_factory=list)


def send(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    channel: str | None = None,
    files: Sequence[Upload] = (),
    client_id: str | None = None,
    seen_seq: int | None = None,
) -> Said:
    """Write a public reply and queue its deliveries, in one transaction.

    ``channel`` None takes the one that the customer used last. ``client_id`` makes a repeat
    harmless: it returns what was said the first time. ``seen_seq`` is the last seq that the
    writer saw; raises ``UnseenMessages`` when the customer has written since, ``NotPossible``
    when the reply has no way out, ``NotFound`` for a ticket that the actor may not see.
    """
    actor.must_be_staff()
    words = _checked(text, files)
    attachments = uploads.stored(desk, files)
    with desk.write() as session:
        ticket = ticket_for(session, actor, ticket_id, lock=True)
        if (said := _said_before(session, ticket, client_id)) is not None:
            return said
        _must_have_seen(session, ticket, seen_seq)
        if ticket.status == Status.CLOSED.value:
            raise NotPossible(
                "Ticket %(ticket)s is closed. Reopen it, then reply.", ticket=ticket.id
            )
        route = route_of(desk, session, ticket, channel)
        _must_fit(desk, route.channel, words)
        message = _message(actor, ticket, words, client_id, route)
        ticket.say(message)
        message.attachments = attachments
        index_message(session, ticket, message)
        session.flush()
        deliveries = _queue(desk, session, ticket, message, route)
        audit.record(session, actor, "message.sent", ticket=ticket, channel=route.channel)
        audit.changed(session, ticket)
        return _said(message, deliveries)


def note(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    files: Sequence[Upload] = (),
    client_id: str | None = None,
) -> Said:
    """Write an internal note. Raises ``NotPossible`` or ``NotFound``."""
    actor.must_be_staff()
    words = _checked(text, files)
    attachments = uploads.stored(desk, files)
    with desk.write() as session:
        ticket = ticket_for(session, actor, ticket_id, lock=True)
        if (said := _said_before(session, ticket, client_id)) is not None:
            return said
        message = Message(
            direction="outbound",
            visibility="note",
            channel="note",
            author_kind=actor.kind.value,
            author_id=actor.id,
            author_name=actor.name,
            author_address=actor.email,
            text=words,
            new_text=words,
            client_id=client_id,
            sent_at=now(),
        )
        ticket.note(message)
        message.attachments = attachments
        index_message(session, ticket, message)
        audit.record(session, actor, "note.added", ticket=ticket)
        audit.changed(session, ticket)
        return _said(message, [])


def _checked(text: str, files: Sequence[Upload]) -> str:
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not words and not files:
        raise NotPossible("Write something before you send.")
    if len(words) > MAX_TEXT:
        raise NotPossible(
            "This is %(length)s characters; %(most)s are the most.",
            length=len(words), most=MAX_TEXT,
        )  # fmt: skip
    return words


def _said_before(session: WriteSession, ticket: Ticket, client_id: str | None) -> Said | None:
    if client_id is None:
        return None
    message = session.scalar(
        select(Message).where(Message.ticket_id == ticket.id, Message.client_id == client_id)
    )
    return _said(message, [d.id for d in message.deliveries]) if message else None


def _must_have_seen(session: WriteSession, ticket: Ticket, seen_seq: int | None) -> None:
    if seen_seq is None:
        return
    unseen = session.scalars(
        select(Message.seq).where(
            Message.ticket_id == ticket.id,
            Message.seq > seen_seq,
            Message.direction == "inbound",
            Message.visibility == "public",
        )
    ).all()
    if unseen:
        raise UnseenMessages(len(unseen), max(unseen))


def _must_fit(desk: Desk, channel: str, words: str) -> None:
    limit = desk.channels[channel].max_text
    if len(words) > limit:
        raise NotPossible(
            "This is %(length)s characters; %(most)s are the most on %(channel)s.",
            length=len(words), most=limit, channel=channel,
        )  # fmt: skip


def _message(
    actor: Actor, ticket: Ticket, words: str, client_id: str | None, route: Route
) -> Message:
    domain = (
        route.inbox.address.rpartition("@")[2] if "@" in route.inbox.address else "helpdesk.invalid"
    )
    return Message(
        direction="outbound",
        channel=route.channel,
        author_kind=actor.kind.value,
        author_id=actor.id,
        author_name=actor.name,
        author_address=actor.email,
        contact_point_id=route.points[0].id,
        to=[route.points[0].value],
        cc=[point.value for point in route.points[1:]],
        subject=reply_subject(ticket.subject, ticket.id),
        text=words,
        new_text=words,
        client_id=client_id,
        message_id=make_msgid(domain=domain),
        sent_at=now(),
    )


def _queue(
    desk: Desk, session: WriteSession, ticket: Ticket, message: Message, route: Route
) -> list[int]:
    due = _due(desk, route.channel)
    rows = [
        Delivery(
            message_id=message.id,
            channel=route.channel,
            inbox_id=route.inbox.id,
            contact_point_id=point.id,
            recipient=point.value,
            due_at=due,
        )
        for point in route.points
    ]
    session.add_all(rows)
    _take_part(session, ticket, route.points[0])
    session.flush()
    for row in rows:
        session.announce(signals.delivery_due, delivery=row.id, at=due)
    return [row.id for row in rows]


def _due(desk: Desk, channel: str) -> datetime:
    """When it leaves: at once, or, where the customer's page pulls it, if that has not happened."""
    if not desk.channels[channel].is_pulled:
        return now()
    return now() + timedelta(seconds=desk.settings.chat_follow_up_seconds)


def _take_part(session: WriteSession, ticket: Ticket, point: ContactPoint) -> None:
    """Whom we wrote to may answer here, whichever channel the ticket began on."""
    if all(p.contact_point_id != point.id for p in ticket.participants):
        session.add(
            Participant(
                ticket_id=ticket.id, contact_point_id=point.id, role="requester", confirmed_at=now()
            )
        )


def _said(message: Message, deliveries: list[int]) -> Said:
    return Said(
        message.ticket_id, message.seq, message.version, message.message_id or "", deliveries
    )
