"""What agents do about an answer that did not get out."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import resending
from helpdesk.web import workspace
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, wants_fragment

blueprint = Blueprint("undelivered", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

Answer = str | Response


@blueprint.post("/messages/<int:message_id>/deliveries")
def resend(ticket_id: int, message_id: int) -> Answer:
    """Send it over ``channel``: another way, or the same way again."""
    channel = request.form.get("channel", "")
    resending.resend(desk(), actor(), ticket_id, message_id, channel)
    return _changed(ticket_id)


@blueprint.post("/messages/<int:message_id>/acknowledgement")
def let_be(ticket_id: int, message_id: int) -> Answer:
    """It did not get out, and need not."""
    resending.let_be(desk(), actor(), ticket_id, message_id)
    return _changed(ticket_id)


@blueprint.post("/contact-points/<int:point_id>/reachability")
def make_reachable(ticket_id: int, point_id: int) -> Answer:
    resending.make_reachable(desk(), actor(), ticket_id, point_id)
    return _changed(ticket_id)


def _changed(ticket_id: int) -> Answer:
    if not wants_fragment():
        return redirect(url_for("tickets.ticket", ticket_id=ticket_id))
    with desk().read() as session:
        return workspace.pull(session, ticket_id)
