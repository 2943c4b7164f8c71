"""What agents see of articles: the list, one article with its revisions, the categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from helpdesk.models import Article, ArticleRevision, ArticleText, Category, Synonyms
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles; "" stands for all."""

    q: str = ""
    lang: str = ""
    status: str = ""
    category: str = ""
    audience: str = ""  # public, agents
    after: tuple[datetime, int] | None = None  # where the page begins


@dataclass(frozen=True, slots=True)
class Row:
    slug: str
    lang: str
    title: str
    status: str
    is_public: bool
    category: dict[str, str] | None
    helpful: int
    unhelpful: int
    changed_at: datetime
    waits: bool  # newer words than readers see


@dataclass(frozen=True, slots=True)
class Listed:
    rows: list[Row]
    total: int
    next: tuple[datetime, int] | None  # where the next page begins


def article_list(session: Session, actor: Actor, wanted: Filter) -> Listed:
    """A page of articles, newest change first; for agents."""
    actor.must_be_staff()
    question = articles_wanted(wanted)
    total = session.scalar(select(func.count()).select_from(question.subquery())) or 0
    place = tuple_(ArticleText.changed_at, ArticleText.id)
    if wanted.after is not None:
        question = question.where(place < wanted.after)
    found = session.execute(question.limit(PAGE + 1)).all()
    rows = [
        Row(one.slug, one.lang, one.title, one.status, one.is_public, one.names, one.helpful,
            one.unhelpful, one.changed_at, one.waits)
        for one in found[:PAGE]
    ]  # fmt: skip
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Listed(rows, total, (last.changed_at, last.id) if last else None)


def articles_wanted(wanted: Filter) -> Select[*tuple[Any, ...]]:
    """The select of every article that the filter asks for, newest change first."""
    newest = (
        select(func.max(ArticleRevision.number))
        .where(ArticleRevision.text_id == ArticleText.id)
        .correlate(ArticleText)
        .scalar_subquery()
    )
    return (
        select(
            Article.slug, ArticleText.lang, ArticleText.title, ArticleText.status,
            Article.is_public, Category.names, Category.slug.label("category"),
            ArticleText.helpful, ArticleText.unhelpful, ArticleText.changed_at, ArticleText.id,
            (newest > ArticleText.revision).label("waits"),
        )
        .join(Article, Article.id == ArticleText.article_id)
        .outerjoin(Category, Category.id == Article.category_id)
        .where(*_conditions(wanted))
        .order_by(ArticleText.changed_at.desc(), ArticleText.id.desc())
    )  # fmt: skip


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.q:
        yield or_(
            ArticleText.title.icontains(wanted.q[:200], autoescape=True),
            Article.slug.icontains(wanted.q[:200], autoescape=True),
        )
    for column, value in (
        (ArticleText.lang, wanted.lang),
        (ArticleText.status, wanted.status),
        (Category.slug, wanted.category),
    ):
        if value:
            yield column == value
    if wanted.audience:
        yield Article.is_public.is_(wanted.audience == "public")


@dataclass(frozen=True, slots=True)
class Revision:
    number: int
    title: str
    body: str
    phrasings: Sequence[str]
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Editing:
    """An article in one language, with its revisions, newest first."""

    text_id: int
    slug: str
    lang: str
    status: str
    revision: int  # that readers see, when it is published
    is_public: bool
    category_id: int | None
    langs: tuple[str, ...]
    revisions: list[Revision]

    @property
    def newest(self) -> Revision:
        return self.revisions[0]

    @property
    def waits(self) -> bool:
        """Whether there are newer words than readers see."""
        return self.status == "published" and self.newest.number > self.revision


def editing(session: Session, actor: Actor, slug: str, lang: str) -> Editing:
    """The article with its last 100 revisions, for agents. Raises ``NotFound``."""
    actor.must_be_staff()
    article = session.scalar(
        select(Article).where(Article.slug == slug).options(selectinload(Article.texts))
    )
    text = next((one for one in article.texts if one.lang == lang), None) if article else None
    if article is None or text is None:
        raise NotFound("There is no such article.")
    revisions = session.scalars(
        select(ArticleRevision)
        .where(ArticleRevision.text_id == text.id)
        .order_by(ArticleRevision.number.desc())
        .limit(100)
    )
    return Editing(
        text_id=text.id,
        slug=slug,
        lang=lang,
        status=text.status,
        revision=text.revision,
        is_public=article.is_public,
        category_id=article.category_id,
        langs=tuple(one.lang for one in article.texts),
        revisions=[
            Revision(one.number, one.title, one.body, one.phrasings, one.author, one.created_at)
            for one in revisions
        ],
    )


@dataclass(frozen=True, slots=True)
class CategoryName:
    id: int
    slug: str
    names: dict[str, str]
    articles: int  # that stand on it, drafts and archived ones, too


def categories(session: Session) -> list[CategoryName]:
    """All categories, in their order."""
    held = (
        select(func.count())
        .select_from(Article)
        .where(Article.category_id == Category.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Category.id, Category.slug, Category.names, held).order_by(
            Category.position, Category.id
        )
    )
    return [CategoryName(*row) for row in rows]


def synonym_groups(session: Session, lang: str) -> list[list[str]]:
    return list(
        session.scalars(select(Synonyms.words).where(Synonyms.lang == lang).order_by(Synonyms.id))
    )
