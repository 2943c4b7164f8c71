"""The kind of a ticket, and the lists of causes and remedies."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import ComplaintReason, Ticket


@dataclass(frozen=True, slots=True)
class Matter:
    """What a ticket is, and what may be chosen; what is chosen already may stay."""

    kind: str
    cause_id: int | None
    remedy_id: int | None
    causes: list[ComplaintReason]
    remedies: list[ComplaintReason]


def matter_of(session: Session, ticket: Ticket) -> Matter:
    """For the card beside the ticket."""
    known = reasons(session)
    return Matter(
        ticket.kind, ticket.cause_id, ticket.remedy_id,
        [r for r in known if r.part == "cause" and (r.active or r.id == ticket.cause_id)],
        [r for r in known if r.part == "remedy" and (r.active or r.id == ticket.remedy_id)],
    )  # fmt: skip


def reasons(session: Session) -> list[ComplaintReason]:
    """Both lists, in their order."""
    return list(
        session.scalars(
            select(ComplaintReason).order_by(
                ComplaintReason.part, ComplaintReason.position, ComplaintReason.id
            )
        )
    )
