"""What an agent has read, and what they are told of."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import notifications as telling
from helpdesk.models import NotPossible
from helpdesk.queries import notifications
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, wants_fragment
from helpdesk.web.language import _

blueprint = Blueprint("notifications", __name__)
blueprint.before_request(must_be_signed_in)

ICONS = {"mention": "note", "answer": "chat", "opened": "chat", "assigned": "user", "late": "alert"}


def said_of(one: notifications.Told) -> str:
    """What happened, in one line."""
    return {
        "mention": _("%(who)s mentioned you", who=one.by),
        "answer": _("%(who)s answered", who=one.by),
        "assigned": _("%(who)s gave you this ticket", who=one.by),
        "opened": _("%(who)s, whom you hold, opened a ticket", who=one.by),
        "late": _("A ticket of yours is late"),
        "held": _("A scheduled reply was not sent: the customer wrote first"),
        "reminder": _("You wanted to be reminded"),
        "task": _("A task of yours is due"),
    }[one.kind]


@blueprint.post("/tickets/<int:ticket_id>/read-mark")
def read_mark(ticket_id: int) -> Response:
    """The page showed everything up to this seq to a person."""
    seq = request.form.get("seq", "")
    if not seq.isdecimal() or len(seq) > 9:
        raise NotPossible(_("Say up to which message the ticket is read."))
    telling.mark_read(desk(), actor(), ticket_id, int(seq))
    if not wants_fragment():
        return redirect(url_for("tickets.ticket", ticket_id=ticket_id))
    return Response(status=204)


@blueprint.get("/notifications")
def listed() -> str:
    """The latest notifications, for the bell."""
    with desk().read() as session:
        return render_template(
            "workspace/told.html",
            told=notifications.latest(session, actor()),
            unread=notifications.unread(session, actor()),
            said_of=said_of,
            icon_of=lambda kind: ICONS.get(kind, "clock"),
        )


@blueprint.post("/notifications/read")
def read_all() -> Response | str:
    telling.read_all(desk(), actor())
    return listed() if wants_fragment() else redirect(url_for("tickets.queue"))
