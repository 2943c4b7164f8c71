"""Several tickets at once, and macros on one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import escape
from werkzeug.wrappers import Response

from helpdesk.actions import macros
from helpdesk.models import NotPossible
from helpdesk.queries import canned
from helpdesk.queries.colleagues import who_may_take
from helpdesk.rules.macro_steps import BadSteps, Steps, steps_of
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, me, wants_fragment
from helpdesk.web.errors import translated
from helpdesk.web.language import _, ngettext
from helpdesk.web.ticket_answer import Answer, changed_ticket

blueprint = Blueprint("bulk", __name__)
blueprint.before_request(must_be_signed_in)


@blueprint.get("/changes/choices")
def choices() -> str:
    """What can be done to the tickets that are picked."""
    with desk().read() as session:
        return render_template(
            "workspace/bulk_choices.html",
            colleagues=who_may_take(session, None),
            staff=me(),
            macros=canned.macros(session),
        )


@blueprint.post("/changes")
def change() -> Response | str:
    """Do the same to each ticket of ``tickets``; those that refuse are told by number."""
    outcome = macros.apply_to(desk(), actor(), _tickets(), _steps())
    if not wants_fragment():
        return redirect(url_for("tickets.queue") + request.form.get("back", ""))
    return _told(outcome)


def _tickets() -> list[int]:
    given = [
        word for word in request.form.getlist("tickets") if word.isdecimal() and len(word) < 10
    ]
    if not given:
        raise NotPossible(_("Select at least one ticket."))
    return [int(word) for word in given]


def _steps() -> Steps:
    form = request.form
    try:
        if (macro := form.get("macro", "")) and macro.isdecimal() and len(macro) < 10:
            return macros.steps_of_macro(desk(), int(macro))
        return steps_of(form.to_dict())
    except BadSteps as error:
        raise NotPossible(error.words, **error.values) from None


def _told(outcome: macros.Outcome) -> str:
    done = len(outcome.done)
    said = [ngettext("%(num)s ticket changed.", "%(num)s tickets changed.", done)]
    said += [
        _("#%(ticket)s stays as it was: %(why)s", ticket=ticket, why=translated(refusal))
        for ticket, refusal in list(outcome.refused.items())[:5]
    ]
    if len(outcome.refused) > 5:
        said.append(_("And %(n)s more.", n=len(outcome.refused) - 5))
    kind = "bad" if outcome.refused else "good"
    failed = " ".join(map(str, outcome.refused))
    return (
        f'<p class="outcome" data-kind="{kind}" data-failed="{failed}">{escape(" ".join(said))}</p>'
    )


@blueprint.post("/tickets/<int:ticket_id>/macros")
def macro(ticket_id: int) -> Answer:
    """Do a macro's steps to this ticket, all or none."""
    macros.apply(desk(), actor(), ticket_id, _steps())
    return changed_ticket(ticket_id)
