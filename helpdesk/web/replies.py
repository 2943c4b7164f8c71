"""What agents say: replies and notes."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import replies, tickets
from helpdesk.actions.replies import UnseenMessages
from helpdesk.models import NotPossible
from helpdesk.rules.status import Status
from helpdesk.web import events, workspace
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, wants_fragment
from helpdesk.web.errors import translated
from helpdesk.web.uploads import uploaded

blueprint = Blueprint("replies", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

_CLIENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
Answer = str | Response | tuple[str, int]


@blueprint.post("/replies")
def reply(ticket_id: int) -> Answer:
    """Send a public reply; 409 with the new messages when the customer wrote meanwhile."""
    form = request.form
    try:
        replies.send(
            desk(),
            actor(),
            ticket_id,
            form.get("text", ""),
            channel=form.get("channel") or None,
            files=uploaded(),
            client_id=_client_id(),
            seen_seq=_seen(),
        )
    except UnseenMessages as unseen:
        return _refused(ticket_id, events.joined(unseen.count)), 409
    except NotPossible as error:
        if wants_fragment():
            raise
        return _refused(ticket_id, translated(error)), 409
    if form.get("then") == Status.RESOLVED.value:
        tickets.change_status(desk(), actor(), ticket_id, Status.RESOLVED)
    return _done(ticket_id)


@blueprint.post("/notes")
def note(ticket_id: int) -> Answer:
    """Write an internal note."""
    try:
        replies.note(
            desk(),
            actor(),
            ticket_id,
            request.form.get("text", ""),
            files=uploaded(),
            client_id=_client_id(),
        )
    except NotPossible as error:
        if wants_fragment():
            raise
        return _refused(ticket_id, translated(error), mode="note"), 409
    return _done(ticket_id)


def _client_id() -> str | None:
    given = request.form.get("client_id", "")
    return given if _CLIENT_ID.fullmatch(given) else None


def _seen() -> int | None:
    given = request.form.get("seen_seq", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _done(ticket_id: int) -> Answer:
    if not wants_fragment():
        return redirect(url_for("tickets.ticket", ticket_id=ticket_id))
    with desk().read() as session:
        return workspace.pull(session, ticket_id)


def _refused(ticket_id: int, why: str, mode: str = "reply") -> str:
    """What was written stays, beside the reason."""
    with desk().read() as session:
        if wants_fragment():
            return workspace.pull(session, ticket_id, conflict=why)
        draft = request.form.get("text", "")
        context = workspace.ticket_context(session, ticket_id, draft=draft, mode=mode, conflict=why)
        context |= workspace.list_context(session, open_id=ticket_id)
    return render_template("workspace.html", pane="ticket", **context)
