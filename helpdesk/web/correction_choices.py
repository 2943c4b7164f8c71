"""What a correction of the bot may choose from, fetched when somebody is about to choose."""

from __future__ import annotations

from flask import Blueprint, render_template

from helpdesk.queries.article_names import article_names
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.intent_words import intents
from helpdesk.web.language import locale_name

blueprint = Blueprint("correction_choices", __name__)
blueprint.before_request(must_be_signed_in)


@blueprint.get("/corrections/choices")
def choices() -> str:
    """Every intent and every article, each with its meaning or title."""
    with desk().read() as session:
        found = article_names(session, actor(), "en" if locale_name() == "en" else "zh")
    return render_template("workspace/correction_choices.html", intents=intents(), articles=found)
