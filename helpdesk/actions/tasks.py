"""What is still to be done on a ticket, and being reminded of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update

from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.actions.changing import changing
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Agent, Notification, NotPossible, Reminder, Task, Ticket, now
from helpdesk.models.visibility import NotFound, hidden_teams
from helpdesk.rules.actor import Actor

MOST_TASKS = 100
MOST_TITLE = 200
MOST_WORDS = 300
AT_ONCE = 200  # told in one round


def add_task(
    desk: Desk,
    actor: Actor,
    ticket_id: int,
    title: str,
    *,
    owner_id: int | None = None,
    due_at: datetime | None = None,
) -> int:
    """Put a task on the ticket; its number. Raises ``NotPossible``, ``NotFound``."""
    words = " ".join(title.split())[:MOST_TITLE]
    if not words:
        raise NotPossible("Say what is to be done.")
    with changing(desk, actor, ticket_id) as (session, ticket):
        count = select(func.count()).select_from(Task).where(Task.ticket_id == ticket.id)
        if (session.scalar(count) or 0) >= MOST_TASKS:
            raise NotPossible("A ticket can have %(most)s tasks at most.", most=MOST_TASKS)
        name = _may_work(session, ticket, owner_id) if owner_id is not None else ""
        task = Task(ticket_id=ticket.id, title=words, owner_id=owner_id, due_at=due_at)
        session.add(task)
        session.flush()
        audit.record(session, actor, "task.added", ticket=ticket, title=words, to=name)
        return task.id


def _may_work(session: WriteSession, ticket: Ticket, agent_id: int) -> str:
    agent = session.get(Agent, agent_id) if 0 < agent_id < 2**31 else None
    if agent is None or not agent.active:
        raise NotPossible("This agent is not active.")
    if ticket.team_id in hidden_teams(session, agent.id, agent.role):
        raise NotPossible("%(agent)s is not in the private team of this ticket.", agent=agent.name)
    return agent.name


def mark_task(desk: Desk, actor: Actor, ticket_id: int, task_id: int, *, done: bool) -> None:
    """Done, or to be done after all. Two who press at once both see it so."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        task = _task(session, ticket, task_id)
        if (task.done_at is not None) != done:
            task.mark(done=done)
            event = "task.done" if done else "task.reopened"
            audit.record(session, actor, event, ticket=ticket, title=task.title)


def drop_task(desk: Desk, actor: Actor, ticket_id: int, task_id: int) -> None:
    """Take a task away. Raises ``NotFound``."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        task = _task(session, ticket, task_id)
        audit.record(session, actor, "task.dropped", ticket=ticket, title=task.title)
        session.delete(task)


def _task(session: WriteSession, ticket: Ticket, task_id: int) -> Task:
    task = session.get(Task, task_id) if 0 < task_id < 2**31 else None
    if task is None or task.ticket_id != ticket.id:
        raise NotFound("There is no such task.")
    return task


def remind(desk: Desk, actor: Actor, ticket_id: int, at: datetime, words: str = "") -> int:
    """Tell the agent of this ticket then; the reminder's number. Raises ``NotPossible``."""
    if at <= now():
        raise NotPossible("Choose a time that lies ahead.")
    with changing(desk, actor, ticket_id) as (session, ticket):
        if actor.id is None:
            raise NotPossible("Only agents can be reminded.")
        reminder = Reminder(
            ticket_id=ticket.id, agent_id=actor.id, due_at=at,
            text=" ".join(words.split())[:MOST_WORDS],
        )  # fmt: skip
        session.add(reminder)
        session.flush()
        return reminder.id


def forget_reminder(desk: Desk, actor: Actor, ticket_id: int, reminder_id: int) -> None:
    """Take one's own reminder back. Raises ``NotFound``."""
    with changing(desk, actor, ticket_id) as (session, ticket):
        reminder = session.get(Reminder, reminder_id) if 0 < reminder_id < 2**31 else None
        is_mine = reminder is not None and reminder.agent_id == actor.id
        if reminder is None or reminder.ticket_id != ticket.id or not is_mine:
            raise NotFound("There is no such reminder.")
        session.delete(reminder)


def tell_what_is_due(desk: Desk, moment: datetime | None = None) -> int:
    """Notify of reminders and tasks whose time has come, each once; how many.

    Several processes may do this at once: whoever marks the row first tells.
    """
    moment = moment or now()
    with desk.read() as session:
        reminders = session.scalars(
            select(Reminder.id)
            .where(Reminder.told_at.is_(None), Reminder.due_at <= moment)
            .limit(AT_ONCE)
        ).all()
        tasks = session.scalars(
            select(Task.id)
            .where(Task.done_at.is_(None), Task.told_at.is_(None), Task.due_at <= moment)
            .limit(AT_ONCE)
        ).all()
    told = [_tell_reminder(desk, number, moment) for number in reminders]
    told += [_tell_task(desk, number, moment) for number in tasks]
    return sum(told)


def _tell_reminder(desk: Desk, reminder_id: int, moment: datetime) -> bool:
    with desk.write() as session:
        row = session.execute(
            update(Reminder)
            .where(Reminder.id == reminder_id, Reminder.told_at.is_(None))
            .values(told_at=moment)
            .returning(Reminder.agent_id, Reminder.ticket_id, Reminder.text)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if row is not None:
            _notify(session, row.agent_id, row.ticket_id, "reminder", row.text)
        return row is not None


def _tell_task(desk: Desk, task_id: int, moment: datetime) -> bool:
    with desk.write() as session:
        row = session.execute(
            update(Task)
            .where(Task.id == task_id, Task.told_at.is_(None), Task.done_at.is_(None))
            .values(told_at=moment)
            .returning(Task.owner_id, Task.ticket_id, Task.title)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if row is None or row.owner_id is None:
            return False
        _notify(session, row.owner_id, row.ticket_id, "task", row.title)
        return True


def _notify(session: WriteSession, agent_id: int, ticket_id: int, kind: str, words: str) -> None:
    session.add(Notification(agent_id=agent_id, ticket_id=ticket_id, kind=kind, words=words))
    session.announce(signals.agent_told, agent=agent_id)
    ticket = session.get_one(Ticket, ticket_id)
    audit.changed(session, ticket)
