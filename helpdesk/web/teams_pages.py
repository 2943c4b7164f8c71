"""Settings: the teams, who is in them, and which hours they keep."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import roster
from helpdesk.models import NotPossible
from helpdesk.models.visibility import NotFound
from helpdesk.queries import business_calendar
from helpdesk.queries import roster as listed
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _
from helpdesk.web.settings_pages import must_be_admin

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("teams", __name__, url_prefix="/settings/teams")
blueprint.before_request(must_be_signed_in)
blueprint.before_request(must_be_admin)


@blueprint.get("")
def all_teams() -> str:
    with desk().read() as reading:
        teams = listed.teams(reading, actor())
        hours = {one.id: one.name for one in business_calendar.all_hours(reading)}
    return render_template("settings/teams.html", teams=teams, hours=hours)


@blueprint.get("/new")
def new() -> str:
    return _form(None)


@blueprint.get("/<int:number>")
def one(number: int) -> str:
    return _form(number)


@blueprint.post("")
def create() -> Answer:
    return _saved(None)


@blueprint.post("/<int:number>")
def change(number: int) -> Answer:
    return _saved(number)


def _saved(number: int | None) -> Answer:
    try:
        roster.save_team(
            desk(),
            actor(),
            number,
            name=request.form.get("name", ""),
            is_private="private" in request.form,
            members=request.form.getlist("members", type=int),
            hours_id=request.form.get("hours", type=int),
        )
    except NotPossible as fault:
        return _form(number, translated(fault)), 409
    flash(_("Saved."))
    return redirect(url_for("teams.all_teams"))


def _form(number: int | None, said: str = "") -> str:
    with desk().read() as reading:
        teams = {team.id: team for team in listed.teams(reading, actor())}
        members = listed.members(reading, actor())
        hours = business_calendar.all_hours(reading)
    if number is not None and number not in teams:
        raise NotFound("There is no such team.")
    team = teams.get(number or 0)
    inside = [agent.id for agent in team.members] if team else []
    given = request.form if request.method == "POST" else None
    return render_template(
        "settings/team.html",
        team=team,
        members=members,
        wanted=request.form.getlist("members", type=int) if given else inside,
        hours=hours,
        said=said,
        given=given,
    )
