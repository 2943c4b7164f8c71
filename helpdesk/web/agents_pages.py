"""Settings: the agents, how they get in, and what each role may do."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import passwords, roster, second_factor
from helpdesk.extensions import LOCALES
from helpdesk.models import NotPossible
from helpdesk.queries import roster as listed
from helpdesk.rules.actor import Role
from helpdesk.web import role_words
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _
from helpdesk.web.settings_pages import must_be_admin

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("agents", __name__, url_prefix="/settings")
blueprint.before_request(must_be_signed_in)
blueprint.before_request(must_be_admin)


@blueprint.get("/agents")
def all_agents() -> str:
    with desk().read() as reading:
        members = listed.members(reading, actor())
    return render_template("settings/agents.html", members=members, roles=role_words.names())


@blueprint.get("/agents/new")
def new() -> str:
    return _form()


@blueprint.post("/agents")
def invite() -> Answer:
    try:
        number = roster.invite(
            desk(),
            actor(),
            email=request.form.get("email", "")[:200],
            name=request.form.get("name", ""),
            role=_role(),
            locale=_locale(),
            teams=_teams(),
        )
    except NotPossible as fault:
        return _form(said=translated(fault)), 409
    return _with_link(number)


@blueprint.get("/agents/<int:number>")
def one(number: int) -> str:
    return _form(number)


@blueprint.post("/agents/<int:number>")
def change(number: int) -> Answer:
    try:
        roster.change_agent(
            desk(),
            actor(),
            number,
            name=request.form.get("name", ""),
            role=_role(),
            locale=_locale(),
            teams=_teams(),
        )
    except NotPossible as fault:
        return _form(number, said=translated(fault)), 409
    flash(_("Saved."))
    return redirect(url_for("agents.one", number=number))


@blueprint.post("/agents/<int:number>/password-link")
def make_link(number: int) -> Answer:
    return _with_link(number)


def _with_link(number: int) -> str:
    """The agent with a link to give to them: this is the only page that shows it."""
    token = passwords.issue_link(desk(), actor(), number)
    return _form(number, link=f"{desk().settings.url}/password/{token}", fresh=True)


@blueprint.post("/agents/<int:number>/deactivation")
def deactivate(number: int) -> Answer:
    try:
        roster.deactivate(desk(), actor(), number)
    except NotPossible as fault:
        return _form(number, said=translated(fault)), 409
    flash(_("Signed out for good. Their unfinished tickets are back in the queue."))
    return redirect(url_for("agents.one", number=number))


@blueprint.post("/agents/<int:number>/reactivation")
def reactivate(number: int) -> Answer:
    roster.reactivate(desk(), actor(), number)
    return redirect(url_for("agents.one", number=number))


@blueprint.post("/agents/<int:number>/second-factor-reset")
def reset_factor(number: int) -> Answer:
    second_factor.reset(desk(), actor(), number)
    flash(_("Two-factor login is off for this agent, who is signed out everywhere."))
    return redirect(url_for("agents.one", number=number))


@blueprint.get("/roles")
def roles() -> str:
    with desk().read() as reading:
        demanded = listed.roles_with_second_factor(reading)
        holders = listed.holders(reading)
    return render_template(
        "settings/roles.html",
        roles=role_words.names(),
        rights=role_words.rights(),
        demanded=demanded,
        holders=holders,
    )


@blueprint.post("/roles")
def demand_factor() -> Response:
    wanted = set(request.form.getlist("second_factor"))
    for role in Role:
        second_factor.demand(desk(), actor(), role, needed=role.value in wanted)
    flash(_("Saved. It holds from each agent's next login."))
    return redirect(url_for("agents.roles"))


def _form(number: int | None = None, said: str = "", link: str = "", *, fresh: bool = False) -> str:
    with desk().read() as reading:
        agent = listed.member(reading, actor(), number) if number else None
        teams = listed.teams(reading, actor())
        has_factor = bool(number) and second_factor.is_on(reading, number or 0)
        unfinished = listed.unfinished_of(reading, number) if number else 0
    given = request.form if request.method == "POST" and not fresh else None
    return render_template(
        "settings/agent.html",
        agent=agent,
        given=given,
        teams=teams,
        wanted=_teams() if given else [team.id for team in agent.teams] if agent else [],
        roles=role_words.names(),
        has_factor=has_factor,
        unfinished=unfinished,
        said=said,
        link=link,
        hours=int(passwords.LASTS.total_seconds() // 3600),
    )


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise NotPossible("There is no such choice.") from None


def _locale() -> str:
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        raise NotPossible("There is no such choice.")
    return locale


def _teams() -> list[int]:
    return request.form.getlist("teams", type=int)
