"""Searching the help centre: a page of hits, and suggestions while somebody types."""

from __future__ import annotations

from flask import render_template, request, url_for

from helpdesk.actions import knowledge
from helpdesk.extensions import limiter
from helpdesk.rules.question_words import MAX_QUESTION
from helpdesk.web.current import desk
from helpdesk.web.help_blueprint import blueprint, page_tag, text_lang, visit
from helpdesk.web.help_pages import card, everywhere, marked, page
from helpdesk.web.language import _


@blueprint.get("/search")
@limiter.limit("60 per minute")
def search() -> str:
    """The hits, the answer above them when there is one; the question is kept."""
    question = request.args.get("q", "")[:MAX_QUESTION].strip()
    address = url_for("help.search", lang=page_tag(), q=question)
    return page(
        "search.html",
        path=address,
        others=everywhere(url_for("help.search", lang="{}", q=question).replace("%7B%7D", "{}")),
        title=_("Search"),
        question=question,
        **(_found(question) if question else {"hits": [], "answer": None, "outcome": ""}),
    )


def _found(question: str) -> dict[str, object]:
    answer = knowledge.ask(
        desk(), question, page_tag(), place="help", public_only=True, visit=visit()
    )
    hits = knowledge.search(desk(), question, page_tag(), public_only=True)
    best = answer.articles[0] if answer.outcome == "answer" else None
    return {
        "outcome": answer.outcome,
        "answer": card(best, answer.question_id) if best else None,
        "hits": [card(hit, answer.question_id) for hit in hits if hit != best],
    }


@blueprint.get("/suggestions")
@limiter.limit("300 per minute")
def suggestions() -> str:
    """Titles that fit what is being typed, as a list for the search box."""
    typed = request.args.get("q", "")[:200].strip()
    found = knowledge.suggest(desk(), typed, page_tag(), public_only=True) if typed else ()
    return render_template(
        "help/suggestions.html",
        hits=[card(one) for one in found],
        typed=typed,
        marked=marked,
        tag=page_tag(),
        text_lang=text_lang(),
    )


@blueprint.get("/matches")
@limiter.limit("60 per minute")
def matches() -> str:
    """Articles that fit a contact form which is being written. The words are not kept."""
    question = request.args.get("q", "")[:MAX_QUESTION].strip()
    answer = (
        knowledge.consider(desk(), question, page_tag(), public_only=True) if question else None
    )
    found = answer.articles if answer and answer.outcome != "unknown" else ()
    return render_template("help/matches.html", hits=[card(one) for one in found])
