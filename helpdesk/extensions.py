"""The Flask extensions of the web process, bound to the app in ``create_app``."""

from __future__ import annotations

import re

from flask import request, session
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect

LOCALES = ("en", "zh_Hans", "zh_Hant")

_HELP_PAGE = re.compile(r"/help/(en|zh-hans|zh-hant)(?:/|\Z)")

babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address)
login_manager = LoginManager()
socketio = SocketIO()


def choose_locale() -> str:
    """The language of the address in the help centre; else the agent's own, else the one this
    browser chose, else what it asks for."""
    if help_page := _HELP_PAGE.match(request.path):
        return match_locale(help_page[1])
    if current_user and current_user.is_authenticated:
        return str(current_user.locale)
    chosen = request.args.get("lang") or session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return match_locale(request.headers.get("Accept-Language", ""))


def match_locale(wanted: str) -> str:
    """The locale of ours that fits an Accept-Language header or a BCP 47 tag best."""
    for tag in wanted.replace("_", "-").lower().split(","):
        name = tag.split(";")[0].strip()
        if name.startswith("zh"):
            traditional = any(part in name for part in ("hant", "-tw", "-hk", "-mo"))
            return "zh_Hant" if traditional else "zh_Hans"
        if name.startswith("en"):
            return "en"
    return "en"
