"""Inboxes: adding them, finding them by what customers wrote to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import Inbox, MailboxPosition, NotPossible, normalize, now
from helpdesk.models.visibility import NotFound
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
    inbox = Inbox(channel=channel, address=normalize(address), name=name, team_id=team_id)
    _configure(desk, inbox, dict(settings or {}))
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


def _configure(desk: Desk, inbox: Inbox, values: dict[str, Any]) -> None:
    """Keep the settings of an inbox, the secrets among them sealed. Raises ``SettingsError``."""
    secret_names = desk.channels[inbox.channel].settings_model.secret_names()
    secrets = {key: values.pop(key) for key in list(values) if key in secret_names}
    inbox.settings, inbox.sealed = values, desk.vault.seal(secrets) if secrets else ""
    desk.settings_of(inbox)


def change_inbox(
    desk: Desk,
    actor: Actor,
    inbox_id: int,
    *,
    name: str,
    settings: dict[str, Any],
    team_id: int | None = None,
) -> None:
    """Change what an inbox is called and how it is reached; its address stays.

    Of what changed, the names of the fields are recorded and no value. Raises ``SettingsError``.
    """
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        inbox = _inbox(session, inbox_id)
        was = desk.values_of(inbox)
        fields = sorted(key for key in was | settings if was.get(key) != settings.get(key))
        _configure(desk, inbox, dict(settings))
        inbox.name, inbox.team_id = name, team_id
        audit.record(session, actor, "inbox.changed", inbox=inbox_id, name=name, fields=fields)


def set_active(desk: Desk, actor: Actor, inbox_id: int, *, active: bool) -> None:
    """Whether the inbox takes and sends; what it took stays."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        inbox = _inbox(session, inbox_id)
        if inbox.active != active:
            inbox.active = active
            event = "inbox.reactivated" if active else "inbox.deactivated"
            audit.record(session, actor, event, inbox=inbox_id, name=inbox.name)


def _inbox(session: Session, inbox_id: int) -> Inbox:
    inbox = session.get(Inbox, inbox_id)
    if inbox is None:
        raise NotFound("There is no such inbox.")
    return inbox


def say_problem(desk: Desk, inbox_id: int, problem: str) -> None:
    """Remember why no mail can be fetched for an inbox, with its cure; "" when it can be."""
    with desk.read() as session:
        inbox = session.get(Inbox, inbox_id)
    if inbox is None or inbox.problem == problem:
        return
    with desk.write() as session:
        inbox = session.get_one(Inbox, inbox_id)
        inbox.problem, inbox.problem_at = problem, now() if problem else None


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
    place = {"inbox": inbox_id, "in_folder": folder}
    reached = {"uidvalidity": uidvalidity, "last_uid": uid, "seen_at": now()}
    with desk.write() as session:
        moved = session.connection().execute(_MOVE, place | reached)
        if not moved.rowcount:
            session.add(MailboxPosition(inbox_id=inbox_id, folder=folder, **reached))


_MOVE = (
    update(MailboxPosition)
    .where(
        MailboxPosition.inbox_id == bindparam("inbox"),
        MailboxPosition.folder == bindparam("in_folder"),
    )
    .values({name: bindparam(name) for name in ("uidvalidity", "last_uid", "seen_at")})
)


def _position(inbox_id: int, folder: str):  # type: ignore[no-untyped-def]
    return select(MailboxPosition).where(
        MailboxPosition.inbox_id == inbox_id, MailboxPosition.folder == folder
    )
