"""Whatever fits the words that an agent types: customers and articles, as they may see."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import Article, ArticleText
from helpdesk.models.visibility import texts_visible_to
from helpdesk.queries.customer_list import Line, Wanted, customer_list
from helpdesk.rules.actor import Actor

MOST = 6


def customers(session: Session, actor: Actor, words: str) -> list[Line]:
    """Those whom the list of customers finds by these words, the newest first."""
    return customer_list(session, actor, Wanted(q=words)).rows[:MOST]


def articles(session: Session, actor: Actor, words: str) -> list[tuple[str, str, str]]:
    """Slug, language and title of the articles whose title holds the words."""
    title = func.lower(ArticleText.title)
    rows = session.execute(
        select(Article.slug, ArticleText.lang, ArticleText.title)
        .join(Article, Article.id == ArticleText.article_id)
        .where(title.contains(words.lower(), autoescape=True), texts_visible_to(actor))
        .order_by(func.length(ArticleText.title), ArticleText.title)
        .limit(MOST)
    )
    return [(row.slug, row.lang, row.title) for row in rows]
