"""The outbox: claiming a delivery, composing what leaves, recording what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from channels.message import (
    DeliveryState,
    OutboundMessage,
    Receipt,
)
from helpdesk import signals
from helpdesk.actions import audit, storm_guard, undelivered
from helpdesk.actions.outbound import compose
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Inbox, Message, Ticket, now
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.retry import next_try

ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)
LEASE_MARGIN = timedelta(seconds=30)  # a lease outlives the provider's timeout by this


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker has, and what to hand to the provider."""

    delivery_id: int
    channel: str
    inbox: Inbox
    message: OutboundMessage


def due(desk: Desk, limit: int = 200) -> list[int]:
    """Deliveries whose time has come and that nobody holds, the longest due first."""
    moment = now()
    with desk.read() as session:
        return list(
            session.scalars(
                select(Delivery.id)
                .where(Delivery.due_at.is_not(None), Delivery.due_at <= moment, _free(moment))
                .order_by(Delivery.due_at, Delivery.id)
                .limit(limit)
            )
        )


def _free(moment: datetime) -> ColumnElement[bool]:
    return or_(Delivery.lease_until.is_(None), Delivery.lease_until < moment)


def claim(desk: Desk, delivery_id: int) -> Claim | None:
    """Take the delivery for this worker, or None when another has it or nothing is due.

    The lease is longer than the provider's timeout. A delivery whose lease ran out was taken
    by a worker that died: mail is sent again under the same Message-ID; for channels without
    such a key the outcome is unknown, and it is not sent again by itself.
    """
    if not _take(desk, delivery_id):
        return None
    with desk.read() as session:
        row = session.get_one(Delivery, delivery_id)
        inbox = session.get_one(Inbox, row.inbox_id)
        try:
            return Claim(row.id, row.channel, inbox, compose(desk, session, row))
        except FileNotFoundError:
            missing = "A file of this message is missing on the disk. Ask an admin to restore it."
    failed(desk, delivery_id, missing)
    return None


def _take(desk: Desk, delivery_id: int) -> bool:
    with desk.write() as session:
        moment = now()
        row = session.get(Delivery, delivery_id)
        if row is None:
            return False
        channel = desk.channels[row.channel]
        died = row.lease_until is not None
        lease = moment + timedelta(seconds=channel.send_timeout) + LEASE_MARGIN
        taken = session.execute(
            update(Delivery)
            .where(
                Delivery.id == delivery_id,
                Delivery.due_at <= moment,
                _free(moment),
                Delivery.state == DeliveryState.QUEUED.value,
                _may_still_be_said(),
            )
            .values(lease_until=lease, attempts=Delivery.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            _withdraw(desk, session, row)
            return False
        if storm_guard.holds_back(desk, session, row):
            return False
        if died and not channel.resend_is_safe:
            settle(
                session,
                row,
                DeliveryState.UNKNOWN,
                "The desk was stopped while sending: it may or may not have arrived.",
            )
            return False
        return True


def _may_still_be_said() -> ColumnElement[bool]:
    """What the bot said leaves only in its own epoch: nobody hears it after a person took over."""
    epoch = (
        select(Ticket.bot_epoch)
        .join(Message, Message.ticket_id == Ticket.id)
        .where(Message.id == Delivery.message_id)
        .correlate(Delivery)
        .scalar_subquery()
    )
    return or_(Delivery.bot_epoch.is_(None), Delivery.bot_epoch == epoch)


def _withdraw(desk: Desk, session: WriteSession, row: Delivery) -> None:
    """Say so on the bot's message when it was not sent because people speak now."""
    if row.bot_epoch is None or row.state != DeliveryState.QUEUED.value or row.due_at is None:
        return
    message = session.get_one(Message, row.message_id)
    if session.get_one(Ticket, message.ticket_id).bot_epoch == row.bot_epoch:
        return
    if desk.channels[row.channel].is_pulled:  # it stands in their chat; it only does not follow
        row.due_at = row.lease_until = None
        return
    row.cared_at = now()  # as it should be: nobody need see to it
    settle(session, row, DeliveryState.FAILED, "Not sent: a person had taken over by then.")


def accepted(desk: Desk, delivery_id: int, receipt: Receipt) -> None:
    """The provider took it."""
    with desk.write() as session:
        row = session.get_one(Delivery, delivery_id)
        if receipt.state is DeliveryState.QUEUED:  # taken, not yet sent: receipts will tell
            row.due_at = row.lease_until = None
            row.provider_id = receipt.provider_id or row.provider_id
            return
        settle(session, row, receipt.state, receipt.reason, provider_id=receipt.provider_id)


def failed(desk: Desk, delivery_id: int, reason: str, *, unreachable: bool = False) -> None:
    """The provider refused it for good; ``unreachable``: because of the address."""
    with desk.write() as session:
        row = session.get_one(Delivery, delivery_id)
        if settle(session, row, DeliveryState.FAILED, reason) and unreachable:
            point_of(session, row, ContactPoint.fail)


def unknown(desk: Desk, delivery_id: int, reason: str) -> None:
    """Nobody can say whether it left: it is not sent again by itself."""
    with desk.write() as session:
        settle(session, session.get_one(Delivery, delivery_id), DeliveryState.UNKNOWN, reason)


def put_off(desk: Desk, delivery_id: int, reason: str) -> datetime | None:
    """It did not work yet: when it is tried again, or None when that was the last try."""
    give_up = timedelta(hours=desk.settings.give_up_hours)
    with desk.write() as session:
        row = session.get_one(Delivery, delivery_id)
        at = next_try(now(), row.attempts, row.created_at, give_up)
        if at is None:
            settle(
                session, row, DeliveryState.FAILED, f"Given up after {row.attempts} tries: {reason}"
            )
            return None
        row.retry(at, reason)
        revised(session, row)
        session.announce(signals.delivery_due, delivery=row.id, at=at)
        return at


def settle(
    session: WriteSession,
    row: Delivery,
    state: DeliveryState,
    reason: str = "",
    *,
    provider_id: str = "",
) -> bool:
    """Move a delivery by what is known now; False when that is older news."""
    if not row.settle(state, reason, provider_id=provider_id):
        return False
    message = session.get_one(Message, row.message_id)
    ticket = session.get_one(Ticket, message.ticket_id)
    if state in ARRIVED:
        point_of(session, row, ContactPoint.answer)
        undelivered.arrived(session, ticket, message)
    if state is DeliveryState.FAILED:
        undelivered.failed(ticket, message, row)
        audit.record(
            session,
            SYSTEM,
            "delivery.failed",
            ticket=ticket,
            reason=reason,
            recipient=row.recipient,
            channel=row.channel,
        )
    revised(session, row)
    return True


def point_of(session: WriteSession, row: Delivery, learn: Callable[[ContactPoint], None]) -> None:
    """Let the address of a delivery learn what became of it."""
    if row.contact_point_id is not None:
        learn(session.get_one(ContactPoint, row.contact_point_id))


def revised(session: WriteSession, row: Delivery) -> None:
    """The bubble that shows this delivery has changed.

    That of a note (a one-time code) moves nothing that the asker's page could notice.
    """
    session.flush()
    message = session.get_one(Message, row.message_id)
    if message.is_note:
        return
    ticket = session.get_one(Ticket, message.ticket_id)
    ticket.revise(message)
    audit.changed(session, ticket)
