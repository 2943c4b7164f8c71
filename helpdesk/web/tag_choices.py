"""The tags that fit what an agent types."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from helpdesk.queries.tag_names import tags_with
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk

blueprint = Blueprint("tag_choices", __name__)
blueprint.before_request(must_be_signed_in)


@blueprint.get("/tags")
def fitting() -> str:
    """Options for the field; nothing is offered before something is typed."""
    actor().must_be_staff()
    words = " ".join(request.args.get("q", "").lower().split())[:40]
    with desk().read() as session:
        found = tags_with(session, words) if words else []
    return render_template("workspace/tag_choices.html", tags=found)
