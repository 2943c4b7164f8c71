"""Agents and teams: adding them, their passwords, their sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from helpdesk.actions import audit, sessions
from helpdesk.desk import Desk
from helpdesk.models import Agent, NotPossible, Team
from helpdesk.models.visibility import hidden_teams
from helpdesk.rules.actor import SYSTEM, Actor, ActorKind, Role
from helpdesk.rules.preferences import Preferences

MIN_PASSWORD = 10

_hasher = PasswordHasher()  # argon2id with the library's current defaults
_NOBODY = _hasher.hash("nobody has this password")


def add_agent(
    desk: Desk,
    actor: Actor,
    *,
    email: str,
    name: str,
    password: str = "",
    role: Role = Role.AGENT,
    locale: str = "en",
    teams: tuple[str, ...] = (),
) -> int:
    """Add an agent and return its id. Raises ``NotPossible`` when the address is taken or none."""
    actor.must_be(Role.ADMIN)
    email = email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise NotPossible("%(email)s is not an email address.", email=repr(email))
    with desk.write() as session:
        if session.scalar(select(Agent.id).where(Agent.email == email)):
            raise NotPossible("There is an agent %(email)s already.", email=email)
        agent = Agent(
            email=email,
            name=name,
            role=role.value,
            locale=locale,
            password_hash=hashed(password) if password else "",
        )
        agent.teams = [_team(session, team) for team in teams]
        session.add(agent)
        session.flush()
        audit.record(session, actor, "agent.added", email=email, role=role.value)
        return agent.id


def _team(session, name: str) -> Team:  # type: ignore[no-untyped-def]
    return session.scalar(select(Team).where(Team.name == name)) or Team(name=name)


def hashed(password: str) -> str:
    """An argon2id hash. Raises ``NotPossible`` for a password that is too short."""
    if len(password) < MIN_PASSWORD:
        raise NotPossible("The password needs at least %(least)s characters.", least=MIN_PASSWORD)
    return _hasher.hash(password)


def log_in(desk: Desk, email: str, password: str) -> Agent | None:
    """The agent whose password this is, or None: the first step of a login, which
    ``sessions.begin`` ends. Takes as long for an unknown address."""
    with desk.read() as session:
        agent = session.scalar(select(Agent).where(Agent.email == email.strip().lower()))
    if not matches(agent.password_hash if agent else "", password) or agent is None:
        _note_login(desk, None, "agent.login_failed", email)
        return None
    if not agent.active:
        _note_login(desk, agent, "agent.login_refused", email)
        return None
    return agent


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; as slow for a hash that nobody has."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password[:1024])
    except (VerificationError, InvalidHashError):
        return False


def _note_login(desk: Desk, agent: Agent | None, event: str, email: str) -> None:
    actor = Actor(ActorKind.AGENT, agent.id, agent.name) if agent else SYSTEM
    with desk.write() as session:
        audit.record(session, actor, event, email=email[:200])


def actor_of(desk: Desk, agent: Agent) -> Actor:
    """The agent as an actor, with what must stay hidden from them."""
    with desk.read() as session:
        hidden = hidden_teams(session, agent.id, agent.role)
    return Actor(ActorKind.AGENT, agent.id, agent.name, agent.email, Role(agent.role), hidden)


def actor_by_email(desk: Desk, email: str) -> Actor:
    """The agent with this address as an actor. Raises ``NotPossible``."""
    with desk.read() as session:
        agent = session.scalar(select(Agent).where(Agent.email == email.strip().lower()))
    if agent is None or not agent.active:
        raise NotPossible(
            "There is no active agent %(email)s. Add one with: helpdesk agent add %(email)s",
            email=email,
        )
    return actor_of(desk, agent)


def set_preferences(
    desk: Desk,
    actor: Actor,
    *,
    locale: str | None = None,
    theme: str | None = None,
    switches: Mapping[str, bool] | None = None,
) -> None:
    """Keep the language and the look that an agent chose, and what they turned on and off."""
    with desk.write() as session:
        agent = session.get_one(Agent, actor.id)
        agent.locale = locale if locale is not None else agent.locale
        agent.theme = theme if theme is not None else agent.theme
        if switches:
            agent.preferences = Preferences.of(agent.preferences).changed(**switches)


def end_sessions(desk: Desk, actor: Actor) -> None:
    """End every session of the agent, on every device."""
    assert actor.id is not None
    with desk.write() as session:
        session.get_one(Agent, actor.id).session_epoch += 1
        sessions.end_all_of(session, actor.id)
        audit.record(session, actor, "agent.sessions_ended")
