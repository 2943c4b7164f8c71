"""Tickets that a mail named without a proof that its sender takes part in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import bindparam, literal, select
from sqlalchemy.orm import Session

from helpdesk.models import AuditEvent, Ticket
from helpdesk.models.visibility import visible_to
from helpdesk.queries.ticket_ties import Tie
from helpdesk.rules.actor import Actor

SUGGESTED = "ticket.link_suggested"
_SETTLED = {  # event -> where it names the other ticket
    "ticket.linked": "other",
    "ticket.link_dismissed": "other",
    "ticket.merged": "other",
    "ticket.became_part": "into",
}


def suggested_links(session: Session, actor: Actor, ticket_id: int) -> list[Tie]:
    """Those that ``actor`` may see and nobody has decided about yet."""
    open_ones = sorted(_undecided(session, ticket_id))
    if not open_ones:
        return []
    question = (
        select(literal("suggested"), Ticket.id, Ticket.subject, Ticket.status)
        .where(Ticket.id.in_(open_ones), visible_to(actor))
        .order_by(Ticket.id)
    )
    return [Tie(*row) for row in session.execute(question)]


def _undecided(session: Session, ticket_id: int) -> set[int]:
    named: set[int] = set()
    settled = {ticket_id}
    for event, data in session.execute(_TOLD, {"ticket": ticket_id}):
        (named if event == SUGGESTED else settled).add(data[_SETTLED.get(event, "other")])
    return set(_survivors(session, named - settled)) - settled


def _survivors(session: Session, numbers: Iterable[int]) -> Iterator[int]:
    """What became part of another ticket is found there."""
    for number in numbers:
        ticket = session.get(Ticket, number)
        while ticket and ticket.merged_into_id is not None:
            ticket = session.get(Ticket, ticket.merged_into_id)
        if ticket:
            yield ticket.id


_TOLD = select(AuditEvent.event, AuditEvent.data).where(
    AuditEvent.ticket_id == bindparam("ticket"), AuditEvent.event.in_((SUGGESTED, *_SETTLED))
)
