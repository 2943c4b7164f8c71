"""Telling agents of something in a ticket, and keeping what they have seen of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Integer, exists, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from helpdesk import signals
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, Message, Notification, ReadMark, Ticket, now
from helpdesk.models.visibility import hidden_teams, ticket_for
from helpdesk.rules.actor import Actor

MOST_WORDS = 140  # characters


def tell(
    session: WriteSession,
    ticket: Ticket,
    message: Message,
    agents: Sequence[int],
    *,
    kind: str,
    by: str = "",
) -> list[int]:
    """Leave a notification for each of ``agents`` who works here and may see the ticket."""
    session.flush()
    words = _beginning(message)
    told = [
        agent.id
        for agent in session.scalars(select(Agent).where(Agent.id.in_(agents), Agent.active))
        if may_see(session, ticket, agent)
    ]
    for agent in told:
        session.add(
            Notification(agent_id=agent, kind=kind, ticket_id=ticket.id, message_id=message.id,
                         by=by, words=words)
        )  # fmt: skip
        session.announce(signals.agent_told, agent=agent)
    return told


def tell_assignee(
    session: WriteSession,
    ticket: Ticket,
    actor: Actor,
    *,
    kind: str,
    message: Message | None = None,
) -> None:
    """Leave a notification for whom the ticket is assigned to, but for ``actor`` themselves.

    One statement, and none for a ticket of nobody. While one of this ``kind`` is unseen in the
    ticket, no other joins it: ten mails in a row ring once.
    """
    if ticket.assignee_id is None or (actor.is_staff and actor.id == ticket.assignee_id):
        return
    unseen = exists().where(
        Notification.agent_id == Agent.id,
        Notification.read_at.is_(None),
        Notification.ticket_id == ticket.id,
        Notification.kind == kind,
    )
    row = {
        "agent_id": Agent.id,
        "kind": literal(kind),
        "ticket_id": literal(ticket.id),
        "message_id": literal(message.id if message else None, Integer),
        "by": literal(actor.name),
        "words": literal(_beginning(message) if message else ""),
        "created_at": literal(now(), Notification.created_at.type),
    }
    wanted = select(*row.values()).where(Agent.id == ticket.assignee_id, Agent.active, ~unseen)
    told = insert(Notification).from_select(list(row), wanted, include_defaults=False)
    with session.no_autoflush:
        is_new = session.scalar(told.returning(Notification.id)) is not None
    if is_new:
        session.announce(signals.agent_told, agent=ticket.assignee_id)


def _beginning(message: Message) -> str:
    return " ".join(message.text[: MOST_WORDS * 10].split())[:MOST_WORDS]


def may_see(session: WriteSession, ticket: Ticket, agent: Agent) -> bool:
    return ticket.assignee_id == agent.id or ticket.team_id not in hidden_teams(
        session, agent.id, agent.role
    )


def mark_read(desk: Desk, actor: Actor, ticket_id: int, seq: int) -> None:
    """Everything up to ``seq`` was on the agent's screen; it never goes back.

    What they were told of in this ticket is read with it.
    """
    actor.must_be_staff()
    assert actor.id is not None
    with desk.write() as session:
        ticket = ticket_for(session, actor, ticket_id)
        _mark(desk, session, actor.id, ticket.id, min(seq, ticket.last_seq))
        session.execute(
            update(Notification)
            .where(
                Notification.agent_id == actor.id,
                Notification.ticket_id == ticket.id,
                Notification.read_at.is_(None),
            )
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )


def _mark(desk: Desk, session: WriteSession, agent: int, ticket: int, seq: int) -> None:
    dialect = sqlite if desk.database.is_sqlite else postgresql
    mark = dialect.insert(ReadMark).values(agent_id=agent, ticket_id=ticket, seq=seq, at=now())
    session.execute(
        mark.on_conflict_do_update(
            index_elements=["agent_id", "ticket_id"],
            set_={"seq": mark.excluded.seq, "at": mark.excluded.at},
            where=ReadMark.seq < mark.excluded.seq,
        )
    )


def read_all(desk: Desk, actor: Actor) -> None:
    """The agent has seen every notification."""
    with desk.write() as session:
        session.execute(
            update(Notification)
            .where(Notification.agent_id == actor.id, Notification.read_at.is_(None))
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )


def put_away(desk: Desk, actor: Actor, notification_id: int) -> None:
    """The agent has seen it. Nothing happens for what is not theirs, or seen already."""
    actor.must_be_staff()
    with desk.write() as session:
        session.execute(
            update(Notification)
            .where(
                Notification.id == (notification_id if notification_id < 2**31 else 0),
                Notification.agent_id == actor.id,
                Notification.read_at.is_(None),
            )
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )
