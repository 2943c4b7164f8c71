"""Articles as other programs list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Article, ArticleText
from helpdesk.models.visibility import texts_visible_to
from helpdesk.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    id: int  # of the text
    slug: str
    lang: str
    title: str
    status: str
    is_public: bool
    changed_at: datetime


def article_records(
    session: Session, actor: Actor, *, before: int, limit: int, lang: str = "", status: str = ""
) -> Sequence[ArticleRecord]:
    """Texts below the number ``before``, the newest first."""
    question = (
        select(ArticleText.id, Article.slug, ArticleText.lang, ArticleText.title,
               ArticleText.status, Article.is_public, ArticleText.changed_at)
        .join(Article, Article.id == ArticleText.article_id)
        .where(ArticleText.id < before, texts_visible_to(actor))
    )  # fmt: skip
    for column, value in ((ArticleText.lang, lang), (ArticleText.status, status)):
        if value:
            question = question.where(column == value)
    rows = session.execute(question.order_by(ArticleText.id.desc()).limit(limit))
    return [ArticleRecord(*row) for row in rows]
