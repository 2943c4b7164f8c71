"""What the page of a ticket is answered after a change."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from helpdesk.web import workspace
from helpdesk.web.current import desk, wants_fragment

Answer = str | Response


def changed_ticket(ticket_id: int) -> Answer:
    """What is new, for a script; else the ticket. Who moved it out of their sight goes to the
    queue."""
    if not wants_fragment():
        return redirect(url_for("tickets.ticket", ticket_id=ticket_id))
    with desk().read() as session:
        return workspace.pull(session, ticket_id)
