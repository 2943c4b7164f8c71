"""Search: tickets by their words, articles by words and meaning."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from helpdesk.actions import knowledge
from helpdesk.api.caller import Caller, desk
from helpdesk.api.operation import Answer, operation
from helpdesk.api.pages import Page, Paged, cursor_at, place
from helpdesk.api.reading import MOST_NUMBER, Asked, Name
from helpdesk.api.resources.tickets import TicketShown, shown
from helpdesk.queries import search, ticket_records
from helpdesk.queries.custom_fields import values_by
from helpdesk.queries.ticket_records import TicketsAsked
from helpdesk.rules.api_scope import Scope
from helpdesk.rules.custom_field import FieldNoun


class FoundPage(Page[TicketShown]):
    """The tickets that match, the newest message first."""


class TicketWords(Paged):
    q: Name


class ArticleWords(Asked):
    q: Name
    lang: Literal["en", "zh"] = "en"
    audience: Literal["customers", "agents"] = Field(
        "customers", description="agents: articles that customers may not read, too."
    )
    kept: bool = Field(
        True,
        description="The question stands among those that were asked, and is a gap where no "
        "article fits. false: for words that are still being typed.",
    )


class ArticleHit(BaseModel):
    slug: str
    lang: str
    title: str
    summary: str
    url: str
    confidence: float


class ArticleHits(BaseModel):
    model_config = ConfigDict(title="ArticleHits")

    items: list[ArticleHit]


@operation("GET", "/search/tickets", Scope.SEARCH_READ, tag="Search", query=TicketWords,
           answer=FoundPage)  # fmt: skip
def tickets(who: Caller, query: TicketWords) -> Answer:
    """Find tickets by the words of their messages, subjects and people. A page may hold fewer
    than asked for, and still go on."""
    after = str(place(query.cursor, MOST_NUMBER)) if query.cursor else ""
    with desk().read() as session:
        found = search.search(session, who.actor, query.q, after, size=query.limit)
        numbers = [row.id for row in found.rows]
        wanted = TicketsAsked(numbers=numbers or (0,))
        rows = ticket_records.ticket_records(
            session, who.actor, wanted, MOST_NUMBER, len(numbers) or 1
        )
        values = values_by(session, FieldNoun.TICKET, [row.id for row in rows])
        by_number = {row.id: shown(row, values[row.id]) for row in rows}
    items = [by_number[number] for number in numbers if number in by_number]
    return FoundPage(items=items, next_cursor=cursor_at(int(found.after)) if found.after else None)


@operation("GET", "/search/articles", Scope.SEARCH_READ, tag="Search", query=ArticleWords,
           answer=ArticleHits)  # fmt: skip
def articles(_who: Caller, query: ArticleWords) -> Answer:
    """Find articles, the best first."""
    public_only = query.audience == "customers"
    if query.kept:
        knowledge.ask(desk(), query.q, query.lang, place="api", public_only=public_only)
    found = knowledge.search(desk(), query.q, query.lang, public_only=public_only)
    return ArticleHits(
        items=[
            ArticleHit(
                slug=one.slug, lang=one.lang, title=one.title, summary=one.summary, url=one.url,
                confidence=round(one.confidence, 4),
            )
            for one in found
        ]
    )  # fmt: skip
