"""What happened with a customer, over all channels, newest first.

Each source is one statement that goes on from a place; the newest of all of them are shown. A new
sort of entry is one more source in ``SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, null, or_, select, true
from sqlalchemy.orm import Session

from helpdesk.models import (
    AuditEvent,
    CustomerNote,
    HelpVisit,
    Message,
    Order,
    Question,
    StageChange,
    SurveyAnswer,
    SurveyInvitation,
    Ticket,
)
from helpdesk.models.visibility import NotFound, visible_to
from helpdesk.queries.family import family_of
from helpdesk.rules.actor import Actor

PAGE = 30
WORDS = 280  # characters of a message
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``kind`` is its source, ``facts`` what that source knows."""

    at: datetime
    kind: str
    id: int
    ticket_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: list[Entry]
    earlier: str  # where the next page starts, "" at the end


@dataclass(frozen=True, slots=True)
class _Place:
    at: datetime
    rank: int
    id: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where entries of a kind come from. ``select_`` gives the columns at, id, ticket_id and
    those of ``names``, for a customer and an actor."""

    kind: str
    at: Any
    id: Any
    names: tuple[str, ...]
    select_: Callable[[Actor, int], Select[*tuple[Any, ...]]]


def timeline(
    session: Session, actor: Actor, customer_id: int, *, kind: str = "", before: str = ""
) -> Timeline:
    """A page of what the record of ``customer_id`` shows; the customer must be visible already.

    ``kind`` is one of ``KINDS``, "" for all; ``before`` the ``earlier`` of the page before.
    """
    place = _place(before) if before else None
    found: list[tuple[tuple[datetime, int, int], Entry]] = []
    for rank, source in enumerate(SOURCES):
        if not kind or source.kind == kind:
            question = source.select_(actor, customer_id)
            if place is not None:
                question = question.where(_goes_on(source, rank, place))
            question = question.order_by(source.at.desc(), source.id.desc()).limit(PAGE + 1)
            for at, number, ticket, *rest in session.execute(question):
                facts = dict(zip(source.names, rest, strict=True))
                found.append(((at, -rank, number), Entry(at, source.kind, number, ticket, facts)))
    found.sort(key=lambda each: each[0], reverse=True)
    shown = found[:PAGE]
    return Timeline([entry for _, entry in shown], _cursor(shown[-1]) if len(found) > PAGE else "")


def _goes_on(source: Source, rank: int, place: _Place) -> ColumnElement[bool]:
    """What comes after ``place`` in the order (time down, rank up, id down)."""
    if rank < place.rank:
        return source.at < place.at  # type: ignore[no-any-return]
    if rank > place.rank:
        return source.at <= place.at  # type: ignore[no-any-return]
    return or_(source.at < place.at, (source.at == place.at) & (source.id < place.id))


def _cursor(last: tuple[tuple[datetime, int, int], Entry]) -> str:
    (at, rank, number), _ = last
    return f"{(at - _EPOCH) // _TICK}-{-rank}-{number}"


def _place(before: str) -> _Place:
    try:
        ticks, rank, number = (int(part) for part in before.split("-"))
        return _Place(_EPOCH + ticks * _TICK, rank, min(number, 2**31 - 1))
    except (ValueError, OverflowError):
        raise NotFound("This part of the timeline does not exist. Start at its top.") from None


# The sources


def _said(is_call: bool) -> Callable[[Actor, int], Select[*tuple[Any, ...]]]:
    def question(actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
        words = func.substr(
            func.coalesce(func.nullif(Message.new_text, ""), Message.text), 1, WORDS
        )
        return (
            select(
                Message.sent_at, Message.id, Message.ticket_id, Message.channel, Message.direction,
                Message.visibility, Message.author_kind, Message.author_name, words,
                Message.language, Ticket.subject,
            )
            .join(Ticket, Ticket.id == Message.ticket_id)
            .where(
                Ticket.customer_id == customer, visible_to(actor),
                Message.channel == "phone" if is_call else Message.channel != "phone",
            )
        )  # fmt: skip

    return question


_SAID = ("channel", "direction", "visibility", "by", "author", "words", "language", "subject")
_order: Any = Order.__table__.c


def _orders(_actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
    return select(
        _order.placed_at, _order.id, _nothing(), _order.external_id, _order.summary,
        _order.amount, _order.currency, _order.refunded_amount, _order.state,
    ).where(_order.customer_id == customer)  # fmt: skip


def _articles(actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
    """What the customer looked for and read on the way to a ticket."""
    return (
        select(Question.asked_at, Question.id, Question.ticket_id, Question.text,
               Question.clicked, Question.outcome, Question.place)
        .join(Ticket, Ticket.id == Question.ticket_id)
        .where(Ticket.customer_id == customer, Question.place != "composer", visible_to(actor))
    )  # fmt: skip


def _visits(actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
    """How many articles were open before a ticket came of the visit."""
    return (
        select(HelpVisit.last_at, HelpVisit.id, HelpVisit.ticket_id, HelpVisit.articles_opened)
        .join(Ticket, Ticket.id == HelpVisit.ticket_id)
        .where(Ticket.customer_id == customer, HelpVisit.articles_opened > 0, visible_to(actor))
    )


_surveyed_at = func.coalesce(SurveyAnswer.answered_at, SurveyInvitation.sent_at)


def _surveys(actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
    """What was asked and answered; an answer stands when it came, a question when it went."""
    return (
        select(_surveyed_at, SurveyInvitation.id, SurveyInvitation.ticket_id,
               SurveyInvitation.kind, SurveyInvitation.channel, SurveyAnswer.score,
               SurveyAnswer.comment, SurveyAnswer.locale)
        .join(Ticket, Ticket.id == SurveyInvitation.ticket_id)
        .outerjoin(SurveyAnswer, SurveyAnswer.invitation_id == SurveyInvitation.id)
        .where(Ticket.customer_id == customer, SurveyInvitation.sent_at.is_not(None),
               visible_to(actor))
    )  # fmt: skip


def _notes(_actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
    return select(
        CustomerNote.created_at, CustomerNote.id, _nothing(), CustomerNote.author_name,
        CustomerNote.text,
    ).where(CustomerNote.customer_id == customer)  # fmt: skip


def _stages(_actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
    return select(
        StageChange.at, StageChange.id, _nothing(), StageChange.stage, StageChange.was,
        StageChange.why, StageChange.agent_name, StageChange.until,
    ).where(StageChange.customer_id.in_(family_of(customer)))  # fmt: skip


OF_THE_RECORD = (
    "customer.added", "customer.edited", "customer.changed", "customer.fields_changed",
    "customer.tier_set", "customer.merged", "customer.unmerged", "customer.merge_dismissed",
    "customer.claimed", "customer.released", "customer.pooled", "customer.proved",
    "customer.address_added", "customer.address_removed", "customer.address_preferred",
    "customer.joined_organization",
)  # fmt: skip


def _changes(actor: Actor, customer: int) -> Select[*tuple[Any, ...]]:
    """What was done to the record; what was done to a ticket is told by the ticket."""
    hidden = select(Ticket.id).where(Ticket.id == AuditEvent.ticket_id, visible_to(actor)).exists()
    return select(
        AuditEvent.at, AuditEvent.id, AuditEvent.ticket_id, AuditEvent.event,
        AuditEvent.actor_name, AuditEvent.reason, AuditEvent.data,
    ).where(
        AuditEvent.customer_id.in_(family_of(customer)), AuditEvent.event.in_(OF_THE_RECORD),
        or_(AuditEvent.ticket_id.is_(None), hidden) if actor.hidden_teams else true(),
    )  # fmt: skip


def _nothing() -> Any:
    return cast(null(), Integer)


SOURCES = (
    Source("messages", Message.sent_at, Message.id, _SAID, _said(False)),
    Source("calls", Message.sent_at, Message.id, _SAID, _said(True)),
    Source("orders", _order.placed_at, _order.id,
           ("number", "summary", "amount", "currency", "refunded", "state"), _orders),
    Source("articles", Question.asked_at, Question.id,
           ("text", "clicked", "outcome", "place"), _articles),
    Source("articles", HelpVisit.last_at, HelpVisit.id, ("opened",), _visits),
    Source("surveys", _surveyed_at, SurveyInvitation.id,
           ("survey", "channel", "score", "comment", "language"), _surveys),
    Source("notes", CustomerNote.created_at, CustomerNote.id, ("author", "text"), _notes),
    Source("stages", StageChange.at, StageChange.id,
           ("stage", "was", "why", "agent", "until"), _stages),
    Source("changes", AuditEvent.at, AuditEvent.id, ("event", "actor", "reason", "data"), _changes),
)  # fmt: skip
KINDS = tuple(dict.fromkeys(source.kind for source in SOURCES))
