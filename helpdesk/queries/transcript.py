"""The transcript of a ticket: its messages and what happened between them, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Double, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from helpdesk.models import Attachment, AuditEvent, Delivery, Message
from helpdesk.models.visibility import messages_visible_to
from helpdesk.queries.turns import File, Happened, Said, Sending, Transcript
from helpdesk.queries.understandings import Why, whys
from helpdesk.rules.actor import Actor, ActorKind

PAGE = 50  # messages
FAR = 2**31 - 1  # beyond every seq, version and id
MOST_EVENTS = 200
MOST_TEXT = 20_000  # characters of one message that the page shows; the rest is a click away
UNSHOWN = ("message.sent", "message.received", "message.completed", "note.added")  # shown anyway


def latest(session: Session, actor: Actor, ticket_id: int) -> Transcript:
    """The last messages of the ticket, and what happened since the first of them."""
    return _part(session, actor, ticket_id, before=FAR)


def earlier(
    session: Session, actor: Actor, ticket_id: int, before: float, *, most: int = PAGE
) -> Transcript:
    """The ``most`` messages before the place ``before``, and what happened among them."""
    return _part(session, actor, ticket_id, before=min(before, FAR), most=most)


def _part(
    session: Session, actor: Actor, ticket_id: int, before: float, most: int = PAGE
) -> Transcript:
    wanted = {"ticket": ticket_id, "before": before, "size": most + 1}
    said = _messages(session, _said_before(actor), wanted)
    more = len(said) > most
    said = said[-most:]
    wanted |= {"from": said[0].place if more else 0}
    happened = [Happened(*row) for row in session.connection().execute(_HAPPENED_BETWEEN, wanted)][
        ::-1
    ]
    last = max((h.id for h in happened), default=0)
    return Transcript(_in_order(said, happened), said[0].place if more else 0, last)


def since(session: Session, actor: Actor, ticket_id: int, version: int, event: int) -> Transcript:
    """What is new or changed since a page was up to date."""
    wanted = {"ticket": ticket_id, "version": min(version, FAR), "event": min(event, FAR)}
    said = _messages(session, _said_since(actor), wanted)
    happened = [Happened(*row) for row in session.connection().execute(_HAPPENED_SINCE, wanted)][
        ::-1
    ]
    last = max((h.id for h in happened), default=event)
    return Transcript(_in_order(said, happened), last_event=last)


def _in_order(said: Sequence[Said], happened: Sequence[Happened]) -> list[Said | Happened]:
    """By place: what happened stands after the message that was the last one then."""
    came = [(turn.place, turn.sent_at) for turn in said if turn.place % 1]
    turns: list[Said | Happened] = [*said, *(_among(came, each) for each in happened)]
    return sorted(turns, key=lambda t: (t.place, t.rank, t.id))


def _among(came: Sequence[tuple[float, datetime]], happened: Happened) -> Happened:
    """What happened, after those messages of a merged ticket that were said before it."""
    before = [place for place, at in came if int(place) == happened.seq and at <= happened.at]
    return replace(happened, after=max(before)) if before else happened


def _messages(
    session: Session, question: Select[*tuple[Any, ...]], wanted: dict[str, Any]
) -> list[Said]:
    rows = session.connection().execute(question, wanted).all()[::-1]
    files = _files(session, [row.id for row in rows if row.has_files])
    deliveries = _deliveries(session, [row.id for row in rows if row.direction == "outbound"])
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
            before.place < Message.place,
            before.visibility == "public",
        )
        .order_by(before.place.desc())
        .limit(1)
        .correlate(Message)
        .scalar_subquery()
        .label("channel_before")
    )


_SAID = (
    select(
        Message.id,
        Message.seq,
        Message.place,
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
        Message.hold,
        Message.held_until,
        func.substr(Message.text, 1, MOST_TEXT + 1).label("text"),
        func.substr(Message.new_text, 1, MOST_TEXT + 1).label("new_text"),
        (Message.html.is_not(None)).label("has_html"),
        exists().where(Attachment.message_id == Message.id).label("has_files"),
        _channel_before(),
    )
    .where(Message.ticket_id == bindparam("ticket"))
    .order_by(Message.place.desc(), Message.id.desc())
)


@lru_cache(1024)
def _said_before(actor: Actor) -> Select[*tuple[Any, ...]]:
    before = Message.place < bindparam("before", type_=Double)
    return _SAID.where(before, messages_visible_to(actor)).limit(bindparam("size"))


@lru_cache(1024)
def _said_since(actor: Actor) -> Select[*tuple[Any, ...]]:
    return _SAID.where(Message.version > bindparam("version"), messages_visible_to(actor))


def _channel_then() -> ColumnElement[str]:
    return (
        select(Message.channel)
        .where(
            Message.ticket_id == AuditEvent.ticket_id,
            Message.place <= AuditEvent.seq,
            Message.visibility == "public",
        )
        .order_by(Message.place.desc())
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
    AuditEvent.seq >= bindparam("from", type_=Double),
    AuditEvent.seq < bindparam("before", type_=Double),
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
        Attachment.sha256,
    )
    .where(Attachment.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(Attachment.id)
)

_DELIVERIES = (
    select(
        Delivery.message_id,
        Delivery.channel,
        Delivery.recipient,
        Delivery.state,
        Delivery.reason,
        Delivery.changed_at,
        and_(Delivery.state == "failed", Delivery.cared_at.is_(None)),
    )
    .where(Delivery.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(Delivery.id)
)


def _files(session: Session, messages: Sequence[int]) -> defaultdict[int, list[File]]:
    found: defaultdict[int, list[File]] = defaultdict(list)
    for row in session.connection().execute(_FILES, {"messages": messages}) if messages else ():
        found[row.message_id].append(File(*row))
    return found


def _deliveries(session: Session, messages: Sequence[int]) -> defaultdict[int, list[Sending]]:
    found: defaultdict[int, list[Sending]] = defaultdict(list)
    for row in (
        session.connection().execute(_DELIVERIES, {"messages": messages}) if messages else ()
    ):
        found[row.message_id].append(Sending(*row))
    return found


def _said_of(row: Any, files: list[File], deliveries: list[Sending], why: Why | None) -> Said:
    is_note = row["visibility"] == "note"
    before = row["channel_before"] or ""
    text, quoted = split_quote(row["text"], row["new_text"])
    return Said(
        id=row["id"],
        seq=row["seq"],
        place=row["place"],
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
        hold=row["hold"],
        held_until=row["held_until"],
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
