"""What the bot may learn: corrections and fallbacks, those of one kind together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Message, Ticket, TrainingCandidate
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor

MOST = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    id: int
    text: str
    lang: str
    source: str
    understood_as: str
    intent: str
    article: str
    state: str
    ticket: int | None
    agent: str
    created_at: datetime

    @property
    def right(self) -> str:
        return self.intent or self.article


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that say the same: understood as this, right would be that."""

    source: str
    understood_as: str
    right: str
    candidates: list[Candidate] = field(default_factory=list)


def candidates(session: Session, actor: Actor, state: str = "open") -> list[Candidate]:
    """The newest of this state, of tickets that ``actor`` may see."""
    rows = session.execute(
        select(
            TrainingCandidate.id, TrainingCandidate.text, TrainingCandidate.lang,
            TrainingCandidate.source, TrainingCandidate.understood_as, TrainingCandidate.intent,
            TrainingCandidate.article, TrainingCandidate.state, Message.ticket_id,
            func.coalesce(Agent.name, ""), TrainingCandidate.created_at,
        )
        .outerjoin(Message, Message.id == TrainingCandidate.message_id)
        .outerjoin(Ticket, Ticket.id == Message.ticket_id)
        .outerjoin(Agent, Agent.id == TrainingCandidate.agent_id)
        .where(TrainingCandidate.state == state, or_(Ticket.id.is_(None), visible_to(actor)))
        .order_by(TrainingCandidate.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return [Candidate(*row) for row in rows]


def grouped(found: list[Candidate]) -> list[Group]:
    """Corrections first, the largest groups first."""
    groups: dict[tuple[str, str, str], Group] = {}
    for one in found:
        key = (one.source, one.understood_as, one.right)
        groups.setdefault(key, Group(*key)).candidates.append(one)
    return sorted(groups.values(), key=lambda g: (g.source, -len(g.candidates), g.understood_as))
