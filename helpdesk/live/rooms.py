"""The names of the rooms, and who is in them.

| room                  | sockets in it                                                   |
| --------------------- | --------------------------------------------------------------- |
| agents                | every agent                                                     |
| agent:7               | the pages of one agent                                          |
| team:3                | agents who may see the tickets of this team                     |
| ticket:42:0           | agents whose page shows this ticket of a public team            |
| ticket:42:3           | the same, while the ticket belongs to the private team 3        |
| visitor:v_1f...       | the pages of one visitor                                        |
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import ContactPoint, Participant, Team, Ticket, team_members
from helpdesk.rules.actor import Actor, Role

AGENTS = "agents"


def agent(agent_id: int) -> str:
    return f"agent:{agent_id}"


def team(team_id: int) -> str:
    return f"team:{team_id}"


def ticket(ticket_id: int, private_team: int | None) -> str:
    """A new room when the ticket moves into a private team: who watched it before is not in it."""
    return f"ticket:{ticket_id}:{private_team or 0}"


def visitor(visitor_id: str) -> str:
    return f"visitor:{visitor_id}"


def rooms_of(session: Session, actor: Actor) -> list[str]:
    """Every room that an agent's page joins by itself."""
    assert actor.id is not None
    mine = select(team_members.c.team_id).where(team_members.c.agent_id == actor.id)
    wanted = or_(Team.is_private.is_(True), Team.id.in_(mine))
    if actor.role is not Role.ADMIN:
        wanted = Team.id.in_(mine)
    teams = session.scalars(select(Team.id).where(wanted)).all()
    return [AGENTS, agent(actor.id), *(team(each) for each in teams)]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hear of a ticket: rooms of agents, and ids of visitors."""

    agents: list[str]
    visitors: list[str]
    private_team: int | None
    version: int


_AUDIENCE = (
    select(
        Ticket.team_id,
        Ticket.assignee_id,
        Ticket.version,
        Team.is_private,
        ContactPoint.normalized,
    )
    .outerjoin(Team, Team.id == Ticket.team_id)
    .outerjoin(
        Participant,
        and_(Participant.ticket_id == Ticket.id, Participant.confirmed_at.is_not(None)),
    )
    .outerjoin(
        ContactPoint,
        and_(ContactPoint.id == Participant.contact_point_id, ContactPoint.kind == "visitor"),
    )
    .where(Ticket.id == bindparam("ticket"))
)


def audience(session: Session, ticket_id: int) -> Audience | None:
    """Who may hear of this ticket now; None when there is no such ticket."""
    rows = session.connection().execute(_AUDIENCE, {"ticket": ticket_id}).all()
    if not rows:
        return None
    private = rows[0].team_id if rows[0].is_private else None
    visitors = [row.normalized for row in rows if row.normalized]
    return Audience(_agents(private, rows[0].assignee_id), visitors, private, rows[0].version)


def _agents(private_team: int | None, assignee: int | None) -> list[str]:
    if private_team is None:
        return [AGENTS]
    return [team(private_team), *([agent(assignee)] if assignee else [])]
