"""The ledger: everything that reached us, newest first, and what the last comparison found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Envelope, EnvelopeState, Inbox, Message, Reconciliation
from helpdesk.rules.actor import Actor, Role

PAGE = 50  # rows
STATES = tuple(state.value for state in EnvelopeState)
FAR = 2**31 - 1  # beyond every envelope


@dataclass(frozen=True, slots=True)
class Filter:
    """What the admin looks for. ``q`` is an envelope's number, or words of its reason or key, of
    the sender's address or of the subject. ``before`` is the envelope that ends the page before.
    """

    state: str = ""
    inbox: int = 0
    q: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    channel: str
    state: str
    reason: str
    size: int
    received_at: datetime
    ticket_id: int | None
    inbox: str
    address: str
    sender: str
    subject: str

    @property
    def can_be_replayed(self) -> bool:
        return self.state in (EnvelopeState.QUARANTINED.value, EnvelopeState.IGNORED.value)


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Row]
    before: int  # where the next page goes on; 0 when there is none


def envelopes(session: Session, actor: Actor, wanted: Filter, size: int = PAGE) -> Page:
    """One page of the ledger, for admins."""
    actor.must_be(Role.ADMIN)
    question = (
        select(
            Envelope.id,
            Envelope.channel,
            Envelope.state,
            Envelope.reason,
            Envelope.size,
            Envelope.received_at,
            Envelope.ticket_id,
            Inbox.name,
            Inbox.address,
            func.coalesce(Message.author_address, ""),
            func.coalesce(Message.subject, ""),
        )
        .join(Inbox, Inbox.id == Envelope.inbox_id)
        .outerjoin(Message, Message.id == Envelope.message_id)
        .where(*_conditions(wanted))
        .order_by(Envelope.id.desc())
        .limit(size + 1)
    )
    rows = [Row(*row) for row in session.execute(question)]
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else 0)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if 0 < wanted.before < FAR:
        conditions.append(Envelope.id < wanted.before)
    if wanted.state in STATES:
        conditions.append(Envelope.state == wanted.state)
    if wanted.inbox:
        conditions.append(Envelope.inbox_id == min(wanted.inbox, FAR))
    if wanted.q:
        conditions.append(_says(wanted.q))
    return conditions


def _says(words: str) -> ColumnElement[bool]:
    number = words.removeprefix("#")
    if number.isdecimal() and len(number) < 10:
        return Envelope.id == int(number)
    return or_(
        *(
            column.icontains(words, autoescape=True)
            for column in (Envelope.reason, Envelope.key, Message.author_address, Message.subject)
        )
    )


def inboxes(session: Session, actor: Actor) -> list[tuple[int, str, str]]:
    """Id, name and, while it is in use, the problem of every inbox; for admins."""
    actor.must_be(Role.ADMIN)
    problem = case((Inbox.active, Inbox.problem), else_="")
    found = session.execute(select(Inbox.id, Inbox.name, problem).order_by(Inbox.name, Inbox.id))
    return [(row[0], row[1], row[2]) for row in found]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the last comparison found: by mailbox, and "" for the record of the desk itself."""

    ended_at: datetime
    asked_by: str
    problem: str
    found: int
    by_mailbox: dict[str, list[dict[str, Any]]]

    @property
    def shown(self) -> int:
        return sum(len(found) for found in self.by_mailbox.values())


def comparisons(session: Session, actor: Actor) -> tuple[Comparison | None, bool]:
    """The last one that ended, and whether another is under way; for admins."""
    actor.must_be(Role.ADMIN)
    newest = select(Reconciliation).order_by(Reconciliation.id.desc()).limit(1)
    open_one = session.scalar(newest.where(Reconciliation.ended_at.is_(None)))
    last = session.scalar(newest.where(Reconciliation.ended_at.is_not(None)))
    return (_comparison(last) if last else None), open_one is not None


def _comparison(row: Reconciliation) -> Comparison:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for difference in row.differences:
        found[difference["inbox"]].append(difference)
    order = ["", *row.compared, *sorted(set(found) - {"", *row.compared})]
    assert row.ended_at is not None
    by_mailbox = {name: found[name] for name in order}
    return Comparison(row.ended_at, row.asked_by, row.problem, row.found, by_mailbox)
