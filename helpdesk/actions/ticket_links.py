"""Linking tickets, and unlinking them. Each link is shown from both sides."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from helpdesk.actions import audit
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import LinkKind, NotPossible, Ticket, TicketLink
from helpdesk.models.visibility import NotFound, ticket_for
from helpdesk.queries.suggested_links import suggested_links
from helpdesk.rules.actor import Actor

MOST = 100


def link(desk: Desk, actor: Actor, ticket_id: int, other_id: int, kind: LinkKind) -> None:
    """Say what ``ticket_id`` is to ``other_id``; said again, it is what was said last.

    Raises ``NotPossible``, ``NotFound``.
    """
    actor.must_be_staff()
    if ticket_id == other_id:
        raise NotPossible("A ticket cannot be linked to itself.")
    with desk.write() as session:
        ticket, other = _both(session, actor, ticket_id, other_id)
        known = session.scalars(_between(ticket_id, other_id)).all()
        if not known and len(session.scalars(_of(ticket_id)).all()) >= MOST:
            raise NotPossible("A ticket can have %(most)s links at most.", most=MOST)
        for each in known:
            session.delete(each)
        session.flush()
        if kind is LinkKind.CHILD and _is_above(session, ticket_id, other_id):
            raise NotPossible("Ticket %(ticket)s is above that one already.", ticket=ticket_id)
        session.add(TicketLink(ticket_id=ticket_id, other_id=other_id, kind=kind.value))
        _record(session, actor, "ticket.linked", ticket, other, kind.value)


def unlink(desk: Desk, actor: Actor, ticket_id: int, other_id: int) -> None:
    """Take the link away, from whichever side. Nothing happens where there is none."""
    actor.must_be_staff()
    with desk.write() as session:
        ticket, other = _both(session, actor, ticket_id, other_id)
        known = session.scalars(_between(ticket_id, other_id)).all()
        for each in known:
            session.delete(each)
        if known:
            _record(session, actor, "ticket.unlinked", ticket, other, known[0].kind)


def dismiss(desk: Desk, actor: Actor, ticket_id: int, other_id: int) -> None:
    """Say that the ticket which a mail named is another matter. Nothing happens where none is
    suggested. Raises ``NotFound``."""
    actor.must_be_staff()
    with desk.write() as session:
        ticket, other = _both(session, actor, ticket_id, other_id)
        if other.id in {tie.id for tie in suggested_links(session, actor, ticket.id)}:
            audit.record(session, actor, "ticket.link_dismissed", ticket=ticket, other=other.id)
            ticket.touch()
            audit.changed(session, ticket)


def _both(
    session: WriteSession, actor: Actor, ticket_id: int, other_id: int
) -> tuple[Ticket, Ticket]:
    if not 0 < other_id < 2**31:
        raise NotFound("There is no ticket %(ticket)s.", ticket=other_id)
    for number in sorted((ticket_id, other_id)):  # in one order, so that nobody blocks
        ticket_for(session, actor, number, lock=True)
    return session.get_one(Ticket, ticket_id), session.get_one(Ticket, other_id)


def _of(ticket_id: int) -> Select[TicketLink]:
    return select(TicketLink).where(
        or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
    )


def _between(one: int, other: int) -> Select[TicketLink]:
    return select(TicketLink).where(
        or_(
            (TicketLink.ticket_id == one) & (TicketLink.other_id == other),
            (TicketLink.ticket_id == other) & (TicketLink.other_id == one),
        )
    )


def _is_above(session: WriteSession, ticket_id: int, other_id: int) -> bool:
    """Whether ``other_id`` hangs below ``ticket_id``: then it cannot be its parent, too."""
    seen, above = {other_id}, [other_id]
    while above:
        above = [
            number
            for number in session.scalars(
                select(TicketLink.other_id).where(
                    TicketLink.ticket_id.in_(above), TicketLink.kind == LinkKind.CHILD.value
                )
            )
            if number not in seen
        ]
        seen.update(above)
    return ticket_id in seen


def _record(
    session: WriteSession, actor: Actor, event: str, ticket: Ticket, other: Ticket, kind: str
) -> None:
    audit.record(session, actor, event, ticket=ticket, other=other.id, kind=kind)
    seen_from_there = "parent" if kind == LinkKind.CHILD.value else kind
    if kind == LinkKind.DUPLICATE.value:
        seen_from_there = "original"
    audit.record(session, actor, event, ticket=other, other=ticket.id, kind=seen_from_there)
    for each in (ticket, other):
        each.touch()
        audit.changed(session, each)
