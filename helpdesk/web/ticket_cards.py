"""The cards beside a ticket that are fetched when its page stands: matter, fields, tasks, ties."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from helpdesk.models import Ticket
from helpdesk.models.visibility import ticket_for
from helpdesk.queries.colleagues import who_may_take
from helpdesk.queries.complaints import matter_of
from helpdesk.queries.custom_fields import ticket_fields
from helpdesk.queries.suggested_links import suggested_links
from helpdesk.queries.tasks import reminders_of, tasks_of_ticket
from helpdesk.queries.ticket_ties import ties_of
from helpdesk.web import words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, me, wants_fragment
from helpdesk.web.language import locale_name

blueprint = Blueprint("ticket_cards", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)


@blueprint.get("/cards")
def cards(ticket_id: int) -> str:
    """The cards; for a browser without a script, in a page of their own."""
    with desk().read() as session:
        ticket = ticket_for(session, actor(), ticket_id)
        context = _context(session, ticket)
    page = "workspace/cards.html" if wants_fragment() else "workspace/cards_page.html"
    return render_template(page, **context)


def _context(session: Session, ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "staff": me(),
        "locale": locale_name(),
        "matter": matter_of(session, ticket),
        "kinds": words.kinds(),
        "fields": ticket_fields(session, ticket.id),
        "tasks": tasks_of_ticket(session, ticket.id),
        "reminders": reminders_of(session, actor(), ticket.id),
        "ties": ties_of(session, actor(), ticket.id),
        "suggested": suggested_links(session, actor(), ticket.id),
        "tie_words": words.ties(),
        "colleagues": who_may_take(session, ticket.team_id),
    }
