"""The transcript of a ticket: its messages and what happened between them, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from helpdesk.models import Attachment, AuditEvent, Delivery, Message
from helpdesk.models.visibility import messages_visible_to
from helpdesk.queries.understandings import Why, whys
from helpdesk.rules.actor import Actor, ActorKind

PAGE = 50  # messages
FAR = 2**31 - 1  # beyond every seq, version and id
MOST_EVENTS = 200
MOST_TEXT = 20_000  # characters of one message that the page shows; the rest is a click away
UNSHOWN = ("message.sent", "message.received", "message.completed", "note.added")  # shown anyway


@dataclass(frozen=True, slots=True)
class File:
    id: int
    message_id: int
    name: str
    content_type: str
    size: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One delivery, as the transcript shows it."""

    message_id: int
    recipient: str
    state: str
    reason: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``text`` is what is new in it, ``quoted`` the rest of a mail."""

    id: int
    seq: int
    version: int
    direction: str
    is_note: bool
    channel: str  # a note lies on the thread of the channel before it
    starts: bool  # the talk moves to this channel here
    author_kind: str
    author_id: int | None
    author: str
    address: str
    proof: str
    to: list[str]
    cc: list[str]
    text: str
    quoted: str
    is_cut: bool
    has_html: bool
    language: str
    client_id: str | None
    automatic: str
    signal: str
    evidence: str
    facts: dict[str, Any]
    sent_at: datetime
    created_at: datetime
    files: list[File] = field(default_factory=list)
    deliveries: list[Sending] = field(default_factory=list)
    why: Why | None = None  # of the bot's messages: what it understood

    @property
    def rank(self) -> int:
        return 1

    @property
    def dom_id(self) -> str:
        """The page's id for it; our own messages keep the id that the browser gave them."""
        return f"message_{(self.direction == 'outbound' and self.client_id) or self.id}"


@dataclass(frozen=True, slots=True)
class Happened:
    """One audit event between the messages."""

    id: int
    seq: int
    event: str
    actor_kind: str
    actor: str
    reason: str
    data: dict[str, Any]
    at: datetime
    channel: str

    @property
    def rank(self) -> int:
        """Its place beside the message of the same seq: the opening stands before the first."""
        return -1 if self.event == "ticket.opened" else 2


@dataclass(frozen=True, slots=True)
class Transcript:
    """A part of the transcript. ``earlier`` is the seq before which there is more, or 0."""

    turns: list[Said | Happened]
    earlier: int = 0
    last_event: int = 0


def latest(session: Session, actor: Actor, ticket_id: int) -> Transcript:
    """The last messages of the ticket, and what happened since the first of them."""
    return _part(session, actor, ticket_id, before=FAR)


def earlier(session: Session, actor: Actor, ticket_id: int, before: int) -> Transcript:
    """The messages before seq ``before``, and what happened among them."""
    return _part(session, actor, ticket_id, before=min(before, FAR))


def _part(session: Session, actor: Actor, ticket_id: int, before: int) -> Transcript:
    wanted = {"ticket": ticket_id, "before": before, "size": PAGE + 1}
    said = _messages(session, _said_before(actor), wanted)
    more = len(said) > PAGE
    said = said[-PAGE:]
    wanted |= {"from": said[0].seq if more else 0}
    happened = [Happened(*row) for row in session.execute(_HAPPENED_BETWEEN, wanted)][::-1]
    last = max((h.id for h in happened), default=0)
    return Transcript(_in_order(said, happened), said[0].seq if more else 0, last)


def since(session: Session, actor: Actor, ticket_id: int, version: int, event: int) -> Transcript:
    """What is new or changed since a page was up to date."""
    wanted = {"ticket": ticket_id, "version": min(version, FAR), "event": min(event, FAR)}
    said = _messages(session, _said_since(actor), wanted)
    happened = [Happened(*row) for row in session.execute(_HAPPENED_SINCE, wanted)][::-1]
    last = max((h.id for h in happened), default=event)
    return Transcript(_in_order(said, happened), last_event=last)


def _in_order(said: Sequence[Said], happened: Sequence[Happened]) -> list[Said | Happened]:
    """By place: what happened stands after the message that was the last one then."""
    turns: list[Said | Happened] = [*said, *happened]
    return sorted(turns, key=lambda t: (t.seq, t.rank, t.id))


def _messages(
    session: Session, question: Select[*tuple[Any, ...]], wanted: dict[str, Any]
) -> list[Said]:
    rows = session.execute(question, wanted).all()[::-1]
    numbers = [row.id for row in rows]
    files, deliveries = _files(session, numbers), _deliveries(session, numbers)
    bots = [row.id for row in rows if row.author_kind == ActorKind.BOT.value]
    why = whys(session, bots) if bots else {}
    return [
        _said_of(row._mapping, files[row.id], deliveries[row.id], why.get(row.id)) for row in rows
    ]


# The statements are built once: building them costs more than running them.


def _channel_before() -> ColumnElement[str]:
    """The channel of the public message before this one; the thread line goes on from there."""
    before = aliased(Message)
    return (
        select(before.channel)
        .where(
            before.ticket_id == Message.ticket_id,
            before.seq < Message.seq,
            before.visibility == "public",
        )
        .order_by(before.seq.desc())
        .limit(1)
        .correlate(Message)
        .scalar_subquery()
        .label("channel_before")
    )


