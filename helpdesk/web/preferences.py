"""The language and the look that an agent chooses."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from helpdesk.actions import agents
from helpdesk.extensions import LOCALES
from helpdesk.models import NotPossible
from helpdesk.rules.preferences import names
from helpdesk.web.auth import must_be_signed_in, safe_next
from helpdesk.web.current import actor, desk
from helpdesk.web.language import _

THEMES = ("", "light", "dark")

blueprint = Blueprint("preferences", __name__)
blueprint.before_request(must_be_signed_in)


@blueprint.post("/preferences")
def change() -> Response:
    locale, theme = request.form.get("locale"), request.form.get("theme")
    switches = {name: request.form[name] == "1" for name in names() if name in request.form}
    if locale not in (None, *LOCALES) or theme not in (None, *THEMES):
        raise NotPossible(_("There is no such choice."))
    agents.set_preferences(desk(), actor(), locale=locale, theme=theme, switches=switches)
    return redirect(safe_next(request.form.get("next", "")))
