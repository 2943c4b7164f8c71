"""What every route of the widget shares: its blueprint, its language, how it says no.

No cookies: who asks is said by a bearer token, so no other site can act for a visitor, and no
CSRF token is needed.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, g, request
from flask_babel import force_locale
from werkzeug.exceptions import RequestEntityTooLarge

from helpdesk.extensions import csrf, match_locale
from helpdesk.web import widget_post
from helpdesk.web.widget_refusals import Refused, answer

blueprint = Blueprint("widget", __name__)
csrf.exempt(blueprint)
blueprint.register_error_handler(Refused, answer)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    return answer(Refused(413, "file_too_large", widget_post.too_large("")))


@blueprint.before_request
def speak_their_language() -> None:
    """The visitor's language, whoever else is signed in to the desk in this browser."""
    wanted = request.args.get("lang") or request.headers.get("Accept-Language", "")
    g.widget_locale = match_locale(wanted)
    g.widget_language = force_locale(g.widget_locale)
    g.widget_language.__enter__()


@blueprint.teardown_request
def stop_speaking(_error: BaseException | None) -> None:
    language = g.pop("widget_language", None)
    if language is not None:
        with suppress(RuntimeError):
            language.__exit__(None, None, None)
