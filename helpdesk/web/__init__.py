"""The pages: one blueprint per noun."""

from __future__ import annotations

from flask import Flask

from helpdesk.web import (
    articles,
    assets,
    attachments,
    auth,
    bot_api,
    bot_pages,
    demo,
    errors,
    health,
    help_centre,
    look,
    preferences,
    replies,
    security,
    suggested_articles,
    ticket_changes,
    tickets,
    webhooks,
    widget,
)

BLUEPRINTS = [
    auth.blueprint,
    tickets.blueprint,
    articles.blueprint,
    suggested_articles.blueprint,
    replies.blueprint,
    ticket_changes.blueprint,
    attachments.blueprint,
    preferences.blueprint,
    assets.blueprint,
    health.blueprint,
    widget.blueprint,
    demo.blueprint,
    help_centre.blueprint,
    webhooks.blueprint,
    bot_api.blueprint,
    bot_pages.blueprint,
]


def register(app: Flask) -> None:
    """Hang every blueprint on the app."""
    look.register(app)
    errors.register(app)
    security.register(app)
    health.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
