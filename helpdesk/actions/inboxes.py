"""Inboxes: adding them, finding them by what customers wrote to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import Inbox, MailboxPosition, NotPossible, normalize, now
from helpdesk.rules.actor import SYSTEM, Actor, Role

DEFAULT_ADDRESS = "support@tarnfold.example"
"""Where mail goes on a desk that has no inbox yet."""


def add_inbox(
    desk: Desk,
    actor: Actor,
    *,
    channel: str,
    address: str,
    name: str,
    settings: dict[str, Any] | None = None,
    team_id: int | None = None,
) -> int:
    """Add an inbox; the secrets among its settings are sealed. Returns its id.

    Raises ``NotPossible`` when the address is taken, ``SettingsError`` when settings do not fit.
    """
    actor.must_be(Role.ADMIN)
    secret_names = desk.channels[channel].settings_model.secret_names()
    values = dict(settings or {})
    secrets = {key: values.pop(key) for key in list(values) if key in secret_names}
    inbox = Inbox(
        channel=channel,
        address=normalize(address),
        name=name,
        settings=values,
        sealed=desk.vault.seal(secrets) if secrets else "",
        team_id=team_id,
    )
    desk.settings_of(inbox)
    try:
        with desk.write() as session:
            session.add(inbox)
            session.flush()
            audit.record(session, actor, "inbox.added", channel=channel, address=inbox.address)
            return inbox.id
    except IntegrityError:
        raise NotPossible(
            "There is a %(channel)s inbox %(address)s already.", channel=channel, address=address
        ) from None


def email_inbox(desk: Desk, address: str = "") -> int:
    """The email inbox with this address, made when missing; the first one for ""."""
    if (known := _known_email_inbox(desk, address)) is not None:
        return known
    name = address or DEFAULT_ADDRESS
    try:
        return add_inbox(desk, SYSTEM, channel="email", address=name, name=name)
    except NotPossible:
        if (made_meanwhile := _known_email_inbox(desk, address)) is None:
            raise
        return made_meanwhile


def _known_email_inbox(desk: Desk, address: str) -> int | None:
    question = select(Inbox.id).where(Inbox.channel == "email", Inbox.active)
    if address:
        question = question.where(Inbox.address == normalize(address))
    with desk.read() as session:
        return session.scalar(question.order_by(Inbox.id).limit(1))


def email_inbox_for(desk: Desk, recipient: str) -> int | None:
    """The active email inbox that a mail to ``recipient`` (plus-addresses too) belongs to."""
    local, _, domain = normalize(recipient).rpartition("@")
    wanted = {f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"}
    with desk.read() as session:
        return session.scalar(
            select(Inbox.id)
            .where(Inbox.channel == "email", Inbox.active, Inbox.address.in_(wanted))
            .order_by(Inbox.id)
            .limit(1)
        )


def active_inboxes(session: Session, channel: str) -> list[Inbox]:
    """The active inboxes of a channel, oldest first."""
    return list(
        session.scalars(
            select(Inbox).where(Inbox.channel == channel, Inbox.active).order_by(Inbox.id)
        )
    )


def position_of(desk: Desk, inbox_id: int, folder: str) -> tuple[int, int] | None:
    """UIDVALIDITY and the last UID read in a mailbox folder, or None when it was never read."""
    with desk.read() as session:
        row = session.scalar(_position(inbox_id, folder))
        return (row.uidvalidity, row.last_uid) if row else None


def keep_position(desk: Desk, inbox_id: int, folder: str, uidvalidity: int, uid: int) -> None:
    """Remember how far a folder was read. Losing this costs time, never a mail: envelopes are
    unique by UIDVALIDITY and UID."""
    with desk.write() as session:
        row = session.scalar(_position(inbox_id, folder))
        if row is None:
            row = MailboxPosition(inbox_id=inbox_id, folder=folder, uidvalidity=0, last_uid=0)
            session.add(row)
        row.uidvalidity, row.last_uid, row.seen_at = uidvalidity, uid, now()


def _position(inbox_id: int, folder: str):  # type: ignore[no-untyped-def]
    return select(MailboxPosition).where(
        MailboxPosition.inbox_id == inbox_id, MailboxPosition.folder == folder
    )
