"""What follows the password: a second factor, setting one up where the role demands it, and links
with which a password is set."""

from __future__ import annotations

import time
from typing import TypedDict, cast

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from flask_login import login_user
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions import agents, passwords, second_factor, sessions
from helpdesk.models import Agent, NotPossible
from helpdesk.queries.colleagues import signed_in
from helpdesk.rules.actor import Actor, Role
from helpdesk.web import login_limit
from helpdesk.web.current import SignedIn, desk
from helpdesk.web.errors import translated
from helpdesk.web.language import _
from helpdesk.web.qr_code import drawn

MINUTES = 10  # from the password to the second factor

Answer = str | AnyResponse | tuple[str, int]

blueprint = Blueprint("login_steps", __name__)


class Proving(TypedDict):
    """Who has shown a password and owes a second factor; kept in the signed cookie."""

    agent: int
    epoch: int
    at: int
    keep: bool
    wanted: str


def go_on(agent: Agent, *, keep: bool, wanted: str) -> AnyResponse:
    """After the password: into the desk, or to the second factor."""
    with desk().read() as reading:
        has_one = second_factor.is_on(reading, agent.id)
        must = second_factor.role_needs_it(reading, Role(agent.role))
    locale = session.get("locale")  # that the login page was read in
    session.clear()
    if not has_one and not must:
        return _begin(agents.actor_of(desk(), agent), keep=keep, wanted=wanted)
    session["locale"] = locale
    session["proving"] = Proving(
        agent=agent.id, epoch=agent.session_epoch, at=int(time.time()), keep=keep, wanted=wanted
    )
    return redirect(url_for("login_steps.code" if has_one else "login_steps.set_up"))


def _begin(actor: Actor, *, keep: bool, wanted: str) -> AnyResponse:
    """A new session: nothing that was in the one before it is carried over."""
    session.clear()
    session.permanent = keep
    number = sessions.begin(
        desk(),
        actor,
        address=get_remote_address(),
        browser=request.headers.get("User-Agent", ""),
    )
    with desk().read() as reading:
        staff = signed_in(reading, actor.id or 0, number)
    assert staff is not None
    login_user(SignedIn(staff))
    return redirect(wanted)


def _proving() -> tuple[Proving, Actor] | None:
    """Who has shown the password a moment ago, unless their rights have changed since."""
    proving = cast(Proving | None, session.get("proving"))
    if proving is None or time.time() - proving["at"] > MINUTES * 60:
        return None
    with desk().read() as reading:
        agent = reading.get(Agent, proving["agent"])
    if agent is None or not agent.active or agent.session_epoch != proving["epoch"]:
        return None
    return proving, agents.actor_of(desk(), agent)


@blueprint.get("/login/code")
def code() -> Answer:
    return _code_page() if _proving() else redirect(url_for("auth.login"))


@blueprint.post("/login/code")
def prove() -> Answer:
    if (known := _proving()) is None:
        return redirect(url_for("auth.login"))
    proving, actor = known
    if not login_limit.takes_code(proving["agent"]):
        return _code_page(_("Too many tries. Wait a quarter of an hour, then try again.")), 429
    if not second_factor.prove(desk(), actor, request.form.get("code", "")):
        return _code_page(translated(second_factor.wrong_code())), 401
    login_limit.code_was_right(proving["agent"])
    return _begin(actor, keep=proving["keep"], wanted=proving["wanted"])


def _code_page(said: str = "") -> str:
    return render_template("login/code.html", said=said)


@blueprint.get("/login/second-factor")
def set_up() -> Answer:
    if (known := _proving()) is None:
        return redirect(url_for("auth.login"))
    return _set_up_page(known[1])


@blueprint.post("/login/second-factor")
def confirm() -> Answer:
    """The first code. The recovery codes are shown with the way into the desk."""
    if (known := _proving()) is None:
        return redirect(url_for("auth.login"))
    proving, actor = known
    if not login_limit.takes_code(proving["agent"]):
        said = _("Too many tries. Wait a quarter of an hour, then try again.")
        return _set_up_page(actor, said), 429
    try:
        codes = second_factor.confirm(desk(), actor, request.form.get("code", ""))
    except NotPossible as fault:
        return _set_up_page(actor, translated(fault)), 401
    login_limit.code_was_right(proving["agent"])
    _begin(actor, keep=proving["keep"], wanted="/")
    return render_template("login/recovery_codes.html", codes=codes, wanted=proving["wanted"])


def _set_up_page(actor: Actor, said: str = "") -> str:
    secret = second_factor.offer(desk(), actor)
    company = desk().settings.company
    return render_template(
        "login/set_up.html", said=said, secret=secret, qr=drawn(secret, actor.email, company)
    )


@blueprint.get("/password/<token>")
def password(token: str) -> Answer:
    agent = passwords.whose(desk(), token)
    return _password_page(agent), 200 if agent else 410


@blueprint.post("/password/<token>")
def set_password(token: str) -> Answer:
    agent = passwords.whose(desk(), token)
    given = request.form.get("password", "")
    if given != request.form.get("again", ""):
        return _password_page(agent, _("The two passwords are not the same.")), 400
    try:
        passwords.set_by_link(desk(), token, given[:1024])
    except NotPossible as fault:
        return _password_page(agent, translated(fault)), 409
    session.clear()
    return redirect(url_for("auth.login"))


def _password_page(agent: Agent | None, said: str = "") -> str:
    least = agents.MIN_PASSWORD
    return render_template("login/password.html", agent=agent, said=said, least=least)


@blueprint.after_request
def forget(response: Response) -> Response:
    """Nothing of these pages is kept, and no address of theirs is told to another."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
