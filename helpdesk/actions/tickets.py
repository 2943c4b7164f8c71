"""What agents do to a ticket itself: its status, its assignee, its team, priority and tags."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from helpdesk.actions import audit, handovers, notifications, resolving
from helpdesk.actions.changing import changing
from helpdesk.actions.search_index import reindex_ticket
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, NotPossible, Participant, Tag, Team, Ticket, now
from helpdesk.models.visibility import NotFound, hidden_teams
from helpdesk.rules.actor import Actor
from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.status import Priority, Status

MAX_TAGS = 30


def change_status(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    status: Status,
    *,
    until: datetime | None = None,
    reason: str = "",
) -> None:
    """Resolve, reopen, snooze, close or set to waiting. Raises ``NotPossible``.

    What it is already, it may become: two agents who resolve at once both see it resolved.
    """
    with changing(desk, actor, ticket_id) as (session, ticket):
        stand(session, actor, ticket, status, until=until, reason=reason)


def stand(
    session: WriteSession,
    actor: Actor,
    ticket: Ticket,
    status: Status,
    *,
    until: datetime | None = None,
    reason: str = "",
) -> None:
    """``change_status`` within a transaction that has the ticket."""
    if ticket.status == status.value and status is not Status.SNOOZED:
        return
    if until is not None and until <= now():
        raise NotPossible("Choose a time to come back that lies ahead.")
    if status is Status.RESOLVED:
        resolving.must_be_ready(session, ticket)
    if ticket.status == Status.SNOOZED.value == status.value:
        ticket.become(Status.OPEN)
    ticket.become(status, until=until)
    audit.record(
        session,
        actor,
        _EVENTS[status],
        ticket=ticket,
        reason=reason,
        until=until.isoformat() if until else None,
    )


_EVENTS = {
    Status.OPEN: "ticket.reopened",
    Status.WAITING: "ticket.set_waiting",
    Status.SNOOZED: "ticket.snoozed",
    Status.RESOLVED: "ticket.resolved",
    Status.CLOSED: "ticket.closed",
    Status.SPAM: "ticket.marked_spam",
}


def wake_snoozed(desk: Desk, moment: datetime | None = None) -> int:
    """Open the tickets whose time to come back has come; how many."""
    from helpdesk.rules.actor import SYSTEM

    with desk.read() as session:
        due = session.scalars(
            select(Ticket.id)
            .where(Ticket.status == Status.SNOOZED.value, Ticket.queue_at <= (moment or now()))
            .limit(500)
        ).all()
    for ticket_id in due:
        change_status(desk, SYSTEM, ticket_id, Status.OPEN, reason="Its time had come.")
    return len(due)


def assign(desk: Desk, actor: Actor, ticket_id: int, agent_id: int | None) -> None:
    """Give the ticket to an agent, or to nobody. Raises ``NotPossible``."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        give(session, actor, ticket, agent_id)


def give(session: WriteSession, actor: Actor, ticket: Ticket, agent_id: int | None) -> None:
    """``assign`` within a transaction that has the ticket."""
    if ticket.assignee_id == agent_id:
        return
    name = _may_work(session, ticket, agent_id) if agent_id is not None else ""
    ticket.assignee_id = agent_id
    if agent_id is not None:
        handovers.to_people(session, actor, ticket, Handoff.TAKEN_OVER)
    event = "ticket.assigned" if agent_id is not None else "ticket.unassigned"
    audit.record(session, actor, event, ticket=ticket, to=name, to_id=agent_id)
    notifications.tell_assignee(session, ticket, actor, kind="assigned")


def _may_work(session: WriteSession, ticket: Ticket, agent_id: int) -> str:
    agent = session.get(Agent, agent_id)
    if agent is None or not agent.active:
        raise NotPossible("This agent is not active.")
    if ticket.team_id in hidden_teams(session, agent.id, agent.role):
        raise NotPossible("%(agent)s is not in the private team of this ticket.", agent=agent.name)
    return agent.name


def move_to_team(desk: Desk, actor: Actor, ticket_id: int, team_id: int | None) -> None:
    """Transfer the ticket to a team, or out of all teams."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        transfer(session, actor, ticket, team_id)


def transfer(session: WriteSession, actor: Actor, ticket: Ticket, team_id: int | None) -> None:
    """``move_to_team`` within a transaction that has the ticket."""
    team = session.get(Team, team_id) if team_id is not None else None
    if team_id is not None and (team is None or team_id in actor.hidden_teams):
        raise NotFound("There is no such team.")
    ticket.team_id = team_id
    audit.record(
        session,
        actor,
        "ticket.transferred",
        ticket=ticket,
        to=team.name if team else "",
        to_id=team_id,
    )


def set_priority(desk: Desk, actor: Actor, ticket_id: int, priority: Priority) -> None:
    with changing(desk, actor, ticket_id) as (session, ticket):
        prioritize(session, actor, ticket, priority)


def prioritize(session: WriteSession, actor: Actor, ticket: Ticket, priority: Priority) -> None:
    """``set_priority`` within a transaction that has the ticket."""
    if ticket.priority != priority.value:
        ticket.priority = priority.value
        audit.record(session, actor, "ticket.prioritized", ticket=ticket, to=priority.value)


def set_subject(desk: Desk, actor: Actor, ticket_id: int, subject: str) -> None:
    """Rename the ticket. Raises ``NotPossible`` for an empty subject."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        rename(session, actor, ticket, subject)


def rename(session: WriteSession, actor: Actor, ticket: Ticket, subject: str) -> None:
    """``set_subject`` within a transaction that has the ticket."""
    words = " ".join(subject.split())[:300]
    if not words:
        raise NotPossible("The subject cannot be empty.")
    audit.record(session, actor, "ticket.renamed", ticket=ticket, was=ticket.subject)
    ticket.subject = words
    reindex_ticket(session, ticket)


def set_tags(desk: Desk, actor: Actor, ticket_id: int, names: list[str]) -> None:
    """Give the ticket exactly these tags; new ones are made. Raises ``NotPossible``."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        tag(session, actor, ticket, names)


def tag(session: WriteSession, actor: Actor, ticket: Ticket, names: list[str]) -> None:
    """``set_tags`` within a transaction that has the ticket."""
    wanted = tag_names(names)
    if len(wanted) > MAX_TAGS:
        raise NotPossible("A ticket can have %(most)s tags at most.", most=MAX_TAGS)
    before = {tag.name for tag in ticket.tags}
    if before != set(wanted):
        ticket.tags = [_tag(session, name) for name in wanted]
        audit.record(
            session,
            actor,
            "ticket.tagged",
            ticket=ticket,
            added=sorted(set(wanted) - before),
            removed=sorted(before - set(wanted)),
        )


def tag_names(names: list[str]) -> list[str]:
    """The names as tags are kept: in small letters, each once."""
    kept = (" ".join(name.split()).lower()[:40] for name in names)
    return [name for name in dict.fromkeys(kept) if name]


def _tag(session: WriteSession, name: str) -> Tag:
    tag = session.scalar(select(Tag).where(Tag.name == name))
    if tag is None:
        tag = Tag(name=name)
        session.add(tag)
    return tag


def confirm_participant(desk: Desk, actor: Actor, ticket_id: int, participant_id: int) -> None:
    """Let an address that joined by itself be written to from now on."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        participant = session.get(Participant, participant_id)
        if participant is None or participant.ticket_id != ticket.id:
            raise NotFound("There is no such participant.")
        participant.confirmed_at = participant.confirmed_at or now()
        audit.record(
            session,
            actor,
            "participant.confirmed",
            ticket=ticket,
            address=participant.contact_point.value,
        )
