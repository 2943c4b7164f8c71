"""Changes to a ticket, each a resource of it: its status, its assignee, its tags, ..."""

from __future__ import annotations

from flask import Blueprint, request

from helpdesk.actions import bot_learning, customers, handovers, tickets
from helpdesk.models import NotPossible
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.rules.status import Owner, Priority, Status
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.chosen_times import later
from helpdesk.web.current import actor, desk, me
from helpdesk.web.language import _
from helpdesk.web.ticket_answer import Answer
from helpdesk.web.ticket_answer import changed_ticket as _changed

blueprint = Blueprint("ticket_changes", __name__, url_prefix="/tickets/<int:ticket_id>")
blueprint.before_request(must_be_signed_in)

BY_HAND = frozenset({status.value for status in Status} - {Status.SNOOZED.value})


@blueprint.post("/status")
def status(ticket_id: int) -> Answer:
    wanted = request.form.get("status", "")
    if wanted not in BY_HAND:
        raise NotPossible(_("There is no such status."))
    tickets.change_status(desk(), actor(), ticket_id, Status(wanted))
    return _changed(ticket_id)


@blueprint.post("/snooze")
def snooze(ticket_id: int) -> Answer:
    until = later(request.form.get("until", ""))
    tickets.change_status(desk(), actor(), ticket_id, Status.SNOOZED, until=until)
    return _changed(ticket_id)


@blueprint.post("/assignee")
def assignee(ticket_id: int) -> Answer:
    tickets.assign(desk(), actor(), ticket_id, _number("agent"))
    return _changed(ticket_id)


@blueprint.post("/owner")
def owner(ticket_id: int) -> Answer:
    """Take the ticket over from the bot, or give it back with what was settled."""
    wanted = request.form.get("owner", "")
    if wanted == Owner.PEOPLE.value:
        handovers.take_over(desk(), actor(), ticket_id)
    elif wanted == Owner.BOT.value:
        handovers.hand_back(desk(), actor(), ticket_id, request.form.get("settled", ""))
    else:
        raise NotPossible(_("A ticket is with the bot or with people."))
    return _changed(ticket_id)


@blueprint.post("/messages/<int:message_id>/correction")
def correction(ticket_id: int, message_id: int) -> Answer:
    """Say what the bot should have understood, or which article would have been right."""
    form = request.form
    bot_learning.correct(
        desk(), actor(), ticket_id, message_id,
        intent=form.get("intent", "")[:64], article=form.get("article", "")[:200],
    )  # fmt: skip
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
