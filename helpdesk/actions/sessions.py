"""Where agents are signed in: each browser has a row; without it, its cookie is worth nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, update

from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, AgentSession, now
from helpdesk.rules.actor import Actor

LASTS = timedelta(hours=12)  # however busy it is
COARSE = timedelta(seconds=90)  # how often a page that is asked for writes down "last seen"


def begin(desk: Desk, agent: Actor, *, address: str = "", browser: str = "") -> int:
    """A new session of an agent who has proved who they are; its id."""
    assert agent.id is not None
    with desk.write() as session:
        row = AgentSession(agent_id=agent.id, address=address[:64], browser=browser[:300])
        session.add(row)
        session.get_one(Agent, agent.id).last_login_at = now()
        audit.record(session, agent, "agent.logged_in", address=address, browser=browser[:300])
        session.flush()
        return row.id


def seen(desk: Desk, session_ids: Iterable[int]) -> None:
    """These browsers ask for pages, or have one open, now; what is over stays over."""
    with desk.write() as session:
        session.execute(
            update(AgentSession)
            .where(AgentSession.id.in_(list(session_ids)), AgentSession.created_at > now() - LASTS)
            .values(seen_at=now())
            .execution_options(synchronize_session=False)
        )


def end(desk: Desk, actor: Actor, session_id: int) -> None:
    """Sign one of the agent's own browsers out; nothing when it is out already."""
    with desk.write() as session:
        gone = session.execute(
            delete(AgentSession).where(
                AgentSession.id == session_id, AgentSession.agent_id == actor.id
            )
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            audit.record(session, actor, "agent.logged_out", number=session_id)


def end_others(desk: Desk, actor: Actor, kept: int) -> None:
    """Sign every browser of the agent out but the one that asks."""
    assert actor.id is not None
    with desk.write() as session:
        end_all_of(session, actor.id, but=kept)
        audit.record(session, actor, "agent.sessions_ended")


def end_all_of(session: WriteSession, agent_id: int, *, but: int = 0) -> None:
    """Within a transaction: what changes an agent's rights ends where they are signed in."""
    session.execute(
        delete(AgentSession).where(AgentSession.agent_id == agent_id, AgentSession.id != but)
    )


def forget_old(desk: Desk) -> int:
    """Delete the sessions that are over by age; how many they were."""
    with desk.write() as session:
        gone = session.execute(delete(AgentSession).where(AgentSession.created_at < now() - LASTS))
        return int(gone.rowcount)  # type: ignore[attr-defined]
