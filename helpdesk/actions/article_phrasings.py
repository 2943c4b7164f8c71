"""How customers ask for an article: what a person accepted stands among its phrasings."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.actions import articles
from helpdesk.database import WriteSession
from helpdesk.models import Article, ArticleText, NotPossible
from helpdesk.rules.actor import Actor
from helpdesk.rules.article_words import MAX_PHRASING, MAX_PHRASINGS, Words, one_line


def add(session: WriteSession, actor: Actor, slug: str, lang: str, asked: str) -> None:
    """Add ``asked`` to the phrasings of an article, as the editor would: a revision.

    Readers find it at once where the article is published and nobody's changes wait; those are
    published by whoever made them. Raises ``NotPossible``.
    """
    actor.must_be(*articles.PUBLISHERS)
    phrasing = one_line(asked)[:MAX_PHRASING].strip()
    text = _held(session, slug, lang)
    newest = articles.newest_revision(session, text) if text else None
    if text is None or newest is None:
        raise NotPossible("Write the article %(slug)s in this language first.", slug=slug)
    if not phrasing or phrasing in newest.phrasings:
        return
    if len(newest.phrasings) >= MAX_PHRASINGS:
        raise NotPossible(
            "The article %(slug)s has %(most)s phrasings already. Take one out first.",
            slug=slug, most=MAX_PHRASINGS,
        )  # fmt: skip
    is_in_force = text.is_published and text.revision == newest.number
    words = Words(newest.title, newest.body, (*newest.phrasings, phrasing))
    articles.revise(session, actor, text, words)
    if is_in_force:
        articles.put_in_force(session, actor, text)


def _held(session: WriteSession, slug: str, lang: str) -> ArticleText | None:
    """The text under its article's lock, where there is one."""
    article = session.scalar(
        select(Article).where(Article.id == articles.article_at(slug)).with_for_update()
    )
    if article is None:
        return None
    return session.scalar(
        select(ArticleText).where(ArticleText.article_id == article.id, ArticleText.lang == lang)
    )
