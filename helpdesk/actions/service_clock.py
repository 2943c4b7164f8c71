"""Keeping each ticket's clock: whatever moves a ticket, its clock follows in the same statement.

The clock is settled before a flush, from the facts in the ticket's row, so that no action has to
think of it: a reply, a macro, a merge and an import all are right.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session, attributes, selectinload

from helpdesk.actions import audit, notifications
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import BusinessHours, SlaClock, SlaPolicy, Team, Ticket, now
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.business_time import Calendar
from helpdesk.rules.service_clock import (
    Clock,
    ClockKind,
    outcome,
    paused,
    resumed,
    retargeted,
    started,
)
from helpdesk.rules.status import ENDED, Priority, Status

FACTS = frozenset({"status", "priority", "team_id", "awaited_since", "first_answered_at"})
RESTS = frozenset(status.value for status in (Status.WAITING, Status.SPAM, *ENDED))
KEPT = 5.0  # seconds that targets and hours are kept in memory
BATCH = 50  # tickets in one round


@dataclass(frozen=True, slots=True)
class Book:
    """All targets and calendars of a desk."""

    policies: dict[str, SlaPolicy]
    calendars: dict[int | None, Calendar | None]  # by team; None: the default ones

    def target(self, priority: str, kind: ClockKind) -> timedelta | None:
        policy = self.policies.get(priority)
        return policy.target(kind) if policy else None

    def calendar(self, team_id: int | None) -> Calendar | None:
        return self.calendars.get(team_id) or self.calendars.get(None)


_books: WeakKeyDictionary[Engine, tuple[float, Book]] = WeakKeyDictionary()


@event.listens_for(WriteSession, "before_flush")
def follow(session: WriteSession, _context: object, _instances: object) -> None:
    """Settle the clocks of all tickets that this flush moves."""
    moved = [
        row
        for row in (*session.new, *session.dirty)
        if isinstance(row, Ticket)
        and (row.id is None or FACTS & attributes.instance_state(row).committed_state.keys())
    ]
    for ticket in moved:
        settle(session, ticket)


def settle(session: WriteSession, ticket: Ticket) -> None:
    """Make the ticket's clock what its facts say."""
    clock, at = ticket.clock, now()
    if ticket.awaited_since is None:
        if clock is not None:
            session.add(_ended(ticket, clock, at))
            ticket.wind(None, at)
        return
    ticket.wind(_wanted(book_of(session), ticket, clock, at), at)


def _wanted(book: Book, ticket: Ticket, clock: Clock | None, at: datetime) -> Clock | None:
    kind = ClockKind.NEXT_RESPONSE if ticket.first_answered_at else ClockKind.FIRST_RESPONSE
    priority = ticket.priority or Priority.NORMAL.value  # a new row has its default when stored
    target, calendar = book.target(priority, kind), book.calendar(ticket.team_id)
    if target is None or calendar is None or not calendar.ever_opens:
        return None
    assert ticket.awaited_since is not None
    if clock is None or clock.kind is not kind:
        clock = started(kind, ticket.awaited_since, target, calendar)
    else:
        clock = retargeted(clock, at, target, calendar)
    return (paused if ticket.status in RESTS else resumed)(clock, at, calendar)


def _ended(ticket: Ticket, clock: Clock, at: datetime) -> SlaClock:
    return SlaClock(
        ticket_id=ticket.id,
        kind=clock.kind.value,
        priority=ticket.priority,
        team_id=ticket.team_id,
        started_at=clock.started_at,
        due_at=clock.due_at,
        ended_at=at,
        state=outcome(clock, at).value,
    )


def book_of(session: Session) -> Book:
    """The targets and calendars, at most ``KEPT`` seconds old."""
    engine = session.get_bind().engine
    read_at, book = _books.get(engine, (0.0, None))
    if book is None or time.monotonic() - read_at > KEPT:
        book = _read(session)
        _books[engine] = time.monotonic(), book
    return book


def forget(session: Session) -> None:
    """Targets or hours have changed: what is in memory counts no more."""
    _books.pop(session.get_bind().engine, None)


def _read(session: Session) -> Book:
    with session.no_autoflush:
        policies = {policy.priority: policy for policy in session.scalars(select(SlaPolicy))}
        if not policies:
            return Book({}, {})
        hours = session.scalars(select(BusinessHours).options(selectinload(BusinessHours.holidays)))
        calendars = {each.id: (each.is_default, each.calendar) for each in hours}
        teams = session.execute(select(Team.id, Team.business_hours_id)).all()
    by_team: dict[int | None, Calendar | None] = {
        team: calendars[own][1] for team, own in teams if own in calendars
    }
    by_team[None] = next((c for is_default, c in calendars.values() if is_default), None)
    for policy in policies.values():
        session.expunge(policy)
    return Book(policies, by_team)


def mark_late(desk: Desk, moment: datetime | None = None) -> int:
    """Say of some of the clocks that have run out that they have, each once; how many did."""
    with desk.read() as session:
        due = session.scalars(
            select(Ticket.id)
            .where(Ticket.late == Ticket.IN_TIME, Ticket.due_at <= (moment or now()))
            .limit(BATCH)
        ).all()
    return sum(_mark_late(desk, ticket_id, moment or now()) for ticket_id in due)


def _mark_late(desk: Desk, ticket_id: int, moment: datetime) -> bool:
    with desk.write() as session:
        ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
        clock = ticket.clock
        if ticket.late == Ticket.LATE or clock is None or not clock.is_late(moment):
            return False
        ticket.late = Ticket.LATE
        audit.record(session, SYSTEM, "sla.breached", ticket=ticket, clock=clock.kind.value)
        notifications.tell_assignee(session, ticket, SYSTEM, kind="late")
        ticket.touch()
        audit.changed(session, ticket)
        return True
