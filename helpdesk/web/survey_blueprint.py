"""What the public pages of a survey share: their language, and how much one address may do.

No cookie decides anything here: the token in the address is the right to answer, and no other
site knows it, so that no CSRF token is needed.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, g, request
from flask_babel import force_locale
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerMinute

from helpdesk.extensions import LOCALES, csrf, limiter, match_locale

ANSWERS = RateLimitItemPerMinute(20)
GUESSES = RateLimitItemPerMinute(30)  # addresses that lead to no survey

blueprint = Blueprint("survey", __name__, url_prefix="/survey")
csrf.exempt(blueprint)


def speak(locale: str) -> None:
    """The language of the invitation (BCP 47), unless the reader chose another."""
    chosen = request.values.get("lang", "")
    name = chosen if chosen in LOCALES else match_locale(locale)
    if not locale and chosen not in LOCALES:
        name = match_locale(request.headers.get("Accept-Language", ""))
    stop_speaking(None)
    g.survey_language = force_locale(name)
    g.survey_language.__enter__()
    g.locale_name = name


@blueprint.before_request
def speak_their_language() -> None:
    speak("")


@blueprint.teardown_request
def stop_speaking(_error: BaseException | None) -> None:
    language = g.pop("survey_language", None)
    if language is not None:
        with suppress(RuntimeError):
            language.__exit__(None, None, None)


def may(limit: RateLimitItemPerMinute) -> bool:
    """Whether this network address may still do so; counts it."""
    return limiter.limiter.hit(limit, "survey", get_remote_address())
