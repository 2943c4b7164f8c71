"""The command palette: tickets, customers, articles; the actions are the page's own buttons."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from helpdesk.queries import palette
from helpdesk.queries.search import search
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk

blueprint = Blueprint("palette", __name__)
blueprint.before_request(must_be_signed_in)

MOST_TICKETS = 6


@blueprint.get("/palette")
def found() -> str:
    """What fits the words, as options of the palette's list."""
    words = " ".join(request.args.get("q", "").split())[:100]
    if not words:
        return render_template("workspace/palette.html", tickets=[], customers=[], articles=[])
    with desk().read() as session:
        tickets = search(session, actor(), words).rows[:MOST_TICKETS]
        customers = palette.customers(session, actor(), words)
        articles = palette.articles(session, actor(), words)
    return render_template(
        "workspace/palette.html",
        tickets=tickets,
        customers=customers,
        articles=[
            (title, url_for("articles.edit", slug=slug, lang=lang))
            for slug, lang, title in articles
        ],
        tickets_url=url_for("tickets.queue"),
    )
