"""Moving what was just planted to the times at which the stories say that it happened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import BindParameter, Update, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.desk import Desk
from helpdesk.models import (
    Attachment,
    AuditEvent,
    ContactPoint,
    Customer,
    Delivery,
    Envelope,
    MergeSuggestion,
    Message,
    Participant,
    Ticket,
)
from helpdesk.seeds.scene import Scene

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_PART = re.compile(r"(\d+)([dhm])")


def span(ago: str) -> timedelta:
    """``"2d 3h 10m"`` as a timedelta."""
    return timedelta(**{_UNITS[unit]: int(count) for count, unit in _PART.findall(ago)})


@dataclass(frozen=True, slots=True)
class _Moment:
    """One step as it was written: which rows it made, and when they are to be from."""

    at: datetime
    ticket: int
    seq: int | None
    envelope: int | None
    events_after: int  # audit events with higher ids ...
    events_until: int  # ... up to this one
    queued: bool  # the step moved the ticket in the queue
    ended: bool


class Chronicle:
    """Watches the steps of all stories, then sets their times in one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._moments: list[_Moment] = []
        self._places: dict[int, tuple[datetime, datetime | None]] = {}
        with desk.read() as session:
            self._last_event = _last_event(session)

    def note(self, scene: Scene) -> None:
        """Remember what the step that ``scene`` has just played left behind."""
        with self._desk.read() as session:
            last = _last_event(session)
            ticket = session.get_one(Ticket, scene.ticket)
        before = self._places.get(ticket.id)
        queued, ended = ticket.queue_at, ticket.ended_at
        self._moments.append(
            _Moment(
                scene.at,
                ticket.id,
                scene.seq,
                scene.envelope,
                self._last_event,
                last,
                queued=before is None or before[0] != queued,
                ended=ended is not None and (before is None or before[1] != ended),
            )
        )
        self._places[ticket.id], self._last_event = (queued, ended), last

    def write(self) -> None:
        """Set the times. Each sort of row is dated by one statement, run for every step."""
        steps = [asdict(moment) for moment in self._moments]
        with self._desk.write() as session:
            for statement in _OF_A_STEP:
                _run(session, statement, steps)
            for statement in _OF_A_TICKET:
                _run(session, statement, list(self._tickets()))

    def _tickets(self) -> Iterator[dict[str, object]]:
        """The times of each ticket: its first step's, its last one's, and those that moved it."""
        steps = sorted(self._moments, key=lambda moment: moment.ticket)
        for ticket, group in groupby(steps, key=lambda moment: moment.ticket):
            moments = list(group)
            yield {
                "ticket": ticket,
                "opened": moments[0].at,
                "changed": moments[-1].at,
                "queued": next(moment.at for moment in reversed(moments) if moment.queued),
                "ended": next((moment.at for moment in reversed(moments) if moment.ended), None),
            }


def _run(session: Session, statement: Update, rows: Sequence[Mapping[str, object]]) -> None:
    names = statement.compile().params
    session.connection().execute(
        statement, [{name: row[name.removeprefix("the_")] for name in names} for row in rows]
    )


def _last_event(session: Session) -> int:
    return session.scalar(select(func.max(AuditEvent.id))) or 0


# The names of parameters differ from those of columns: SQLAlchemy would set a column of that name.
_AT: BindParameter[datetime] = bindparam("the_at")
_OPENED: BindParameter[datetime] = bindparam("the_opened")
_TICKET: BindParameter[int] = bindparam("the_ticket")
_SEQ: BindParameter[int] = bindparam("the_seq")

_message = (
    select(Message.id).where(Message.ticket_id == _TICKET, Message.seq == _SEQ).scalar_subquery()
)
_OF_A_STEP = (
    update(Message)
    .values(sent_at=_AT, created_at=_AT)
    .where(Message.ticket_id == _TICKET, Message.seq == _SEQ),
    update(Attachment).values(created_at=_AT).where(Attachment.message_id == _message),
    update(Delivery).values(created_at=_AT, changed_at=_AT).where(Delivery.message_id == _message),
    update(AuditEvent)
    .values(at=_AT)
    .where(
        AuditEvent.id > bindparam("the_events_after"),
        AuditEvent.id <= bindparam("the_events_until"),
        or_(AuditEvent.ticket_id == _TICKET, AuditEvent.ticket_id.is_(None)),
    ),
    update(Envelope)
    .values(received_at=_AT, settled_at=_AT)
    .where(Envelope.id == bindparam("the_envelope")),
)

# Who came onto the record with a ticket was not known before it.
_points = select(Participant.contact_point_id).where(Participant.ticket_id == _TICKET)
_people = select(ContactPoint.customer_id).where(ContactPoint.id.in_(_points))
_requester = select(Ticket.customer_id).where(Ticket.id == _TICKET).scalar_subquery()
_OF_A_TICKET = (
    update(Ticket)
    .values(created_at=_OPENED, changed_at=bindparam("the_changed"))
    .where(Ticket.id == _TICKET),
    update(Ticket)
    .values(queue_at=bindparam("the_queued"))
    .where(Ticket.id == _TICKET, Ticket.snoozed_until.is_(None)),
    update(Ticket)
    .values(ended_at=bindparam("the_ended"))
    .where(Ticket.id == _TICKET, Ticket.ended_at.is_not(None)),
    update(Participant)
    .values(created_at=_OPENED, confirmed_at=_OPENED)
    .where(Participant.ticket_id == _TICKET, Participant.confirmed_at.is_not(None)),
    update(Customer)
    .values(created_at=_OPENED)
    .where(Customer.id.in_(_people), Customer.created_at > _OPENED),
    update(ContactPoint)
    .values(created_at=_OPENED)
    .where(ContactPoint.customer_id.in_(_people), ContactPoint.created_at > _OPENED),
    update(ContactPoint)
    .values(verified_at=_OPENED)
    .where(ContactPoint.customer_id.in_(_people), ContactPoint.verified_at > _OPENED),
    update(MergeSuggestion)
    .values(created_at=_OPENED)
    .where(MergeSuggestion.customer_id == _requester),
)
