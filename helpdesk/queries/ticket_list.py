"""The queue: one page of a view, by walking its partial index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, bindparam, case, select, text, tuple_
from sqlalchemy.orm import Session

from helpdesk.models import Agent, ContactPoint, Customer, QueueGroup, Ticket
from helpdesk.models.visibility import NotFound, visible_to
from helpdesk.rules.actor import Actor, ActorKind

PAGE = 40  # rows
MOST = 400  # rows that a refresh of a long list may ask for

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class View:
    """A saved filter of the queue. ``name`` is what the URL says: "open", "team/3"."""

    name: str
    group: str  # the words of a partial index
    assignee_id: int | None = None
    team_id: int | None = None
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket in a list."""

    id: int
    subject: str
    status: str
    priority: str
    owner: str
    queue_at: datetime
    preview: str
    channel: str
    preview_by: str
    assignee_id: int | None
    assignee: str | None
    customer_id: int
    customer: str | None  # None when nothing but a visitor's number is known
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page starts ("" when there is none)."""

    rows: list[Row]
    after: str = ""


_GROUPS = {
    "unassigned": QueueGroup.UNASSIGNED,
    "open": QueueGroup.OPEN,
    "waiting": QueueGroup.WAITING,
    "snoozed": QueueGroup.SNOOZED,
    "resolved": QueueGroup.ENDED,
}


def view_named(name: str, actor: Actor) -> View:
    """The view that a URL names. Raises ``NotFound``, also for a team that is hidden."""
    if name == "mine":
        return View(name, QueueGroup.ACTIVE, assignee_id=actor.id)
    kind, _, number = name.partition("/")
    if kind == "team" and number.isdecimal() and len(number) < 10:
        if int(number) not in actor.hidden_teams:
            return View(name, QueueGroup.ACTIVE, team_id=int(number))
    elif name in _GROUPS:
        return View(name, _GROUPS[name], newest_first=name == "resolved")
    raise NotFound("There is no such view.")


def ticket_list(
    session: Session, actor: Actor, view: View, after: str = "", size: int = PAGE
) -> Page:
    """One page of ``view``. ``after`` is the ``after`` of the page before it."""
    size = max(1, min(size, MOST))
    values: dict[str, Any] = {"size": size + 1}
    if after:
        values["at"], values["id"] = _place(after)
    rows = [Row(*row) for row in session.execute(_question(actor, view, bool(after)), values)]
    return Page(rows[:size], cursor(rows[size - 1]) if len(rows) > size else "")


@lru_cache(1024)  # building a statement costs more than running it
def _question(actor: Actor, view: View, goes_on: bool) -> Select[*tuple[Any, ...]]:
    question = row_columns().where(*conditions(view, actor)).limit(bindparam("size"))
    place = tuple_(Ticket.queue_at, Ticket.id)
    if goes_on:
        start = tuple_(
            bindparam("at", type_=Ticket.queue_at.type), bindparam("id", type_=Ticket.id.type)
        )
        question = question.where(place < start if view.newest_first else place > start)
    if view.newest_first:
        return question.order_by(Ticket.queue_at.desc(), Ticket.id.desc())
    return question.order_by(Ticket.queue_at, Ticket.id)


def conditions(view: View, actor: Actor) -> Sequence[ColumnElement[bool] | TextClause]:
    """What makes a ticket part of ``view``. The group is literal text: a planner takes a partial
    index only for a query that repeats its condition, and never for a bound parameter."""
    wanted: list[ColumnElement[bool] | TextClause] = [text(view.group)]
    if view.assignee_id is not None:
        wanted.append(Ticket.assignee_id == view.assignee_id)
    if view.team_id is not None:
        wanted.append(Ticket.team_id == view.team_id)
    if not _shows_only_ones_own(view, actor):
        wanted.append(visible_to(actor))
    return wanted


def _shows_only_ones_own(view: View, actor: Actor) -> bool:
    """Whether the view itself says what ``visible_to`` would: then the index alone answers."""
    is_mine = view.assignee_id is not None and view.assignee_id == actor.id
    is_my_team = view.team_id is not None and view.team_id not in actor.hidden_teams
    return actor.kind is ActorKind.AGENT and (is_mine or is_my_team)


def row_columns() -> Select[*tuple[Any, ...]]:
    """The select of ``Row``, without conditions."""
    return (
        select(
            Ticket.id,
            Ticket.subject,
            Ticket.status,
            Ticket.priority,
            Ticket.owner,
            Ticket.queue_at,
            Ticket.preview,
            Ticket.preview_channel,
            Ticket.preview_by,
            Ticket.assignee_id,
            Agent.name,
            Ticket.customer_id,
            customer_name(),
            Customer.locale,
        )
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Agent, Agent.id == Ticket.assignee_id)
    )


def customer_name() -> ColumnElement[str]:
    """A customer's name, else the first address that a person would recognise, else ""."""
    address = (
        select(ContactPoint.value)
        .where(ContactPoint.customer_id == Customer.id, ContactPoint.kind != "visitor")
        .order_by(ContactPoint.id)
        .limit(1)
        .correlate(Customer)
        .scalar_subquery()
    )
    return case((Customer.name != "", Customer.name), else_=address)


def cursor(row: Row) -> str:
    return f"{(row.queue_at - _EPOCH) // _TICK}-{row.id}"


def _place(after: str) -> tuple[datetime, int]:
    ticks, _, number = after.partition("-")
    try:
        return _EPOCH + int(ticks) * _TICK, int(number)
    except (ValueError, OverflowError):
        raise NotFound("This page of the queue does not exist. Start at its top.") from None
