"""The tokens of programs, as the settings list them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, ApiToken
from helpdesk.rules.actor import Actor, Role

MOST = 500  # shown on a page


def tokens(
    session: Session, actor: Actor, *, all_of_them: bool = False
) -> Sequence[Row[ApiToken, str]]:
    """One's own, for admins everybody's, with the agent's name: those in force first, the newest
    first; what a page shows, or all of them."""
    actor.must_be_staff()
    question = select(ApiToken, Agent.name).join(Agent, Agent.id == ApiToken.agent_id)
    if actor.role is not Role.ADMIN:
        question = question.where(ApiToken.agent_id == actor.id)
    question = question.order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
    return session.execute(question.limit(None if all_of_them else MOST)).all()
