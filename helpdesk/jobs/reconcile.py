"""Proof that nothing is lost and nothing is doubled (promise 1): one line a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.email import EmailSettings
from channels.email.mailbox import Mailbox
from channels.message import PermanentFailure, TemporaryFailure
from helpdesk.actions.inboxes import active_inboxes
from helpdesk.config import SettingsError
from helpdesk.desk import Desk
from helpdesk.jobs.mailboxes import envelope_key
from helpdesk.models import (
    Attachment,
    Delivery,
    Envelope,
    EnvelopeState,
    Inbox,
    Message,
    Ticket,
    now,
)

STALE = timedelta(minutes=2)  # an envelope or a delivery that waits longer is stuck


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it must be. ``kind`` is for programs, ``sentence`` for people."""

    kind: str
    sentence: str
    inbox: str = ""
    uid: int | None = None
    envelope: int | None = None
    ticket: int | None = None


def differences(
    desk: Desk, progress: Callable[[int, int], object] = lambda done, of: None
) -> Iterator[Difference]:
    """Every difference between mailboxes, journal, record, outbox and files. ``progress`` hears
    how many of the comparisons are done, and of how many."""
    with desk.read() as session:
        inboxes = active_inboxes(session, "email")
        comparisons = len(_WITHIN) + len(inboxes)
        for done, compare in enumerate(_WITHIN, start=1):
            yield from compare(desk, session)
            progress(done, comparisons)
    for done, inbox in enumerate(inboxes, start=len(_WITHIN) + 1):
        yield from _mailbox(desk, inbox)
        progress(done, comparisons)


def _unsettled(_desk: Desk, session: Session) -> Iterator[Difference]:
    rows = session.execute(
        select(Envelope.id, Envelope.reason).where(
            Envelope.state == EnvelopeState.RECEIVED.value, Envelope.received_at < now() - STALE
        )
    )
    for row in rows:
        yield Difference(
            "unsettled",
            f"Envelope {row.id} was kept and never attached. {row.reason}".rstrip(),
            envelope=row.id,
        )


def _without_message(_desk: Desk, session: Session) -> Iterator[Difference]:
    rows = session.scalars(
        select(Envelope.id)
        .outerjoin(Message, Envelope.message_id == Message.id)
        .where(Envelope.state == EnvelopeState.ATTACHED.value, Message.id.is_(None))
    )
    for number in rows:
        yield Difference(
            "no_message",
            f"Envelope {number} is attached, but its message is gone.",
            envelope=number,
        )


def _doubled(_desk: Desk, session: Session) -> Iterator[Difference]:
    """One contact is one message, however many envelopes brought it."""
    rows = session.execute(
        select(func.max(Envelope.id).label("id"), func.max(Envelope.ticket_id).label("ticket_id"))
        .where(Envelope.state == EnvelopeState.ATTACHED.value, Envelope.contact_key.is_not(None))
        .group_by(Envelope.contact_key)
        .having(func.count(Envelope.message_id.distinct()) > 1)
    )
    for row in rows:
        yield Difference(
            "doubled",
            f"Envelope {row.id} made a message that was there already.",
            envelope=row.id,
            ticket=row.ticket_id,
        )


def _gaps(_desk: Desk, session: Session) -> Iterator[Difference]:
    rows = session.execute(
        select(
            Ticket.id,
            (Ticket.last_seq - Ticket.gone).label("last_seq"),
            func.count(Message.id).label("count"),
        )
        .outerjoin(Message, Message.ticket_id == Ticket.id)
        .group_by(Ticket.id, Ticket.last_seq, Ticket.gone)
        .having(func.count(Message.id) != Ticket.last_seq - Ticket.gone)
    )
    for row in rows:
        yield Difference(
            "gap",
            f"Ticket {row.id} counts {row.last_seq} messages and has {row.count}.",
            ticket=row.id,
        )


def _stuck(_desk: Desk, session: Session) -> Iterator[Difference]:
    rows = session.execute(
        select(Delivery.id, Delivery.recipient, Message.ticket_id)
        .join(Message, Delivery.message_id == Message.id)
        .where(
            Delivery.due_at < now() - STALE,
            (Delivery.lease_until.is_(None)) | (Delivery.lease_until < now()),
        )
    )
    for row in rows:
        yield Difference(
            "stuck",
            f"The delivery {row.id} to {row.recipient} is overdue: do the jobs run?",
            ticket=row.ticket_id,
        )


def _lost_files(desk: Desk, session: Session) -> Iterator[Difference]:
    rows = session.execute(
        select(Attachment.id, Attachment.name, Attachment.sha256, Message.ticket_id)
        .join(Message, Attachment.message_id == Message.id)
        .where(Attachment.state == "stored")
    )
    for row in rows:
        if not desk.files.path(row.sha256).exists():
            yield Difference(
                "lost_file",
                f"The file {row.name} of ticket {row.ticket_id} is gone.",
                ticket=row.ticket_id,
            )


_WITHIN = (_unsettled, _without_message, _doubled, _gaps, _stuck, _lost_files)


def has_mailbox(desk: Desk, inbox: Inbox) -> bool:
    """Whether the inbox is fetched from a mailbox that can be compared."""
    try:
        settings = desk.settings_of(inbox)
    except SettingsError:
        return True  # it was meant to be: comparing it says what is wrong
    return isinstance(settings, EmailSettings) and bool(settings.imap_host)


def _mailbox(desk: Desk, inbox: Inbox) -> Iterator[Difference]:
    try:
        settings = desk.settings_of(inbox)
        if not isinstance(settings, EmailSettings) or not settings.imap_host:
            return
        with Mailbox(settings) as mailbox:
            uids, uidvalidity = mailbox.list_uids(), mailbox.uidvalidity
    except (TemporaryFailure, PermanentFailure, SettingsError) as fault:
        yield Difference("unreachable", f"{inbox.address}: {fault}", inbox=inbox.address)
        return
    known = _known_keys(desk, inbox.id)
    for uid in uids:
        if envelope_key(settings.imap_folder, uidvalidity, uid) not in known:
            yield Difference(
                "not_taken_in",
                f"{inbox.address}: the mail with UID {uid} has not been taken in.",
                inbox=inbox.address,
                uid=uid,
            )


def _known_keys(desk: Desk, inbox_id: int) -> set[str]:
    with desk.read() as session:
        return set(
            session.scalars(
                select(Envelope.key).where(
                    Envelope.inbox_id == inbox_id, Envelope.key.startswith("imap:")
                )
            )
        )
