"""Articles that may answer the customer, for the card beside the composer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from flask import Blueprint, render_template, request

from helpdesk.actions import knowledge
from helpdesk.actions.knowledge import Answer, Found
from helpdesk.queries.last_question import LastQuestion, last_question
from helpdesk.rules.article_words import one_line
from helpdesk.translations.convert import to_traditional
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk

MOST_DRAFT = 500  # characters, the last ones
NOTHING = Answer("unknown", 0.0, ())

blueprint = Blueprint(
    "suggested_articles", __name__, url_prefix="/tickets/<int:ticket_id>/articles"
)
blueprint.before_request(must_be_signed_in)


@blueprint.get("")
def suggested(ticket_id: int) -> str:
    """What fits the customer's last words, in their language, and what the agent writes: fetched
    when the page stands, and again with ``?draft=`` when the agent pauses. Nothing is kept."""
    asked = _asked(ticket_id)
    draft = one_line(request.args.get("draft", ""))[-MOST_DRAFT:]
    answers = sorted(
        (
            knowledge.consider(desk(), words, asked.language, public_only=False)
            for words in dict.fromkeys((draft or asked.text, asked.about))
            if words
        ),
        key=lambda one: -one.confidence,
    )
    found = _together(answers) if draft else (answers or [NOTHING])[0].articles
    return render_template(
        "workspace/suggested.html",
        outcome=answers[0].outcome if answers else "unknown",
        found=[_shown(one, asked.language) for one in found],
    )


def _together(answers: Sequence[Answer]) -> list[Found]:
    """In turn of each answer, the surest first; each article once."""
    found: dict[str, Found] = {}
    for row in zip_longest(*(answer.articles for answer in answers)):
        for one in filter(None, row):
            found.setdefault(one.slug, one)
    return list(found.values())[: knowledge.OFFERED]


@blueprint.post("/insertions")
def insertion(ticket_id: int) -> tuple[str, int]:
    """An agent put an article into a reply: what was asked, offered and chosen is kept."""
    asked = _asked(ticket_id)
    knowledge.ask(
        desk(), asked.about, asked.language, place="composer", public_only=False,
        ticket=ticket_id, clicked=request.form.get("slug", "")[:120],
    )  # fmt: skip
    return "", 204


def _asked(ticket_id: int) -> LastQuestion:
    with desk().read() as session:
        return last_question(session, actor(), ticket_id)


def _shown(found: Found, language: str) -> dict[str, object]:
    """Title, link and text as they go into the reply: in the characters that the customer reads."""
    title, shelf = found.title, found.category
    text = knowledge.text_of(desk(), found) if found.is_public else ""
    if "/zh-hant/" in found.url:
        title, shelf, text = (to_traditional(words) for words in (title, shelf, text))
    colon = ": " if found.lang == "en" else "："
    link = f"{title}{colon}{found.url}"
    return {"found": found, "title": title, "shelf": shelf, "text": text, "link": link}
