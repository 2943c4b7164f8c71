"""How a ticket stands once another one is part of it."""

from __future__ import annotations

from helpdesk.rules.status import Status

_MOST_PRESSING_FIRST = (
    Status.OPEN, Status.WAITING, Status.SNOOZED, Status.RESOLVED, Status.CLOSED, Status.SPAM,
)  # fmt: skip


def after_merge(survivor: Status, merged: Status) -> Status:
    """Whoever waits for an answer in either of them still does."""
    return min(survivor, merged, key=_MOST_PRESSING_FIRST.index)


def after_parting(before: Status, *, customer_spoke: bool, we_spoke: bool) -> Status:
    """How a ticket stands that is by itself again; the flags say who spoke last meanwhile."""
    if customer_spoke:
        return Status.OPEN
    if we_spoke and before in (Status.OPEN, Status.SNOOZED):
        return Status.WAITING
    return before
