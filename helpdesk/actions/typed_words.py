"""What visitors of the help centre typed and left without asking: it may be a gap all the same."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions import help_visits, knowledge
from helpdesk.actions.help_visits import MAX_TYPED, TYPED
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import HelpVisit, Question
from helpdesk.rules.article_words import one_line

SHORTEST, SHORTEST_IN_HAN = 3, 2  # characters: fewer are the beginning of a word


def keep(desk: Desk, visit_id: int, typed: str, lang: str) -> None:
    """The visit's last words, instead of those before; nothing for what it asked already."""
    words = one_line(typed)[:MAX_TYPED]
    if len(words) < (SHORTEST if words.isascii() else SHORTEST_IN_HAN):
        return
    row = knowledge.question_row(
        words, lang, TYPED, knowledge.consider(desk, words, lang, public_only=True)
    )
    row.visit_id = visit_id
    with desk.write() as session:
        session.get_one(HelpVisit, visit_id, with_for_update=True)
        if not _asked(session, visit_id, words):
            help_visits.forget_typed(session, visit_id)
            session.add(row)


def _asked(session: WriteSession, visit_id: int, words: str) -> bool:
    """What was sent off may be told of here after it became a question."""
    found = session.scalar(
        select(Question.id)
        .where(Question.visit_id == visit_id, Question.text == words, Question.place != TYPED)
        .limit(1)
    )
    return found is not None
