"""How the bot does: containment, fallbacks, handoffs and confusions, by language and channel.

Containment, by DESIGN's vocabulary: resolved with no human reply, no handoff, and no new contact
on ANY channel for seven days. A ticket that ended less than seven days ago cannot be judged yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from helpdesk.models import AuditEvent, Message, Ticket, TrainingCandidate, Understanding, now
from helpdesk.models.week_after import WeekAfter
from helpdesk.queries.reported import reported
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.bot_policy import NOT_UNDERSTOOD
from helpdesk.rules.status import Status

QUIET = timedelta(days=7)
MOST_PAIRS = 50
MOST_REASONS = 200  # reason, language and channel together
LEFT = ("ticket.handed_off", "ticket.taken_over")


@dataclass(frozen=True, slots=True)
class Row:
    """One language on one channel. ``judged`` tickets are those whose seven days are over;
    ``answers`` are those that Rasa gave."""

    language: str
    channel: str
    tickets: int
    judged: int
    contained: int
    answers: int
    fallbacks: int

    @property
    def containment(self) -> float | None:
        """A share from 0 to 1, None while nothing can be judged."""
        return self.contained / self.judged if self.judged else None

    @property
    def fallback_rate(self) -> float | None:
        return self.fallbacks / self.answers if self.answers else None


@dataclass(frozen=True, slots=True)
class Handoffs:
    reason: str
    language: str
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often agents said ``right`` where the bot had understood ``understood``."""

    understood: str
    right: str
    language: str
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class BotFigures:
    rows: list[Row]
    handoffs: list[Handoffs]
    confusions: list[Confusion]


def bot_figures(session: Session, actor: Actor, since: datetime) -> BotFigures:
    """The figures of the tickets that the bot spoke in since then, as far as ``actor`` sees."""
    return BotFigures(
        _rows(session, actor, since),
        _handoffs(session, actor, since),
        _confusions(session, actor, since),
    )


def _rows(session: Session, actor: Actor, since: datetime) -> list[Row]:
    spoke = (
        select(
            Message.ticket_id,
            func.min(Understanding.id).label("first"),
            func.sum(case((Understanding.intent != "", 1), else_=0)).label("answers"),
            func.sum(case((Understanding.intent.in_(NOT_UNDERSTOOD), 1), else_=0)).label("lost"),
        )
        .join(Message, Message.id == Understanding.message_id)
        .where(Understanding.created_at >= since, Message.automatic == "")
        .group_by(Message.ticket_id)
        .subquery()
    )
    begun = aliased(Understanding)
    said = aliased(Message)
    each = (
        select(
            begun.lang, said.channel, spoke.c.answers, spoke.c.lost,
            _is_judged().label("judged"), _is_contained().label("contained"),
        )
        .select_from(spoke)
        .join(Ticket, Ticket.id == spoke.c.ticket_id)
        .join(begun, begun.id == spoke.c.first)
        .join(said, said.id == begun.message_id)
        .where(reported(actor))
        .subquery()
    )  # fmt: skip
    judged, contained = each.c.judged, and_(each.c.judged, each.c.contained)
    found = session.execute(
        select(
            each.c.lang, each.c.channel, func.count(), _times(judged), _times(contained),
            func.sum(each.c.answers), func.sum(each.c.lost),
        )
        .group_by(each.c.lang, each.c.channel)
        .order_by(each.c.lang, each.c.channel)
    )  # fmt: skip
    # PostgreSQL's sum of sums is a Decimal
    return [Row(language, channel, *map(int, counts)) for language, channel, *counts in found]


def _times(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _is_judged() -> ColumnElement[bool]:
    """Ended a week ago, or lost to people or to another contact already."""
    over = and_(Ticket.ended_at.is_not(None), Ticket.ended_at <= now() - QUIET)
    return or_(over, ~_bot_alone())


def _is_contained() -> ColumnElement[bool]:
    return and_(Ticket.ended_at.is_not(None), _bot_alone())


def _bot_alone() -> ColumnElement[bool]:
    by_person, again = aliased(Message), aliased(Message)
    replied = exists().where(
        by_person.ticket_id == Ticket.id,
        by_person.direction == "outbound",
        by_person.visibility == "public",
        by_person.author_kind != ActorKind.BOT.value,
    )
    handed = exists().where(AuditEvent.ticket_id == Ticket.id, AuditEvent.event.in_(LEFT))
    other = aliased(Ticket)
    came_back = exists().where(
        other.customer_id == Ticket.customer_id,
        other.status != Status.SPAM.value,
        again.ticket_id == other.id,
        again.direction == "inbound",
        again.automatic == "",
        again.created_at > Ticket.ended_at,
        again.created_at <= WeekAfter(Ticket.ended_at),
    )
    return and_(~replied, ~handed, ~came_back)


def _handoffs(session: Session, actor: Actor, since: datetime) -> list[Handoffs]:
    left = (
        select(
            *(
                func.coalesce(AuditEvent.data[name].as_string(), "").label(name)
                for name in ("why", "language", "channel")
            )
        )
        .join(Ticket, Ticket.id == AuditEvent.ticket_id)
        .where(AuditEvent.event.in_(LEFT), AuditEvent.at >= since, reported(actor))
        .subquery()
    )
    why, language, channel = left.c.why, left.c.language, left.c.channel
    rows = session.execute(
        select(why, language, channel, func.count())
        .group_by(why, language, channel)
        .order_by(func.count().desc(), why, language, channel)
        .limit(MOST_REASONS)
    )
    return [Handoffs(*row) for row in rows]


def _confusions(session: Session, actor: Actor, since: datetime) -> list[Confusion]:
    right = func.coalesce(func.nullif(TrainingCandidate.intent, ""), TrainingCandidate.article)
    what = (TrainingCandidate.understood_as, right, TrainingCandidate.lang, Message.channel)
    rows = session.execute(
        select(*what, func.count())
        .join(Message, Message.id == TrainingCandidate.message_id)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(
            TrainingCandidate.source == "correction",
            TrainingCandidate.created_at >= since,
            reported(actor),
        )
        .group_by(*what)
        .order_by(func.count().desc(), *what)
        .limit(MOST_PAIRS)
    )
    return [Confusion(*row) for row in rows]
