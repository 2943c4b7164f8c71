"""What surveys brought in, for supervisors; and whom they ask, for admins."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import surveys as actions
from helpdesk.actions.surveys import InboxRule
from helpdesk.models import NotPossible, now
from helpdesk.queries import survey_invitations, survey_results
from helpdesk.rules.actor import Role
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _
from helpdesk.web.shared import number

PERIODS = (7, 30, 90, 365)  # days
USUAL_PERIOD = 30

reports = Blueprint("reports", __name__, url_prefix="/reports")
reports.before_request(must_be_signed_in)
settings = Blueprint("survey_settings", __name__, url_prefix="/settings/surveys")
settings.before_request(must_be_signed_in)


@reports.before_request
def must_be_supervisor() -> None:
    actor().must_be(Role.SUPERVISOR, Role.ADMIN)


@settings.before_request
def must_be_admin() -> None:
    actor().must_be(Role.ADMIN)


@reports.get("/satisfaction")
def satisfaction() -> str:
    """CSAT of the last ``?days=``, and what was said; ``?low=1``: only bad answers."""
    days, since, low = period_asked()
    with desk().read() as session:
        found = survey_results.results(session, actor(), since)
        said = survey_invitations.comments(
            session, actor(), since, low=low, before=number("before")
        )
    more = len(said) > survey_invitations.COMMENTS
    said = said[: survey_invitations.COMMENTS]
    return render_template(
        "reports/satisfaction.html", results=found, comments=said, low=low, days=days,
        periods=PERIODS, before=said[-1].id if more else 0,
    )  # fmt: skip


def period_asked() -> tuple[int, datetime, bool]:
    """The days that the address asks for, when they began, and whether only for bad answers."""
    asked = request.args.get("days", "")
    days = next((each for each in PERIODS if str(each) == asked), USUAL_PERIOD)
    return days, now() - timedelta(days=days), request.args.get("low") == "1"


@settings.get("")
def surveys() -> str:
    with desk().read() as session:
        asking = survey_results.asking(session)
    return render_template("settings/surveys.html", asking=asking, saved="saved" in request.args)


@settings.post("")
def save() -> Response | tuple[str, int]:
    form = request.form
    with desk().read() as session:
        inboxes = survey_results.asking(session).inboxes
    try:
        chosen = {
            one.id: InboxRule(f"inbox-{one.id}" in form, _count(form.get(f"delay-{one.id}", "")))
            for one in inboxes
        }
        actions.configure(
            desk(), actor(), active="active" in form, inboxes=chosen,
            fatigue_days=_count(form.get("fatigue_days", "")),
        )  # fmt: skip
    except NotPossible as refused:
        with desk().read() as session:
            asking = survey_results.asking(session)
        said = translated(refused)
        return render_template("settings/surveys.html", asking=asking, said=said), 400
    return redirect(url_for("survey_settings.surveys", saved=1))


def _count(given: str) -> int:
    if not given.isascii() or not given.isdecimal() or len(given) > 6:
        raise NotPossible(_("Write a whole number, like 60."))
    return int(given)
