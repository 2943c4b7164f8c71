"""Passwords: links with which an agent sets one, once, and changing one's own."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update

from helpdesk.actions import agents, audit, sessions
from helpdesk.desk import Desk
from helpdesk.models import Agent, NotPossible, PasswordLink, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, ActorKind, Role

LASTS = timedelta(hours=72)


def issue_link(desk: Desk, actor: Actor, agent_id: int) -> str:
    """The token of a link that sets the agent's password; earlier links are worth nothing then.

    This is the only time that it can be read. Admins.
    """
    actor.must_be(Role.ADMIN)
    token = secrets.token_urlsafe(32)
    with desk.write() as session:
        agent = session.get(Agent, agent_id)
        if agent is None or not agent.active:
            raise NotFound("There is no such agent.")
        session.execute(delete(PasswordLink).where(PasswordLink.agent_id == agent_id))
        session.add(
            PasswordLink(agent_id=agent_id, sha256=_digest(token), expires_at=now() + LASTS)
        )
        audit.record(session, actor, "agent.password_link_made", agent=agent_id, of=agent.name)
    return token


def whose(desk: Desk, token: str) -> Agent | None:
    """The agent whose link this is; None when it was used, is over or was never made."""
    with desk.read() as session:
        return session.scalar(
            select(Agent)
            .join(PasswordLink, PasswordLink.agent_id == Agent.id)
            .where(
                PasswordLink.sha256 == _digest(token),
                PasswordLink.used_at.is_(None),
                PasswordLink.expires_at > now(),
                Agent.active,
            )
        )


def set_by_link(desk: Desk, token: str, password: str) -> None:
    """Set the password of the link's agent and sign them out everywhere. Raises ``NotPossible``."""
    hashed = agents.hashed(password)
    agent = whose(desk, token)
    if agent is None:
        raise NotPossible("This link was used already, or it is over. Ask an admin for a new one.")
    with desk.write() as session:
        taken = session.execute(
            update(PasswordLink)
            .where(PasswordLink.sha256 == _digest(token), PasswordLink.used_at.is_(None))
            .values(used_at=now())
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            raise NotPossible(
                "This link was used already, or it is over. Ask an admin for a new one."
            )
        session.get_one(Agent, agent.id).password_hash = hashed
        sessions.end_all_of(session, agent.id)
        actor = Actor(ActorKind.AGENT, agent.id, agent.name)
        audit.record(session, actor, "agent.password_set")


def change(desk: Desk, actor: Actor, old: str, new: str, *, kept: int) -> None:
    """Change one's own password; the agent's other browsers are signed out."""
    assert actor.id is not None
    with desk.read() as reading:
        known = reading.get_one(Agent, actor.id).password_hash
    if not agents.matches(known, old):
        raise NotPossible("The password that you have now is not right.")
    hashed = agents.hashed(new)
    with desk.write() as session:
        session.get_one(Agent, actor.id).password_hash = hashed
        sessions.end_all_of(session, actor.id, but=kept)
        audit.record(session, actor, "agent.password_changed")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
