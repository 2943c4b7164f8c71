"""An answer that did not get out: sending it another way, or again, or letting it be."""

from __future__ import annotations

from helpdesk import signals
from helpdesk.actions import audit, undelivered
from helpdesk.actions.changing import changing
from helpdesk.actions.deliveries import revised
from helpdesk.actions.replies import must_fit
from helpdesk.actions.reply_routes import route_of
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Delivery, Message, NotPossible, Ticket, now
from helpdesk.models.visibility import NotFound
from helpdesk.rules.actor import Actor


def resend(desk: Desk, actor: Actor, ticket_id: int, message_id: int, channel: str) -> list[int]:
    """Send an answer that failed over ``channel``, under a new Delivery; their ids.

    Over the channel on which it failed, it goes to the same addresses again. Done twice, it
    leaves once: the second time nothing has failed any more, and nothing is queued. Raises
    ``NotPossible`` when there is no way out, ``NotFound``.
    """
    actor.must_be_staff()
    with changing(desk, actor, ticket_id) as (session, ticket):
        message = _answer(session, ticket, message_id)
        lost = undelivered.care(session, ticket, message)
        if not lost:
            return []
        if channel not in desk.channels or desk.channels[channel].is_pulled:
            raise NotPossible("Choose another channel.")
        must_fit(desk, channel, message.text)
        rows = _again(desk, session, ticket, message, lost, channel)
        session.add_all(rows)
        session.flush()
        revised(session, rows[0])
        audit.record(session, actor, "delivery.resent", ticket=ticket, channel=channel)
        for row in rows:
            session.announce(signals.delivery_due, delivery=row.id, at=row.due_at)
        return [row.id for row in rows]


def let_be(desk: Desk, actor: Actor, ticket_id: int, message_id: int) -> None:
    """An agent has seen that an answer did not get out, and that is that."""
    actor.must_be_staff()
    with changing(desk, actor, ticket_id) as (session, ticket):
        message = _answer(session, ticket, message_id)
        lost = undelivered.care(session, ticket, message)
        if lost:
            revised(session, lost[0])
            audit.record(session, actor, "delivery.let_be", ticket=ticket)


def make_reachable(desk: Desk, actor: Actor, ticket_id: int, point_id: int) -> None:
    """An agent knows better: the requester's address, whose mail came back, works again."""
    actor.must_be_staff()
    with changing(desk, actor, ticket_id) as (session, ticket):
        point = session.get(ContactPoint, point_id)
        if point is None or point.customer_id != ticket.customer_id:
            raise NotFound("There is no such address.")
        if point.unreachable_at is not None:
            point.answer()
            audit.record(
                session, actor, "contact_point.reachable", ticket=ticket, address=point.value
            )


def _answer(session: WriteSession, ticket: Ticket, message_id: int) -> Message:
    message = session.get(Message, message_id)
    if message is None or message.ticket_id != ticket.id or message.is_note:
        raise NotFound("There is no such message.")
    return message


def _again(
    desk: Desk,
    session: WriteSession,
    ticket: Ticket,
    message: Message,
    lost: list[Delivery],
    channel: str,
) -> list[Delivery]:
    same = [row for row in lost if row.channel == channel]
    if same:
        return [_delivery(message, channel, row.inbox_id, _point(session, row)) for row in same]
    route = route_of(desk, session, ticket, channel)
    return [_delivery(message, channel, route.inbox.id, route.points[0])]


def _point(session: WriteSession, row: Delivery) -> ContactPoint:
    point = session.get(ContactPoint, row.contact_point_id) if row.contact_point_id else None
    if point is None:
        raise NotPossible("Choose another channel.")
    if point.unreachable_at is not None:
        raise NotPossible(
            "%(address)s cannot be reached: mail to it came back. Choose another channel.",
            address=point.value,
        )
    return point


def _delivery(message: Message, channel: str, inbox_id: int, point: ContactPoint) -> Delivery:
    return Delivery(
        message_id=message.id,
        channel=channel,
        inbox_id=inbox_id,
        contact_point_id=point.id,
        recipient=point.value,
        due_at=now(),
    )
