"""The supervisors' pages about the bot: what it may learn, and how it does."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import bot_learning
from helpdesk.bot_models import BotModels, read_models
from helpdesk.models import now
from helpdesk.queries.bot_figures import bot_figures
from helpdesk.queries.candidates import candidates, grouped
from helpdesk.queries.deflection import deflection
from helpdesk.rules.actor import Role
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.intent_words import intents

blueprint = Blueprint("bot_pages", __name__, url_prefix="/learning")
blueprint.before_request(must_be_signed_in)

PERIODS = (7, 30, 90, 365)  # days
USUAL_PERIOD = 30


@blueprint.before_request
def must_be_supervisor() -> None:
    actor().must_be(Role.SUPERVISOR, Role.ADMIN)


@blueprint.get("/candidates")
def learning() -> str:
    """Corrections and fallbacks, grouped, each to be accepted or rejected."""
    state = state_asked()
    with desk().read() as session:
        groups = grouped(candidates(session, actor(), state))
    return render_template(
        "bot/candidates.html", groups=groups, state=state, intents=intents(), models=_models()
    )


def state_asked() -> str:
    """The state of ``?state=``: open, accepted or rejected."""
    state = request.args.get("state", "open")
    return state if state in bot_learning.STATES else "open"


@blueprint.post("/candidates/<int:candidate_id>/decision")
def decision(candidate_id: int) -> Response:
    form = request.form
    bot_learning.decide(
        desk(), actor(), candidate_id, form.get("state", ""), form.get("intent", "").strip()[:64]
    )
    return redirect(url_for("bot_pages.learning"))


@blueprint.get("/figures")
def figures() -> str:
    """Containment, deflection, fallbacks, handoffs and confusions of the last ``?days=``."""
    asked = request.args.get("days", "")
    days = next((each for each in PERIODS if str(each) == asked), USUAL_PERIOD)
    since = now() - timedelta(days=days)
    with desk().read() as session:
        found, visits = bot_figures(session, actor(), since), deflection(session, since)
    return render_template(
        "bot/figures.html", figures=found, deflection=visits, days=days, periods=PERIODS,
        models=_models(),
    )  # fmt: skip


def _models() -> BotModels:
    return read_models(desk().settings.bot_models_dir)