_SAID = (
    select(
        Message.id,
        Message.seq,
        Message.version,
        Message.direction,
        Message.visibility,
        Message.channel,
        Message.author_kind,
        Message.author_id,
        Message.author_name,
        Message.author_address,
        Message.proof,
        Message.to,
        Message.cc,
        Message.language,
        Message.client_id,
        Message.automatic,
        Message.signal,
        Message.evidence,
        Message.facts,
        Message.sent_at,
        Message.created_at,
        func.substr(Message.text, 1, MOST_TEXT + 1).label("text"),
        func.substr(Message.new_text, 1, MOST_TEXT + 1).label("new_text"),
        (Message.html.is_not(None)).label("has_html"),
        _channel_before(),
    )
    .where(Message.ticket_id == bindparam("ticket"))
    .order_by(Message.seq.desc())
)


@lru_cache(1024)
def _said_before(actor: Actor) -> Select[*tuple[Any, ...]]:
    return _SAID.where(Message.seq < bindparam("before"), messages_visible_to(actor)).limit(
        bindparam("size")
    )


@lru_cache(1024)
def _said_since(actor: Actor) -> Select[*tuple[Any, ...]]:
    return _SAID.where(Message.version > bindparam("version"), messages_visible_to(actor))


def _channel_then() -> ColumnElement[str]:
    return (
        select(Message.channel)
        .where(
            Message.ticket_id == AuditEvent.ticket_id,
            Message.seq <= AuditEvent.seq,
            Message.visibility == "public",
        )
        .order_by(Message.seq.desc())
        .limit(1)
        .correlate(AuditEvent)
        .scalar_subquery()
    )


_HAPPENED = (
    select(
        AuditEvent.id,
        func.coalesce(AuditEvent.seq, 0),
        AuditEvent.event,
        AuditEvent.actor_kind,
        AuditEvent.actor_name,
        AuditEvent.reason,
        AuditEvent.data,
        AuditEvent.at,
        func.coalesce(_channel_then(), ""),
    )
    .where(AuditEvent.ticket_id == bindparam("ticket"), AuditEvent.event.not_in(UNSHOWN))
    .order_by(AuditEvent.id.desc())
    .limit(MOST_EVENTS)
)
_HAPPENED_BETWEEN = _HAPPENED.where(
    AuditEvent.seq >= bindparam("from"), AuditEvent.seq < bindparam("before")
)
_HAPPENED_SINCE = _HAPPENED.where(AuditEvent.id > bindparam("event"))

_FILES = (
    select(
        Attachment.id,
        Attachment.message_id,
        Attachment.name,
        Attachment.content_type,
        Attachment.size,
        Attachment.state,
        Attachment.reason,
    )
    .where(Attachment.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(Attachment.id)
)

_DELIVERIES = (
    select(
        Delivery.message_id,
        Delivery.recipient,
        Delivery.state,
        Delivery.reason,
        Delivery.changed_at,
    )
    .where(Delivery.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(Delivery.id)
)


def _files(session: Session, messages: Sequence[int]) -> defaultdict[int, list[File]]:
    found: defaultdict[int, list[File]] = defaultdict(list)
    for row in session.execute(_FILES, {"messages": messages}) if messages else ():
        found[row.message_id].append(File(*row))
    return found


def _deliveries(session: Session, messages: Sequence[int]) -> defaultdict[int, list[Sending]]:
    found: defaultdict[int, list[Sending]] = defaultdict(list)
    for row in session.execute(_DELIVERIES, {"messages": messages}) if messages else ():
        found[row.message_id].append(Sending(*row))
    return found


def _said_of(row: Any, files: list[File], deliveries: list[Sending], why: Why | None) -> Said:
    is_note = row["visibility"] == "note"
    before = row["channel_before"] or ""
    text, quoted = split_quote(row["text"], row["new_text"])
    return Said(
        id=row["id"],
        seq=row["seq"],
        version=row["version"],
        direction=row["direction"],
        is_note=is_note,
        channel=before if is_note else row["channel"],
        starts=not is_note and row["channel"] != before,
        author_kind=row["author_kind"],
        author_id=row["author_id"],
        author=row["author_name"],
        address=row["author_address"],
        proof=row["proof"],
        to=row["to"],
        cc=row["cc"],
        text=text[:MOST_TEXT],
        quoted=quoted[:MOST_TEXT],
        is_cut=len(row["text"]) > MOST_TEXT,
        has_html=row["has_html"],
        language=row["language"],
        client_id=row["client_id"],
        automatic=row["automatic"],
        signal=row["signal"],
        evidence=row["evidence"],
        facts=row["facts"],
        sent_at=row["sent_at"],
        created_at=row["created_at"],
        files=files,
        deliveries=deliveries,
        why=why,
    )


def split_quote(text: str, new_text: str) -> tuple[str, str]:
    """What is new, and what was there before: quotes and signatures."""
    text, new = text.strip("\n"), new_text.strip("\n")
    if not new or new.strip() == text.strip():
        return text, ""
    place = text.find(new)
    if place < 0:
        return new, text
    return new, f"{text[:place]}\n{text[place + len(new) :]}".strip("\n")
