"""Visits to the help centre: what was read, whether it helped, and whether a ticket followed.

A visit is known by the digest of a random key in the visitor's cookie; it ends after 30 idle
minutes, because the page then begins a new key. No name and no address is kept.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ArticleText, ArticleVote, HelpVisit, Question, now
from helpdesk.queries.articles import reading
from helpdesk.rules.actor import ANYBODY
from helpdesk.rules.article_words import one_line, without_controls
from helpdesk.rules.help_visit import FOLLOWS_WITHIN
from helpdesk.rules.question_words import index_for

MAX_COMMENT = 1000  # characters
MAX_TYPED = 200
TYPED = "typing"  # the place of words that were typed and not asked; one row a visit


def visit(desk: Desk, key: str, lang: str) -> int:
    """The visit of this key, begun when it is new; its id."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    try:
        return _visit(desk, digest, lang)
    except IntegrityError:  # two first requests of one browser at once
        return _visit(desk, digest, lang)


def _visit(desk: Desk, digest: str, lang: str) -> int:
    with desk.write() as session:
        known = session.scalar(select(HelpVisit).where(HelpVisit.key == digest))
        if known is None:
            known = HelpVisit(key=digest, lang=lang)
            session.add(known)
        known.last_at = now()
        session.flush()
        return known.id


def opened(
    desk: Desk, visit_id: int, slug: str, asked: int | None, *, typed: str = "", lang: str = "en"
) -> None:
    """An article was opened. ``asked`` is the question of this visit that led to it; ``typed``
    the words under which it was suggested, which are kept as a question of its own."""
    with desk.write() as session:
        session.execute(
            update(HelpVisit)
            .where(HelpVisit.id == visit_id)
            .values(articles_opened=HelpVisit.articles_opened + 1)
        )
        if asked is not None:
            _clicked(session, visit_id, asked, slug)
        elif words := one_line(typed)[:MAX_TYPED]:
            forget_typed(session, visit_id)
            session.add(
                Question(
                    text=words,
                    lang=index_for(words, lang),
                    place="help",
                    outcome="offer",
                    shown=[{"slug": slug, "confidence": 0.0}],
                    clicked=slug,
                    visit_id=visit_id,
                )
            )


def forget_typed(session: WriteSession, visit_id: int) -> None:
    """Within a transaction: the visit asked after all, or chose from what was suggested."""
    session.execute(delete(Question).where(Question.visit_id == visit_id, Question.place == TYPED))


def _clicked(session: WriteSession, visit_id: int, asked: int, slug: str) -> None:
    session.execute(
        update(Question)
        .where(Question.id == asked, Question.visit_id == visit_id)
        .values(clicked=slug)
    )


def vote(desk: Desk, visit_id: int, slug: str, lang: str, *, helpful: bool, comment: str) -> None:
    """Was it helpful? A second answer of a visit replaces its first. Raises ``NotFound``."""
    with desk.write() as session:
        text = session.get_one(
            ArticleText, reading(session, ANYBODY, slug, lang).id, with_for_update=True
        )
        before = session.scalar(
            select(ArticleVote).where(
                ArticleVote.text_id == text.id, ArticleVote.visit_id == visit_id
            )
        )
        if before is None:
            before = ArticleVote(text_id=text.id, visit_id=visit_id, helpful=helpful)
            session.add(before)
        else:
            _count(text, helpful=before.helpful, by=-1)
        _count(text, helpful=helpful, by=1)
        before.helpful = helpful
        before.comment = without_controls(comment).strip()[:MAX_COMMENT] or before.comment or ""


def _count(text: ArticleText, *, helpful: bool, by: int) -> None:
    if helpful:
        text.helpful += by
    else:
        text.unhelpful += by


def chat_followed(desk: Desk, key: str, ticket_id: int) -> None:
    """The visitor of this key opened a ticket in the chat, if their visit is not long over."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    with desk.read() as session:
        lately = HelpVisit.last_at > now() - FOLLOWS_WITHIN
        known = session.scalar(
            select(HelpVisit.id).where(
                HelpVisit.key == digest, lately, HelpVisit.ticket_id.is_(None)
            )
        )
    if known is not None:
        ticket_followed(desk, known, ticket_id)


def ticket_followed(desk: Desk, visit_id: int, ticket_id: int) -> None:
    """The visitor opened a ticket all the same: so with this visit and with what it asked."""
    with desk.write() as session:
        session.execute(
            update(HelpVisit).where(HelpVisit.id == visit_id).values(ticket_id=ticket_id)
        )
        session.execute(
            update(Question)
            .where(Question.visit_id == visit_id, Question.ticket_id.is_(None))
            .values(ticket_id=ticket_id)
        )
