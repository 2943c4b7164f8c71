"""The agent's own account: where they are signed in, two-factor login, password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions import agents, passwords, second_factor, sessions
from helpdesk.models import NotPossible
from helpdesk.queries import agent_sessions
from helpdesk.web import login_limit
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk, me
from helpdesk.web.errors import translated
from helpdesk.web.language import _
from helpdesk.web.qr_code import drawn

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("account", __name__, url_prefix="/settings/account")
blueprint.before_request(must_be_signed_in)


@blueprint.get("")
def mine() -> str:
    return _page()


def _page(said: str = "", about: str = "") -> str:
    """The account; ``said`` is what went wrong in the form ``about``."""
    number = actor().id or 0
    with desk().read() as reading:
        is_on = second_factor.is_on(reading, number)
        must = second_factor.role_needs_it(reading, actor().role)
        browsers = agent_sessions.my_sessions(reading, actor())
        left = agent_sessions.recovery_codes_left(reading, actor())
    return render_template(
        "settings/account.html",
        staff=me(),
        browsers=browsers,
        is_on=is_on,
        must=must,
        left=left,
        said=said,
        about=about,
        least=agents.MIN_PASSWORD,
    )


@blueprint.post("/sessions/<int:number>/end")
def end_session(number: int) -> Response:
    sessions.end(desk(), actor(), number)
    return redirect(url_for("account.mine"))


@blueprint.post("/sessions/end")
def end_others() -> Response:
    sessions.end_others(desk(), actor(), me().session)
    flash(_("Every other browser is signed out."))
    return redirect(url_for("account.mine"))


@blueprint.post("/password")
def change_password() -> Answer:
    form = request.form
    if form.get("new", "") != form.get("again", ""):
        return _page(_("The two passwords are not the same."), "password"), 400
    if not login_limit.takes_code(actor().id or 0):
        return _page(_too_many(), "password"), 429
    try:
        passwords.change(
            desk(),
            actor(),
            form.get("old", "")[:1024],
            form.get("new", "")[:1024],
            kept=me().session,
        )
    except NotPossible as fault:
        return _page(translated(fault), "password"), 409
    login_limit.code_was_right(actor().id or 0)
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("account.mine"))


@blueprint.get("/second-factor")
def set_up() -> Answer:
    with desk().read() as reading:
        if second_factor.is_on(reading, actor().id or 0):
            return redirect(url_for("account.mine"))
    return _set_up_page()


@blueprint.post("/second-factor")
def confirm() -> Answer:
    if not _may_try():
        return _set_up_page(_too_many()), 429
    try:
        codes = second_factor.confirm(
            desk(), actor(), request.form.get("code", ""), kept=me().session
        )
    except NotPossible as fault:
        return _set_up_page(translated(fault)), 409
    return _codes_page(codes)


@blueprint.post("/second-factor/codes")
def renew_codes() -> Answer:
    if not _may_try():
        return _page(_too_many(), "factor"), 429
    try:
        codes = second_factor.renew_codes(desk(), actor(), request.form.get("code", ""))
    except NotPossible as fault:
        return _page(translated(fault), "factor"), 409
    return _codes_page(codes)


@blueprint.post("/second-factor/removal")
def remove() -> Answer:
    if not _may_try():
        return _page(_too_many(), "factor"), 429
    try:
        second_factor.remove(desk(), actor(), request.form.get("code", ""))
    except NotPossible as fault:
        return _page(translated(fault), "factor"), 409
    login_limit.code_was_right(actor().id or 0)
    flash(_("Two-factor login is off."))
    return redirect(url_for("account.mine"))


def _may_try() -> bool:
    return login_limit.takes_code(actor().id or 0)


def _too_many() -> str:
    return _("Too many tries. Wait a quarter of an hour, then try again.")


def _set_up_page(said: str = "") -> str:
    secret = second_factor.offer(desk(), actor())
    qr = drawn(secret, actor().email, desk().settings.company)
    return render_template("settings/second_factor.html", said=said, secret=secret, qr=qr)


def _codes_page(codes: tuple[str, ...]) -> str:
    login_limit.code_was_right(actor().id or 0)
    return render_template("settings/recovery_codes.html", codes=codes)
