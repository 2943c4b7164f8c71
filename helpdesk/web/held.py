"""Replies that wait: taking them back, sending them now, looking at the bar a little longer."""

from __future__ import annotations

from flask import Blueprint, render_template

from helpdesk.actions import held
from helpdesk.rules.preferences import UNDO_SECONDS
from helpdesk.web import workspace
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, wants_fragment
from helpdesk.web.ticket_answer import Answer, changed_ticket

blueprint = Blueprint(
    "held", __name__, url_prefix="/tickets/<int:ticket_id>/messages/<int:message_id>"
)
blueprint.before_request(must_be_signed_in)

LOOKING = 30  # seconds that a reply waits while somebody looks at its bar


@blueprint.post("/withdrawal")
def withdrawal(ticket_id: int, message_id: int) -> Answer:
    """Take the reply back; its words return into the composer."""
    words = held.withdraw(desk(), actor(), ticket_id, message_id)
    if wants_fragment():
        with desk().read() as session:
            return workspace.pull(session, ticket_id, withdrawn=words)
    with desk().read() as session:
        context = workspace.ticket_context(session, ticket_id, draft=words)
        context |= workspace.list_context(session, open_id=ticket_id)
    return render_template("workspace.html", pane="ticket", **context)


@blueprint.post("/release")
def release(ticket_id: int, message_id: int) -> Answer:
    """Send it now."""
    held.send_now(desk(), actor(), ticket_id, message_id)
    return changed_ticket(ticket_id)


@blueprint.post("/pause")
def pause(ticket_id: int, message_id: int) -> Answer:
    held.pause(desk(), actor(), ticket_id, message_id, LOOKING)
    return changed_ticket(ticket_id)


@blueprint.post("/resumption")
def resumption(ticket_id: int, message_id: int) -> Answer:
    held.pause(desk(), actor(), ticket_id, message_id, UNDO_SECONDS)
    return changed_ticket(ticket_id)
