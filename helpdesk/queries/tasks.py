"""Tasks and reminders: of one ticket, and of one agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Notification, Reminder, Task, Ticket, now
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor

MOST = 200


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task, as a list shows it."""

    id: int
    title: str
    owner_id: int | None
    owner: str
    due_at: datetime | None
    done_at: datetime | None
    ticket: int
    subject: str

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at <= now()


@dataclass(frozen=True, slots=True)
class ReminderLine:
    id: int
    text: str
    due_at: datetime
    told_at: datetime | None
    ticket: int
    subject: str


_COLUMNS = (
    Task.id, Task.title, Task.owner_id, func.coalesce(Agent.name, ""), Task.due_at, Task.done_at,
    Ticket.id, Ticket.subject,
)  # fmt: skip


def tasks_of_ticket(session: Session, ticket_id: int) -> list[TaskLine]:
    """What is to be done first, by due time; then what is done. The ticket must be visible."""
    return [TaskLine(*row) for row in session.execute(_OF_TICKET, {"ticket": ticket_id})]


_OF_TICKET = (
    select(*_COLUMNS)
    .join(Ticket, Ticket.id == Task.ticket_id)
    .outerjoin(Agent, Agent.id == Task.owner_id)
    .where(Task.ticket_id == bindparam("ticket"))
    .order_by(Task.done_at.is_not(None), Task.due_at.is_(None), Task.due_at, Task.id)
)


def tasks_of_agent(session: Session, actor: Actor, *, done: bool = False) -> list[TaskLine]:
    """The agent's own tasks, the most urgent first; or what they have done, newest first."""
    question = _of_agent(actor, done)
    return [TaskLine(*row) for row in session.execute(question, {"agent": actor.id})]


@lru_cache(1024)
def _of_agent(actor: Actor, done: bool) -> Select[*tuple[Any, ...]]:
    question = (
        select(*_COLUMNS)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .outerjoin(Agent, Agent.id == Task.owner_id)
        .where(Task.owner_id == bindparam("agent"), visible_to(actor))
        .limit(MOST)
    )
    if done:
        return question.where(Task.done_at.is_not(None)).order_by(Task.done_at.desc())
    return question.where(Task.done_at.is_(None)).order_by(
        Task.due_at.is_(None), Task.due_at, Task.id
    )


def reminders_of(
    session: Session, actor: Actor, ticket_id: int | None = None
) -> list[ReminderLine]:
    """The agent's own reminders that are still to come, of one ticket or of all."""
    question = _reminders(actor)
    if ticket_id is not None:
        question = question.where(Reminder.ticket_id == ticket_id)
    return [ReminderLine(*row) for row in session.execute(question, {"agent": actor.id})]


@lru_cache(1024)
def _reminders(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Reminder.id, Reminder.text, Reminder.due_at, Reminder.told_at,
            Ticket.id, Ticket.subject,
        )
        .join(Ticket, Ticket.id == Reminder.ticket_id)
        .where(
            Reminder.agent_id == bindparam("agent"), Reminder.told_at.is_(None), visible_to(actor)
        )
        .order_by(Reminder.due_at, Reminder.id)
        .limit(MOST)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the agent was told and has not put away."""

    id: int
    kind: str
    text: str
    at: datetime
    ticket: int
    subject: str


def due_now(session: Session, actor: Actor) -> list[Told]:
    """What the agent has been notified of by time and has not seen, newest first."""
    return [Told(*row) for row in session.execute(_told(actor), {"agent": actor.id})]


@lru_cache(1024)
def _told(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Notification.id, Notification.kind, Notification.words, Notification.created_at,
            Ticket.id, Ticket.subject,
        )
        .join(Ticket, Ticket.id == Notification.ticket_id)
        .where(
            Notification.agent_id == bindparam("agent"),
            Notification.read_at.is_(None),
            Notification.kind.in_(("reminder", "task")),
            visible_to(actor),
        )
        .order_by(Notification.id.desc())
        .limit(MOST)
    )  # fmt: skip
