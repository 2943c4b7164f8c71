"""Everything that the page of one ticket shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.models import (
    Agent,
    ContactPoint,
    Customer,
    Participant,
    Tag,
    Team,
    Ticket,
    ticket_tags,
)
from helpdesk.models.visibility import NotFound, visible_to
from helpdesk.queries.ticket_list import customer_name
from helpdesk.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class TicketHead:
    """The ticket itself, without its transcript."""

    id: int
    subject: str
    status: str
    priority: str
    owner: str
    snoozed_until: datetime | None
    version: int
    last_seq: int
    linked_ticket_id: int | None
    created_at: datetime
    customer_id: int
    customer: str
    language: str
    assignee_id: int | None
    assignee: str
    team_id: int | None
    team: str
    inbox_id: int
    tags: list[str]


@dataclass(frozen=True, slots=True)
class Person:
    """An address that takes part in the ticket."""

    id: int
    role: str
    kind: str
    value: str
    customer: str
    is_confirmed: bool

    @property
    def is_extra(self) -> bool:
        """Whether the requester's own card does not say it already."""
        return self.role != "requester" or not self.is_confirmed


def ticket_head(session: Session, actor: Actor, ticket_id: int) -> TicketHead:
    """The ticket, if ``actor`` may see it. Raises ``NotFound``."""
    wanted = {"ticket": ticket_id if 0 < ticket_id < 2**31 else 0}
    row = session.execute(_head(actor), wanted).one_or_none()
    if row is None:
        raise NotFound("There is no ticket %(ticket)s.", ticket=ticket_id)
    values: tuple[Any, ...] = (*row, list(session.scalars(_TAGS, wanted)))
    return TicketHead(*values)


@lru_cache(1024)
def _head(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Ticket.id,
            Ticket.subject,
            Ticket.status,
            Ticket.priority,
            Ticket.owner,
            Ticket.snoozed_until,
            Ticket.version,
            Ticket.last_seq,
            Ticket.linked_ticket_id,
            Ticket.created_at,
            Ticket.customer_id,
            func.coalesce(customer_name(), ""),
            Customer.locale,
            Ticket.assignee_id,
            func.coalesce(Agent.name, ""),
            Ticket.team_id,
            func.coalesce(Team.name, ""),
            Ticket.inbox_id,
        )
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .where(Ticket.id == bindparam("ticket"), visible_to(actor))
    )


_TAGS = (
    select(Tag.name)
    .join(ticket_tags, ticket_tags.c.tag_id == Tag.id)
    .where(ticket_tags.c.ticket_id == bindparam("ticket"))
    .order_by(Tag.name)
)

_PARTICIPANTS = (
    select(
        Participant.id,
        Participant.role,
        ContactPoint.kind,
        ContactPoint.value,
        Customer.name,
        Participant.confirmed_at.is_not(None),
    )
    .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
    .join(Customer, Customer.id == ContactPoint.customer_id)
    .where(Participant.ticket_id == bindparam("ticket"))
    .order_by(Participant.id)
    .limit(50)
)


def participants(session: Session, ticket_id: int) -> list[Person]:
    """Who takes part, in the order in which they came."""
    return [Person(*row) for row in session.execute(_PARTICIPANTS, {"ticket": ticket_id})]
