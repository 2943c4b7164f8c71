"""Everything that the knowledge base was asked, newest first. Questions of a ticket are seen by
those who may see the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Question, Ticket
from helpdesk.queries.questions import seen_by
from helpdesk.rules.actor import Actor

PAGE = 50

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One question: where it was asked, what came of it, and the slugs that were shown."""

    id: int
    text: str
    lang: str
    place: str
    outcome: str
    shown: tuple[str, ...]
    clicked: str
    ticket: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Kept]
    next: Place | None  # where the next page begins


def page(session: Session, actor: Actor, *, lang: str = "", after: Place | None = None) -> Page:
    """One page. By id, the order in which they were kept: it needs no index of its own."""
    actor.must_be_staff()
    wanted = (
        select(Question)
        .outerjoin(Ticket, Ticket.id == Question.ticket_id)
        .where(seen_by(actor))
        .order_by(Question.id.desc())
        .limit(PAGE + 1)
    )
    if lang:
        wanted = wanted.where(Question.lang == lang)
    if after is not None:
        wanted = wanted.where(Question.id < after[1])
    rows = [_kept(row) for row in session.scalars(wanted)]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], (last.at, last.id) if last else None)


def _kept(row: Question) -> Kept:
    return Kept(
        row.id, row.text, row.lang, row.place, row.outcome,
        tuple(str(one["slug"]) for one in row.shown if "slug" in one),
        row.clicked, row.ticket_id, row.asked_at,
    )  # fmt: skip
