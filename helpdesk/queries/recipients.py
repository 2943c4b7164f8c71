"""Whom the next reply by email may go to, and whom it goes to unless the agent chooses."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk.desk import Desk
from helpdesk.models import ContactPoint, Customer, Participant
from helpdesk.queries.reaches import OfRequester, reaches_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One address. ``place`` is where it stands unless the agent chooses: to, cc or ""."""

    address: str
    name: str
    place: str
    is_confirmed: bool = True
    is_reachable: bool = True


def choices(desk: Desk, session: Session, ticket: OfRequester) -> list[Choice]:
    """The requester's best address first, then all others who take part by email."""
    reaches = [r for r in reaches_of(desk, session, ticket) if r.channel == "email"]
    best = next((r for r in reaches if r.confirmed and r.reachable), None)
    found = {} if best is None else {best.value: Choice(best.value, "", "to")}
    for row in session.connection().execute(_PARTICIPANTS, {"ticket": ticket.id}):
        in_copy = row.role == "cc" and row.confirmed and row.reachable
        place = "to" if row.value in found else "cc" if in_copy else ""
        found[row.value] = Choice(row.value, row.name, place, row.confirmed, row.reachable)
    return list(found.values())


_PARTICIPANTS = (
    select(
        ContactPoint.value,
        Customer.name,
        Participant.role,
        Participant.confirmed_at.is_not(None).label("confirmed"),
        ContactPoint.unreachable_at.is_(None).label("reachable"),
    )
    .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
    .join(Customer, Customer.id == ContactPoint.customer_id)
    .where(Participant.ticket_id == bindparam("ticket"), ContactPoint.kind == "email")
    .order_by(Participant.id)
    .limit(100)
)
