"""Signing in and out."""

from __future__ import annotations

import time

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from helpdesk.actions import agents, sessions
from helpdesk.extensions import LOCALES, login_manager
from helpdesk.queries.colleagues import signed_in
from helpdesk.web import login_limit, login_steps
from helpdesk.web.current import SignedIn, actor, desk, is_of_another, me, wants_fragment
from helpdesk.web.language import _

LASTS = int(sessions.LASTS.total_seconds())

blueprint = Blueprint("auth", __name__)


class LoginForm(FlaskForm):
    email = EmailField(validators=[InputRequired(), Length(max=200)])
    password = PasswordField(validators=[InputRequired(), Length(max=1024)])
    keep = BooleanField(default=True)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(key: str) -> SignedIn | None:
    """The agent whose session this is, unless it is over."""
    parts = key.split(":")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    agent, epoch, number = map(int, parts)
    with desk().read() as reading:
        staff = signed_in(reading, agent, number)
    if staff is None or not staff.active or staff.session_epoch != epoch:
        return None
    at = time.time()
    if at - staff.began_at.timestamp() > LASTS:
        return None
    if at - staff.seen_at.timestamp() > sessions.COARSE.total_seconds():
        sessions.seen(desk(), [number])
    return SignedIn(staff)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> AnyResponse | tuple[str, int]:
    """Send a person to the login page; tell a script, which shows a banner."""
    if wants_fragment() or request.method != "GET":
        said = _("Your session ended. Your draft is kept.")
        return render_template("refusal.html", said=said, sign_in=True), 401
    return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))


def must_be_signed_in() -> ResponseReturnValue | None:
    """A ``before_request`` for everything that only agents may see."""
    if current_user.is_authenticated and not is_of_another():
        return None
    refusal: ResponseReturnValue = login_manager.unauthorized()
    return refusal


@blueprint.get("/login")
def login() -> str | AnyResponse:
    if (locale := request.args.get("lang")) in LOCALES:
        session["locale"] = locale
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next", "")))
    return _page(LoginForm())


@blueprint.post("/login")
def sign_in() -> str | AnyResponse | tuple[str, int]:
    form = LoginForm()
    if not form.validate():
        return _refused(form, _("Write your email and your password."), 400)
    if login_limit.is_reached(form.email.data):
        return _refused(form, _("Too many tries. Wait five minutes, then try again."), 429)
    agent = agents.log_in(desk(), form.email.data, form.password.data)
    if agent is None:
        login_limit.count(form.email.data)
        return _refused(form, _("The email or the password is not right."), 401)
    wanted = safe_next(request.args.get("next", ""))
    keep = form.keep.data or wants_fragment()
    answer = login_steps.go_on(agent, keep=keep, wanted=wanted)
    return _over_the_page(answer) if wants_fragment() else answer


def _refused(form: LoginForm, said: str, status: int) -> tuple[str, int]:
    """The page again with the reason; a dialog over another page gets the reason alone."""
    if wants_fragment():
        return render_template("refusal.html", said=said), status
    return _page(form, said), status


def _over_the_page(answer: AnyResponse) -> AnyResponse:
    """For who signs in again without leaving what they do: the token of their new forms, or the
    page where their second factor is asked for."""
    if current_user.is_authenticated:
        g.pop("csrf_token", None)  # that of the session before
        return Response(f'<meta name="csrf-token" content="{generate_csrf()}">')
    return Response(Markup('<a id="next-step" href="{}"></a>').format(answer.location))


@blueprint.post("/logout")
def logout() -> AnyResponse:
    if current_user.is_authenticated:
        sessions.end(desk(), actor(), me().session)
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"))


def safe_next(wanted: str) -> str:
    """Where to go next: a page of ours, whatever the address or the form says."""
    is_ours = wanted.startswith("/") and not wanted.startswith("//")
    if not is_ours or "\\" in wanted or any(ord(c) < 33 for c in wanted):
        return url_for("tickets.queue")
    return wanted


def _page(form: LoginForm, said: str = "") -> str:
    return render_template("login.html", form=form, said=said, company=desk().settings.company)


@blueprint.after_request
def forget(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
