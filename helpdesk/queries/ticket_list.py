"""The queue: one page of a view, by walking its partial index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, bindparam, case, select, text, tuple_
from sqlalchemy.orm import Session

from helpdesk.models import Agent, ContactPoint, Customer, QueueGroup, Ticket, now
from helpdesk.models.visibility import NotFound, visible_to
from helpdesk.queries.field_filter import Known, asked_for, looked_up
from helpdesk.queries.filtered import conditions_of, values_of
from helpdesk.queries.unread import unread_count
from helpdesk.rules.actor import Actor, ActorKind
from helpdesk.rules.custom_field import FieldNoun
from helpdesk.rules.ticket_filter import Sort, TicketFilter

PAGE = 25  # rows: two screens of them; the next come as one scrolls
MOST = 400  # rows that a refresh of a long list may ask for

EVERYTHING = TicketFilter()

LATE_FIRST = (QueueGroup.OPEN, QueueGroup.UNASSIGNED, QueueGroup.ACTIVE)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class View:
    """A filter of the queue. ``name`` is what the URL says: "open", "team/3", "saved/7"."""

    name: str
    group: str  # the words of a partial index; "" for every ticket
    assignee_id: int | None = None
    team_id: int | None = None
    newest_first: bool = False
    filter: TicketFilter = EVERYTHING
    known: tuple[Known, ...] = ()  # the custom fields that the filter asks for

    @property
    def has_late(self) -> bool:
        """Whether the late ones come first: where people of ours owe answers, and no other order
        was asked for."""
        return self.group in LATE_FIRST and not self.newest_first

    def narrowed(self, wanted: TicketFilter) -> View:
        """The tickets of this view that ``wanted`` asks for. Its status is the view's no more
        when ``wanted`` names one."""
        keeps_group = not wanted.status or self.group == QueueGroup.UNASSIGNED
        return replace(
            self,
            group=self.group if keeps_group else "",
            newest_first=wanted.sort is Sort.NEWEST or self.newest_first,
            filter=wanted,
        )

    def called(self, name: str) -> View:
        """The same view under another name."""
        return replace(self, name=name)


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
    due_at: datetime  # NEVER_LATE: no clock counts now
    late: int  # Ticket.LATE: the clock has run out
    undelivered_at: datetime | None  # since when an answer lies here that did not get out
    unread: int = 0  # messages that the agent who asks has not seen


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
    "spam": QueueGroup.SPAM,
    "undelivered": f"{QueueGroup.UNDELIVERED} AND {QueueGroup.IN_EARNEST}",
    "all": "",
}
NEWEST_FIRST = ("resolved", "spam", "all")


def view_named(name: str, actor: Actor) -> View:
    """The view that a URL names. Raises ``NotFound``, also for a team that is hidden."""
    if name == "mine":
        return View(name, QueueGroup.ACTIVE, assignee_id=actor.id)
    kind, _, number = name.partition("/")
    if kind == "team" and number.isdecimal() and len(number) < 10:
        if int(number) not in actor.hidden_teams:
            return View(name, QueueGroup.ACTIVE, team_id=int(number))
    elif name in _GROUPS:
        return View(name, _GROUPS[name], newest_first=name in NEWEST_FIRST)
    raise NotFound("There is no such view.")


def understood(session: Session, view: View) -> View:
    """The view with the custom fields that it asks for, looked up. Raises ``BadFilter``."""
    if view.known or not view.filter.fields:
        return view
    return replace(view, known=looked_up(session, FieldNoun.TICKET, view.filter.fields))


def ticket_list(
    session: Session, actor: Actor, view: View, after: str = "", size: int = PAGE
) -> Page:
    """One page of ``view``. ``after`` is the ``after`` of the page before it."""
    size, view = max(1, min(size, MOST)), understood(session, view)
    values: dict[str, Any] = {"size": size + 1, **values_of(view.filter, now())}
    if after:
        values["late"], values["at"], values["id"] = _place(after)
    rows = [
        Row(*row)
        for row in session.connection().execute(_question(actor, view, bool(after)), values)
    ]
    return Page(rows[:size], cursor(rows[size - 1]) if len(rows) > size else "")


@lru_cache(1024)  # building a statement costs more than running it
def _question(actor: Actor, view: View, goes_on: bool) -> Select[*tuple[Any, ...]]:
    question = row_columns(actor).where(*conditions(view, actor)).limit(bindparam("size"))
    place = _ORDER_OF_WORK if view.has_late else _ORDER
    if goes_on:
        start = tuple_(*(bindparam(_VALUES[each.key], type_=each.type) for each in place))
        here = tuple_(*place)
        question = question.where(here < start if view.newest_first else here > start)
    return question.order_by(*(each.desc() if view.newest_first else each for each in place))


_ORDER = (Ticket.queue_at, Ticket.id)
_ORDER_OF_WORK = (Ticket.late, *_ORDER)
_VALUES = {"late": "late", "queue_at": "at", "id": "id"}


def conditions(view: View, actor: Actor) -> Sequence[ColumnElement[bool] | TextClause]:
    """What makes a ticket part of ``view``. The group is literal text: a planner takes a partial
    index only for a query that repeats its condition, and never for a bound parameter."""
    wanted: list[ColumnElement[bool] | TextClause] = [text(view.group)] if view.group else []
    wanted += conditions_of(view.filter, actor)
    wanted += asked_for(view.known, view.filter.fields)
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


def row_columns(actor: Actor) -> Select[*tuple[Any, ...]]:
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
            Ticket.due_at,
            Ticket.late,
            Ticket.undelivered_at,
            unread_count(actor),
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
    return f"{row.late}-{(row.queue_at - _EPOCH) // _TICK}-{row.id}"


def _place(after: str) -> tuple[int, datetime, int]:
    try:
        late, ticks, number = map(int, after.split("-"))
        return late, _EPOCH + ticks * _TICK, number
    except (ValueError, OverflowError):
        raise NotFound("This page of the queue does not exist. Start at its top.") from None
