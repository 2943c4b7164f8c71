"""What the knowledge base was asked and could not answer. Questions of a ticket are seen by those
who may see the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import HelpVisit, Question, Ticket, now
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor

HELP_CENTRE = ("help", "form", "typing")  # places where a ticket may follow
WORDINGS = 200  # most asked ones that are looked at


@dataclass(frozen=True, slots=True)
class Asked:
    """One wording of a question: how often, when last, how often a ticket followed."""

    id: int  # of the newest row
    text: str
    lang: str
    times: int
    tickets: int
    clicked: str  # the article that was opened after it, if any was
    last_at: datetime


def unanswered(session: Session, actor: Actor, *, days: int, lang: str = "") -> list[Asked]:
    """The wordings that found no article, or none that kept the asker from opening a ticket."""
    actor.must_be_staff()
    question = (
        select(
            func.max(Question.id),
            Question.text,
            Question.lang,
            func.count().label("times"),
            _count(_followed()),
            func.max(Question.clicked),
            func.max(Question.asked_at),
        )
        .outerjoin(Ticket, Ticket.id == Question.ticket_id)
        .where(_open(), seen_by(actor), Question.asked_at > now() - timedelta(days=days))
        .group_by(Question.text, Question.lang)
        .order_by(func.count().desc(), func.max(Question.id).desc())
        .limit(WORDINGS)
    )
    if lang:
        question = question.where(Question.lang == lang)
    return [Asked(*row) for row in session.execute(question)]


def _open() -> ColumnElement[bool]:
    no_answer = Question.outcome == "unknown"
    return and_(Question.settled_as == "", or_(no_answer, _followed()))


def _followed() -> ColumnElement[bool]:
    """A ticket came of it. Elsewhere than on the help centre, the ticket was there before."""
    return and_(Question.ticket_id.is_not(None), Question.place.in_(HELP_CENTRE))


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """For a question that is joined with its ticket, if it has one."""
    return or_(Question.ticket_id.is_(None), visible_to(actor))


@dataclass(frozen=True, slots=True)
class Totals:
    """What became of the customers' questions and of the visits of some days.

    ``deflected``: visits in which an article was opened and that no ticket followed.
    """

    asked: int
    answered: int
    offered: int
    unknown: int
    clicked: int
    followed: int
    visits: int
    deflected: int


def totals(session: Session, actor: Actor, days: int) -> Totals:
    actor.must_be_staff()
    since = now() - timedelta(days=days)
    row = session.execute(
        select(
            func.count(),
            _count(Question.outcome == "answer"),
            _count(Question.outcome == "offer"),
            _count(Question.outcome == "unknown"),
            _count(Question.clicked != ""),
            _count(_followed()),
        ).where(Question.asked_at > since, Question.place != "composer")
    ).one()
    opened = and_(HelpVisit.articles_opened > 0, HelpVisit.ticket_id.is_(None))
    visits = session.execute(
        select(func.count(), _count(opened)).where(HelpVisit.began_at > since)
    ).one()
    return Totals(*row, *visits)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
