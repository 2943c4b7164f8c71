"""What every page of the help centre shares: its language, its visit, its look."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress

from flask import Blueprint, g, request, session
from flask_babel import force_locale
from flask_login import current_user

from helpdesk.actions import help_visits
from helpdesk.extensions import LOCALES, match_locale
from helpdesk.rules.help_visit import IDLE
from helpdesk.web.current import desk

TAGS = {"en": "en", "zh_Hans": "zh-hans", "zh_Hant": "zh-hant"}
LOCALE_OF = {tag: locale for locale, tag in TAGS.items()}
STEP = 60  # seconds between two notes of when a visitor was last here

blueprint = Blueprint("help", __name__, url_prefix="/help")


@blueprint.before_request
def speak_their_language() -> None:
    """The language of the address, whoever is signed in to the desk in this browser."""
    g.help_locale = _wanted_locale()
    g.help_language = force_locale(g.help_locale)
    g.help_language.__enter__()
    g.locale_name = g.help_locale


def _wanted_locale() -> str:
    wanted = (request.view_args or {}).get("lang") or request.values.get("lang", "")
    if wanted in LOCALE_OF:
        return LOCALE_OF[wanted]
    if wanted in LOCALES:
        return str(wanted)
    kept = session.get("locale")
    return kept if kept in LOCALES else match_locale(request.headers.get("Accept-Language", ""))


@blueprint.teardown_request
def stop_speaking(_error: BaseException | None) -> None:
    language = g.pop("help_language", None)
    if language is not None:
        with suppress(RuntimeError):
            language.__exit__(None, None, None)


def page_tag() -> str:
    """The language of this page as its address has it: en, zh-hans or zh-hant."""
    return TAGS[g.help_locale]


def text_lang() -> str:
    """The language of its articles: en or zh."""
    return "en" if g.help_locale == "en" else "zh"


def remember_visitor() -> str:
    """The random key of this visit, from the cookie; a new one after 30 idle minutes."""
    kept = session.get("visit") or {}
    moment = int(time.time())
    if moment - kept.get("at", 0) > IDLE.total_seconds():
        kept = {"key": secrets.token_urlsafe(16), "at": 0}
    if moment - kept["at"] > STEP:
        session["visit"] = {"key": kept["key"], "at": moment}
    return str(kept["key"])


def visit() -> int | None:
    """The visit of this browser; None for an agent, who is no visitor."""
    if current_user.is_authenticated:
        return None
    return help_visits.visit(desk(), remember_visitor(), g.help_locale)
