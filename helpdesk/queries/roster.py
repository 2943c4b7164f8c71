"""Agents, teams and roles as the settings list them; for admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from helpdesk.models import Agent, PasswordLink, RolePolicy, SecondFactor, Team, Ticket, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    name: str
    email: str
    role: str
    active: bool
    teams: tuple[str, ...]
    last_login_at: datetime | None
    has_password: bool
    has_second_factor: bool
    link_until: datetime | None  # a link to set a password that is still good


def members(session: Session, actor: Actor) -> list[Member]:
    """Everybody, who is here first, by name."""
    actor.must_be(Role.ADMIN)
    proved = set(
        session.scalars(select(SecondFactor.agent_id).where(SecondFactor.confirmed_at.is_not(None)))
    )
    links = dict(
        session.execute(
            select(PasswordLink.agent_id, func.max(PasswordLink.expires_at))
            .where(PasswordLink.used_at.is_(None), PasswordLink.expires_at > now())
            .group_by(PasswordLink.agent_id)
        ).all()
    )
    agents = session.scalars(
        select(Agent).order_by(Agent.active.desc(), Agent.name).options(selectinload(Agent.teams))
    )
    return [
        Member(
            id=agent.id,
            name=agent.name,
            email=agent.email,
            role=agent.role,
            active=agent.active,
            teams=tuple(sorted(team.name for team in agent.teams)),
            last_login_at=agent.last_login_at,
            has_password=bool(agent.password_hash),
            has_second_factor=agent.id in proved,
            link_until=links.get(agent.id),
        )
        for agent in agents
    ]


def member(session: Session, actor: Actor, agent_id: int) -> Agent:
    """One agent with their teams. Raises ``NotFound``."""
    actor.must_be(Role.ADMIN)
    question = select(Agent).where(Agent.id == agent_id).options(selectinload(Agent.teams))
    agent = session.scalar(question)
    if agent is None:
        raise NotFound("There is no such agent.")
    return agent


def unfinished_of(session: Session, agent_id: int) -> int:
    """How many tickets that are not done are assigned to the agent."""
    question = select(func.count()).where(
        Ticket.assignee_id == agent_id, Ticket.status.in_(("open", "waiting", "snoozed"))
    )
    return session.scalar(question) or 0


def teams(session: Session, actor: Actor) -> list[Team]:
    """Every team with its members, by name."""
    actor.must_be(Role.ADMIN)
    question = select(Team).order_by(Team.name).options(selectinload(Team.members))
    return list(session.scalars(question))


def roles_with_second_factor(session: Session) -> set[str]:
    question = select(RolePolicy.role).where(RolePolicy.needs_second_factor)
    return set(session.scalars(question))


def holders(session: Session) -> dict[str, int]:
    """How many active agents hold each role."""
    question = select(Agent.role, func.count()).where(Agent.active).group_by(Agent.role)
    return dict(session.execute(question).all())
