"""What a visitor's page tells: what it has received, what was read, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from channels.message import Address, DeliveryState
from helpdesk.actions import address_claims, audit
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, Ticket, normalize, now
from helpdesk.rules.actor import Actor

SEEN_EVERY = timedelta(minutes=1)
FAR = 2**31 - 1  # beyond every version and seq

_WAITING = (DeliveryState.QUEUED.value, DeliveryState.UNKNOWN.value, DeliveryState.SENT.value)
_UNREAD = (*_WAITING, DeliveryState.DELIVERED.value)


def received(desk: Desk, session: Session, visitor: Actor, upto: Mapping[int, int]) -> bool:
    """The page has everything up to these versions (by ticket): it was delivered.

    Reads through ``session``, and writes only when that is news. True when it was.
    """
    shown = [_Shown(ticket, version=version) for ticket, version in upto.items()]
    return _settle(desk, session, visitor, shown, _WAITING, DeliveryState.DELIVERED)


def read(desk: Desk, session: Session, visitor: Actor, upto: Mapping[int, int]) -> bool:
    """The visitor had the page before them, showing everything up to these seqs (by ticket)."""
    shown = [_Shown(ticket, seq=seq) for ticket, seq in upto.items()]
    return _settle(desk, session, visitor, shown, _UNREAD, DeliveryState.READ)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page has of a ticket: everything up to this version and this seq."""

    ticket: int
    version: int = FAR
    seq: int = FAR


def _settle(
    desk: Desk,
    session: Session,
    visitor: Actor,
    shown: Sequence[_Shown],
    states: tuple[str, ...],
    state: DeliveryState,
) -> bool:
    due = {"point": visitor.contact_point_id, "states": states}
    rows = session.connection().execute(_DUE, due).all() if shown else []
    unsettled = {
        each.ticket: [
            row.id for row in rows
            if row.ticket_id == each.ticket and row.version <= each.version and row.seq <= each.seq
        ]
        for each in shown
    }  # fmt: skip
    session.rollback()  # what the write changes is read anew
    for ticket, deliveries in unsettled.items():
        if deliveries:
            _settle_in(desk, ticket, deliveries, state)
    return any(unsettled.values())


_DUE = (
    select(Delivery.id, Message.ticket_id, Message.seq, Message.version)
    .join(Message, Message.id == Delivery.message_id)
    .where(
        Delivery.contact_point_id == bindparam("point"), Delivery.channel == "chat",
        Delivery.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(Message.ticket_id, Message.seq)
)  # fmt: skip


def _settle_in(desk: Desk, ticket_id: int, deliveries: Sequence[int], state: DeliveryState) -> None:
    with desk.write() as session:
        found = {"ticket": ticket_id, "deliveries": deliveries}
        rows = session.execute(_HELD, found).all()
        settled = [message for delivery, message, _held in rows if delivery.settle(state)]
        for message in settled:
            message.ticket.revise(message)
        if settled:
            audit.receipted(session, settled[0].ticket)


_HELD = (
    select(Delivery, Message, Ticket)
    .join(Message, Message.id == Delivery.message_id)
    .join(Ticket, Ticket.id == Message.ticket_id)
    .where(
        Ticket.id == bindparam("ticket"), Delivery.id.in_(bindparam("deliveries", expanding=True))
    )
    .order_by(Message.seq)
    .with_for_update(of=Ticket)
)  # fmt: skip


def seen(desk: Desk, visitor_ids: Iterable[str]) -> None:
    """These visitors' pages are open now."""
    with desk.write() as session:
        session.execute(
            update(ContactPoint)
            .where(
                ContactPoint.kind == "visitor",
                ContactPoint.normalized.in_([normalize(each) for each in visitor_ids]),
            )
            .values(last_seen_at=now())
            .execution_options(synchronize_session=False)
        )


def seen_by_asking(desk: Desk, visitor_id: str, last: datetime | None) -> None:
    """The page asked for news; written down at most once a minute."""
    if last is None or now() - last > SEEN_EVERY:
        seen(desk, [visitor_id])


def leave_address(
    desk: Desk,
    visitor_id: str,
    *,
    name: str,
    email: str,
    language: str = "",
    signed: tuple[Address, ...] = (),
) -> None:
    """Keep what the visitor typed about themselves. It is a claim: it proves nothing."""
    with desk.write() as session:
        address_claims.claim(
            session, visitor_id, name=name, email=email, language=language, signed=signed
        )
