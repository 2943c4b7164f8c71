"""Customers found by name or address, to be made the requester of a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk.models import ContactPoint, Customer, normalize
from helpdesk.models.visibility import customers_visible_to
from helpdesk.rules.actor import Actor

MOST = 20
LEAST = 2  # characters


@dataclass(frozen=True, slots=True)
class Reachable:
    """One address of a customer."""

    point_id: int
    kind: str
    value: str
    is_verified: bool
    customer_id: int
    name: str


def people_found(session: Session, actor: Actor, words: str) -> list[Reachable]:
    """Addresses that begin with ``words``, or of customers whose name has them, of those whom
    ``actor`` may see; by name."""
    wanted = normalize(words)
    if len(wanted) < LEAST:
        return []
    rows = session.execute(
        select(
            ContactPoint.id, ContactPoint.kind, ContactPoint.value,
            ContactPoint.verified_at.is_not(None), Customer.id, Customer.name,
        )
        .join(Customer, Customer.id == ContactPoint.customer_id)
        .where(
            ContactPoint.kind != "visitor",
            Customer.merged_into_id.is_(None),
            customers_visible_to(actor),
            or_(
                ContactPoint.normalized.startswith(wanted, autoescape=True),
                Customer.name.icontains(words.strip(), autoescape=True),
            ),
        )
        .order_by(Customer.name, ContactPoint.id)
        .limit(MOST)
    )  # fmt: skip
    return [Reachable(*row) for row in rows]
