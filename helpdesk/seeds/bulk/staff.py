"""Who works at the demo company and where it is reached, looked up once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Inbox, Tag, Team
from helpdesk.rules.search_words import search_words
from helpdesk.seeds.company import COLLEAGUES, LEGAL


@dataclass(frozen=True, slots=True)
class Worker:
    """An agent; ``words`` are those of the name and the address."""

    id: int
    name: str
    email: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """The ids of all that tickets refer to, by name."""

    inboxes: dict[str, tuple[int, str]]  # id and address by channel
    teams: dict[str, int]
    tags: dict[str, int]
    workers: dict[str, tuple[Worker, ...]]  # by team


def office(session: Session) -> Office:
    agents = {
        agent.email: Worker(
            agent.id, agent.name, agent.email, tuple(search_words(f"{agent.name}\n{agent.email}"))
        )
        for agent in session.scalars(select(Agent))
    }
    teams = {team.name: team.id for team in session.scalars(select(Team))}
    everybody = [agents[one.email] for one in COLLEAGUES]
    return Office(
        inboxes={
            inbox.channel: (inbox.id, inbox.address)
            for inbox in session.scalars(select(Inbox).order_by(Inbox.id.desc()))
        },
        teams=teams,
        tags={tag.name: tag.id for tag in session.scalars(select(Tag))},
        workers={
            name: tuple(
                worker
                for worker, one in zip(everybody, COLLEAGUES, strict=True)
                if name != LEGAL or LEGAL in one.teams
            )
            for name in teams
        },
    )
