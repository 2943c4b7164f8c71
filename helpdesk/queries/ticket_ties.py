"""What a ticket is tied to: links from both sides, and the tickets that are part of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, case, literal, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Agent, Customer, LinkKind, Ticket, TicketLink, TicketMerge
from helpdesk.models.visibility import visible_to
from helpdesk.queries.search import search
from helpdesk.queries.ticket_list import customer_name
from helpdesk.rules.actor import Actor

MOST = 20


@dataclass(frozen=True, slots=True)
class Tie:
    """Another ticket, and what it is to this one: related, duplicate, original, child, parent;
    "before" for the one that this one followed, "part" for one that is part of this one,
    "suggested" for one that a mail named and may be the same matter."""

    kind: str
    id: int
    subject: str
    status: str


def ties_of(session: Session, actor: Actor, ticket_id: int) -> list[Tie]:
    """Every ticket that ``actor`` may see and this one is tied to."""
    wanted = {"ticket": ticket_id}
    return [
        Tie(*row)
        for question in (_linked(actor), _parts(actor), _before(actor))
        for row in session.execute(question, wanted)
    ]


@lru_cache(1024)
def _linked(actor: Actor) -> Select[*tuple[Any, ...]]:
    mine: BindParameter[int] = bindparam("ticket")
    is_ours = TicketLink.ticket_id == mine
    kind = case(
        ((TicketLink.kind == LinkKind.CHILD.value) & is_ours, "parent"),
        ((TicketLink.kind == LinkKind.DUPLICATE.value) & is_ours, "original"),
        else_=TicketLink.kind,
    )
    other = case((is_ours, TicketLink.other_id), else_=TicketLink.ticket_id)
    return (
        select(kind, Ticket.id, Ticket.subject, Ticket.status)
        .join(TicketLink, Ticket.id == other)
        .where(or_(is_ours, TicketLink.other_id == mine), visible_to(actor))
        .order_by(kind, Ticket.id)
    )


@lru_cache(1024)
def _parts(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(literal("part"), Ticket.id, Ticket.subject, Ticket.status)
        .join(TicketMerge, TicketMerge.ticket_id == Ticket.id)
        .where(
            TicketMerge.into_id == bindparam("ticket"),
            TicketMerge.undone_at.is_(None),
            visible_to(actor),
        )
        .order_by(Ticket.id)
    )


@lru_cache(1024)
def _before(actor: Actor) -> Select[*tuple[Any, ...]]:
    mine = select(Ticket.linked_ticket_id).where(Ticket.id == bindparam("ticket"))
    known = select(TicketLink.id).where(
        TicketLink.ticket_id == bindparam("ticket"), TicketLink.other_id == Ticket.id
    )
    return select(literal("before"), Ticket.id, Ticket.subject, Ticket.status).where(
        Ticket.id == mine.scalar_subquery(), ~known.correlate(Ticket).exists(), visible_to(actor)
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that this one may be merged with."""

    id: int
    subject: str
    status: str
    customer_id: int
    customer: str
    assignee: str
    preview: str


def candidates(session: Session, actor: Actor, ticket: Ticket, words: str) -> list[Candidate]:
    """What the words find; without any, the other tickets of the same customer, newest first."""
    question = _candidates(actor)
    if words:
        found = [row.id for row in search(session, actor, words).rows]
        rows = session.execute(question.where(Ticket.id.in_(found)), {"ticket": ticket.id}).all()
        by_id = {row.id: row for row in rows}
        return [Candidate(*by_id[number]) for number in found if number in by_id][:MOST]
    same = question.where(Ticket.customer_id == ticket.customer_id)
    return [
        Candidate(*row)
        for row in session.execute(
            same.order_by(Ticket.ended_at.is_not(None), Ticket.id.desc()).limit(MOST),
            {"ticket": ticket.id},
        )
    ]


@lru_cache(1024)
def _candidates(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Ticket.id, Ticket.subject, Ticket.status, Ticket.customer_id,
            customer_name(), Agent.name, Ticket.preview,
        )
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
        .where(
            Ticket.id != bindparam("ticket"), Ticket.merged_into_id.is_(None), visible_to(actor)
        )
    )  # fmt: skip
