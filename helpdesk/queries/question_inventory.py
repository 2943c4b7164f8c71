"""Everything that the knowledge base was asked, as a table."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.queries.exports import Export, Rows
from helpdesk.queries.question_log import page
from helpdesk.rules.actor import Actor

COLUMNS = ("asked", "language", "where", "outcome", "shown", "clicked", "ticket", "asked_at")


def inventory(lang: str = "") -> Export:
    """The questions in ``lang``, or all that whoever exports may see, the newest first."""
    return Export("questions", lambda s, a: _rows(s, a, lang), {"lang": lang})


def _rows(session: Session, actor: Actor, lang: str) -> Rows:
    yield COLUMNS
    found = page(session, actor, lang=lang)
    while True:
        for one in found.rows:
            shown = ", ".join(one.shown)
            yield (
                one.text, one.lang, one.place, one.outcome, shown, one.clicked, one.ticket, one.at,
            )  # fmt: skip
        if found.next is None:
            return
        session.expunge_all()
        found = page(session, actor, lang=lang, after=found.next)
