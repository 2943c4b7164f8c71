"""The audit log: what happened, newest first, found by who, what, when and words. Admins only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, cast, or_, select, tuple_
from sqlalchemy.orm import Session

from helpdesk.models import AuditEvent, now
from helpdesk.rules.actor import Actor, ActorKind, Role

PAGE = 50
WORDS_REACH = timedelta(days=31)  # a search by words without a period looks back so far


@dataclass(frozen=True, slots=True)
class Wanted:
    event: str = ""  # "ticket.resolved", or what it begins with: "agent."
    agent_id: int | None = None
    ticket_id: int | None = None
    customer_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included
    text: str = ""

    @property
    def begins(self) -> datetime | None:
        """From when on: words are looked for in a bounded stretch of time."""
        if self.text and self.since is None and not (self.ticket_id or self.customer_id):
            return (self.until or now()) - WORDS_REACH
        return self.since


@dataclass(frozen=True, slots=True)
class Page:
    events: list[AuditEvent]
    next: tuple[datetime, int] | None  # where the next page begins


def page(
    session: Session, actor: Actor, wanted: Wanted, after: tuple[datetime, int] | None = None
) -> Page:
    """One page. Raises ``NotAllowed`` for who is no admin."""
    actor.must_be(Role.ADMIN)
    found = list(session.scalars(_question(wanted, after).limit(PAGE + 1)))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], (last.at, last.id) if last else None)


def every(session: Session, actor: Actor, wanted: Wanted) -> Iterator[AuditEvent]:
    """All that fit, newest first, fetched in portions."""
    actor.must_be(Role.ADMIN)
    after: tuple[datetime, int] | None = None
    while True:
        found = list(session.scalars(_question(wanted, after).limit(1000)))
        session.expunge_all()
        yield from found
        if len(found) < 1000:
            return
        after = (found[-1].at, found[-1].id)


def _question(wanted: Wanted, after: tuple[datetime, int] | None) -> Select[AuditEvent]:
    question = select(AuditEvent).where(*_conditions(wanted))
    if after is not None:
        question = question.where(tuple_(AuditEvent.at, AuditEvent.id) < after)
    return question.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.event.endswith("."):
        yield AuditEvent.event.startswith(wanted.event, autoescape=True)
    elif wanted.event:
        yield AuditEvent.event == wanted.event
    if wanted.agent_id is not None:
        yield AuditEvent.actor_kind == ActorKind.AGENT.value
        yield AuditEvent.actor_id == wanted.agent_id
    if wanted.ticket_id is not None:
        yield AuditEvent.ticket_id == wanted.ticket_id
    if wanted.customer_id is not None:
        yield AuditEvent.customer_id == wanted.customer_id
    if wanted.begins is not None:
        yield AuditEvent.at >= wanted.begins
    if wanted.until is not None:
        yield AuditEvent.at < wanted.until
    for word in wanted.text.split()[:5]:
        yield or_(
            AuditEvent.reason.icontains(word, autoescape=True),
            AuditEvent.actor_name.icontains(word, autoescape=True),
            cast(AuditEvent.data, String).icontains(word, autoescape=True),
            cast(AuditEvent.data, String).icontains(json.dumps(word)[1:-1], autoescape=True),
        )
