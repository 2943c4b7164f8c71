"""Lists as files: each page of a list exports what it shows, filters and all."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from helpdesk.actions import exports as actions
from helpdesk.models import NotPossible, now
from helpdesk.queries import (
    article_inventory,
    customer_list,
    exports,
    ledger_inventory,
    question_inventory,
    settings_inventory,
    survey_answers,
    task_inventory,
)
from helpdesk.queries.customer_list import Wanted
from helpdesk.queries.exports import Export
from helpdesk.queries.saved_views import saved_views
from helpdesk.queries.ticket_list import understood, view_named
from helpdesk.rules.actor import Role
from helpdesk.sheets.writing import FORMATS
from helpdesk.web.articles import filter_asked
from helpdesk.web.asked import asked
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.customers import wanted_customers
from helpdesk.web.language import _
from helpdesk.web.ledger import filter_asked as ledger_filter
from helpdesk.web.question_log import lang_asked
from helpdesk.web.survey_pages import period_asked

blueprint = Blueprint("exports", __name__, url_prefix="/exports")
blueprint.before_request(must_be_signed_in)

MOST_WORDS = 200  # characters


@blueprint.before_request
def must_be_exporter() -> None:
    actor().must_be(*actions.EXPORTERS)


@blueprint.record_once
def tell_templates(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["may_export"] = lambda: actor().role in actions.EXPORTERS


@blueprint.post("")
def whole() -> Response:
    """A list by its ``noun``: of tickets a ``view``; only what matches the words ``q``."""
    noun, view = request.form.get("noun", ""), request.form.get("view", "")
    known = {
        "tickets": lambda: exports.tickets(view_named(view or "all", actor()), _words()),
        "customers": lambda: exports.customers(Wanted(q=_words())),
        "organizations": lambda: exports.organizations(_words()),
        "orders": exports.orders,
    }
    if noun not in known:
        raise NotPossible(_("There is no such export."))
    return _file(known[noun]())


@blueprint.post("/tickets")
def tickets() -> Response:
    """The part of the queue that the address names; the words typed last, if there are any."""
    what = asked(strictly=True)
    with desk().read() as session:
        view = understood(session, what.view(saved_views(session, actor())))
    return _file(exports.tickets(view, _words() if "q" in request.form else what.q))


@blueprint.post("/customers")
def customers() -> Response:
    with desk().read() as session:
        wanted = customer_list.understood(session, wanted_customers())
    return _file(exports.customers(wanted))


@blueprint.post("/organizations")
def organizations() -> Response:
    return _file(exports.organizations(request.args.get("q", "").strip()[:MOST_WORDS]))


@blueprint.post("/articles")
def articles() -> Response:
    return _file(article_inventory.inventory(filter_asked()))


@blueprint.post("/tasks")
def tasks() -> Response:
    """The exporter's own tasks, to be done or done."""
    return _file(task_inventory.inventory(done=request.args.get("done") == "1"))


@blueprint.post("/ledger")
def ledger() -> Response:
    actor().must_be(Role.ADMIN)
    return _file(ledger_inventory.inventory(ledger_filter()))


@blueprint.post("/questions")
def questions() -> Response:
    return _file(question_inventory.inventory(lang_asked()))


@blueprint.post("/agents")
def agents() -> Response:
    actor().must_be(Role.ADMIN)
    return _file(settings_inventory.agents())


@blueprint.post("/tags")
def tags() -> Response:
    return _file(settings_inventory.tags())


@blueprint.post("/saved-replies")
def saved_replies() -> Response:
    return _file(settings_inventory.replies())


@blueprint.post("/answers")
def answers() -> Response:
    """What customers answered to surveys, in the period of the page."""
    days, since, low = period_asked()
    return _file(survey_answers.answers(since, days=days, low=low))


def _words() -> str:
    return request.form.get("q", "").strip()[:MOST_WORDS]


def _file(wanted: Export) -> Response:
    kind = request.form.get("kind", "csv")
    parts = actions.export(desk(), actor(), wanted, kind)
    return download(parts, kind, f"{wanted.noun}-{now():%Y-%m-%d}")


def download(parts: bytes | Iterator[bytes], kind: str, name: str) -> Response:
    """A table as a file to be saved."""
    response = Response(parts, content_type=FORMATS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response
