"""What agents say: replies and notes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from helpdesk.actions import replies, tickets
from helpdesk.actions.held import Wait
from helpdesk.actions.replies import UnseenMessages
from helpdesk.actions.resolving import must_be_ready_to_resolve
from helpdesk.models import NotPossible
from helpdesk.models.message import Hold
from helpdesk.rules.preferences import UNDO_SECONDS
from helpdesk.rules.recipients import NotAnAddress
from helpdesk.rules.status import Status
from helpdesk.web import events, workspace
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.chosen_times import later
from helpdesk.web.current import actor, desk, me, wants_fragment
from helpdesk.web.errors import translated
from helpdesk.web.language import _
from helpdesk.web.recipients import chosen
from helpdesk.web.ticket_answer import changed_ticket
from helpdesk.web.uploads import uploaded

blueprint = Blueprint("replies", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

_CLIENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
Answer = str | Response | tuple[str, int]


@blueprint.post("/replies")
def reply(ticket_id: int) -> Answer:
    """Send a public reply; 409 with the new messages when the customer wrote meanwhile."""
    form = request.form
    then = Status.RESOLVED.value if form.get("then") == Status.RESOLVED.value else ""
    try:
        if then:
            must_be_ready_to_resolve(desk(), actor(), ticket_id)
        said = replies.send(
            desk(),
            actor(),
            ticket_id,
            form.get("text", ""),
            channel=form.get("channel") or None,
            recipients=chosen(),
            files=uploaded(),
            client_id=_client_id(),
            seen_seq=_seen(),
            wait=_wait(then),
        )
    except UnseenMessages as unseen:
        return _refused(ticket_id, events.joined(unseen.count)), 409
    except (NotPossible, NotAnAddress) as error:
        if wants_fragment():
            raise
        return _refused(ticket_id, translated(error)), 409
    if then and not said.is_held:
        tickets.change_status(desk(), actor(), ticket_id, Status.RESOLVED)
    return changed_ticket(ticket_id)


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
    return changed_ticket(ticket_id)


def _wait(then: str) -> Wait | None:
    """Until when the reply is held: the time that was chosen, or for as long as the bar stands."""
    moment = datetime.now(UTC)
    if chosen := request.form.get("at", ""):
        at = later(chosen)
        if at <= moment:
            raise NotPossible(_("Choose a time to send that lies ahead."))
        return Wait(Hold.SCHEDULED, at, then)
    if wants_fragment() and me().preferences.undo:
        return Wait(Hold.UNDO, moment + timedelta(seconds=UNDO_SECONDS), then)
    return None


def _client_id() -> str | None:
    given = request.form.get("client_id", "")
    return given if _CLIENT_ID.fullmatch(given) else None


def _seen() -> int | None:
    given = request.form.get("seen_seq", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _refused(ticket_id: int, why: str, mode: str = "reply") -> str:
    """What was written stays, beside the reason."""
    with desk().read() as session:
        if wants_fragment():
            return workspace.pull(session, ticket_id, conflict=why)
        draft = request.form.get("text", "")
        context = workspace.ticket_context(session, ticket_id, draft=draft, mode=mode, conflict=why)
        context |= workspace.list_context(session, open_id=ticket_id)
    return render_template("workspace.html", pane="ticket", **context)
