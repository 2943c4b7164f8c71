"""Articles that may answer the customer, for the card beside the composer."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from helpdesk.actions import knowledge
from helpdesk.actions.knowledge import Answer, Found
from helpdesk.queries.last_question import LastQuestion, last_question
from helpdesk.translations.convert import to_traditional
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk

NOTHING = Answer("unknown", 0.0, ())

blueprint = Blueprint(
    "suggested_articles", __name__, url_prefix="/tickets/<int:ticket_id>/articles"
)
blueprint.before_request(must_be_signed_in)


@blueprint.get("")
def suggested(ticket_id: int) -> str:
    """What fits the customer's last words, in their language; fetched when the page stands."""
    asked = _asked(ticket_id)
    answers = [
        knowledge.consider(desk(), words, asked.language, public_only=False)
        for words in dict.fromkeys((asked.about, asked.text))
        if words
    ]
    answer = max(answers, key=lambda one: one.confidence, default=NOTHING)
    return render_template(
        "workspace/suggested.html",
        outcome=answer.outcome,
        found=[_shown(one, asked.language) for one in answer.articles],
    )


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
