"""What nobody could answer, in groups: each one click from an article that does."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import question_groups
from helpdesk.queries import questions as asked
from helpdesk.web.current import actor, desk
from helpdesk.web.knowledge_pages import blueprint, page
from helpdesk.web.question_log import lang_asked

DAYS = (7, 30, 90)
USUAL_DAYS = 30


@blueprint.get("/questions")
def questions() -> str:
    days, lang = days_asked(), lang_asked()
    return page(
        "questions.html",
        "questions",
        groups=question_groups.unanswered(desk(), actor(), days=days, lang=lang),
        days=days,
        choices=DAYS,
        lang=lang,
        totals=_totals(days),
    )


def days_asked() -> int:
    """The days of ``?days=``, one of ``DAYS``."""
    days = request.args.get("days", USUAL_DAYS, type=int)
    return days if days in DAYS else USUAL_DAYS


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
