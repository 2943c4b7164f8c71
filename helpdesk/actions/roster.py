"""Who works here: an agent's name, role and teams, and who has left. Admins change it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from helpdesk.actions import agents, audit, sessions, tickets
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, NotPossible, PasswordLink, Team, Ticket
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.status import Status

UNDONE = (Status.OPEN.value, Status.WAITING.value, Status.SNOOZED.value)


def invite(
    desk: Desk,
    actor: Actor,
    *,
    email: str,
    name: str,
    role: Role,
    locale: str,
    teams: Iterable[int],
) -> int:
    """Add an agent who sets their password by a link (``passwords.issue_link``); their id."""
    name = " ".join(name.split())[:100]
    if not name:
        raise NotPossible("An agent needs a name.")
    number = agents.add_agent(desk, actor, email=email, name=name, role=role, locale=locale)
    with desk.write() as session:
        _agent(session, number).teams = _teams(session, teams)
    return number


def change_agent(
    desk: Desk,
    actor: Actor,
    agent_id: int,
    *,
    name: str,
    role: Role,
    locale: str,
    teams: Iterable[int],
) -> None:
    """Raises ``NotPossible`` where no admin would be left. A changed role signs the agent out."""
    actor.must_be(Role.ADMIN)
    name = " ".join(name.split())[:100]
    if not name:
        raise NotPossible("An agent needs a name.")
    with desk.write() as session:
        _lock_admins(session)
        agent = _agent(session, agent_id)
        was = _told(agent)
        if role is not Role.ADMIN:
            _must_leave_an_admin(session, agent)
        if agent.role != role.value:
            sessions.end_all_of(session, agent.id)
        agent.name, agent.role, agent.locale = name, role.value, locale
        agent.teams = _teams(session, teams)
        if (told := _told(agent)) != was:
            changes = {key: value for key, value in told.items() if was[key] != value}
            audit.record(session, actor, "agent.changed", agent=agent.id, of=name, changes=changes)


def deactivate(desk: Desk, actor: Actor, agent_id: int) -> None:
    """The agent is signed out and may not come back; their unfinished tickets go back to the queue.

    Raises ``NotPossible`` for the last admin.
    """
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        _lock_admins(session)
        agent = _agent(session, agent_id)
        if not agent.active:
            return
        _must_leave_an_admin(session, agent)
        agent.active = False
        agent.session_epoch += 1
        sessions.end_all_of(session, agent.id)
        session.execute(delete(PasswordLink).where(PasswordLink.agent_id == agent.id))
        audit.record(session, actor, "agent.deactivated", agent=agent.id, of=agent.name)
    for ticket_id in _unfinished(desk, agent_id):
        tickets.assign(desk, actor, ticket_id, None)


def reactivate(desk: Desk, actor: Actor, agent_id: int) -> None:
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        agent = _agent(session, agent_id)
        if not agent.active:
            agent.active = True
            audit.record(session, actor, "agent.reactivated", agent=agent.id, of=agent.name)


def save_team(
    desk: Desk,
    actor: Actor,
    team_id: int | None,
    *,
    name: str,
    is_private: bool,
    members: Iterable[int],
    hours_id: int | None = None,
) -> int:
    """Add a team, or change one; its id. Raises ``NotPossible`` when the name is taken."""
    actor.must_be(Role.ADMIN)
    name = " ".join(name.split())[:80]
    if not name:
        raise NotPossible("A team needs a name.")
    with desk.write() as session:
        namesake = session.scalar(select(Team.id).where(Team.name == name))
        if namesake not in (None, team_id):
            raise NotPossible("There is a team %(name)s already.", name=name)
        team = session.get(Team, team_id) if team_id is not None else Team()
        if team is None:
            raise NotFound("There is no such team.")
        team.name, team.is_private, team.business_hours_id = name, is_private, hours_id
        team.members = list(session.scalars(select(Agent).where(Agent.id.in_(list(members)))))
        session.add(team)
        session.flush()
        people = sorted(agent.name for agent in team.members)
        event = "team.added" if team_id is None else "team.changed"
        audit.record(
            session, actor, event, team=team.id, name=name, private=is_private, members=people
        )
        return team.id


def _unfinished(desk: Desk, agent_id: int) -> list[int]:
    with desk.read() as session:
        question = select(Ticket.id).where(
            Ticket.assignee_id == agent_id, Ticket.status.in_(UNDONE)
        )
        return list(session.scalars(question.order_by(Ticket.id)))


def _lock_admins(session: WriteSession) -> None:
    """Two admins who demote each other take turns here: the second sees what the first did."""
    admins = select(Agent.id).where(Agent.role == Role.ADMIN.value)
    session.execute(admins.order_by(Agent.id).with_for_update())


def _must_leave_an_admin(session: WriteSession, agent: Agent) -> None:
    if agent.role != Role.ADMIN.value or not agent.active:
        return
    others = select(Agent.id).where(
        Agent.role == Role.ADMIN.value, Agent.active, Agent.id != agent.id
    )
    if session.scalar(others.limit(1)) is None:
        raise NotPossible("There must be an admin left. Make somebody else an admin first.")


def _agent(session: WriteSession, agent_id: int) -> Agent:
    agent = session.get(Agent, agent_id)
    if agent is None:
        raise NotFound("There is no such agent.")
    return agent


def _teams(session: WriteSession, wanted: Iterable[int]) -> list[Team]:
    return list(session.scalars(select(Team).where(Team.id.in_(list(wanted)))))


def _told(agent: Agent) -> dict[str, object]:
    return {
        "name": agent.name,
        "role": agent.role,
        "locale": agent.locale,
        "teams": sorted(team.name for team in agent.teams),
    }
