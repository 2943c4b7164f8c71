"""The knowledge base: articles in several languages, what was asked of it, and what it lacked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.models.base import Base, CreatedAt, Id, Word, now


class ArticleStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Category(Base):
    """A shelf of the help centre. ``names`` is a name by locale; English stands in."""

    __tablename__ = "categories"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[CreatedAt]


class Article(Base):
    """One matter that is explained; its words are in its texts, one for each language."""

    __tablename__ = "articles"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    is_public: Mapped[bool] = mapped_column(default=True)  # else for agents only
    created_at: Mapped[CreatedAt]

    category: Mapped[Category | None] = relationship()
    texts: Mapped[list[ArticleText]] = relationship(
        back_populates="article", order_by="ArticleText.lang", cascade="all, delete-orphan"
    )


class ArticleText(Base):
    """An article in one language: ``lang`` is "en" or "zh" (Simplified; Traditional is derived).

    ``body`` is Markdown. ``phrasings`` are ways in which customers ask for it. ``revision`` is
    the number of the ``ArticleRevision`` that has the same words: of the newest one, until the
    text is published. Readers of a published text see these words; what was written since
    waits in newer revisions until somebody publishes them.
    """

    __tablename__ = "article_texts"
    __table_args__ = (
        UniqueConstraint("article_id", "lang"),
        Index("ix_article_texts_status", "status", "lang"),
    )

    id: Mapped[Id]
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    lang: Mapped[Word]
    title: Mapped[str]
    body: Mapped[str]
    phrasings: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[Word] = mapped_column(default=ArticleStatus.DRAFT.value)
    revision: Mapped[int] = mapped_column(default=0)
    helpful: Mapped[int] = mapped_column(default=0)
    unhelpful: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)

    article: Mapped[Article] = relationship(back_populates="texts")

    @property
    def is_published(self) -> bool:
        return self.status == ArticleStatus.PUBLISHED.value

    @property
    def document(self) -> str:
        """Its id in the index."""
        return f"{self.article.slug}:{self.lang}"

    def take(self, revision: ArticleRevision) -> None:
        """Have the words of ``revision``."""
        self.title, self.body = revision.title, revision.body
        self.phrasings, self.revision = revision.phrasings, revision.number
        self.changed_at = now()

    def publish(self, revision: ArticleRevision) -> None:
        """Let readers see the words of ``revision``."""
        self.take(revision)
        self.published_at = self.published_at or now()
        self.status = ArticleStatus.PUBLISHED.value

    def archive(self) -> None:
        """Take it away from readers; its words stay."""
        self.status, self.changed_at = ArticleStatus.ARCHIVED.value, now()


class ArticleRevision(Base):
    """The words of a text at one time. Never changed; restoring one writes a new one."""

    __tablename__ = "article_revisions"
    __table_args__ = (UniqueConstraint("text_id", "number"),)

    id: Mapped[Id]
    text_id: Mapped[int] = mapped_column(ForeignKey("article_texts.id"))
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    phrasings: Mapped[list[Any]] = mapped_column(default=list)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    author: Mapped[str] = mapped_column(default="")
    created_at: Mapped[CreatedAt]


class Synonyms(Base):
    """Words of one language that mean the same to the search."""

    __tablename__ = "synonyms"

    id: Mapped[Id]
    lang: Mapped[Word] = mapped_column(index=True)
    words: Mapped[list[Any]]
    changed_at: Mapped[datetime] = mapped_column(default=now)


class IndexChange(Base):
    """Written with a change to what readers see: the index has not taken it in yet."""

    __tablename__ = "index_changes"

    id: Mapped[Id]
    document: Mapped[str]  # "slug:lang"; ":lang": synonyms; "*": everything
    at: Mapped[datetime] = mapped_column(default=now)


class HelpVisit(Base):
    """Somebody in the help centre; ends after 30 idle minutes. No name, no address is kept."""

    __tablename__ = "help_visits"
    __table_args__ = (Index("ix_help_visits_began_at", "began_at"),)

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)  # digest of the visitor's random cookie and start
    lang: Mapped[Word]
    articles_opened: Mapped[int] = mapped_column(default=0)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    began_at: Mapped[datetime] = mapped_column(default=now)
    last_at: Mapped[datetime] = mapped_column(default=now)


class ArticleVote(Base):
    """Was this helpful? One answer of one visit about one text."""

    __tablename__ = "article_votes"
    __table_args__ = (UniqueConstraint("text_id", "visit_id"),)

    id: Mapped[Id]
    text_id: Mapped[int] = mapped_column(ForeignKey("article_texts.id"))
    visit_id: Mapped[int] = mapped_column(ForeignKey("help_visits.id"))
    helpful: Mapped[bool]
    comment: Mapped[str] = mapped_column(default="")
    created_at: Mapped[CreatedAt]


class Question(Base):
    """Something that the knowledge base was asked: what was shown, clicked, and what followed."""

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_outcome", "outcome", "asked_at"),
        Index("ix_questions_ticket", "ticket_id", sqlite_where=text("ticket_id IS NOT NULL"),
              postgresql_where=text("ticket_id IS NOT NULL")),
        Index("ix_questions_visit", "visit_id", sqlite_where=text("visit_id IS NOT NULL"),
              postgresql_where=text("visit_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    text: Mapped[str]
    lang: Mapped[Word]
    place: Mapped[Word]  # help, form, typing, widget, bot, composer, api
    outcome: Mapped[Word]  # answer, offer, unknown
    confidence: Mapped[float] = mapped_column(default=0.0)
    shown: Mapped[list[Any]] = mapped_column(default=list)  # [{slug, confidence}]
    clicked: Mapped[str] = mapped_column(default="")  # slug
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("help_visits.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    settled_as: Mapped[Word] = mapped_column(default="")  # written, dismissed
    asked_at: Mapped[datetime] = mapped_column(default=now)
