"""What agents do about an answer that did not get out."""

from __future__ import annotations

from flask import Blueprint, request

from helpdesk.actions import resending
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.ticket_answer import Answer, changed_ticket

blueprint = Blueprint("undelivered", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)


@blueprint.post("/messages/<int:message_id>/deliveries")
def resend(ticket_id: int, message_id: int) -> Answer:
    """Send it over ``channel``: another way, or the same way again."""
    channel = request.form.get("channel", "")
    resending.resend(desk(), actor(), ticket_id, message_id, channel)
    return changed_ticket(ticket_id)


@blueprint.post("/messages/<int:message_id>/acknowledgement")
def let_be(ticket_id: int, message_id: int) -> Answer:
    """It did not get out, and need not."""
    resending.let_be(desk(), actor(), ticket_id, message_id)
    return changed_ticket(ticket_id)


@blueprint.post("/contact-points/<int:point_id>/reachability")
def make_reachable(ticket_id: int, point_id: int) -> Answer:
    resending.make_reachable(desk(), actor(), ticket_id, point_id)
    return changed_ticket(ticket_id)
