"""The public page of a survey. To open it writes nothing: link scanners open everything."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions import surveys
from helpdesk.actions.surveys import SurveyOver
from helpdesk.models import NotPossible
from helpdesk.queries.survey_invitations import Invited, by_token
from helpdesk.rules import survey as rules
from helpdesk.rules import survey_token
from helpdesk.web import words
from helpdesk.web.current import desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _, locale_name
from helpdesk.web.survey_blueprint import ANSWERS, GUESSES, blueprint, may, speak

__all__ = ["blueprint"]

Page = str | AnyResponse | tuple[str, int]


@blueprint.get("/<token>")
def page(token: str) -> Page:
    """The question, with the face that was clicked in the mail; or thanks, once it is answered."""
    found = _invited(token)
    if found is None:
        return _unknown()
    is_changing = "score" in request.args or "change" in request.args
    if found.answered_at is not None and not (found.may_answer and is_changing):
        return _shown("thanks", found, token)
    if not found.may_answer:
        return _shown("over", found, token), 410
    return _shown("form", found, token, score=_clicked(found), comment=found.comment)


def _clicked(found: Invited) -> int:
    """The face to choose beforehand: the one that was clicked, or their own answer; else none."""
    given = request.args.get("score", "")
    return int(given) if given in ("1", "2", "3", "4", "5") else found.score


@blueprint.post("/<token>")
def answer(token: str) -> Page:
    """Count the answer, or the change of mind."""
    if not may(ANSWERS):
        return _said(429, _("Too many tries"), _("Wait a few minutes, then try again."))
    found = _invited(token)
    if found is None:
        return _unknown()
    given, comment = request.form.get("score", ""), request.form.get("comment", "")
    score = int(given) if given in ("1", "2", "3", "4", "5") else 0
    try:
        surveys.answer(desk(), found.id, score, comment, locale_name().replace("_", "-"))
    except SurveyOver as over:
        return _said(410, _("This link has ended"), translated(over))
    except NotPossible as refused:
        said = translated(refused)
        return _shown("form", found, token, score=0, comment=comment, said=said), 400
    return redirect(url_for("survey.page", token=token, lang=locale_name()), 303)


def _invited(token: str) -> Invited | None:
    key = desk().vault.key(survey_token.KEY_PURPOSE)
    with desk().read() as session:
        found = by_token(session, token, key)
    if found is not None:
        speak(found.locale)
    return found


def _unknown() -> tuple[str, int]:
    if not may(GUESSES):
        return _said(429, _("Too many tries"), _("Wait a few minutes, then try again."))
    return _said(404, _("There is no such survey"),
                 _("The link is not whole. Open it from the mail again."))  # fmt: skip


def _said(status: int, title: str, sentence: str) -> tuple[str, int]:
    return render_template("survey/page.html", state="said", title=title, said=sentence), status


def _shown(
    state: str, found: Invited, token: str, *, score: int = 0, comment: str = "", said: str = ""
) -> str:
    context: dict[str, Any] = {
        "state": state, "invited": found, "score": score, "comment": comment, "said": said,
        "faces": words.faces(), "most": rules.MOST_COMMENT,
        "here": url_for("survey.page", token=token), "link_days": rules.LINK_LASTS.days,
        "title": _("How satisfied are you with our help?"),
    }  # fmt: skip
    return render_template("survey/page.html", **context)


@blueprint.after_request
def keep_to_itself(response: Response) -> Response:
    """The address is the right to answer: it is told to nobody and kept nowhere."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
