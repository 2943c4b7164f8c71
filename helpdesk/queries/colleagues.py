"""The agents and teams that an agent works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, bindparam, or_, select, true
from sqlalchemy.orm import Session

from helpdesk.models import Agent, AgentSession, Team, team_members
from helpdesk.rules.actor import Actor, ActorKind, Role
from helpdesk.rules.preferences import Preferences


@dataclass(frozen=True, slots=True)
class TeamName:
    id: int
    name: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Staff:
    """An agent as one who is signed in: who acts, how the desk should look, where they work."""

    actor: Actor
    locale: str
    theme: str
    active: bool
    session_epoch: int
    session: int  # the browser that is signed in
    began_at: datetime
    seen_at: datetime
    preferences: Preferences
    teams: tuple[TeamName, ...]  # those whose tickets they may see

    @property
    def my_teams(self) -> tuple[TeamName, ...]:
        return tuple(team for team in self.teams if team.is_mine)


_SIGNED_IN = (
    select(
        Agent.id,
        Agent.name,
        Agent.email,
        Agent.role,
        Agent.locale,
        Agent.theme,
        Agent.active,
        Agent.session_epoch,
        AgentSession.id.label("session"),
        AgentSession.created_at.label("began_at"),
        AgentSession.seen_at,
        Agent.preferences,
        Team.id.label("team_id"),
        Team.name.label("team_name"),
        Team.is_private,
        team_members.c.agent_id.label("member"),
    )
    .select_from(Agent)
    .join(
        AgentSession,
        and_(AgentSession.agent_id == Agent.id, AgentSession.id == bindparam("session")),
    )
    .outerjoin(Team, true())
    .outerjoin(
        team_members,
        and_(team_members.c.team_id == Team.id, team_members.c.agent_id == Agent.id),
    )
    .where(Agent.id == bindparam("agent"))
    .order_by(Team.name)
)


def signed_in(session: Session, agent_id: int, session_id: int) -> Staff | None:
    """The agent with their teams and the browser's session, in one query; None without it."""
    values = {"agent": agent_id, "session": session_id}
    rows = session.connection().execute(_SIGNED_IN, values).all()
    return _staff(rows) if rows else None


def _staff(rows: Sequence[Row[*tuple[object, ...]]]) -> Staff:
    agent = rows[0]._mapping
    role = Role(str(agent["role"]))
    teams = [row._mapping for row in rows if row._mapping["team_id"] is not None]
    hidden = frozenset(
        team["team_id"]
        for team in teams
        if team["is_private"] and team["member"] is None and role is not Role.ADMIN
    )
    return Staff(
        actor=Actor(ActorKind.AGENT, agent["id"], agent["name"], agent["email"], role, hidden),
        locale=agent["locale"],
        theme=agent["theme"],
        active=agent["active"],
        session_epoch=agent["session_epoch"],
        session=agent["session"],
        began_at=agent["began_at"],
        seen_at=agent["seen_at"],
        preferences=Preferences.of(agent["preferences"]),
        teams=tuple(
            TeamName(team["team_id"], team["team_name"], team["member"] is not None)
            for team in teams
            if team["team_id"] not in hidden
        ),
    )


def who_may_take(session: Session, team_id: int | None) -> list[Colleague]:
    """The active agents who may be given a ticket of this team, by name."""
    question = _ANYBODY if team_id is None else _OF_TEAM
    values = {} if team_id is None else {"team": team_id}
    return [Colleague(*row) for row in session.connection().execute(question, values)]


_ANYBODY = select(Agent.id, Agent.name).where(Agent.active).order_by(Agent.name)
_OF_TEAM = _ANYBODY.where(
    or_(
        select(Team.id).where(Team.id == bindparam("team"), Team.is_private.is_(False)).exists(),
        Agent.role == Role.ADMIN.value,
        Agent.id.in_(
            select(team_members.c.agent_id).where(team_members.c.team_id == bindparam("team"))
        ),
    )
)
