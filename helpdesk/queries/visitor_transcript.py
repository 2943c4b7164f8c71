"""What a visitor may read: the public messages of their own tickets, and nothing else.

Of a ticket that others were merged with, only what was said by them or sent to them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from helpdesk.models import Attachment, ContactPoint, Inbox, Message, Participant, Ticket, normalize
from helpdesk.models.visibility import MESSAGES_FOR_POINT, VISIBLE_TO_POINT
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.status import ENDED

Cursor = dict[int, int]
"""For each ticket, the version up to which a page has everything."""

LATEST_TICKETS = 10
PAGE = 100  # messages that a new page begins with
CATCH_UP = 2000  # messages at most that a page gets which was away
MOST_TEXT = 20_000  # characters of one message

_CURSOR = re.compile(r"(\d{1,9}\.\d{1,9}(-\d{1,9}\.\d{1,9}){0,49})?")


@dataclass(frozen=True, slots=True)
class ChatFile:
    id: int
    name: str
    content_type: str
    size: int
    state: str


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as the visitor sees it; ``mine`` when they said it themselves."""

    ticket: int
    seq: int
    mine: bool
    client_id: str
    author_kind: str
    author: str
    text: str
    language: str
    at: datetime
    files: list[ChatFile] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)  # quick replies that the bot offers


@dataclass(frozen=True, slots=True)
class News:
    """What a page lacks, in order, and how far it is up to date with it."""

    messages: list[ChatMessage]
    cursor: Cursor
    is_ended: bool = False


def read_cursor(written: str) -> Cursor | None:
    """The cursor that ``write_cursor`` wrote, or None for anything else."""
    if not _CURSOR.fullmatch(written):
        return None
    pairs = (pair.split(".") for pair in written.split("-") if pair)
    return {int(ticket): int(version) for ticket, version in pairs}


def write_cursor(cursor: Cursor) -> str:
    return "-".join(f"{ticket}.{version}" for ticket, version in sorted(cursor.items()))


@dataclass(frozen=True, slots=True)
class Point:
    """A visitor's contact point: as little of it as their page needs at every turn."""

    id: int
    customer_id: int
    value: str
    last_seen_at: datetime | None
    follow_up: str  # where an answer goes by email when they have left; "": it waits for them

    @property
    def actor(self) -> Actor:
        """The visitor, with a visitor's rights."""
        return Actor(ActorKind.CUSTOMER, self.customer_id, contact_point_id=self.id)


_mail = aliased(ContactPoint)
_FOLLOW_UP = (
    select(_mail.value)
    .where(
        _mail.customer_id == ContactPoint.customer_id, _mail.kind == "email",
        _mail.verified_at.is_not(None), _mail.unreachable_at.is_(None),
        select(Inbox.id).where(Inbox.channel == "email", Inbox.active).exists(),
    )
    .order_by(_mail.id)
    .limit(1)
    .correlate(ContactPoint)
    .scalar_subquery()
)  # fmt: skip

_POINT = select(
    ContactPoint.id,
    ContactPoint.customer_id,
    ContactPoint.value,
    ContactPoint.last_seen_at,
    func.coalesce(_FOLLOW_UP, ""),
).where(ContactPoint.kind == "visitor", ContactPoint.normalized == bindparam("visitor"))


def point_of(session: Session, visitor_id: str) -> Point | None:
    """The visitor's contact point; None until they have said something."""
    row = session.connection().execute(_POINT, {"visitor": normalize(visitor_id)}).one_or_none()
    return Point(*row) if row else None


_TICKETS = (
    select(Ticket.id, Ticket.version, Ticket.status)
    .where(
        Ticket.id.in_(
            select(Participant.ticket_id).where(Participant.contact_point_id == bindparam("point"))
        )
    )
    .where(VISIBLE_TO_POINT)
    .order_by(Ticket.id.desc())
    .limit(LATEST_TICKETS)
)


def news(session: Session, actor: Actor, after: Mapping[int, int]) -> News:
    """The messages that are new or changed since ``after``; the latest ones for a new page."""
    tickets = _latest_tickets(session, actor)
    behind = [row for row in tickets if row.version > after.get(row.id, 0)]
    cursor = {row.id: row.version for row in tickets}
    is_ended = bool(tickets) and tickets[0].status in ENDED
    lacking = {row.id: after.get(row.id, 0) for row in behind}
    messages = _messages(session, actor, lacking, CATCH_UP if after else PAGE)
    return News(messages, cursor, is_ended)


def _latest_tickets(session: Session, actor: Actor) -> Sequence[Row[int, int, str]]:
    """Found by participant: the visibility condition alone would walk every ticket."""
    facts = {"point": actor.contact_point_id}
    return session.connection().execute(_TICKETS, facts).all()


def current_ticket(session: Session, actor: Actor) -> int | None:
    """The visitor's newest ticket that has not ended."""
    newest = next(iter(_latest_tickets(session, actor)), None)
    return newest.id if newest and newest.status not in ENDED else None


def _messages(session: Session, actor: Actor, after: Cursor, most: int) -> list[ChatMessage]:
    """The latest ``most`` messages past the cursor, oldest first."""
    newest_first: list[Row[Any]] = []
    for ticket in sorted(after, reverse=True):
        wanted = {
            "ticket": ticket, "version": after[ticket], "most": most - len(newest_first),
            "point": actor.contact_point_id,
        }  # fmt: skip
        newest_first += session.connection().execute(_SAID, wanted)
    rows = newest_first[::-1]
    files = _files(session, [row.id for row in rows if row.has_files])
    return [_message(row, actor, files[row.id]) for row in rows]


_SAID = (
    select(
        Message.id, Message.ticket_id, Message.seq, Message.direction, Message.author_kind,
        Message.author_id, Message.author_name, Message.contact_point_id, Message.client_id,
        Message.text, Message.new_text, Message.language, Message.sent_at, Message.facts,
        exists().where(Attachment.message_id == Message.id).label("has_files"),
    )
    .where(
        Message.ticket_id == bindparam("ticket"),
        Message.version > bindparam("version"),
        MESSAGES_FOR_POINT,
    )
    .order_by(Message.seq.desc())
    .limit(bindparam("most"))
)  # fmt: skip


def _message(row: Any, actor: Actor, files: list[ChatFile]) -> ChatMessage:
    is_mine = row.direction == "inbound" and (
        row.contact_point_id == actor.contact_point_id or row.author_id == actor.id
    )
    return ChatMessage(
        ticket=row.ticket_id, seq=row.seq, mine=is_mine, author_kind=row.author_kind,
        client_id=row.client_id or "" if is_mine else "", author=row.author_name,
        text=(row.new_text or row.text)[:MOST_TEXT], language=row.language, at=row.sent_at,
        files=files,
        buttons=row.facts.get("buttons", []) if row.author_kind == ActorKind.BOT.value else [],
    )  # fmt: skip


def _files(session: Session, messages: Sequence[int]) -> defaultdict[int, list[ChatFile]]:
    found: defaultdict[int, list[ChatFile]] = defaultdict(list)
    if messages:
        for row in session.connection().execute(_FILES, {"messages": messages}):
            file = ChatFile(row.id, row.name, row.content_type, row.size, row.state)
            found[row.message_id].append(file)
    return found


_FILES = (
    select(
        Attachment.message_id, Attachment.id, Attachment.name, Attachment.content_type,
        Attachment.size, Attachment.state,
    )
    .where(Attachment.message_id.in_(bindparam("messages", expanding=True)))
    .order_by(Attachment.id)
)  # fmt: skip
