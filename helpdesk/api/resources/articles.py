"""Articles of the knowledge base: list, read, write, publish, archive."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select

from helpdesk.actions import articles
from helpdesk.api.caller import Caller, desk
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, Paged, page_of, place
from helpdesk.api.reading import MOST_NUMBER, Asked, Line, Seq, WithoutZeros
from helpdesk.models.article import ArticleText
from helpdesk.queries import article_editor
from helpdesk.queries.article_records import article_records
from helpdesk.rules import article_words
from helpdesk.rules.api_scope import Scope

Lang = Literal["en", "zh"]
StatusWord = Literal["draft", "published", "archived"]


class ArticleShown(BaseModel):
    """An article in one language. `body` is Markdown: the newest words, which readers see once
    they are published."""

    model_config = ConfigDict(title="Article")

    slug: str
    lang: Lang
    title: str
    body: str
    phrasings: list[str] = Field(description="Ways in which customers ask for it.")
    status: StatusWord
    is_public: bool = Field(description="false: for agents only.")
    revision: int = Field(description="The number of these words.")
    published_revision: int | None


class ArticleListed(BaseModel):
    model_config = ConfigDict(title="ArticleHead", from_attributes=True)

    slug: str
    lang: Lang
    title: str
    status: StatusWord
    is_public: bool
    changed_at: AwareDatetime


class ArticlePage(Page[ArticleListed]):
    pass


class ArticlesWanted(Paged):
    lang: Lang | None = None
    status: StatusWord | None = None


class ArticleSaid(Asked):
    title: Annotated[str, StringConstraints(min_length=1, max_length=200), WithoutZeros]
    body: Annotated[str, StringConstraints(max_length=200_000), WithoutZeros]
    phrasings: Annotated[list[Line], Field(max_length=50)] = Field([])
    seen_revision: Seq | None = Field(
        None, description="The revision that you have read: 409 when there is a newer one."
    )


@operation("GET", "/articles", Scope.ARTICLES_READ, tag="Articles", query=ArticlesWanted,
           answer=ArticlePage)  # fmt: skip
def listed(who: Caller, query: ArticlesWanted) -> Answer:
    """List articles, the newest first."""
    before = place(query.cursor, MOST_NUMBER)
    with desk().read() as session:
        rows = article_records(
            session, who.actor, before=before, limit=query.limit + 1,
            lang=query.lang or "", status=query.status or "",
        )  # fmt: skip
        return page_of(ArticlePage, rows, query.limit, ArticleListed.model_validate,
                       lambda row: row.id)  # fmt: skip


@operation("GET", "/articles/{slug}/{lang}", Scope.ARTICLES_READ, tag="Articles",
           answer=ArticleShown)  # fmt: skip
def read(who: Caller, slug: str, lang: str) -> Answer:
    """Read the newest words of an article."""
    return one(who, slug, lang)


def one(who: Caller, slug: str, lang: str) -> ArticleShown:
    with desk().read() as session:
        found = article_editor.editing(session, who.actor, slug, lang)
    newest = found.newest
    return ArticleShown(
        slug=found.slug, lang=lang, title=newest.title, body=newest.body,
        phrasings=list(newest.phrasings), status=found.status,
        is_public=found.is_public, revision=newest.number,
        published_revision=found.revision if found.status == "published" else None,
    )  # fmt: skip


@operation("PUT", "/articles/{slug}/{lang}", Scope.ARTICLES_WRITE, tag="Articles",
           body=ArticleSaid, answer=ArticleShown, errors=(409,))  # fmt: skip
def written(who: Caller, slug: str, lang: str, body: ArticleSaid) -> Answer:
    """Write an article, or make a new one. Readers see the words once they are published."""
    words = article_words.Words(body.title, body.body, tuple(body.phrasings))
    text_id = articles.write(desk(), who.actor, slug, lang, words, seen=body.seen_revision)
    with desk().read() as session:  # an article that has moved is found at its new address
        text = session.scalars(select(ArticleText).where(ArticleText.id == text_id)).one()
        address = text.article.slug
    return one(who, address, lang)


@operation("POST", "/articles/{slug}/{lang}/publication", Scope.ARTICLES_WRITE, tag="Articles",
           answer=ArticleShown)  # fmt: skip
def published(who: Caller, slug: str, lang: str) -> Answer:
    """Let readers see the newest words. For supervisors and admins."""
    articles.publish(desk(), who.actor, _text_id(who, slug, lang))
    return one(who, slug, lang)


@operation("POST", "/articles/{slug}/{lang}/archiving", Scope.ARTICLES_WRITE, tag="Articles",
           answer=ArticleShown)  # fmt: skip
def archived(who: Caller, slug: str, lang: str) -> Answer:
    """Take an article away from readers. For supervisors and admins."""
    articles.archive(desk(), who.actor, _text_id(who, slug, lang))
    return one(who, slug, lang)


def _text_id(who: Caller, slug: str, lang: str) -> int:
    with desk().read() as session:
        return article_editor.editing(session, who.actor, slug, lang).text_id
