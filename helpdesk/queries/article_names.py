"""Every article by its slug and title, to choose from."""

from __future__ import annotations

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from helpdesk.models import Article, ArticleText
from helpdesk.rules.actor import Actor

MOST = 2000


def article_names(session: Session, actor: Actor, lang: str) -> list[tuple[str, str]]:
    """(slug, title), the title in ``lang`` where there is one. For agents: those for agents only
    are among them, archived ones are not."""
    actor.must_be_staff()
    rows = session.execute(
        select(Article.slug, ArticleText.title)
        .join(ArticleText, ArticleText.article_id == Article.id)
        .where(ArticleText.status != "archived")
        .order_by(Article.slug, case((ArticleText.lang == lang, 1), else_=0))
        .limit(2 * MOST)
    )
    return list({row.slug: row.title for row in rows}.items())[:MOST]
