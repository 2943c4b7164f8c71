"""The demo company's service levels, and the clocks of the tickets that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, insert, select, update

from helpdesk.actions import service_levels
from helpdesk.desk import Desk
from helpdesk.models import AuditEvent, BusinessHours, SlaPolicy, Ticket, now
from helpdesk.rules.actor import SYSTEM
from helpdesk.rules.status import Priority, Status

HOUR = timedelta(hours=1)
TARGETS = {
    Priority.URGENT: (HOUR, HOUR),
    Priority.HIGH: (2 * HOUR, 4 * HOUR),
    Priority.NORMAL: (4 * HOUR, 8 * HOUR),
    Priority.LOW: (8 * HOUR, 16 * HOUR),
}
SHOP = [[[9 * 60, 17 * 60 + 30]]] * 5 + [[[10 * 60, 16 * 60]]] + [[]]


def plant_service_levels(desk: Desk) -> None:
    """Targets and hours, unless there are some. The open tickets wait since their place in line."""
    with desk.write() as session:
        if session.scalar(select(SlaPolicy.priority).limit(1)) is not None:
            return
        if session.scalar(select(BusinessHours.id).where(BusinessHours.is_default)) is None:
            session.add(
                BusinessHours(
                    name="Shop hours", timezone=desk.settings.timezone, week=SHOP, is_default=True
                )
            )
        session.execute(
            update(Ticket)
            .where(Ticket.status == Status.OPEN.value)
            .values(awaited_since=Ticket.queue_at)
        )
    service_levels.set_targets(desk, SYSTEM, TARGETS)
    _mark_late(desk)


def _mark_late(desk: Desk) -> None:
    """What a round says of each clock that has run out, said of all at once."""
    is_over = and_(Ticket.late == Ticket.IN_TIME, Ticket.due_at <= now())
    with desk.write() as session:
        rows = session.execute(
            select(
                Ticket.id, Ticket.customer_id, Ticket.last_seq, Ticket.due_at, Ticket.clock_kind
            ).where(is_over)
        ).all()
        if rows:
            session.execute(insert(AuditEvent), [_breached(row) for row in rows])
            late = update(Ticket).where(is_over).values(late=Ticket.LATE)
            session.execute(late.execution_options(synchronize_session=False))


def _breached(row: Any) -> dict[str, Any]:
    return {
        "event": "sla.breached", "actor_kind": SYSTEM.kind.value, "actor_name": SYSTEM.name,
        "ticket_id": row.id, "customer_id": row.customer_id, "seq": row.last_seq,
        "data": {"clock": row.clock_kind}, "at": row.due_at,
    }  # fmt: skip
