"""The walk of a request: who calls, what they may, what they sent, what is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from helpdesk.actions.replies import UnseenMessages
from helpdesk.actions.ticket_changes import ChangedSince
from helpdesk.api import caller, idempotency
from helpdesk.api.document import document, sections
from helpdesk.api.operation import OPERATIONS, Operation
from helpdesk.api.problem import Problem
from helpdesk.api.reading import MOST_NUMBER, read_body, read_query
from helpdesk.models import NotPossible
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import NotAllowed
from helpdesk.rules.custom_field import NotAValue
from helpdesk.rules.ticket_filter import BadFilter
from helpdesk.sheets.bad_sheet import BadSheet

log = structlog.get_logger(__name__)

PREFIX = "/api/v1"
MOST_STEP = 200  # characters of a name in an address
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")


def make() -> Blueprint:
    """The blueprint with every operation that was declared."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    for one in OPERATIONS:
        blueprint.add_url_rule(
            one.rule, one.name, _view(one), methods=[one.method], provide_automatic_options=False
        )
    blueprint.add_url_rule("/openapi.json", "document", lambda: jsonify(document()))
    blueprint.add_url_rule("/docs", "docs", _docs)
    for rule in ("/", "/<path:rest>"):
        blueprint.add_url_rule(
            rule, f"nothing{len(rule)}", _nothing_here, methods=METHODS,
            provide_automatic_options=False,
        )  # fmt: skip
    return blueprint


def _docs() -> str:
    return render_template("api/docs.html", sections=sections(), info=document()["info"])


def _nothing_here(rest: str = "") -> ResponseReturnValue:
    """404, or 405 where the address is right and the method is not."""
    allowed = sorted({one.method for one in OPERATIONS if one.fits(f"/{rest}")})
    if not allowed or request.method in allowed:
        return Problem(404, "There is nothing at this address.").answer()
    said = f"This address takes {', '.join(allowed)}."
    return Problem(405, said, headers={"Allow": ", ".join(allowed)}).answer()


def _view(one: Operation) -> Callable[..., Response]:
    def view(**steps: Any) -> Response:
        headers: dict[str, str] = {}
        try:
            who = caller.identified()
            headers = caller.count(who)
            caller.must_be_allowed(who, one.scope)
            response = idempotency.once(who, lambda: _carried_out(one, who, steps))
        except Exception as error:
            response = problem_of(error).answer()
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers["Cache-Control"] = "no-store"
        return response

    return view


def _carried_out(one: Operation, who: caller.Caller, steps: dict[str, Any]) -> Response:
    _must_be_addresses(steps)
    given = dict(steps)
    if one.query is not None:
        given["query"] = read_query(one.query)
    if one.body is not None:
        given["body"] = read_body(one.body)
    try:
        answer = one.does(who, **given)
    except Exception as error:
        return problem_of(error).answer()
    body, location = answer if isinstance(answer, tuple) else (answer, "")
    response = Response(
        body.model_dump_json() if body is not None else "",
        one.status,
        content_type="application/json",
    )
    if body is None:
        del response.headers["Content-Type"]
    if location:
        response.headers["Location"] = PREFIX + location
    if (version := getattr(body, "version", None)) is not None:
        response.headers["ETag"] = f'"{version}"'
    return response


def _must_be_addresses(steps: dict[str, Any]) -> None:
    """What can be no name of anything is not looked up. Raises ``Problem``."""
    for step in steps.values():
        is_name = isinstance(step, str)
        if is_name and (len(step) > MOST_STEP or not step.isprintable()):
            raise Problem(404, "There is nothing at this address.")
        if not is_name and not 0 < step <= MOST_NUMBER:
            raise Problem(404, "There is nothing at this address.")


def problem_of(error: Exception) -> Problem:
    """What a program is told of an error. What nobody foresaw is logged, and told as 500."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error)
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return Problem(status, str(error))
    log.error("api.failed", path=request.path, exc_info=error)
    return Problem(500, "Something broke on our side. It is written down; try again.")


def _of_http(error: HTTPException) -> Problem:
    said = {
        400: "The request could not be read.",
        413: "This is more than one request may carry. Send less at once.",
    }
    status = error.code or 500
    return Problem(status, said.get(status, error.description or "This was refused."))


_STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    NotAllowed: 403,
    UnseenMessages: 409,
    ChangedSince: 412,
    NotPossible: 409,
    NotAValue: 422,
    BadFilter: 422,
    BadSheet: 422,
}
