"""Choosing how a reply leaves: channel, inbox, and whom it is addressed to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Inbox, NotPossible, Participant, Ticket
from helpdesk.queries.reaches import reaches_of
from helpdesk.rules import reply_route
from helpdesk.rules.reply_route import NoWayOut


@dataclass(frozen=True, slots=True)
class Route:
    """Where a reply goes."""

    channel: str
    inbox: Inbox
    points: tuple[ContactPoint, ...]  # the first are addressed, the others are in copy
    addressed: int = 1


def route_of(desk: Desk, session: WriteSession, ticket: Ticket, channel: str | None) -> Route:
    """The best way out, over ``channel`` if one is named. Raises ``NotPossible``."""
    reaches = reaches_of(desk, session, ticket)
    try:
        reach = reply_route.choose(reaches, channel)
    except NoWayOut as error:
        raise NotPossible(error.words, **error.values) from None
    inbox = session.get_one(Inbox, reach.inbox_id)
    first = session.get_one(ContactPoint, reach.contact_point_id)
    copies = _copies(session, ticket, first) if desk.channels[reach.channel].has_subject else ()
    return Route(reach.channel, inbox, (first, *copies))


def _copies(session: WriteSession, ticket: Ticket, first: ContactPoint) -> tuple[ContactPoint, ...]:
    return tuple(
        session.scalars(
            select(ContactPoint)
            .join(Participant, Participant.contact_point_id == ContactPoint.id)
            .where(
                Participant.ticket_id == ticket.id,
                Participant.role == "cc",
                Participant.confirmed_at.is_not(None),
                ContactPoint.kind == first.kind,
                ContactPoint.id != first.id,
                ContactPoint.unreachable_at.is_(None),
            )
            .order_by(Participant.id)
        )
    )
