"""The mail accounts that log in by tokens, and how each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Inbox, MailGrant
from helpdesk.rules.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class MailAccount:
    """An email inbox with ``login`` oauth2. ``problem`` names the cure; "" while all is well."""

    inbox_id: int
    name: str
    address: str
    provider: str
    problem: str
    connected_by: str = ""
    connected_at: datetime | None = None
    refreshed_at: datetime | None = None


def mail_accounts(session: Session, actor: Actor) -> list[MailAccount]:
    """Every active one, for admins."""
    actor.must_be(Role.ADMIN)
    rows = session.execute(
        select(Inbox, MailGrant)
        .outerjoin(MailGrant, MailGrant.inbox_id == Inbox.id)
        .where(Inbox.channel == "email", Inbox.active)
        .order_by(Inbox.address)
    )
    return [
        _account(inbox, grant) for inbox, grant in rows if inbox.settings.get("login") == "oauth2"
    ]


def _account(inbox: Inbox, grant: MailGrant | None) -> MailAccount:
    provider = str(inbox.settings.get("oauth_provider", "microsoft"))
    if grant is None:
        return MailAccount(inbox.id, inbox.name, inbox.address, provider, inbox.problem)
    return MailAccount(
        inbox.id,
        inbox.name,
        inbox.address,
        provider,
        grant.problem or inbox.problem,
        grant.connected_by,
        grant.connected_at,
        grant.refreshed_at,
    )
