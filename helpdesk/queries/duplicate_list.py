"""The pairs of records that may be one person, waiting for somebody's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from helpdesk.models import Customer, MergeSuggestion
from helpdesk.models.visibility import customers_visible_to
from helpdesk.queries.customer_list import Line, line_of
from helpdesk.rules.actor import Actor

PAGE = 20


@dataclass(frozen=True, slots=True)
class Pair:
    id: int
    one: Line
    two: Line
    evidence: str
    at: datetime


def pairs(
    session: Session, actor: Actor, after: int | None = None
) -> tuple[list[Pair], int | None]:
    """A page of open pairs of which ``actor`` may see both, and where the next one starts."""
    first, second = aliased(Customer), aliased(Customer)
    one = func.coalesce(first.merged_into_id, first.id)
    two = func.coalesce(second.merged_into_id, second.id)
    seen = select(Customer.id).where(customers_visible_to(actor))
    question = (
        select(MergeSuggestion.id, one, two, MergeSuggestion.evidence, MergeSuggestion.created_at)
        .join(first, first.id == MergeSuggestion.customer_id)
        .join(second, second.id == MergeSuggestion.other_id)
        .where(MergeSuggestion.state == "open", one != two)
        .order_by(MergeSuggestion.id.desc())
        .limit(PAGE + 1)
    )
    if actor.hidden_teams:
        question = question.where(one.in_(seen), two.in_(seen))
    if after is not None:
        question = question.where(MergeSuggestion.id < after)
    rows = session.execute(question).all()
    found = [
        Pair(
            row[0], line_of(session, actor, row[1]), line_of(session, actor, row[2]), row[3], row[4]
        )
        for row in rows[:PAGE]
    ]
    return found, rows[PAGE - 1][0] if len(rows) > PAGE else None
