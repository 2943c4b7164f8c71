"""How the search index stands: its thresholds, their measured error, its encoder. For admins."""

from __future__ import annotations

from flask import redirect, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from helpdesk.actions import knowledge_index
from helpdesk.models import IndexChange
from helpdesk.rules.actor import Role
from helpdesk.web.current import actor, desk
from helpdesk.web.knowledge_pages import blueprint, page


@blueprint.get("/index")
def index_state() -> str:
    actor().must_be(Role.ADMIN)
    with desk().read() as session:
        waiting = session.scalar(select(func.count()).select_from(IndexChange)) or 0
    return page(
        "index.html",
        "index",
        state=desk().library.state(),
        waiting=waiting,
        wanted=desk().settings.encoder,
    )


@blueprint.post("/index/rebuilding")
def rebuild() -> Response:
    """Have the index made anew; the indexer does it in the background."""
    actor().must_be(Role.ADMIN)
    knowledge_index.ask_for_rebuild(desk(), actor())
    return redirect(url_for("articles.index_state"))
