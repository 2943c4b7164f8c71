"""Settings: the inboxes, their forms drawn from the channels' schemas, and a real check of each."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions import inboxes
from helpdesk.config import SettingsError
from helpdesk.jobs.inbox_check import Tried, try_connection
from helpdesk.models import Inbox, NotPossible, Team
from helpdesk.models.visibility import NotFound
from helpdesk.web import inbox_form
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.errors import translated
from helpdesk.web.inbox_cures import cure
from helpdesk.web.language import _
from helpdesk.web.settings_pages import must_be_admin

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("inboxes", __name__, url_prefix="/settings/inboxes")
blueprint.before_request(must_be_signed_in)
blueprint.before_request(must_be_admin)


@blueprint.get("")
def all_inboxes() -> str:
    with desk().read() as reading:
        rows = list(reading.scalars(select(Inbox).order_by(Inbox.active.desc(), Inbox.id)))
        teams = _teams(reading)
    names = [channel.name for channel in desk().channels]
    return render_template("settings/inboxes.html", inboxes=rows, teams=teams, channels=names)


@blueprint.get("/new/<channel>")
def new(channel: str) -> str:
    _must_know(channel)
    return _form(channel)


@blueprint.post("/new/<channel>")
def create(channel: str) -> Answer:
    _must_know(channel)
    model = desk().channels[channel].settings_model
    defaults = desk().settings.channel_defaults(channel)
    values = inbox_form.entered(model, request.form, {}, defaults)
    errors = inbox_form.faults(model, defaults | values)
    name, address = _named()
    if not address and channel == "chat":
        address = secrets.token_hex(8)
    if not name or not address:
        return _form(
            channel, values=values, errors=errors, said=_("Fill in name and address.")
        ), 409
    if errors:
        return _form(channel, values=values, errors=errors), 409
    try:
        number = inboxes.add_inbox(
            desk(),
            actor(),
            channel=channel,
            address=address,
            name=name,
            settings=values,
            team_id=request.form.get("team", type=int),
        )
    except (NotPossible, SettingsError) as fault:
        said = translated(fault) if isinstance(fault, NotPossible) else str(fault)
        return _form(channel, values=values, said=said), 409
    return redirect(url_for("inboxes.one", number=number))


@blueprint.get("/<int:number>")
def one(number: int) -> str:
    inbox = _inbox(number)
    return _form(inbox.channel, inbox, values=desk().values_of(inbox))


@blueprint.post("/<int:number>")
def change(number: int) -> Answer:
    inbox = _inbox(number)
    model = desk().channels[inbox.channel].settings_model
    defaults = desk().settings.channel_defaults(inbox.channel)
    values = inbox_form.entered(model, request.form, desk().values_of(inbox), defaults)
    errors = inbox_form.faults(model, defaults | values)
    name, _address = _named()
    if errors or not name:
        said = "" if name else _("Fill in name and address.")
        return _form(inbox.channel, inbox, values=values, errors=errors, said=said), 409
    inboxes.change_inbox(
        desk(),
        actor(),
        number,
        name=name,
        settings=values,
        team_id=request.form.get("team", type=int),
    )
    flash(_("Saved. Mailboxes notice it within half a minute."))
    return redirect(url_for("inboxes.one", number=number))


@blueprint.post("/<int:number>/check")
def check(number: int) -> Answer:
    """Try the connection with what is stored."""
    inbox = _inbox(number)
    try:
        settings = desk().settings_of(inbox)
    except SettingsError as fault:
        return _form(inbox.channel, inbox, values=desk().values_of(inbox), said=str(fault)), 409
    tried = try_connection(desk(), inbox.channel, settings)
    return _form(
        inbox.channel,
        inbox,
        values=desk().values_of(inbox),
        tried=tried,
        untried=_untried(inbox.channel, settings),
    )


def _untried(channel: str, settings: BaseModel) -> list[str]:
    """What there was nothing to try for, in words."""
    said = []
    if channel == "email" and not getattr(settings, "imap_host", ""):
        said.append(_("No IMAP server is set: mail comes in by SMTP, LMTP or the command line."))
    if channel == "email" and not getattr(settings, "smtp_host", ""):
        said.append(_("No SMTP server is set: replies are captured in the local outbox folder."))
    if channel == "chat" and not getattr(settings, "allowed_origins", ()):
        said.append(_("Any site may embed the widget: no site is named."))
    return said


@blueprint.post("/<int:number>/deactivation")
def deactivate(number: int) -> Response:
    inboxes.set_active(desk(), actor(), number, active=False)
    return redirect(url_for("inboxes.one", number=number))


@blueprint.post("/<int:number>/reactivation")
def reactivate(number: int) -> Response:
    inboxes.set_active(desk(), actor(), number, active=True)
    return redirect(url_for("inboxes.one", number=number))


def _form(
    channel: str,
    inbox: Inbox | None = None,
    *,
    values: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    said: str = "",
    tried: Tried | None = None,
    untried: list[str] | None = None,
) -> str:
    with desk().read() as reading:
        teams = _teams(reading)
    model = desk().channels[channel].settings_model
    return render_template(
        "settings/inbox.html",
        channel=channel,
        inbox=inbox,
        fields=inbox_form.fields(
            model, desk().settings.channel_defaults(channel) | (values or {}), errors
        ),
        teams=teams,
        said=said,
        tried=tried,
        cure=cure(channel, tried) if tried and not tried.well else "",
        untried=untried or [],
        given=request.form if request.method == "POST" and tried is None else None,
        public_url=desk().settings.url,
    )


def _must_know(channel: str) -> None:
    if channel not in desk().channels:
        abort(404)


def _inbox(number: int) -> Inbox:
    with desk().read() as reading:
        inbox = reading.get(Inbox, number)
    if inbox is None:
        raise NotFound("There is no such inbox.")
    return inbox


def _teams(reading: Session) -> dict[int, str]:
    return dict(reading.execute(select(Team.id, Team.name).order_by(Team.name)).all())


def _named() -> tuple[str, str]:
    name = " ".join(request.form.get("inbox-name", "").split())[:100]
    return name, request.form.get("inbox-address", "").strip()[:254]
