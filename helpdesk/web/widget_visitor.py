"""Who asks in the chat: which widget, and which visitor of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from sqlalchemy.orm import Session

from channels.chat import ChatSettings
from channels.message import Address, ContactKind, Proof
from helpdesk.models import Inbox
from helpdesk.queries.widgets import widget
from helpdesk.rules import visitor_token
from helpdesk.rules.visitor_token import BadIdentity, BadToken, Identity, Visitor
from helpdesk.web import widget_limits
from helpdesk.web.current import desk
from helpdesk.web.language import _
from helpdesk.web.widget_refusals import Refused


@dataclass(frozen=True, slots=True)
class Asking:
    """A visitor whose token holds, at the widget with this public key."""

    key: str
    inbox: Inbox
    visitor: Visitor


def inbox_of(key: str) -> Inbox:
    """The active widget with this public key. Raises ``Refused``."""
    with desk().read() as session:
        return _widget(session, key)


def _widget(session: Session, key: str) -> Inbox:
    found = widget(session, key)
    if found is None:
        raise Refused(404, "no_widget", _("This chat does not exist, or is closed."))
    return found


def settings_of(inbox: Inbox) -> ChatSettings:
    settings = desk().settings_of(inbox)
    assert isinstance(settings, ChatSettings)
    return settings


def asking(session: Session, key: str) -> Asking:
    """The visitor of this request, by the bearer token. Raises ``Refused`` (403, 404, 401)."""
    must_come_from_us()
    inbox = _widget(session, key)
    return Asking(key, inbox, _visitor(inbox.id, bearer()))


def bearer() -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _visitor(inbox_id: int, token: str) -> Visitor:
    try:
        return _read(token, inbox_id)
    except BadToken:
        said = _("This chat has ended. Load the page again to go on.")
        raise Refused(401, "bad_token", said) from None


def start(inbox: Inbox, token: str, identity: str) -> Visitor:
    """Begin or resume: the visitor that this browser is now.

    A token that does not hold begins anew; an identity that does not hold raises ``Refused``:
    the page may ask again without one, and is then nobody in particular.
    """
    vouched = _identity(inbox, identity) if identity else None
    known = _known(inbox, token) if token else None
    visitor = visitor_token.resumed(known, inbox.id, vouched)
    if known is None or known.id != visitor.id:
        widget_limits.new_visitor()
    return visitor


def _known(inbox: Inbox, token: str) -> Visitor | None:
    try:
        return _read(token, inbox.id)
    except BadToken:
        return None


def _read(token: str, inbox_id: int) -> Visitor:
    """Whose token this is, signed with any key of the desk."""
    return desk().vault.read(
        visitor_token.KEY_PURPOSE,
        lambda key: visitor_token.read(token, key, inbox_id),
        BadToken,
    )


def _identity(inbox: Inbox, token: str) -> Identity:
    secret = settings_of(inbox).identity_secret.get_secret_value()
    try:
        return visitor_token.read_identity(token, secret)
    except BadIdentity as error:
        raise Refused(403, "bad_identity", str(error)) from None


def token_of(visitor: Visitor) -> str:
    return visitor_token.make(visitor, desk().vault.key(visitor_token.KEY_PURPOSE))


def vouched_addresses(visitor: Visitor) -> tuple[Address, ...]:
    """The addresses that the embedding site signed for."""
    who = visitor.identity
    if who is None:
        return ()
    email = Proof.SIGNED if who.email_verified else Proof.NONE
    found = [
        Address(ContactKind.EMAIL, who.email, who.name, email) if who.email else None,
        Address(ContactKind.PHONE, who.phone, who.name, Proof.SIGNED) if who.phone else None,
    ]
    return tuple(address for address in found if address)


def must_come_from_us() -> None:
    """Our own frame asks, or a program; never a script of another site. Raises ``Refused``."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    ours = {request.host.lower(), urlsplit(desk().settings.url).netloc.lower()}
    if urlsplit(origin).netloc.lower() not in ours:
        raise Refused(403, "bad_origin", _("This address may not use the chat."))
