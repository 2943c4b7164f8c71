"""Whom a reply by email goes to: the choices, fetched at a click, and what was chosen."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from helpdesk.queries.recipients import choices
from helpdesk.queries.ticket_page import ticket_head
from helpdesk.rules import recipients
from helpdesk.rules.recipients import Recipients
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk

blueprint = Blueprint("recipients", __name__, url_prefix="/tickets/<int:ticket_id>/recipients")
blueprint.before_request(must_be_signed_in)

_PLACE = "place:"


@blueprint.get("")
def listed(ticket_id: int) -> str:
    """Those who take part by email, and where each stands unless the agent chooses."""
    with desk().read() as session:
        head = ticket_head(session, actor(), ticket_id)
        found = choices(desk(), session, head)
    return render_template("workspace/recipient_choices.html", choices=found)


def chosen() -> Recipients | None:
    """What the composer's form chose; None when the agent left it to the desk.

    Raises ``NotAnAddress``.
    """
    form = request.form
    if form.get("channel", "email") != "email" or "recipients" not in form:
        return None
    placed = [(k.removeprefix(_PLACE), v) for k, v in form.items() if k.startswith(_PLACE)]
    to = [address for address, place in placed if place == "to"]
    cc = [address for address, place in placed if place == "cc"]
    return recipients.read([*to, *form.getlist("to")], [*cc, *form.getlist("cc")])
