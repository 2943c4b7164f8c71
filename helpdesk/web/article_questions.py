"""What nobody could answer, in groups: each one click from an article that does."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import question_groups
from helpdesk.queries import questions as asked
from helpdesk.rules.article_words import LANGS
from helpdesk.web.current import actor, desk
from helpdesk.web.knowledge_pages import blueprint, page

DAYS = (7, 30, 90)


@blueprint.get("/questions")
def questions() -> str:
    days = request.args.get("days", 30, type=int)
    days = days if days in DAYS else 30
    lang = request.args.get("lang", "")
    lang = lang if lang in LANGS else ""
    return page(
        "questions.html",
        "questions",
        groups=question_groups.unanswered(desk(), actor(), days=days, lang=lang),
        days=days,
        choices=DAYS,
        lang=lang,
        totals=_totals(days),
    )


def _totals(days: int) -> asked.Totals:
    with desk().read() as session:
        return asked.totals(session, actor(), days)


@blueprint.post("/questions/<int:question_id>/settlement")
def dismiss(question_id: int) -> Response:
    settle(question_id, "dismissed")
    return redirect(url_for("articles.questions"))


def settle(question_id: int, as_what: str) -> None:
    """Settle the whole group that a question stands for."""
    question_groups.settle(desk(), actor(), question_id, as_what)
