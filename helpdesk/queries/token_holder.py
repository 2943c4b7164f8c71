"""Whose an API token is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, ApiToken, now
from helpdesk.models.visibility import hidden_teams
from helpdesk.rules.actor import Actor, ActorKind, Role


@dataclass(frozen=True, slots=True)
class TokenHolder:
    token_id: int
    scopes: tuple[str, ...]
    last_used_at: datetime | None
    actor: Actor


_IN_FORCE = (
    select(ApiToken.id, ApiToken.scopes, ApiToken.last_used_at, ApiToken.agent_id,
           Agent.name, Agent.email, Agent.role)
    .join(Agent, Agent.id == ApiToken.agent_id)
    .where(
        ApiToken.sha256 == bindparam("sha256"),
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > bindparam("moment")),
        Agent.active,
    )
)  # fmt: skip


def token_holder(session: Session, sha256: str) -> TokenHolder | None:
    """The agent who acts by the token with this hash; None when it is not in force."""
    row = session.execute(_IN_FORCE, {"sha256": sha256, "moment": now()}).one_or_none()
    if row is None:
        return None
    hidden = hidden_teams(session, row.agent_id, row.role)
    actor = Actor(ActorKind.AGENT, row.agent_id, row.name, row.email, Role(row.role), hidden)
    return TokenHolder(row.id, tuple(row.scopes), row.last_used_at, actor)
