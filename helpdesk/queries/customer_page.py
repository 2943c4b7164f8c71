"""Everything beside the timeline on the page of one customer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import (
    Agent,
    ContactPoint,
    Customer,
    CustomerMerge,
    CustomerNote,
    MergeSuggestion,
    Order,
    Pool,
    StageChange,
    Team,
    Ticket,
)
from helpdesk.models.visibility import customer_for, customers_visible_to, visible_to
from helpdesk.queries.family import family_of
from helpdesk.queries.habits import habit_of
from helpdesk.queries.ticket_list import customer_name
from helpdesk.rules.actor import Actor
from helpdesk.rules.preference import Observed

MOST = 20  # of each sort beside the timeline


@dataclass(frozen=True, slots=True)
class Money:
    """What a customer spent in one currency; currencies are never added up."""

    currency: str
    orders: int
    spent: Decimal
    refunded: Decimal


@dataclass(frozen=True, slots=True)
class Double:
    """A record that may be the same person, and why."""

    suggestion_id: int
    id: int
    name: str
    evidence: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    customer: Customer
    name: str
    points: list[ContactPoint]
    money: list[Money]
    tickets: list[Ticket]
    open_tickets: int
    notes: list[CustomerNote]
    history: list[StageChange]
    stage_by: str
    merges: list[tuple[CustomerMerge, str]]
    doubles: list[Double]
    observed_channel: Observed | None
    observed_hour: Observed | None
    pool: Pool | None
    pool_team: str
    holder: str


def customer_page(session: Session, actor: Actor, customer_id: int, zone: ZoneInfo) -> CustomerPage:
    """The page of a customer that ``actor`` may see. Raises ``NotFound``."""
    customer = customer_for(session, actor, customer_id)
    number = customer.id
    habit = habit_of(session, actor, number, zone)
    pool = _pool(session, actor, customer)
    return CustomerPage(
        customer=customer,
        name=customer.display_name if customer.name or _has_address(customer) else "",
        points=sorted(customer.contact_points, key=_place),
        money=_money(session, number),
        tickets=_tickets(session, actor, number),
        open_tickets=_open_tickets(session, actor, number),
        notes=_newest(session, CustomerNote, CustomerNote.customer_id == number),
        history=_newest(session, StageChange, StageChange.customer_id.in_(family_of(number))),
        stage_by=_agent(session, customer.stage_by_id),
        merges=_merges(session, number),
        doubles=doubles(session, actor, number),
        observed_channel=habit.observed_channel,
        observed_hour=habit.observed_hour,
        pool=pool[0] if pool else None,
        pool_team=pool[1] if pool else "",
        holder=_agent(session, customer.holder_id),
    )


def _has_address(customer: Customer) -> bool:
    return any(point.kind != "visitor" for point in customer.contact_points)


def _place(point: ContactPoint) -> tuple[bool, str, bool, int]:
    return point.kind == "visitor", point.kind, not point.is_primary, point.id


def _money(session: Session, number: int) -> list[Money]:
    order: Any = Order.__table__.c
    refunded = func.coalesce(func.sum(order.refunded_amount), 0)
    rows = session.execute(
        select(order.currency, func.count(), func.sum(order.amount), refunded)
        .where(order.customer_id == number, order.state != "cancelled")
        .group_by(order.currency)
        .order_by(func.sum(order.amount).desc())
    )
    return [Money(row[0], row[1], Decimal(row[2]), Decimal(row[3])) for row in rows]


def _tickets(session: Session, actor: Actor, number: int) -> list[Ticket]:
    question = select(Ticket).where(Ticket.customer_id == number, visible_to(actor))
    return list(session.scalars(question.order_by(Ticket.id.desc()).limit(6)))


def _open_tickets(session: Session, actor: Actor, number: int) -> int:
    question = select(func.count(Ticket.id)).where(
        Ticket.customer_id == number, Ticket.status.in_(("open", "waiting", "snoozed")),
        visible_to(actor),
    )  # fmt: skip
    return session.scalar(question) or 0


def _newest(session: Session, noun: Any, which: ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(select(noun).where(which).order_by(noun.id.desc()).limit(MOST)))


def _agent(session: Session, agent_id: int | None) -> str:
    agent = session.get(Agent, agent_id) if agent_id is not None else None
    return agent.name if agent else ""


def _pool(session: Session, actor: Actor, customer: Customer) -> tuple[Pool, str] | None:
    """The pool of the customer; of a private team only its members hear."""
    found = session.execute(
        select(Pool, Team.name)
        .join(Team, Team.id == Pool.team_id)
        .where(Pool.id == customer.pool_id)
    ).one_or_none()
    if found is None or found[0].team_id in actor.hidden_teams:
        return None
    return found[0], found[1]


def _merges(session: Session, number: int) -> list[tuple[CustomerMerge, str]]:
    """What is part of this record, and can be taken out again."""
    rows = session.execute(
        select(CustomerMerge, func.coalesce(customer_name(), ""))
        .join(Customer, Customer.id == CustomerMerge.other_id)
        .where(Customer.merged_into_id == number, CustomerMerge.undone_at.is_(None))
        .order_by(CustomerMerge.id.desc())
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in rows]


def doubles(session: Session, actor: Actor, number: int) -> list[Double]:
    """The open suggestions about this record, or about one that is part of it."""
    pair = MergeSuggestion
    family = family_of(number)
    is_first = pair.customer_id.in_(family)
    other = case((is_first, pair.other_id), else_=pair.customer_id)
    asked = select(pair.id, other.label("other"), pair.evidence).where(
        pair.state == "open", or_(is_first, pair.other_id.in_(family))
    )
    rows = session.execute(asked.order_by(pair.id).limit(MOST)).all()
    return [
        Double(row.id, known[0], known[1], row.evidence)
        for row in rows
        if (known := _known(session, actor, row.other)) and known[0] != number
    ]


def _known(session: Session, actor: Actor, number: int) -> tuple[int, str] | None:
    """The record that stands for ``number``, with its name, if ``actor`` may see it."""
    root = select(func.coalesce(Customer.merged_into_id, Customer.id)).where(Customer.id == number)
    row = session.execute(
        select(Customer.id, func.coalesce(customer_name(), "")).where(
            Customer.id == root.scalar_subquery(), customers_visible_to(actor)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None
