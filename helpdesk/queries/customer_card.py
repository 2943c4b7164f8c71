"""Who the requester is: their addresses, orders, other tickets, and whom they may be, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from helpdesk.models import ContactPoint, Customer, MergeSuggestion, Order, Organization, Ticket
from helpdesk.models.visibility import customers_visible_to, visible_to
from helpdesk.queries.ticket_list import customer_name
from helpdesk.rules.actor import Actor

ORDERS = 5
TICKETS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One address of the customer."""

    id: int
    kind: str
    value: str
    is_verified: bool
    is_unreachable: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    external_id: str
    summary: str
    placed_at: datetime
    amount: Decimal
    currency: str
    state: str


@dataclass(frozen=True, slots=True)
class PastTicket:
    id: int
    subject: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MaybeSame:
    """Another record that may be the same person, and why."""

    id: int
    other_id: int
    other: str
    evidence: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    id: int
    name: str
    language: str
    organization: str
    since: datetime
    points: list[Point]
    orders: list[OrderLine]
    tickets: list[PastTicket]
    has_more_tickets: bool
    suggestions: list[MaybeSame]


def customer_card(
    session: Session, actor: Actor, customer_id: int, *, but_ticket: int
) -> CustomerCard:
    """The card of a customer, beside the ticket ``but_ticket``."""
    wanted, connection = {"customer": customer_id}, session.connection()
    row = connection.execute(_CUSTOMER, wanted).one()
    past = connection.execute(_past(actor), {**wanted, "ticket": but_ticket})
    tickets = [PastTicket(*found) for found in past]
    return CustomerCard(
        id=row[0],
        name=row[1] or "",
        language=row[2],
        organization=row[3] or "",
        since=row[4],
        points=[Point(*found) for found in connection.execute(_POINTS, wanted)],
        orders=[OrderLine(*found) for found in connection.execute(_ORDERS, wanted)],
        tickets=tickets[:TICKETS],
        has_more_tickets=len(tickets) > TICKETS,
        suggestions=[MaybeSame(*found) for found in connection.execute(_maybe(actor), wanted)],
    )


_CUSTOMER = (
    select(Customer.id, customer_name(), Customer.locale, Organization.name, Customer.created_at)
    .outerjoin(Organization, Organization.id == Customer.organization_id)
    .where(Customer.id == bindparam("customer"))
)

_POINTS = (
    select(
        ContactPoint.id,
        ContactPoint.kind,
        ContactPoint.value,
        ContactPoint.verified_at.is_not(None),
        ContactPoint.unreachable_at.is_not(None),
    )
    .where(ContactPoint.customer_id == bindparam("customer"))
    .order_by(ContactPoint.kind, ContactPoint.id)
    .limit(30)
)

_orders = Order.__table__.c
_ORDERS = (
    select(
        _orders.external_id,
        _orders.summary,
        _orders.placed_at,
        _orders.amount,
        _orders.currency,
        _orders.state,
    )
    .where(_orders.customer_id == bindparam("customer"))
    .order_by(_orders.placed_at.desc())
    .limit(ORDERS)
)


@lru_cache(1024)
def _past(actor: Actor) -> Select[*tuple[int, str, str, datetime]]:
    return (
        select(Ticket.id, Ticket.subject, Ticket.status, Ticket.created_at)
        .where(
            Ticket.customer_id == bindparam("customer"),
            Ticket.id != bindparam("ticket"),
            visible_to(actor),
        )
        .order_by(Ticket.id.desc())
        .limit(TICKETS + 1)
    )


_part = aliased(Customer)
_own = aliased(Customer)
_family = select(_own.id).where(
    or_(_own.id == bindparam("customer"), _own.merged_into_id == bindparam("customer"))
)
_is_first = MergeSuggestion.customer_id.in_(_family)
_other = case((_is_first, MergeSuggestion.other_id), else_=MergeSuggestion.customer_id)


@lru_cache(1024)
def _maybe(actor: Actor) -> Select[*tuple[int, int, str, str]]:
    """What was suggested of the record or of one that is part of it, about one that stands."""
    return (
        select(
            MergeSuggestion.id,
            Customer.id,
            func.coalesce(customer_name(), ""),
            MergeSuggestion.evidence,
        )
        .select_from(MergeSuggestion)
        .join(_part, _part.id == _other)
        .join(Customer, Customer.id == func.coalesce(_part.merged_into_id, _part.id))
        .where(
            or_(_is_first, MergeSuggestion.other_id.in_(_family)),
            MergeSuggestion.state == "open",
            customers_visible_to(actor),
        )
        .order_by(MergeSuggestion.id)
        .limit(5)
    )
