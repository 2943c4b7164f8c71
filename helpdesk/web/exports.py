"""Lists as files: each page of a list exports what it shows, filters and all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from helpdesk.actions import exports as actions
from helpdesk.models import NotPossible, now
from helpdesk.queries import (
    article_inventory,
    customer_list,
    exports,
    import_inventory,
    ledger_inventory,
    question_inventory,
    review_inventory,
    settings_inventory,
    survey_answers,
    task_inventory,
)
from helpdesk.queries.customer_list import Wanted
from helpdesk.queries.exports import Export
from helpdesk.queries.saved_views import saved_views
from helpdesk.queries.ticket_list import understood, view_named
from helpdesk.sheets.writing import FORMATS
from helpdesk.web.article_questions import days_asked
from helpdesk.web.articles import filter_asked
from helpdesk.web.asked import asked
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.bot_pages import state_asked
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
    actor().must_be(*exports.EXPORTERS)


@blueprint.record_once
def tell_templates(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["may_export"] = lambda: actor().role in exports.EXPORTERS


def _tickets() -> Export:
    """The part of the queue that the address names; the words typed last, if there are any."""
    what = asked(strictly=True)
    with desk().read() as session:
        view = understood(session, what.view(saved_views(session, actor())))
    return exports.tickets(view, _words() if "q" in request.form else what.q)


def _customers() -> Export:
    with desk().read() as session:
        return exports.customers(customer_list.understood(session, wanted_customers()))


def _organizations() -> Export:
    return exports.organizations(request.args.get("q", "").strip()[:MOST_WORDS])


def _answers() -> Export:
    """What customers answered to surveys, in the period of the page."""
    days, since, low = period_asked()
    return survey_answers.answers(since, days=days, low=low)


LISTS: dict[str, Callable[[], Export]] = {
    "tickets": _tickets,
    "customers": _customers,
    "organizations": _organizations,
    "duplicates": review_inventory.duplicates,
    "imports": import_inventory.inventory,
    "tasks": lambda: task_inventory.inventory(done=request.args.get("done") == "1"),
    "answers": _answers,
    "articles": lambda: article_inventory.inventory(filter_asked()),
    "categories": settings_inventory.categories,
    "questions": lambda: question_inventory.inventory(lang_asked()),
    "unanswered": lambda: question_inventory.unanswered(days_asked(), lang_asked()),
    "candidates": lambda: review_inventory.candidates(state_asked()),
    "ledger": lambda: ledger_inventory.inventory(ledger_filter()),
    "agents": settings_inventory.agents,
    "teams": settings_inventory.teams,
    "inboxes": settings_inventory.inboxes,
    "senders": settings_inventory.senders,
    "tokens": settings_inventory.tokens,
    "fields": settings_inventory.fields,
    "reasons": settings_inventory.reasons,
    "hours": settings_inventory.hours,
    "tags": settings_inventory.tags,
    "saved-replies": settings_inventory.replies,
}


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


def one_list(name: str) -> Response:
    """A list as its page shows it: the filters are those of the page's own address."""
    return _file(LISTS[name]())


for _name in LISTS:
    _endpoint = _name.replace("-", "_")
    blueprint.add_url_rule(
        f"/{_name}", _endpoint, one_list, defaults={"name": _name}, methods=["POST"]
    )


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
