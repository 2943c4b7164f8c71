"""The frame of the settings: who is let in, and the overview. Each noun has a module of its own."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from helpdesk.rules.actor import Role
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor

blueprint = Blueprint("settings", __name__, url_prefix="/settings")
blueprint.before_request(must_be_signed_in)


@blueprint.get("")
def overview() -> str:
    return render_template("settings/overview.html")


def must_be_admin() -> None:
    """A ``before_request`` of the pages that admins alone may see."""
    if actor().role is not Role.ADMIN:
        abort(403)
