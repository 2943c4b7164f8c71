"""Queueing what a message of ours leaves by: one delivery a recipient."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from helpdesk import signals
from helpdesk.actions.reply_routes import Route
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, Participant, Ticket, now


def queue(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    message: Message,
    route: Route,
    *,
    bot_epoch: int | None = None,
) -> list[int]:
    """Queue the deliveries of a message, and store both; the ids of the deliveries."""
    due = None if message.hold else _due(desk, route.channel)
    rows = [
        Delivery(
            message=message,
            channel=route.channel,
            inbox_id=route.inbox.id,
            contact_point_id=point.id,
            recipient=point.value,
            due_at=due,
            bot_epoch=bot_epoch,
        )
        for point in route.points
    ]
    session.add_all(rows)
    _take_part(session, ticket, route.points[0])
    session.flush()
    for row in rows:
        if due is not None:
            session.announce(signals.delivery_due, delivery=row.id, at=due)
    return [row.id for row in rows]


def _due(desk: Desk, channel: str) -> datetime:
    """When it leaves: at once, or, where the customer's page pulls it, if that has not happened."""
    if not desk.channels[channel].is_pulled:
        return now()
    return now() + timedelta(seconds=desk.settings.chat_follow_up_seconds)


def _take_part(session: WriteSession, ticket: Ticket, point: ContactPoint) -> None:
    """Whom we wrote to may answer here, whichever channel the ticket began on."""
    wanted = {"ticket": ticket.id, "point": point.id}
    if session.connection().scalar(_TAKES_PART, wanted) is None:
        session.add(
            Participant(
                ticket_id=ticket.id, contact_point_id=point.id, role="requester", confirmed_at=now()
            )
        )


_TAKES_PART = select(Participant.id).where(
    Participant.ticket_id == bindparam("ticket"),
    Participant.contact_point_id == bindparam("point"),
)
