"""Tickets as other programs list them: filtered, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.models import Agent, Customer, Team, Ticket, now
from helpdesk.models.visibility import NotFound, visible_to
from helpdesk.queries.filtered import values_of
from helpdesk.queries.ticket_list import EVERYTHING, View, conditions, understood
from helpdesk.rules.actor import Actor
from helpdesk.rules.ticket_filter import TicketFilter


@dataclass(frozen=True, slots=True)
class TicketsAsked:
    """Which tickets; what is empty says nothing."""

    filter: TicketFilter = EVERYTHING
    external_id: str = ""
    changed_since: datetime | None = None
    numbers: Sequence[int] = field(default=())


def ticket_records(
    session: Session, actor: Actor, wanted: TicketsAsked, before: int, limit: int
) -> Sequence[Ticket]:
    """At most ``limit`` tickets with a number below ``before``, the newest first.

    Raises ``BadFilter`` for custom fields that are not there, or cannot hold such a value.
    """
    view = understood(session, View("", "", filter=wanted.filter))
    question = whole_tickets().where(Ticket.id < before, *conditions(view, actor))
    if wanted.numbers:
        question = question.where(Ticket.id.in_(wanted.numbers))
    if wanted.external_id:
        question = question.where(Ticket.external_id == wanted.external_id)
    if wanted.changed_since is not None:
        question = question.where(Ticket.changed_at >= wanted.changed_since)
    question = question.order_by(Ticket.id.desc()).limit(limit)
    return session.scalars(question, values_of(wanted.filter, now())).unique().all()


def ticket_record_of(session: Session, actor: Actor, number: int) -> Ticket | None:
    """One ticket with all that a program reads of it, or None."""
    question = whole_tickets().where(Ticket.id == number, visible_to(actor))
    return session.scalars(question).unique().one_or_none()


def whole_tickets() -> Select[Ticket]:
    """Tickets with all that a program reads of them; nothing says yet which."""
    return select(Ticket).options(
        joinedload(Ticket.customer, innerjoin=True).selectinload(Customer.contact_points),
        joinedload(Ticket.assignee),
        joinedload(Ticket.team),
        selectinload(Ticket.tags),
    )


def team_name(session: Session, actor: Actor, number: int) -> str:
    """The name of a team that ``actor`` may know of. Raises ``NotFound``."""
    team = session.get(Team, number)
    if team is None or number in actor.hidden_teams:
        raise NotFound("There is no such team.")
    return team.name


def agent_email(session: Session, actor: Actor, number: int) -> str:
    """By what an import names an agent. Raises ``NotFound``."""
    actor.must_be_staff()
    agent = session.get(Agent, number)
    if agent is None:
        raise NotFound("There is no such agent.")
    return agent.email
