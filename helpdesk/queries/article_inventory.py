"""The list of articles as a table: which there are, where they stand, and how much they helped."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.queries.article_editor import Filter, articles_wanted
from helpdesk.queries.exports import Export, Rows
from helpdesk.rules.actor import Actor

COLUMNS = ("slug", "lang", "title", "status", "category", "visibility", "helped", "not_helped",
           "changed_at")  # fmt: skip


def inventory(wanted: Filter) -> Export:
    """The articles that the filter finds, the newest change first. Their texts go out by
    ``helpdesk kb export``."""
    names = ("q", "lang", "status", "category", "audience")
    asked = {name: str(getattr(wanted, name)) for name in names}
    return Export("articles", lambda s, a: _rows(s, a, wanted), asked)


def _rows(session: Session, actor: Actor, wanted: Filter) -> Rows:
    actor.must_be_staff()
    yield COLUMNS
    for row in session.execute(articles_wanted(wanted)):
        yield (
            row.slug, row.lang, row.title, row.status, row.category,
            "public" if row.is_public else "agents", row.helpful, row.unhelpful, row.changed_at,
        )  # fmt: skip
