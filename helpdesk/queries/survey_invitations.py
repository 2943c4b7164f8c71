"""A survey as its customer sees it, and its answer as the ticket's page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, SurveyAnswer, SurveyInvitation, Ticket, now
from helpdesk.models.visibility import VISIBLE_TO_POINT
from helpdesk.queries.reported import reported
from helpdesk.rules import survey as rules
from helpdesk.rules import survey_token
from helpdesk.rules.actor import Actor
from helpdesk.rules.status import ENDED
from helpdesk.rules.survey import SurveyKind


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was sent; ``score`` is 0 and ``comment`` "" until it is answered."""

    id: int
    ticket: int
    subject: str
    agent: str
    locale: str
    sent_at: datetime
    score: int
    comment: str
    answered_at: datetime | None

    @property
    def may_answer(self) -> bool:
        """Whether a first answer, or another one, is still taken."""
        if self.answered_at is None:
            return now() <= self.sent_at + rules.LINK_LASTS
        return now() <= self.changes_until

    @property
    def changes_until(self) -> datetime:
        return (self.answered_at or now()) + rules.CHANGE_LASTS


_COLUMNS = (
    SurveyInvitation.id, Ticket.id, Ticket.subject, Agent.name, SurveyInvitation.locale,
    SurveyInvitation.sent_at, SurveyAnswer.score, SurveyAnswer.comment,
    SurveyAnswer.answered_at,
)  # fmt: skip


def by_token(session: Session, token: str, key: bytes) -> Invited | None:
    """The invitation that this token was made for; None for one that is not ours."""
    number = survey_token.invitation_of(token)
    row: Any = session.execute(_BY_ID, {"invitation": number or 0}).one_or_none()
    nonce = row.nonce if row else ""  # a number that is not there takes as long
    if not survey_token.holds(token, number or 0, nonce, key) or row is None:
        return None
    return _invited(*row[:-1])


_BY_ID = (
    select(*_COLUMNS, SurveyInvitation.nonce)
    .join(Ticket, Ticket.id == SurveyInvitation.ticket_id)
    .outerjoin(Agent, Agent.id == SurveyInvitation.agent_id)
    .outerjoin(SurveyAnswer, SurveyAnswer.invitation_id == SurveyInvitation.id)
    .where(
        SurveyInvitation.id == bindparam("invitation"), SurveyInvitation.sent_at.is_not(None)
    )
)  # fmt: skip


def _invited(
    number: int, ticket: int, subject: str, agent: str | None, locale: str, sent_at: datetime,
    score: int | None, comment: str | None, answered_at: datetime | None,
) -> Invited:  # fmt: skip
    return Invited(
        number, ticket, subject, agent or "", locale, sent_at, score or 0, comment or "",
        answered_at,
    )  # fmt: skip


def in_chat(session: Session, point_id: int) -> Invited | None:
    """The survey that a visitor's page shows: of their last ticket, while that has ended."""
    row: Any = session.connection().execute(_IN_CHAT, {"point": point_id}).one_or_none()
    if row is None or row.status not in ENDED:
        return None
    found = _invited(*row[:-1])
    return found if found.may_answer else None


_IN_CHAT = (
    select(*_COLUMNS, Ticket.status)
    .join(Ticket, Ticket.id == SurveyInvitation.ticket_id)
    .outerjoin(Agent, Agent.id == SurveyInvitation.agent_id)
    .outerjoin(SurveyAnswer, SurveyAnswer.invitation_id == SurveyInvitation.id)
    .where(
        SurveyInvitation.contact_point_id == bindparam("point"),
        SurveyInvitation.channel == "chat",
        SurveyInvitation.sent_at.is_not(None),
        VISIBLE_TO_POINT,
    )
    .order_by(SurveyInvitation.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Rating:
    """What the customer answered about a ticket."""

    score: int
    comment: str
    locale: str
    answered_at: datetime

    @property
    def is_low(self) -> bool:
        return rules.is_low(self.score)


def rating_of(session: Session, ticket_id: int) -> Rating | None:
    """The answer about a ticket that the asker may see; None while there is none."""
    row = session.connection().execute(_RATING, {"ticket": ticket_id}).one_or_none()
    return Rating(*row) if row else None


_RATING = (
    select(SurveyAnswer.score, SurveyAnswer.comment, SurveyAnswer.locale, SurveyAnswer.answered_at)
    .join(SurveyInvitation, SurveyInvitation.id == SurveyAnswer.invitation_id)
    .where(
        SurveyInvitation.ticket_id == bindparam("ticket"),
        SurveyInvitation.kind == SurveyKind.CSAT.value,
    )
)

COMMENTS = 30


@dataclass(frozen=True, slots=True)
class Comment:
    """One answer with its words, for the list of a supervisor."""

    id: int
    ticket: int
    subject: str
    agent: str
    score: int
    text: str
    locale: str
    answered_at: datetime


def comments(
    session: Session, actor: Actor, since: datetime, *, low: bool = False, before: int = 0
) -> list[Comment]:
    """Comments since then, the latest first; one more than ``COMMENTS`` when there are more.

    ``low``: only those with a score of 1 or 2. ``before``: below this id.
    """
    wanted = [SurveyAnswer.answered_at >= since, reported(actor)]
    wanted += [SurveyAnswer.score <= rules.LOW] if low else [SurveyAnswer.comment != ""]
    wanted += [SurveyAnswer.id < before] if before else []
    rows = session.execute(
        select(
            SurveyAnswer.id, Ticket.id, Ticket.subject, Agent.name, SurveyAnswer.score,
            SurveyAnswer.comment, SurveyAnswer.locale, SurveyAnswer.answered_at,
        )
        .join(SurveyInvitation, SurveyInvitation.id == SurveyAnswer.invitation_id)
        .join(Ticket, Ticket.id == SurveyInvitation.ticket_id)
        .outerjoin(Agent, Agent.id == SurveyInvitation.agent_id)
        .where(and_(*wanted))
        .order_by(SurveyAnswer.id.desc())
        .limit(COMMENTS + 1)
    )  # fmt: skip
    return [Comment(a, b, c, d or "", e, f, g, h) for a, b, c, d, e, f, g, h in rows]
