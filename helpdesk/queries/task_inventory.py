"""An agent's own tasks as a table: what is to be done, or what they have done."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.models import Task
from helpdesk.queries.exports import AT_ONCE, FAR, Export, Rows
from helpdesk.queries.tasks import TaskLine, own_tasks
from helpdesk.rules.actor import Actor

COLUMNS = ("task", "ticket", "subject", "due_at", "done_at")


def inventory(*, done: bool) -> Export:
    """The tasks of whoever exports, the newest first."""
    return Export("tasks", lambda s, a: _rows(s, a, done=done), {"done": "1" if done else ""})


def _rows(session: Session, actor: Actor, *, done: bool) -> Rows:
    yield COLUMNS
    question = own_tasks(actor, done=done).order_by(Task.id.desc()).limit(AT_ONCE)
    before = FAR
    while found := session.execute(question.where(Task.id < before), {"agent": actor.id}).all():
        for task in (TaskLine(*row) for row in found):
            yield task.title, task.ticket, task.subject, task.due_at, task.done_at
        before = found[-1].id
