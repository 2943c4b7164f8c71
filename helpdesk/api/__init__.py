"""REST API v1: the same actions and queries as the pages, for programs with a token."""

from __future__ import annotations

from flask import Flask

from helpdesk.api import blueprint
from helpdesk.api.resources import (  # noqa: F401  they declare operations
    articles,
    customers,
    imports,
    messages,
    orders,
    organizations,
    search,
    ticket_upserts,
    tickets,
)
from helpdesk.extensions import csrf


def register(app: Flask) -> None:
    """Hang the API on the app. A token is no cookie, so nothing can be forged across sites."""
    made = blueprint.make()
    csrf.exempt(made)
    app.register_blueprint(made)
