"""What is written into a ticket beside its transcript: its matter, fields, tasks, reminders."""

from __future__ import annotations

from flask import Blueprint, request

from helpdesk.actions import complaints, custom_fields, tasks
from helpdesk.models import NotPossible
from helpdesk.rules.complaint import Kind
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.given import chosen, time_given
from helpdesk.web.language import _
from helpdesk.web.ticket_answer import Answer, changed_ticket

blueprint = Blueprint("ticket_work", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

FIELD = "field-"  # before the key, in the name of a form's field


@blueprint.post("/matter")
def matter(ticket_id: int) -> Answer:
    """What kind of matter it is, and a complaint's cause and remedy."""
    kind = request.form.get("kind", "")
    if kind not in set(Kind):
        raise NotPossible(_("There is no such kind of ticket."))
    complaints.classify(
        desk(), actor(), ticket_id, Kind(kind),
        cause_id=chosen("cause"), remedy_id=chosen("remedy"),
    )  # fmt: skip
    return changed_ticket(ticket_id)


@blueprint.post("/fields")
def fields(ticket_id: int) -> Answer:
    custom_fields.set_ticket_fields(desk(), actor(), ticket_id, fields_given())
    return changed_ticket(ticket_id)


def fields_given() -> dict[str, str]:
    """The custom fields of a form, by key. A checkbox sends "no" before its "yes"."""
    return {
        name.removeprefix(FIELD): request.form.getlist(name)[-1]
        for name in request.form
        if name.startswith(FIELD)
    }


@blueprint.post("/tasks")
def task(ticket_id: int) -> Answer:
    tasks.add_task(
        desk(), actor(), ticket_id, request.form.get("title", ""),
        owner_id=chosen("owner"), due_at=time_given("due"),
    )  # fmt: skip
    return changed_ticket(ticket_id)


@blueprint.post("/tasks/<int:task_id>/state")
def task_state(ticket_id: int, task_id: int) -> Answer:
    done = request.form.get("state") == "done"
    tasks.mark_task(desk(), actor(), ticket_id, task_id, done=done)
    return changed_ticket(ticket_id)


@blueprint.post("/tasks/<int:task_id>/removal")
def task_removal(ticket_id: int, task_id: int) -> Answer:
    tasks.drop_task(desk(), actor(), ticket_id, task_id)
    return changed_ticket(ticket_id)


@blueprint.post("/reminders")
def reminder(ticket_id: int) -> Answer:
    at = time_given("at")
    if at is None:
        raise NotPossible(_("Choose when to be reminded."))
    tasks.remind(desk(), actor(), ticket_id, at, request.form.get("text", ""))
    return changed_ticket(ticket_id)


@blueprint.post("/reminders/<int:reminder_id>/removal")
def reminder_removal(ticket_id: int, reminder_id: int) -> Answer:
    tasks.forget_reminder(desk(), actor(), ticket_id, reminder_id)
    return changed_ticket(ticket_id)
