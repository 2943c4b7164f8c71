"""Comparing the journal with the mailboxes, on an admin's word: asked, claimed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from helpdesk.actions import audit
from helpdesk.desk import Desk
from helpdesk.models import Reconciliation, now
from helpdesk.rules.actor import Actor, Role

LEASE = timedelta(minutes=30)  # a large mailbox on a slow line takes minutes
KEPT = 20  # comparisons; the newest is what the page shows
MOST = 500  # differences that are written down of one comparison


def ask(desk: Desk, actor: Actor) -> int:
    """Let one be made in the background; the one that is due already, if there is one."""
    actor.must_be(Role.ADMIN)
    with desk.write() as session:
        due = session.scalar(_OPEN.limit(1))
        if due is not None:
            return due
        row = Reconciliation(asked_by=actor.name)
        session.add(row)
        session.flush()
        audit.record(session, actor, "reconciliation.asked")
        return row.id


def claim(desk: Desk) -> int | None:
    """One that is due and that nobody has, for this worker; None when there is none."""
    moment = now()
    free = or_(Reconciliation.lease_until.is_(None), Reconciliation.lease_until < moment)
    with desk.read() as session:
        due = session.scalar(_OPEN.where(free).limit(1))
    if due is None:
        return None
    with desk.write() as session:
        taken = session.execute(
            update(Reconciliation)
            .where(Reconciliation.id == due, Reconciliation.ended_at.is_(None), free)
            .values(lease_until=moment + LEASE)
        )
        return due if taken.rowcount else None  # type: ignore[attr-defined]


def end(
    desk: Desk,
    number: int,
    *,
    compared: Sequence[str] = (),
    differences: Sequence[dict[str, Any]] = (),
    found: int = 0,
    problem: str = "",
) -> None:
    """Write down what it found, and forget the oldest ones."""
    with desk.write() as session:
        row = session.get_one(Reconciliation, number)
        row.compared, row.differences = list(compared), list(differences[:MOST])
        row.found, row.problem, row.ended_at, row.lease_until = found, problem, now(), None
        session.flush()
        newest = select(Reconciliation.id).order_by(Reconciliation.id.desc()).limit(KEPT)
        session.execute(delete(Reconciliation).where(Reconciliation.id.not_in(newest)))


_OPEN = (
    select(Reconciliation.id).where(Reconciliation.ended_at.is_(None)).order_by(Reconciliation.id)
)
