"""Views that agents keep, and the form of the filter."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import views
from helpdesk.queries.saved_views import saved_views
from helpdesk.rules import queue_columns
from helpdesk.rules.ticket_filter import parse, written
from helpdesk.web.asked import asked
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.filter_words import form_context
from helpdesk.web.shared import shared_context

blueprint = Blueprint("views", __name__, url_prefix="/views")
blueprint.before_request(must_be_signed_in)


@blueprint.get("/filter")
def filter_form() -> str:
    """The choices for the part of the queue that the address names."""
    what = asked(strictly=True)
    with desk().read() as session:
        saved = saved_views(session, actor())
        view = what.view(saved)
        kept = next((each for each in saved if each.name == what.name), None)
        context = form_context(session, view.filter)
    return render_template(
        "workspace/filter.html", **shared_context(what), **context,
        columns=what.table(saved), kept=kept, newest_first=view.newest_first,
    )  # fmt: skip


@blueprint.post("")
def save() -> Response:
    """Keep the filter of ``query`` under a name."""
    form = request.form
    given = parse_qs(form.get("query", "").removeprefix("?"), max_num_fields=200)
    number = views.save(
        desk(), actor(), form.get("name", ""), written(parse(given)),
        columns=queue_columns.written(queue_columns.read(form.getlist("columns"))),
        shared=form.get("shared") == "1",
    )  # fmt: skip
    return redirect(url_for("tickets.queue", view=f"saved/{number}"))


@blueprint.post("/<int:view_id>/removal")
def removal(view_id: int) -> Response:
    views.remove(desk(), actor(), view_id)
    return redirect(url_for("tickets.queue"))
