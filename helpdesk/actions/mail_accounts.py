"""Connecting a mail account by the consent of its owner (OAuth 2), and letting go of it."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from channels.email import EmailSettings, oauth
from channels.email.oauth import Consent, Grant
from channels.message import PermanentFailure, TemporaryFailure
from helpdesk import signals
from helpdesk.actions import audit
from helpdesk.config import SettingsError
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Delivery, Inbox, MailGrant, NotPossible, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor, Role


def ask_consent(desk: Desk, actor: Actor, inbox_id: int, redirect_uri: str) -> Consent:
    """Where to send the admin to. Raises ``NotPossible`` when the settings are not whole."""
    settings = _settings(desk, actor, inbox_id)
    try:
        return oauth.ask_consent(settings, redirect_uri)
    except PermanentFailure:
        raise NotPossible("Fill in the client id and the provider of this inbox first.") from None


def connect(
    desk: Desk, actor: Actor, inbox_id: int, *, redirect_uri: str, code: str, verifier: str
) -> None:
    """Keep what the provider granted; what had waited for it is tried at once.

    Raises ``NotPossible`` with what the provider said.
    """
    settings = _settings(desk, actor, inbox_id)
    try:
        grant = oauth.redeem(settings, redirect_uri, code, verifier)
    except (TemporaryFailure, PermanentFailure) as fault:
        raise NotPossible("The account was not connected. %(said)s", said=str(fault)) from None
    with desk.write() as session:
        inbox = session.get_one(Inbox, inbox_id)
        _keep(desk, session, actor, inbox, grant)
        audit.record(session, actor, "mail_account.connected", address=inbox.address)
        _try_at_once(session, inbox_id)
    desk.mail_tokens.forget(inbox_id)


def disconnect(desk: Desk, actor: Actor, inbox_id: int) -> None:
    """Forget the tokens; no mail is fetched or sent until the account is connected again."""
    _settings(desk, actor, inbox_id)
    with desk.write() as session:
        inbox = session.get_one(Inbox, inbox_id)
        session.execute(delete(MailGrant).where(MailGrant.inbox_id == inbox_id))
        audit.record(session, actor, "mail_account.disconnected", address=inbox.address)
    desk.mail_tokens.forget(inbox_id)


def _settings(desk: Desk, actor: Actor, inbox_id: int) -> EmailSettings:
    actor.must_be(Role.ADMIN)
    with desk.read() as session:
        inbox = session.get(Inbox, inbox_id) if 0 < inbox_id < 2**31 else None
    try:
        settings = desk.settings_of(inbox) if inbox is not None else None
    except SettingsError as fault:
        raise NotPossible("%(said)s", said=str(fault)) from None
    if not isinstance(settings, EmailSettings) or settings.login != "oauth2":
        raise NotFound("There is no such mail account.")
    return settings


def _keep(desk: Desk, session: WriteSession, actor: Actor, inbox: Inbox, grant: Grant) -> None:
    known = session.scalar(select(MailGrant).where(MailGrant.inbox_id == inbox.id))
    row = known or MailGrant(inbox_id=inbox.id)
    row.sealed, row.problem, row.connected_by = desk.mail_tokens.seal(grant), "", actor.name
    row.connected_at = row.refreshed_at = now()
    session.add(row)
    inbox.problem, inbox.problem_at = "", None


def _try_at_once(session: WriteSession, inbox_id: int) -> None:
    at = now()
    waiting = (Delivery.inbox_id == inbox_id, Delivery.due_at > at, Delivery.lease_until.is_(None))
    for number in session.scalars(select(Delivery.id).where(*waiting)).all():
        session.execute(update(Delivery).where(Delivery.id == number).values(due_at=at))
        session.announce(signals.delivery_due, delivery=number, at=at)
