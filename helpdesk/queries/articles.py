"""Reading articles: each through ``texts_visible_to(actor)``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk.models import Article, ArticleText, Category, FormerAddress
from helpdesk.models.visibility import NotFound, texts_visible_to
from helpdesk.rules.actor import Actor
from helpdesk.rules.search_words import query_words, search_words

SCANNED = 3000  # texts that a search without an index looks through


@dataclass(frozen=True, slots=True)
class Reading:
    """An article in one language, to be read."""

    id: int  # of the text
    slug: str
    lang: str
    title: str
    body: str
    category_id: int | None
    category_slug: str
    category_names: dict[str, str]
    is_public: bool
    status: str
    revision: int
    published_at: datetime | None
    changed_at: datetime
    helpful: int
    unhelpful: int


_COLUMNS = (
    ArticleText.id, Article.slug, ArticleText.lang, ArticleText.title, ArticleText.body,
    Article.category_id, Category.slug, Category.names, Article.is_public, ArticleText.status,
    ArticleText.revision, ArticleText.published_at, ArticleText.changed_at,
    ArticleText.helpful, ArticleText.unhelpful,
)  # fmt: skip


def _readings(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Article, Article.id == ArticleText.article_id)
        .outerjoin(Category, Category.id == Article.category_id)
        .where(texts_visible_to(actor))
    )


def _reading(row: Sequence[Any]) -> Reading:
    values = list(row)
    values[6], values[7] = values[6] or "", values[7] or {}
    return Reading(*values)


def reading(session: Session, actor: Actor, slug: str, lang: str) -> Reading:
    """The article, if ``actor`` may read it. Raises ``NotFound``."""
    wanted = _readings(actor).where(Article.slug == slug, ArticleText.lang == lang)
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("There is no such article.")
    return _reading(row)


def readings(
    session: Session, actor: Actor, names: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Reading]:
    """The articles of these (slug, lang) that ``actor`` may read."""
    slugs = {slug for slug, _lang in names}
    rows = session.execute(_readings(actor).where(Article.slug.in_(slugs)))
    found = [_reading(row) for row in rows]
    return {(one.slug, one.lang): one for one in found if (one.slug, one.lang) in names}


def languages_of(session: Session, actor: Actor, slug: str) -> list[str]:
    """The languages in which ``actor`` may read an article."""
    wanted = select(ArticleText.lang).join(Article, Article.id == ArticleText.article_id)
    visible = wanted.where(Article.slug == slug, texts_visible_to(actor))
    return sorted(session.scalars(visible))


def moved_to(session: Session, slug: str) -> str:
    """The address of the article that was at ``slug`` before; "" when there is none. Whether
    somebody may read it is another question."""
    wanted = select(Article.slug).join(FormerAddress, FormerAddress.article_id == Article.id)
    return session.scalar(wanted.where(FormerAddress.slug == slug)) or ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with what stands on it."""

    slug: str
    names: dict[str, str]
    articles: list[tuple[str, str]]  # slug, title; most helpful first


def shelves(session: Session, actor: Actor, lang: str) -> list[Shelf]:
    """The categories that hold something for ``actor``, in their order; last, what has none."""
    rows = session.execute(
        select(Category.slug, Category.names, Article.slug, ArticleText.title)
        .select_from(ArticleText)
        .join(Article, Article.id == ArticleText.article_id)
        .outerjoin(Category, Category.id == Article.category_id)
        .where(ArticleText.lang == lang, texts_visible_to(actor))
        .order_by(Category.position.is_(None), Category.position, Category.id,
                  ArticleText.helpful.desc(), ArticleText.title)
    )  # fmt: skip
    found: dict[str, Shelf] = {}
    for shelf, names, slug, title in rows:
        found.setdefault(shelf or "", Shelf(shelf or "", names or {}, [])).articles.append(
            (slug, title)
        )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the public help centre."""

    slug: str
    lang: str
    changed_at: datetime


def pages(session: Session, actor: Actor) -> list[Page]:
    """Every article that ``actor`` may read."""
    rows = session.execute(
        select(Article.slug, ArticleText.lang, ArticleText.changed_at)
        .join(Article, Article.id == ArticleText.article_id)
        .where(texts_visible_to(actor))
        .order_by(Article.slug, ArticleText.lang)
        .limit(20_000)
    )
    return [Page(*row) for row in rows]


def by_words(
    session: Session, actor: Actor, question: str, lang: str, limit: int
) -> list[tuple[str, str, float]]:
    """(slug, title, share of the words that are there), best first: a plain look through titles
    and phrasings, for the moments in which there is no index."""
    wanted = set(query_words(question))
    rows = session.execute(
        select(Article.slug, ArticleText.title, ArticleText.phrasings)
        .join(Article, Article.id == ArticleText.article_id)
        .where(ArticleText.lang == lang, texts_visible_to(actor))
        .order_by(ArticleText.id)
        .limit(SCANNED)
    )
    found = [
        (slug, title, len(wanted & set(search_words(f"{title}\n{phrasings}"))) / len(wanted))
        for slug, title, phrasings in (rows if wanted else ())
    ]
    return sorted((one for one in found if one[2] >= 0.3), key=lambda one: -one[2])[:limit]
