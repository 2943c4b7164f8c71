"""What agents say: public replies, which leave through the outbox, and internal notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import make_msgid

from sqlalchemy import bindparam, select

from helpdesk.actions import addressing, audit, handovers, held, mentions, uploads
from helpdesk.actions.held import Wait
from helpdesk.actions.outbox import queue
from helpdesk.actions.reply_routes import Route, route_of
from helpdesk.actions.search_index import index_message
from helpdesk.actions.uploads import Upload
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import (
    Attachment,
    Message,
    NotPossible,
    Ticket,
    now,
)
from helpdesk.models.visibility import ticket_for
from helpdesk.rules.actor import Actor
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.formatting import html_of
from helpdesk.rules.recipients import Recipients
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
    is_held: bool = False


def send(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    text: str,
    *,
    channel: str | None = None,
    recipients: Recipients | None = None,
    files: Sequence[Upload] = (),
    client_id: str | None = None,
    seen_seq: int | None = None,
    wait: Wait | None = None,
) -> Said:
    """Write a public reply and queue its deliveries, in one transaction.

    ``channel`` None takes the one that the customer used last; ``recipients`` None writes to
    the requester, with all who take part in copy. ``client_id`` makes a repeat
    harmless: it returns what was said the first time. ``seen_seq`` is the last seq that the
    writer saw; ``wait`` keeps it back (see ``held``). Raises ``UnseenMessages`` when the customer
    has written since, ``NotPossible`` when the reply has no way out, ``NotFound`` for a ticket
    that the actor may not see.
    """
    actor.must_be_staff()
    words = _checked(text, files)
    attachments = uploads.stored(desk, files)
    with desk.write() as session:
        ticket = ticket_for(session, actor, ticket_id, lock=True)
        if (said := _said_before(session, ticket, client_id)) is not None:
            return said
        _must_have_seen(session, ticket, seen_seq)
        route = _route(desk, session, ticket, channel, recipients)
        return _say(desk, session, actor, ticket, words, route, attachments, client_id, wait)


def reply(
    desk: Desk, session: WriteSession, actor: Actor, ticket: Ticket, text: str, wait: Wait | None
) -> Said:
    """``send`` within a transaction that has the ticket; without files."""
    words, route = _checked(text, ()), _route(desk, session, ticket)
    return _say(desk, session, actor, ticket, words, route, [], None, wait)


def _route(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    channel: str | None = None,
    recipients: Recipients | None = None,
) -> Route:
    """The way out of a ticket that may be answered."""
    if ticket.status == Status.CLOSED.value:
        raise NotPossible("Ticket %(ticket)s is closed. Reopen it, then reply.", ticket=ticket.id)
    if ticket.status == Status.SPAM.value:
        raise NotPossible(
            "Ticket %(ticket)s is in the spam folder. Take it out, then reply.", ticket=ticket.id
        )
    if recipients:
        return addressing.route_to(session, ticket, recipients)
    return route_of(desk, session, ticket, channel)


def _say(
    desk: Desk,
    session: WriteSession,
    actor: Actor,
    ticket: Ticket,
    words: str,
    route: Route,
    attachments: list[Attachment],
    client_id: str | None,
    wait: Wait | None,
) -> Said:
    must_fit(desk, route.channel, words)
    handovers.to_people(session, actor, ticket, Handoff.TAKEN_OVER)
    message = composed(actor, ticket, words, route, client_id=client_id)
    held.place(desk, ticket, message, wait)
    message.attachments = attachments
    index_message(session, ticket, message)
    audit.record(session, actor, "message.sent", ticket=ticket, channel=route.channel)
    deliveries = queue(desk, session, ticket, message, route)
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
        return _note(session, actor, ticket, words, attachments, client_id)


def remark(session: WriteSession, actor: Actor, ticket: Ticket, text: str) -> Said:
    """``note`` within a transaction that has the ticket; without files."""
    return _note(session, actor, ticket, _checked(text, ()), [], None)


def _note(
    session: WriteSession,
    actor: Actor,
    ticket: Ticket,
    words: str,
    attachments: list[Attachment],
    client_id: str | None,
) -> Said:
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
    mentions.tell(session, actor, ticket, message)
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
    wanted = {"ticket": ticket.id, "client": client_id}
    message = session.scalars(_SAID_BEFORE, wanted).one_or_none()
    return _said(message, [d.id for d in message.deliveries]) if message else None


_SAID_BEFORE = select(Message).where(
    Message.ticket_id == bindparam("ticket"), Message.client_id == bindparam("client")
)


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


def must_fit(desk: Desk, channel: str, words: str) -> None:
    """Raise ``NotPossible`` when ``channel`` does not carry so many characters."""
    limit = desk.channels[channel].max_text
    if len(words) > limit:
        raise NotPossible(
            "This is %(length)s characters; %(most)s are the most on %(channel)s.",
            length=len(words), most=limit, channel=channel,
        )  # fmt: skip


def composed(
    actor: Actor, ticket: Ticket, words: str, route: Route, *, client_id: str | None = None
) -> Message:
    """A message of ours that leaves by ``route``, not yet in the transcript."""
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
        to=[point.value for point in route.points[: route.addressed]],
        cc=[point.value for point in route.points[route.addressed :]],
        subject=reply_subject(ticket.subject, ticket.id),
        text=words,
        new_text=words,
        html=html_of(words) if route.channel == "email" else None,
        client_id=client_id,
        message_id=make_msgid(domain=domain),
        sent_at=now(),
    )


def _said(message: Message, deliveries: list[int]) -> Said:
    return Said(
        message.ticket.id, message.seq, message.version, message.message_id or "", deliveries,
        is_held=bool(message.hold),
    )  # fmt: skip
