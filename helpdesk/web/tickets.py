"""The queue and the tickets in it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.queries import attachments, transcript
from helpdesk.queries.ticket_page import ticket_head
from helpdesk.web import mail_page, workspace
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk

blueprint = Blueprint("tickets", __name__)
blueprint.before_request(must_be_signed_in)


@blueprint.get("/")
def home() -> AnyResponse:
    return redirect(url_for("tickets.queue"))


@blueprint.get("/tickets")
def queue() -> str:
    """The queue; a script may ask for its rows, or for the list alone."""
    asked = request.headers.get("HX-Target", "")
    with desk().read() as session:
        context = workspace.list_context(session, counting=asked != "more")
        if asked == "more":
            return render_template("workspace/rows.html", **context)
        if asked == "results":
            return render_template("workspace/results.html", **context)
        if asked == "list":
            return render_template("workspace/list_and_side.html", **context)
        return render_template("workspace.html", pane="list", head=None, **context)


@blueprint.get("/tickets/<int:ticket_id>")
def ticket(ticket_id: int) -> str:
    """One ticket beside the queue; a script asks for the ticket alone, and for the counts later."""
    with desk().read() as session:
        context = workspace.ticket_context(session, ticket_id)
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
    part = transcript.earlier(session, actor(), ticket_id, workspace.number("before"))
    return render_template(
        "workspace/turns.html", head=head, transcript=part, **workspace.shared_context()
    )


@blueprint.get("/tickets/<int:ticket_id>/messages/<int:message_id>")
def original(ticket_id: int, message_id: int) -> Response:
    """A message as it was sent, in a page of its own that can do nothing."""
    with desk().read() as session:
        found = attachments.original(session, actor(), ticket_id, message_id)
    html = Markup(mail_page.with_images(found)) if found.html else ""  # noqa: S704  sanitized at intake
    page = render_template("workspace/original.html", original=found, html=html)
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = mail_page.policy(
        with_images=request.args.get("images") == "1"
    )
    return response
