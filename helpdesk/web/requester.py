"""Making the sender of a forwarded mail the requester, and taking it back."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.requester import make_requester, undo
from helpdesk.models.visibility import NotFound
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.language import _

blueprint = Blueprint(
    "requester", __name__, url_prefix="/tickets/<int:ticket_id>/messages/<int:message_id>"
)
blueprint.before_request(must_be_signed_in)


@blueprint.post("/requester")
def requester(ticket_id: int, message_id: int) -> Response:
    """``mail``: the number of the forwarded mail in the message; without it, as it was before."""
    given = request.form.get("mail", "")
    if not given:
        undo(desk(), actor(), ticket_id, message_id)
    elif given.isdecimal() and len(given) < 3:
        make_requester(desk(), actor(), ticket_id, message_id, int(given))
    else:
        raise NotFound(_("There is no such forwarded mail."))
    return redirect(url_for("tickets.ticket", ticket_id=ticket_id))
