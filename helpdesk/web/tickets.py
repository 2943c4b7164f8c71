"""The queue and the tickets in it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.queries import attachments, transcript
from helpdesk.queries.next_due import next_due
from helpdesk.queries.ticket_page import ticket_head
from helpdesk.web import mail_page, workspace
from helpdesk.web.asked import asked
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.turn_offers import turn_offers

blueprint = Blueprint("tickets", __name__)
blueprint.before_request(must_be_signed_in)

BIGGEST = 2**31  # no ticket has this number or a greater one


@blueprint.get("/")
def home() -> AnyResponse:
    return redirect(url_for("tickets.queue"))


@blueprint.get("/tickets")
def queue() -> str:
    """The queue; a script may ask for its rows, or for the list alone."""
    wanted = request.headers.get("HX-Target", "")
    with desk().read() as session:
        context = workspace.list_context(session, counting=wanted != "more")
        if wanted == "more":
            kind = "table_rows" if context["columns"] else "rows"
            return render_template(f"workspace/{kind}.html", **context)
        if wanted == "results":
            return render_template("workspace/results.html", **context)
        if wanted == "list":
            return render_template("workspace/list_and_side.html", **context)
        return render_template("workspace.html", pane="list", head=None, **context)


@blueprint.get("/tickets/next-due")
def most_due() -> AnyResponse:
    """The ticket whose answer is due next after ``from``; where one is already, when none is."""
    here = workspace.number("from")
    with desk().read() as session:
        found = next_due(session, actor(), here if here < BIGGEST else 0) or here
    to = url_for("tickets.ticket", ticket_id=found) if found else url_for("tickets.queue")
    return redirect(to + asked().query)


@blueprint.get("/tickets/<int:ticket_id>")
def ticket(ticket_id: int) -> str | AnyResponse:
    """One ticket beside the queue; a script asks for the ticket alone, and for the counts later.

    A ticket that is part of another one leads there.
    """
    with desk().read() as session:
        context = workspace.ticket_context(session, ticket_id)
        if (into := context["head"].merged_into_id) is not None:
            query = request.query_string.decode("ascii", "replace")
            return redirect(f"{url_for('tickets.ticket', ticket_id=into)}?{query}")
        if request.headers.get("HX-Target") == "opened":
            return render_template("workspace/opened.html", **context)
        context |= workspace.list_context(session, open_id=ticket_id, counting=False)
    pane = "details" if request.args.get("pane") == "details" else "ticket"
    return render_template("workspace.html", pane=pane, **context)


@blueprint.get("/tickets/<int:ticket_id>/transcript")
def part_of_transcript(ticket_id: int) -> str:
    """The earlier messages (?before=seq), or what changed (?after=version&event=id)."""
    with desk().read() as session:
        if "before" in request.args:
            return _earlier(session, ticket_id)
        return workspace.pull(session, ticket_id)


def _earlier(session: Session, ticket_id: int) -> str:
    head = ticket_head(session, actor(), ticket_id)
    part = transcript.earlier(session, actor(), ticket_id, workspace.place_asked())
    return render_template(
        "workspace/turns.html", head=head, transcript=part,
        **workspace.shared_context(), **turn_offers(session, head, part),
    )  # fmt: skip


@blueprint.get("/tickets/<int:ticket_id>/messages/<int:message_id>")
def original(ticket_id: int, message_id: int) -> Response:
    """A message as it was sent, in a page of its own that can do nothing."""
    with desk().read() as session:
        found = attachments.original(session, actor(), ticket_id, message_id)
    images = request.args.get("images") == "1"
    said = mail_page.shown(found, with_remote_images=images) if found.html else ""
    html = Markup(said)  # noqa: S704  sanitized at intake
    page = render_template("workspace/original.html", original=found, html=html)
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = mail_page.policy(with_images=images)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
