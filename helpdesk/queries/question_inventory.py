"""What the knowledge base was asked, as tables: everything, and what nobody could answer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.queries.exports import Export, Rows
from helpdesk.queries.question_log import page
from helpdesk.queries.questions import unanswered as wordings
from helpdesk.rules.actor import Actor

COLUMNS = ("asked", "language", "where", "outcome", "shown", "clicked", "ticket", "asked_at")
UNANSWERED = ("question", "language", "times", "tickets", "clicked", "last_asked_at")


def inventory(lang: str = "") -> Export:
    """The questions in ``lang``, or all that whoever exports may see, the newest first."""
    return Export("questions", lambda s, a: _rows(s, a, lang), {"lang": lang})


def unanswered(days: int, lang: str = "") -> Export:
    """The wordings of the last ``days`` that found no article, the most asked first."""
    asked = {"days": str(days), "lang": lang}
    return Export("unanswered", lambda s, a: _unanswered(s, a, days, lang), asked)


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


def _unanswered(session: Session, actor: Actor, days: int, lang: str) -> Rows:
    yield UNANSWERED
    for one in wordings(session, actor, days=days, lang=lang):
        yield one.text, one.lang, one.times, one.tickets, one.clicked, one.last_at
