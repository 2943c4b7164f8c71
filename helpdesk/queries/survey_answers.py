"""What customers answered to surveys, as a table: every answer of a period, the newest first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, SurveyAnswer, SurveyInvitation, Team, Ticket
from helpdesk.models.visibility import visible_to
from helpdesk.queries.exports import AT_ONCE, FAR, Export, Rows
from helpdesk.rules.actor import Actor
from helpdesk.rules.survey import LOW

COLUMNS = ("answered_at", "score", "comment", "language", "kind", "ticket", "subject", "agent",
           "team", "channel", "asked_at")  # fmt: skip


def answers(since: datetime, *, days: int, low: bool = False) -> Export:
    """The answers since then; ``low``: only bad ones."""
    asked = {"days": str(days), "low": "1" if low else ""}
    return Export("answers", lambda s, a: _rows(s, a, since, low=low), asked)


def _rows(session: Session, actor: Actor, since: datetime, *, low: bool) -> Rows:
    yield COLUMNS
    question = (
        select(
            SurveyAnswer.answered_at, SurveyAnswer.score, SurveyAnswer.comment,
            SurveyAnswer.locale, SurveyInvitation.kind, Ticket.id, Ticket.subject, Agent.name,
            Team.name, SurveyInvitation.channel, SurveyInvitation.sent_at, SurveyAnswer.id,
        )
        .join(SurveyInvitation, SurveyInvitation.id == SurveyAnswer.invitation_id)
        .join(Ticket, Ticket.id == SurveyInvitation.ticket_id)
        .outerjoin(Agent, Agent.id == SurveyInvitation.agent_id)
        .outerjoin(Team, Team.id == SurveyInvitation.team_id)
        .where(SurveyAnswer.answered_at >= since, visible_to(actor))
        .order_by(SurveyAnswer.id.desc())
        .limit(AT_ONCE)
    )  # fmt: skip
    if low:
        question = question.where(SurveyAnswer.score <= LOW)
    before = FAR
    while found := session.execute(question.where(SurveyAnswer.id < before)).all():
        yield from (tuple(row[:-1]) for row in found)
        before = found[-1].id
