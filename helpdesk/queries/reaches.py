"""The ways in which a ticket's requester can be reached."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, Inbox, Message, Participant
from helpdesk.rules import reply_route
from helpdesk.rules.reply_route import Reach


class OfRequester(Protocol):
    """What must be known of a ticket to reach its requester."""

    @property
    def id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...
    @property
    def inbox_id(self) -> int: ...


def reaches_of(desk: Desk, session: Session, ticket: OfRequester) -> list[Reach]:
    """Every way in which the requester can be answered, best first; see ``reply_route``."""
    wanted = {"ticket": ticket.id, "customer": ticket.customer_id}
    connection = session.connection()
    inboxes = connection.execute(_INBOXES).all()
    points = connection.execute(_POINTS, wanted).all()
    used = connection.execute(_USED, wanted).all()
    last_used = {(row.channel, row.contact_point_id): row.seq for row in used}
    last_seen = {row.contact_point_id: row.seq for row in used}
    roles = {row.contact_point_id: row.role for row in connection.execute(_CONFIRMED, wanted)}
    return reply_route.order(
        [
            Reach(
                channel=channel.name,
                inbox_id=inbox.id,
                contact_point_id=point.id,
                value=point.value,
                verified=point.verified,
                reachable=point.reachable,
                confirmed=point.id in roles or point.verified,
                last_used=last_used.get((channel.name, point.id), -1),
                # Whom an agent made the requester has not written yet: this address was meant.
                last_seen=last_seen.get(point.id, 0 if roles.get(point.id) == "requester" else -1),
                own_inbox=inbox.id == ticket.inbox_id,
                is_stated=point.stated == channel.name,
                is_primary=bool(point.is_primary),
            )
            for channel in desk.channels
            if channel.can_reply
            for inbox in inboxes
            if inbox.channel == channel.name
            for point in points
            if point.kind == channel.contact_kind.value
        ]
    )


_INBOXES = select(Inbox.id, Inbox.channel).where(Inbox.active).order_by(Inbox.id)
_POINTS = (
    select(
        ContactPoint.id,
        ContactPoint.kind,
        ContactPoint.value,
        ContactPoint.verified_at.is_not(None).label("verified"),
        ContactPoint.unreachable_at.is_(None).label("reachable"),
        ContactPoint.is_primary,
        Customer.preferred_channel.label("stated"),
    )
    .join(Customer, Customer.id == ContactPoint.customer_id)
    .where(ContactPoint.customer_id == bindparam("customer"))
    .order_by(ContactPoint.id)
)
_USED = (
    select(Message.channel, Message.contact_point_id, func.max(Message.seq).label("seq"))
    .where(
        Message.ticket_id == bindparam("ticket"),
        Message.direction == "inbound",
        Message.contact_point_id.is_not(None),
        Message.visibility == "public",
    )
    .group_by(Message.channel, Message.contact_point_id)
    .order_by(func.max(Message.seq))
)
_CONFIRMED = select(Participant.contact_point_id, Participant.role).where(
    Participant.ticket_id == bindparam("ticket"), Participant.confirmed_at.is_not(None)
)
