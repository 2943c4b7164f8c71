"""Everything that the page of one ticket shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from helpdesk.models import (
    Agent,
    ContactPoint,
    Customer,
    Inbox,
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
    merged_into_id: int | None
    created_at: datetime
    customer_id: int
    customer: str
    language: str
    assignee_id: int | None
    assignee: str
    team_id: int | None
    team: str
    inbox_id: int
    inbox_settings: dict[str, Any]
    clock_kind: str | None  # of the service level
    clock_left: int | None  # seconds of working time of a clock that rests
    due_at: datetime
    late: int
    undelivered_at: datetime | None
    tags: list[str]

    @property
    def has_bot(self) -> bool:
        """Whether the bot talks in its inbox, so that the ticket may go back to it."""
        return bool(self.inbox_settings.get("bot"))

    @property
    def mark(self) -> str:
        """Another one whenever the page's head would look different."""
        shown = replace(self, version=0, last_seq=0)
        return f"{crc32(repr(shown).encode()):x}"


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
    row = session.connection().execute(_head(actor), wanted).one_or_none()
    if row is None:
        raise NotFound("There is no ticket %(ticket)s.", ticket=ticket_id)
    tags = sorted(row.tags.split(_BETWEEN)) if row.tags else []
    values: tuple[Any, ...] = (*row[:-1], tags)
    return TicketHead(*values)


_BETWEEN = "\x1f"
_TAGS = (
    select(func.aggregate_strings(Tag.name, _BETWEEN))
    .join(ticket_tags, ticket_tags.c.tag_id == Tag.id)
    .where(ticket_tags.c.ticket_id == Ticket.id)
    .correlate(Ticket)
    .scalar_subquery()
)


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
            Ticket.merged_into_id,
            Ticket.created_at,
            Ticket.customer_id,
            func.coalesce(customer_name(), ""),
            Customer.locale,
            Ticket.assignee_id,
            func.coalesce(Agent.name, ""),
            Ticket.team_id,
            func.coalesce(Team.name, ""),
            Ticket.inbox_id,
            Inbox.settings,
            Ticket.clock_kind,
            Ticket.clock_left,
            Ticket.due_at,
            Ticket.late,
            Ticket.undelivered_at,
            _TAGS.label("tags"),
        )
        .join(Inbox, Inbox.id == Ticket.inbox_id)
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .where(Ticket.id == bindparam("ticket"), visible_to(actor))
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
    return [
        Person(*row) for row in session.connection().execute(_PARTICIPANTS, {"ticket": ticket_id})
    ]
