"""The ticket whose answer is due next, of those that an agent may take up."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Select, bindparam, or_, select, text, tuple_
from sqlalchemy.orm import Session

from helpdesk.models import QueueGroup, Ticket
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor
from helpdesk.rules.service_clock import NEVER_LATE

_ORDER = (Ticket.late, Ticket.due_at, Ticket.id)


def next_due(session: Session, actor: Actor, after: int = 0) -> int | None:
    """The id of the next one after ticket ``after``, and round to the first; None: nothing is due.

    Only the agent's own tickets and those that nobody has.
    """
    found: int | None = None
    if after:
        found = session.scalar(_question(actor, True), {"agent": actor.id, "after": after})
    if found is None:
        found = session.scalar(_question(actor, False), {"agent": actor.id})
    return found


@lru_cache(256)
def _question(actor: Actor, goes_on: bool) -> Select[int]:
    question = (
        select(Ticket.id)
        .where(
            text(QueueGroup.OPEN),
            Ticket.due_at < NEVER_LATE,
            or_(Ticket.assignee_id == bindparam("agent"), Ticket.assignee_id.is_(None)),
            visible_to(actor),
        )
        .order_by(*_ORDER)
        .limit(1)
    )
    if goes_on:
        place = select(*_ORDER).where(Ticket.id == bindparam("after")).subquery()
        question = question.join(place, tuple_(*_ORDER) > tuple_(*place.c))
    return question
