"""The agent's own tasks and reminders, over all tickets."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import notifications, tasks
from helpdesk.queries.tasks import due_now, reminders_of, tasks_done, tasks_to_do
from helpdesk.web import given
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk

blueprint = Blueprint("my_tasks", __name__, url_prefix="/tasks")
blueprint.before_request(must_be_signed_in)


@blueprint.get("")
def mine() -> str:
    """What is to be done, the most urgent first; ``?done=1``: what has been."""
    done = request.args.get("done") == "1"
    after = given.place(request.args.get("after", ""))
    with desk().read() as session:
        found = tasks_done(session, actor(), after) if done else tasks_to_do(session, actor())
        return render_template(
            "tasks/mine.html",
            tasks=found.rows,
            next=given.place_said(found.next),
            reminders=reminders_of(session, actor()),
            told=due_now(session, actor()),
            done=done,
        )


@blueprint.post("/<int:ticket_id>/<int:task_id>/state")
def state(ticket_id: int, task_id: int) -> Response:
    """The same as on the ticket, but the list is shown again."""
    wanted = request.form.get("state") == "done"
    tasks.mark_task(desk(), actor(), ticket_id, task_id, done=wanted)
    return redirect(url_for("my_tasks.mine", done=None if wanted else "1"))


@blueprint.post("/notifications/<int:notification_id>/seen")
def seen(notification_id: int) -> Response:
    notifications.put_away(desk(), actor(), notification_id)
    return redirect(url_for("my_tasks.mine"))
