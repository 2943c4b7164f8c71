"""Asking the knowledge base: one way for pages, bot and agents, and every question is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from helpdesk.actions import help_visits, knowledge_index
from helpdesk.actions.article_address import article_url
from helpdesk.desk import Desk
from helpdesk.models import Question
from helpdesk.queries import articles
from helpdesk.rules.actor import ANYBODY, SYSTEM, Actor
from helpdesk.rules.article_words import one_line
from helpdesk.rules.question_words import MAX_QUESTION, index_for
from knowledge_base.documents import Hit, NotBuilt
from knowledge_base.markdown import opening, plain_text

OFFERED = 3
SUMMARY, SUMMARY_IN_HAN = 160, 80  # characters; a Han character says more

_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Found:
    """An article that fits. ``lang`` is "en" or "zh"; ``confidence`` how sure it is the right one;
    ``url`` its public page, "" when it is for agents only."""

    slug: str
    lang: str
    title: str
    url: str
    summary: str
    category: str
    is_public: bool
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """``outcome`` is answer (the first article is it), offer (up to three may be) or unknown.

    ``question_id`` is the row that was kept, None when nothing was asked.
    """

    outcome: str
    confidence: float
    articles: tuple[Found, ...]
    question_id: int | None = None


def ask(
    desk: Desk,
    question: str,
    lang: str,
    *,
    place: str,
    public_only: bool,
    ticket: int | None = None,
    visit: int | None = None,
    clicked: str = "",
) -> Answer:
    """What the knowledge base says to ``question``; the question is kept with what was shown.

    ``lang`` is any language tag of the asker; a question in Han characters is Chinese whatever it
    says. ``place`` is help, form, widget, bot, composer or api. ``public_only``: for a customer.
    ``clicked`` is the slug that was chosen already.
    """
    words = one_line(question[: MAX_QUESTION * 4])[:MAX_QUESTION]
    if not words:
        return Answer("unknown", 0.0, ())
    answer = consider(desk, words, lang, public_only=public_only)
    row = question_row(words, lang, place, answer)
    row.clicked, row.ticket_id, row.visit_id = clicked, ticket, visit
    return replace(answer, question_id=_keep(desk, row))


def question_row(words: str, lang: str, place: str, answer: Answer) -> Question:
    """A question as it is kept, with what was shown for it."""
    return Question(
        text=words,
        lang=index_for(words, lang),
        place=place,
        outcome=answer.outcome,
        confidence=answer.confidence,
        shown=[
            {"slug": one.slug, "confidence": round(one.confidence, 4)} for one in answer.articles
        ],
    )


def consider(desk: Desk, question: str, lang: str, *, public_only: bool) -> Answer:
    """The same answer, without keeping the question: for suggestions and for the command line."""
    try:
        verdict = desk.library.answer(question, index_for(question, lang), public_only=public_only)
    except NotBuilt:
        return _stand_in(desk, question, lang, public_only=public_only)
    found = _found(desk, verdict.hits, lang, public_only=public_only)
    kind = _without_lost_ones(verdict.kind, verdict.hits, found)
    return Answer(kind, found[0].confidence if found else 0.0, found[:OFFERED])


def _without_lost_ones(kind: str, hits: Sequence[Hit], found: Sequence[Found]) -> str:
    """An answer that was archived or hidden since the index was made is none."""
    if not found or kind == "unknown":
        return "unknown"
    return kind if found[0].slug == hits[0].slug else "offer"


def search(
    desk: Desk, question: str, lang: str, *, public_only: bool, limit: int = 10
) -> tuple[Found, ...]:
    """The articles that fit, best first; nothing is kept."""
    try:
        hits = desk.library.search(
            question, index_for(question, lang), public_only=public_only, limit=limit
        )
    except NotBuilt:
        return _stand_in(desk, question, lang, public_only=public_only, limit=limit).articles
    return _found(desk, hits, lang, public_only=public_only)


def suggest(
    desk: Desk, typed: str, lang: str, *, public_only: bool, limit: int = 6
) -> tuple[Found, ...]:
    """The articles that fit what is being typed; nothing is kept."""
    try:
        hits = desk.library.suggest(
            typed, index_for(typed, lang), public_only=public_only, limit=limit
        )
    except NotBuilt:
        return _stand_in(desk, typed, lang, public_only=public_only, limit=limit).articles
    return _found(desk, hits, lang, public_only=public_only)


def _stand_in(
    desk: Desk, question: str, lang: str, *, public_only: bool, limit: int = OFFERED
) -> Answer:
    """Without an index, articles may be offered by their words; the indexer is woken."""
    knowledge_index.reported_lost(desk)
    index = index_for(question, lang)
    with desk.read() as session:
        rows = articles.by_words(session, _reader(public_only), question, index, limit)
    hits = [Hit(f"{slug}:{index}", slug, title, share, 0.0) for slug, title, share in rows]
    found = _found(desk, hits, lang, public_only=public_only)
    return Answer("offer" if found else "unknown", 0.0, found)


def _reader(public_only: bool) -> Actor:
    return ANYBODY if public_only else SYSTEM


def _found(desk: Desk, hits: Sequence[Hit], lang: str, *, public_only: bool) -> tuple[Found, ...]:
    """What the hits stand for now. The database decides who may read them, not the index."""
    names = [(hit.slug, hit.document_id.rpartition(":")[2]) for hit in hits]
    with desk.read() as session:
        known = _published(session, names, public_only=public_only)
    return tuple(
        _article(desk, known[name], hit, lang)
        for name, hit in zip(names, hits, strict=True)
        if name in known
    )


def _published(
    session: Session, names: list[tuple[str, str]], *, public_only: bool
) -> dict[tuple[str, str], articles.Reading]:
    known = articles.readings(session, _reader(public_only), names) if names else {}
    return {name: text for name, text in known.items() if text.status == "published"}


def _article(desk: Desk, text: articles.Reading, hit: Hit, lang: str) -> Found:
    return Found(
        slug=text.slug,
        lang=text.lang,
        title=text.title,
        url=article_url(desk, text.slug, text.lang, lang) if text.is_public else "",
        summary=summary_of(text.body),
        category=text.category_names.get(text.lang) or text.category_names.get("en") or "",
        is_public=text.is_public,
        score=hit.score,
        confidence=hit.confidence,
    )


def text_of(desk: Desk, found: Found) -> str:
    """The whole article as plain text."""
    reader = _reader(public_only=found.is_public)
    with desk.read() as session:
        return plain_text(articles.reading(session, reader, found.slug, found.lang).body)


def summary_of(body: str) -> str:
    """The first words of an article, as plain text."""
    beginning = body[: SUMMARY * 10]
    is_han = len(_HAN.findall(beginning)) > len(beginning) // 3
    return opening(beginning, SUMMARY_IN_HAN if is_han else SUMMARY)


def _keep(desk: Desk, row: Question) -> int:
    with desk.write() as session:
        if row.visit_id is not None:
            help_visits.forget_typed(session, row.visit_id)
        session.add(row)
        session.flush()
        return row.id
