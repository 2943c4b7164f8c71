"""The customers: one page of a list, newest first, by words and filters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select
from sqlalchemy.orm import Session

from helpdesk.models import (
    Agent,
    ContactPoint,
    Customer,
    CustomerWord,
    Organization,
    Pool,
    Team,
    Ticket,
    team_members,
)
from helpdesk.models.visibility import customers_visible_to, visible_to
from helpdesk.queries.field_filter import Known, asked_for, looked_up
from helpdesk.queries.ticket_list import customer_name
from helpdesk.rules.actor import Actor
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.search_words import query_words
from helpdesk.rules.ticket_filter import FieldWords

PAGE = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. ``holder`` 0: nobody holds them; ``after`` is the last id of the page
    before; ``known`` are the custom fields behind ``fields``, once ``understood``."""

    q: str = ""
    stage: str = ""
    tier: str = ""
    organization: int | None = None
    pool: int | None = None
    holder: int | None = None
    fields: FieldWords = ()
    after: int | None = None
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One customer in the list. ``last_at`` is of the newest ticket that the reader may see."""

    id: int
    name: str
    locale: str
    organization_id: int | None
    organization: str
    address: str
    tier: str
    stage: str
    pool_id: int | None
    pool: str
    holder_id: int | None
    holder: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Lines:
    rows: list[Line]
    after: int | None  # where the next page starts


def understood(session: Session, wanted: Wanted) -> Wanted:
    """The same with the custom fields that it asks for, looked up. Raises ``BadFilter``."""
    if wanted.known or not wanted.fields:
        return wanted
    return replace(wanted, known=looked_up(session, FieldNoun.CUSTOMER, wanted.fields))


def customer_list(session: Session, actor: Actor, wanted: Wanted) -> Lines:
    """One page. The words must all be there, each as the beginning of one. Raises ``BadFilter``."""
    wanted = understood(session, wanted)
    question = _columns(actor).where(*conditions(actor, wanted))
    question = question.order_by(Customer.id.desc()).limit(PAGE + 1)
    rows = [Line(*row) for row in session.execute(question)]
    return Lines(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def line_of(session: Session, actor: Actor, customer_id: int) -> Line:
    """One customer as the list shows them; they must be visible already."""
    return Line(*session.execute(_columns(actor).where(Customer.id == customer_id)).one())


def _columns(actor: Actor) -> Select[*tuple[Any, ...]]:
    address = (
        select(ContactPoint.value)
        .where(ContactPoint.customer_id == Customer.id, ContactPoint.kind != "visitor")
        .order_by(ContactPoint.id)
        .limit(1)
        .scalar_subquery()
    )
    newest = (
        select(Ticket.created_at)
        .where(Ticket.customer_id == Customer.id, visible_to(actor))
        .order_by(Ticket.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    pool = Pool.team_id.in_(sorted(actor.hidden_teams)) if actor.hidden_teams else literal(False)
    return (
        select(
            Customer.id,
            func.coalesce(customer_name(), ""),
            Customer.locale,
            Customer.organization_id,
            func.coalesce(Organization.name, ""),
            func.coalesce(address, ""),
            func.coalesce(Customer.tier, ""),
            func.coalesce(Customer.stage, ""),
            Customer.pool_id,
            func.coalesce(Team.name, ""),
            Customer.holder_id,
            func.coalesce(Agent.name, ""),
            newest,
        )
        .outerjoin(Organization, Organization.id == Customer.organization_id)
        .outerjoin(Pool, (Pool.id == Customer.pool_id) & ~pool)
        .outerjoin(Team, Team.id == Pool.team_id)
        .outerjoin(Agent, Agent.id == Customer.holder_id)
    )


def conditions(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What makes a customer one of ``wanted``, which must be ``understood``; among them that
    ``actor`` may see the record."""
    found = [Customer.merged_into_id.is_(None), customers_visible_to(actor)]
    found += [_has(word) for word in query_words(wanted.q)]
    found += asked_for(wanted.known, wanted.fields)
    for column, value in ((Customer.stage, wanted.stage), (Customer.tier, wanted.tier)):
        if value:
            found.append(column == value)
    if wanted.organization is not None:
        found.append(Customer.organization_id == wanted.organization)
    if wanted.pool is not None:
        found.append(Customer.pool_id == wanted.pool)
    if wanted.holder is not None:
        held = Customer.holder_id == wanted.holder if wanted.holder else None
        found.append(Customer.holder_id.is_(None) if held is None else held)
    if wanted.after is not None:
        found.append(Customer.id < wanted.after)
    return found


def _has(word: str) -> ColumnElement[bool]:
    """A range of the index, on every database. U+10FFFF comes after every letter."""
    until = word + "\U0010ffff"
    return exists().where(
        CustomerWord.customer_id == Customer.id,
        CustomerWord.word >= word,
        CustomerWord.word < until,
    )


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A pool as the reader may use it. ``mine``: how many of it the reader holds."""

    id: int
    team_id: int
    team: str
    cap: int
    idle_days: int | None
    is_member: bool
    free: int
    held: int
    mine: int


def pools(session: Session, actor: Actor) -> list[PoolLine]:
    """The pools of the teams that ``actor`` may see, with counts of the customers in them."""

    def count(condition: ColumnElement[bool]) -> Any:
        return (
            select(func.count())
            .where(Customer.pool_id == Pool.id, Customer.merged_into_id.is_(None), condition)
            .correlate(Pool)
            .scalar_subquery()
        )

    member = exists().where(
        team_members.c.team_id == Pool.team_id, team_members.c.agent_id == actor.id
    )
    question = (
        select(
            Pool.id, Pool.team_id, Team.name, Pool.cap, Pool.idle_days, member,
            count(Customer.holder_id.is_(None)), count(Customer.holder_id.is_not(None)),
            count(Customer.holder_id == actor.id),
        )
        .join(Team, Team.id == Pool.team_id)
        .where(Pool.team_id.not_in(sorted(actor.hidden_teams)))
        .order_by(Team.name)
    )  # fmt: skip
    return [PoolLine(*row) for row in session.execute(question)]
