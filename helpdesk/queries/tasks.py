"""Tasks and reminders: of one ticket, and of one agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Notification, Reminder, Task, Ticket, now
from helpdesk.models.visibility import visible_to
from helpdesk.rules.actor import Actor

MOST = 200
PAGE = 50  # of what is done


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


@dataclass(frozen=True, slots=True)
class Tasks:
    rows: list[TaskLine]
    next: tuple[datetime, int] | None = None  # where the next page begins


def tasks_to_do(session: Session, actor: Actor) -> Tasks:
    """The agent's own tasks, the most urgent first."""
    return Tasks([TaskLine(*r) for r in session.execute(_to_do(actor), {"agent": actor.id})])


@lru_cache(1024)
def _to_do(actor: Actor) -> Select[*tuple[Any, ...]]:
    question = own_tasks(actor, done=False).limit(MOST)
    return question.order_by(Task.due_at.is_(None), Task.due_at, Task.id)


def tasks_done(session: Session, actor: Actor, after: tuple[datetime, int] | None = None) -> Tasks:
    """A page of what the agent has done, the last first; ``after`` is the ``next`` of the page
    before."""
    values: dict[str, Any] = {"agent": actor.id, "size": PAGE + 1}
    if after is not None:
        values["at"], values["id"] = after
    question = _done(actor, after is not None)
    found = [TaskLine(*row) for row in session.execute(question, values)]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Tasks(found[:PAGE], (last.done_at, last.id) if last and last.done_at else None)


@lru_cache(1024)
def _done(actor: Actor, goes_on: bool) -> Select[*tuple[Any, ...]]:
    question = own_tasks(actor, done=True).limit(bindparam("size"))
    if goes_on:
        at, number = bindparam("at", type_=Task.done_at.type), bindparam("id", type_=Task.id.type)
        question = question.where(tuple_(Task.done_at, Task.id) < tuple_(at, number))
    return question.order_by(Task.done_at.desc(), Task.id.desc())


def own_tasks(actor: Actor, *, done: bool) -> Select[*tuple[Any, ...]]:
    """The tasks of the ``agent`` of the statement, as ``TaskLine`` has them, in no order."""
    return (
        select(*_COLUMNS)
        .join(Ticket, Ticket.id == Task.ticket_id)
        .outerjoin(Agent, Agent.id == Task.owner_id)
        .where(
            Task.owner_id == bindparam("agent"), visible_to(actor),
            Task.done_at.is_not(None) if done else Task.done_at.is_(None),
        )
    )  # fmt: skip


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
