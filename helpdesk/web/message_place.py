"""Where a message lies: choosing another ticket for it, with a reason, and moving it there."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import moving
from helpdesk.models.visibility import ticket_for
from helpdesk.queries import attachments
from helpdesk.queries.ticket_ties import candidates
from helpdesk.rules.move_reason import MoveReason
from helpdesk.web import words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.given import ticket_number

blueprint = Blueprint(
    "message_place", __name__, url_prefix="/tickets/<int:ticket_id>/messages/<int:message_id>/place"
)
blueprint.before_request(must_be_signed_in)


@blueprint.get("")
def choose(ticket_id: int, message_id: int) -> str:
    """The requester's other tickets, or those that ``?q=`` finds, and the reasons."""
    q = request.args.get("q", "").strip()[:200]
    with desk().read() as session:
        message = attachments.original(session, actor(), ticket_id, message_id)
        found = candidates(session, actor(), ticket_for(session, actor(), ticket_id), q)
    return render_template(
        "workspace/place.html", message=message, ticket_id=ticket_id, found=found, q=q,
        reasons=words.move_reasons(),
    )  # fmt: skip


@blueprint.post("")
def move(ticket_id: int, message_id: int) -> Response:
    """Move it: ``into`` the ticket that was chosen, or ``to`` the one that was typed; into a new
    one of its own without either, or with ``alone``."""
    form = request.form
    reason = MoveReason.given(form.get("why", ""), form.get("words", ""))
    field = next((name for name in ("into", "to") if form.get(name, "").strip()), "")
    if not field or "alone" in form:
        there = moving.detach(desk(), actor(), ticket_id, message_id, reason)
    else:
        there = ticket_number(field)
        moving.move(desk(), actor(), ticket_id, message_id, there, reason)
    return redirect(url_for("tickets.ticket", ticket_id=there))
