"""Changes to a ticket, each a resource of it: its status, its assignee, its tags, ..."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import customers, moving, tickets
from helpdesk.models import NotPossible
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.queries import attachments
from helpdesk.rules.status import Priority, Status
from helpdesk.web import workspace
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, me, wants_fragment
from helpdesk.web.language import _

blueprint = Blueprint("ticket_changes", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

BY_HAND = frozenset({status.value for status in Status} - {Status.SNOOZED.value})
FARTHEST = timedelta(days=366)
Answer = str | Response


@blueprint.post("/status")
def status(ticket_id: int) -> Answer:
    wanted = request.form.get("status", "")
    if wanted not in BY_HAND:
        raise NotPossible(_("There is no such status."))
    tickets.change_status(desk(), actor(), ticket_id, Status(wanted))
    return _changed(ticket_id)


@blueprint.post("/snooze")
def snooze(ticket_id: int) -> Answer:
    until = _time(request.form.get("until", ""))
    tickets.change_status(desk(), actor(), ticket_id, Status.SNOOZED, until=until)
    return _changed(ticket_id)


def _time(given: str) -> datetime:
    """A time that was sent; without a zone it is the company's."""
    try:
        at = datetime.fromisoformat(given)
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(desk().settings.timezone))
        too_far = at.astimezone(UTC) > datetime.now(UTC) + FARTHEST
    except (ValueError, OverflowError):
        raise NotPossible(_("Choose the time when the ticket is to come back.")) from None
    if too_far:
        raise NotPossible(_("Choose a time within a year."))
    return at


@blueprint.post("/assignee")
def assignee(ticket_id: int) -> Answer:
    tickets.assign(desk(), actor(), ticket_id, _number("agent"))
    return _changed(ticket_id)


@blueprint.post("/team")
def team(ticket_id: int) -> Answer:
    wanted = _number("team")
    if wanted is not None and all(team.id != wanted for team in me().teams):
        raise NotFound(_("There is no such team."))
    tickets.move_to_team(desk(), actor(), ticket_id, wanted)
    return _changed(ticket_id)


def _number(name: str) -> int | None:
    """The id that was chosen, or None for nobody."""
    given = request.form.get(name, "")
    if not given:
        return None
    if not given.isdecimal() or len(given) > 9:
        raise NotFound(_("There is nobody of this number."))
    return int(given)


@blueprint.post("/priority")
def priority(ticket_id: int) -> Answer:
    wanted = request.form.get("priority", "")
    if wanted not in {known.value for known in Priority}:
        raise NotPossible(_("There is no such priority."))
    tickets.set_priority(desk(), actor(), ticket_id, Priority(wanted))
    return _changed(ticket_id)


@blueprint.post("/subject")
def subject(ticket_id: int) -> Answer:
    tickets.set_subject(desk(), actor(), ticket_id, request.form.get("subject", ""))
    return _changed(ticket_id)


@blueprint.post("/tags")
def tags(ticket_id: int) -> Answer:
    given = request.form.get("tags", "")[:2000]
    for comma in "，、;；":
        given = given.replace(comma, ",")
    tickets.set_tags(desk(), actor(), ticket_id, given.split(","))
    return _changed(ticket_id)


@blueprint.get("/messages/<int:message_id>/place")
def choose_place(ticket_id: int, message_id: int) -> str:
    """Where to move a message."""
    with desk().read() as session:
        message = attachments.original(session, actor(), ticket_id, message_id)
    return render_template("workspace/place.html", message=message, ticket_id=ticket_id)


@blueprint.post("/messages/<int:message_id>/place")
def place(ticket_id: int, message_id: int) -> Response:
    """Move a message: into the ticket ``to``, or into a new one of its own without it."""
    to = request.form.get("to", "").strip().removeprefix("#")
    if not to:
        new = moving.detach(desk(), actor(), ticket_id, message_id)
        return redirect(url_for("tickets.ticket", ticket_id=new))
    if not to.isdecimal() or len(to) > 9:
        raise NotPossible(_("Give the number of the ticket."))
    moving.move(desk(), actor(), ticket_id, message_id, int(to))
    return redirect(url_for("tickets.ticket", ticket_id=int(to)))


@blueprint.post("/participants/<int:participant_id>/confirmation")
def confirmation(ticket_id: int, participant_id: int) -> Answer:
    tickets.confirm_participant(desk(), actor(), ticket_id, participant_id)
    return _changed(ticket_id)


@blueprint.post("/merge-suggestions/<int:suggestion_id>")
def merge_suggestion(ticket_id: int, suggestion_id: int) -> Answer:
    """Say whether two records are one person; the ticket is only where it was asked."""
    with desk().read() as session:
        ticket_for(session, actor(), ticket_id)
    if request.form.get("answer") == "accepted":
        customers.accept_suggestion(desk(), actor(), suggestion_id)
    else:
        customers.dismiss_suggestion(desk(), actor(), suggestion_id)
    return _changed(ticket_id)


def _changed(ticket_id: int) -> Answer:
    """What the page shows afterwards. Who moved a ticket out of their sight goes to the queue."""
    if not wants_fragment():
        return redirect(url_for("tickets.ticket", ticket_id=ticket_id))
    with desk().read() as session:
        return workspace.pull(session, ticket_id)
