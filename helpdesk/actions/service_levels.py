"""How soon people of ours are to answer: the targets of each priority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, or_, select

from helpdesk.actions import audit, service_clock
from helpdesk.database import WriteSession
from helpdesk.desk import Desk
from helpdesk.models import BusinessHours, NotPossible, SlaPolicy, Ticket
from helpdesk.rules.actor import Actor, Role
from helpdesk.rules.status import Priority

MOST = timedelta(days=90)
BATCH = 200  # tickets whose clocks are set in one transaction
Target = tuple[timedelta | None, timedelta | None]  # first_response, next_response


def set_targets(desk: Desk, actor: Actor, targets: Mapping[Priority, Target]) -> None:
    """Replace all targets; a priority without one has no clock. Clocks that count follow.

    Raises ``NotPossible`` for a target that is no whole number of minutes from one to 90 days.
    """
    actor.must_be(Role.ADMIN)
    policies = [_policy(priority, target) for priority, target in targets.items() if any(target)]
    with desk.write() as session:
        session.execute(delete(SlaPolicy))
        session.add_all(policies)
        audit.record(
            session, actor, "sla.targets_set",
            targets={p.priority: [p.first_response, p.next_response] for p in policies},
        )  # fmt: skip
        service_clock.forget(session)
    settle_all(desk)


def _policy(priority: Priority, target: Target) -> SlaPolicy:
    first, following = map(_minutes, target)
    return SlaPolicy(priority=priority.value, first_response=first, next_response=following)


def _minutes(target: timedelta | None) -> int | None:
    if target is None:
        return None
    if not timedelta(minutes=1) <= target <= MOST:
        raise NotPossible("A target is between one minute and 90 days of working time.")
    return int(target.total_seconds() // 60)


def settle_all(desk: Desk) -> None:
    """Let every clock that counts follow the targets and hours of now."""
    last = 0
    with desk.write() as session:
        service_clock.forget(session)  # what somebody read before the change was committed
    while True:
        with desk.write() as session:
            tickets = session.scalars(
                select(Ticket)
                .where(
                    Ticket.id > last,
                    or_(Ticket.awaited_since.is_not(None), Ticket.clock_kind.is_not(None)),
                )
                .order_by(Ticket.id)
                .limit(BATCH)
                .with_for_update()
            ).all()
            for ticket in tickets:
                before = (ticket.due_at, ticket.clock_kind)
                service_clock.settle(session, ticket)
                if (ticket.due_at, ticket.clock_kind) != before:
                    ticket.touch()
                    audit.changed(session, ticket)
        if len(tickets) < BATCH:
            return
        last = tickets[-1].id


def always_open(desk: Desk, actor: Actor) -> None:
    """Default business hours that never shut, where there are none."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        if session.scalar(select(BusinessHours.id).where(BusinessHours.is_default)) is None:
            session.add(
                BusinessHours(
                    name="Always open", timezone="UTC", week=[[[0, 1440]]] * 7, is_default=True
                )
            )
        service_clock.forget(session)


def default_hours(session: WriteSession) -> BusinessHours:
    """The hours of every team without its own."""
    return session.scalars(select(BusinessHours).where(BusinessHours.is_default)).one()
