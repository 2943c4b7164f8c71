"""Connecting mail accounts: to the provider, and back with a code (OAuth 2)."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, session
from flask import url_for as address_of
from werkzeug.wrappers import Response as AnyResponse

from channels.email import EmailSettings
from channels.email.oauth import provider_of
from channels.message import PermanentFailure
from helpdesk.actions import mail_accounts
from helpdesk.config import SettingsError
from helpdesk.models import Inbox, NotPossible
from helpdesk.queries import mail_accounts as accounts
from helpdesk.rules.actor import Role
from helpdesk.web.auth import must_be_signed_in
from helpdesk.web.current import actor, desk
from helpdesk.web.language import _
from helpdesk.web.security import POLICY

blueprint = Blueprint("mail_accounts", __name__, url_prefix="/settings/mail-accounts")
blueprint.before_request(must_be_signed_in)

ASKED = "mail_consent"  # in the session: what was asked of the provider, sealed


@blueprint.before_request
def must_be_admin() -> None:
    actor().must_be(Role.ADMIN)


@blueprint.get("")
def listed() -> Response:
    """Each account, how it stands, and the button that connects it."""
    with desk().read() as reading:
        found = accounts.mail_accounts(reading, actor())
        inboxes = [reading.get_one(Inbox, one.inbox_id) for one in found]
    page = make_response(
        render_template("settings/mail_accounts.html", accounts=found, back=_redirect_uri())
    )
    # A browser follows a form's redirect only to where the page may send forms.
    origins = " ".join(sorted({origin for inbox in inboxes if (origin := _origin(inbox))}))
    page.headers["Content-Security-Policy"] = POLICY.replace(
        "form-action 'self'", f"form-action 'self' {origins}".rstrip()
    )
    return page


def _origin(inbox: Inbox) -> str:
    try:
        settings = desk().settings_of(inbox)
        assert isinstance(settings, EmailSettings)
        parts = urlsplit(provider_of(settings).authorize_url)
    except (PermanentFailure, SettingsError, ValueError):
        return ""
    has_port = f"{parts.scheme}://{parts.netloc}"
    is_plain = parts.scheme in ("http", "https") and not set(parts.netloc) & set(" ;,'\"@")
    return has_port if is_plain else ""


@blueprint.post("/<int:inbox_id>/connection")
def ask(inbox_id: int) -> AnyResponse:
    """Off to the provider, where the account's owner is asked."""
    consent = mail_accounts.ask_consent(desk(), actor(), inbox_id, _redirect_uri())
    session[ASKED] = desk().vault.seal(
        {"inbox": inbox_id, "state": consent.state, "verifier": consent.verifier}
    )
    return redirect(consent.url, 303)


@blueprint.get("/callback")
def come_back() -> AnyResponse:
    """Back from the provider; only for whoever was sent there, and once."""
    asked, given = session.pop(ASKED, ""), request.args
    known: dict[str, Any] = desk().vault.open(asked) if asked else {"state": ""}
    if not asked or not compare_digest(known["state"].encode(), given.get("state", "").encode()):
        raise NotPossible(_("This answer does not belong to a question of yours. Connect again."))
    if "code" not in given:
        said = given.get("error_description") or given.get("error") or ""
        raise NotPossible(_("The provider said no. %(said)s", said=said[:300]))
    mail_accounts.connect(
        desk(), actor(), known["inbox"], redirect_uri=_redirect_uri(),
        code=given["code"], verifier=known["verifier"],
    )  # fmt: skip
    return redirect(address_of("mail_accounts.listed"))


@blueprint.post("/<int:inbox_id>/disconnection")
def disconnect(inbox_id: int) -> AnyResponse:
    mail_accounts.disconnect(desk(), actor(), inbox_id)
    return redirect(address_of("mail_accounts.listed"))


def _redirect_uri() -> str:
    """What is registered at the provider: the address under which the desk is known."""
    return f"{desk().settings.url}{address_of('mail_accounts.come_back')}"
