"""Signing in and out."""

from __future__ import annotations

import time

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from helpdesk.actions import agents
from helpdesk.extensions import LOCALES, login_manager
from helpdesk.models import Agent
from helpdesk.queries.colleagues import signed_in
from helpdesk.web import login_limit
from helpdesk.web.current import SignedIn, desk, wants_fragment
from helpdesk.web.language import _

LASTS = 12 * 3600  # seconds that a session lasts, however busy it is

blueprint = Blueprint("auth", __name__)


class LoginForm(FlaskForm):
    email = EmailField(validators=[InputRequired(), Length(max=200)])
    password = PasswordField(validators=[InputRequired(), Length(max=1024)])
    keep = BooleanField(default=True)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(key: str) -> SignedIn | None:
    """The agent whose session this is, unless it is over."""
    number, _colon, epoch = key.partition(":")
    if not number.isdecimal() or time.time() - session.get("since", 0) > LASTS:
        return None
    with desk().read() as reading:
        staff = signed_in(reading, int(number))
    if staff is None or not staff.active or str(staff.session_epoch) != epoch:
        return None
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
    if current_user.is_authenticated:
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
def sign_in() -> AnyResponse | tuple[str, int]:
    form = LoginForm()
    if not form.validate():
        return _page(form, _("Write your email and your password.")), 400
    if login_limit.is_reached(form.email.data):
        return _page(form, _("Too many tries. Wait five minutes, then try again.")), 429
    agent = agents.log_in(desk(), form.email.data, form.password.data)
    if agent is None:
        login_limit.count(form.email.data)
        return _page(form, _("The email or the password is not right.")), 401
    _begin_session(agent, keep=form.keep.data)
    return redirect(safe_next(request.args.get("next", "")))


def _begin_session(agent: Agent, *, keep: bool) -> None:
    """A new session: nothing that was in the one before it is carried over."""
    session.clear()
    session["since"] = int(time.time())
    session.permanent = keep
    with desk().read() as reading:
        staff = signed_in(reading, agent.id)
    assert staff is not None
    login_user(SignedIn(staff))


@blueprint.post("/logout")
def logout() -> AnyResponse:
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
