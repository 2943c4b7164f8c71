"""The last gate before automatic mail leaves: not too much to one address, nor in one ticket.

It stands where deliveries are claimed, so that whoever learns to write automatic mail is held.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from channels.message import DeliveryState
from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import Delivery, Message, Ticket, now
from helpdesk.rules import storm
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.storm import Cap, Caps


def holds_back(desk: Desk, session: WriteSession, row: Delivery) -> bool:
    """Whether this delivery may not leave; it is settled then, and the ticket says so."""
    message = session.get_one(Message, row.message_id)
    if not message.automatic or row.channel != "email":
        return False
    settings = desk.settings
    cap = storm.reached(
        _left(session, row, Delivery.contact_point_id == row.contact_point_id),
        _left(session, row, Message.ticket_id == message.ticket_id),
        Caps(settings.automatic_mails_per_address, settings.automatic_mails_per_ticket),
    )
    if cap is None:
        return False
    session.refresh(row)  # it was claimed by a statement of its own
    row.settle(DeliveryState.FAILED, _REASONS[cap])
    ticket = session.get_one(Ticket, message.ticket_id)
    ticket.revise(message)
    audit.record(
        session, SYSTEM, "storm.stopped", ticket=ticket, address=row.recipient, cap=cap.value
    )
    audit.changed(session, ticket)
    return True


_REASONS = {
    Cap.ADDRESS: "Not sent: this address has had too many automatic mails within an hour.",
    Cap.TICKET: "Not sent: this ticket has had too many automatic mails within an hour.",
}


def _left(session: WriteSession, row: Delivery, which: ColumnElement[bool]) -> int:
    """How many other automatic mails have left or are leaving."""
    return session.scalar(
        select(func.count())
        .select_from(Delivery)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            which,
            Message.automatic != "",
            Delivery.id != row.id,
            Delivery.channel == "email",
            Delivery.attempts > 0,
            Delivery.state != DeliveryState.FAILED.value,
            Delivery.created_at > now() - storm.WINDOW,
        )
    ) or 0  # fmt: skip
