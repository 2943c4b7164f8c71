"""What the bot may learn: corrections and fallbacks, those of one kind together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Message, Ticket, TrainingCandidate
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.nlu_data import AcceptedWords

MOST = 500
MOST_LEARNT = 10_000  # the newest ones


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
    model: str

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


_COLUMNS: tuple[Any, ...] = (  # in the order of Candidate's fields
    TrainingCandidate.id, TrainingCandidate.text, TrainingCandidate.lang,
    TrainingCandidate.source, TrainingCandidate.understood_as, TrainingCandidate.intent,
    TrainingCandidate.article, TrainingCandidate.state, Message.ticket_id,
    func.coalesce(Agent.name, ""), TrainingCandidate.created_at, TrainingCandidate.model,
)  # fmt: skip


def candidates(
    session: Session, actor: Actor, state: str = "open", before: int | None = None
) -> list[Candidate]:
    """The newest ``MOST`` of this state, of tickets that ``actor`` may see; ``before`` is the id of
    the last one that was read."""
    question = (
        select(*_COLUMNS)
        .outerjoin(Message, Message.id == TrainingCandidate.message_id)
        .outerjoin(Ticket, Ticket.id == Message.ticket_id)
        .outerjoin(Agent, Agent.id == TrainingCandidate.agent_id)
        .where(TrainingCandidate.state == state, or_(Ticket.id.is_(None), visible_to(actor)))
        .order_by(TrainingCandidate.id.desc())
        .limit(MOST)
    )
    if before is not None:
        question = question.where(TrainingCandidate.id < before)
    return [Candidate(*row) for row in session.execute(question)]


def accepted(session: Session, actor: Actor) -> list[AcceptedWords]:
    """What a training learns from, the oldest decision first. Raises ``NotAllowed``."""
    actor.must_be(Role.SUPERVISOR, Role.ADMIN)
    rows = session.execute(
        select(TrainingCandidate.id, TrainingCandidate.intent, TrainingCandidate.text)
        .where(TrainingCandidate.state == "accepted")
        .order_by(TrainingCandidate.decided_at.desc(), TrainingCandidate.id.desc())
        .limit(MOST_LEARNT)
    )
    return [AcceptedWords(*row) for row in reversed(rows.all())]


def grouped(found: list[Candidate]) -> list[Group]:
    """Corrections first, the largest groups first."""
    groups: dict[tuple[str, str, str], Group] = {}
    for one in found:
        key = (one.source, one.understood_as, one.right)
        groups.setdefault(key, Group(*key)).candidates.append(one)
    return sorted(groups.values(), key=lambda g: (g.source, -len(g.candidates), g.understood_as))
