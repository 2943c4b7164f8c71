"""Saved replies and macros: used in the composer, kept on a page of their own."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions import macros
from helpdesk.extensions import LOCALES
from helpdesk.models import NotPossible
from helpdesk.models.visibility import ticket_for
from helpdesk.queries import canned
from helpdesk.queries.colleagues import who_may_take
from helpdesk.queries.reply_values import values_for
from helpdesk.rules.actor import Role
from helpdesk.rules.macro_steps import ME, STATUSES, BadSteps, steps_of
from helpdesk.rules.reply_variables import NAMES, filled
from helpdesk.web import words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, me
from helpdesk.web.language import _

blueprint = Blueprint("canned", __name__)
blueprint.before_request(must_be_signed_in)


@blueprint.get("/tickets/<int:ticket_id>/saved-replies")
def for_ticket(ticket_id: int) -> str:
    """The saved replies with their variables filled in, the macros, and whom a note may name."""
    with desk().read() as session:
        ticket = ticket_for(session, actor(), ticket_id)
        values = values_for(desk(), actor(), ticket)
        replies = canned.saved_replies(session, actor(), ticket.customer.locale)
        return render_template(
            "workspace/canned.html",
            replies=[(each.name, filled(each.text, values)) for each in replies],
            macros=canned.macros(session),
            colleagues=who_may_take(session, ticket.team_id),
        )


@blueprint.get("/saved-replies")
def listed() -> str:
    with desk().read() as session:
        return render_template(
            "canned/page.html",
            replies=canned.saved_replies(session, actor()),
            macros=canned.macros(session),
            variables=NAMES,
            choices=_choices(session),
            may_share=actor().role in (Role.SUPERVISOR, Role.ADMIN),
        )


def _choices(session: Session) -> list[tuple[str, str, list[tuple[object, str]]]]:
    """What a macro may set a ticket to: the form's field, its words, values and their words."""
    statuses, colleagues = words.statuses(), who_may_take(session, None)
    return [
        ("status", _("Status"), [(each.value, statuses[each.value]) for each in STATUSES]),
        ("priority", _("Priority"), list(words.priorities().items())),
        ("assignee", _("Assignee"), [
            (ME, _("Who uses it")), ("none", _("Nobody")), *((a.id, a.name) for a in colleagues),
        ]),
        ("team", _("Team"), [("none", _("No team")), *((t.id, t.name) for t in me().teams)]),
    ]  # fmt: skip


@blueprint.post("/saved-replies")
@blueprint.post("/saved-replies/<int:reply_id>")
def save_reply(reply_id: int | None = None) -> Response:
    form = request.form
    locale = form.get("locale", "")
    macros.save_reply(
        desk(), actor(), form.get("name", ""), form.get("text", ""),
        locale=locale if locale in LOCALES else "", shared=form.get("shared") == "1",
        reply_id=reply_id,
    )  # fmt: skip
    return redirect(url_for("canned.listed"))


@blueprint.post("/saved-replies/<int:reply_id>/removal")
def remove_reply(reply_id: int) -> Response:
    macros.remove_reply(desk(), actor(), reply_id)
    return redirect(url_for("canned.listed"))


@blueprint.post("/macros")
@blueprint.post("/macros/<int:macro_id>")
def save_macro(macro_id: int | None = None) -> Response:
    try:
        steps = steps_of(request.form.to_dict())
    except BadSteps as error:
        raise NotPossible(error.words, **error.values) from None
    macros.save_macro(desk(), actor(), request.form.get("name", ""), steps, macro_id=macro_id)
    return redirect(url_for("canned.listed"))


@blueprint.post("/macros/<int:macro_id>/removal")
def remove_macro(macro_id: int) -> Response:
    macros.remove_macro(desk(), actor(), macro_id)
    return redirect(url_for("canned.listed"))
