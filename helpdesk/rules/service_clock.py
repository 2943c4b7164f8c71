"""The clocks of a service level: how long people of ours may take to answer, in working time.

``first_response`` runs from the customer's first words until a person's first public answer,
``next_response`` from the first words after an answer until the next one. More words of the
customer do not start it anew, and no word of the bot's stops it. A clock rests while the customer
owes the next word or the ticket has ended, and goes on with what was left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from helpdesk.rules.business_time import Calendar, add, between

NEVER_LATE = datetime(9999, 12, 31, tzinfo=UTC)
"""When a clock that rests is due: stored where a time must stand."""


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock. ``left`` is the working time that a resting clock still has; below nought, it had
    run out before it rested. A running one has ``due_at`` instead."""

    kind: ClockKind
    started_at: datetime
    target: timedelta
    due_at: datetime | None
    left: timedelta | None = None

    @property
    def is_running(self) -> bool:
        return self.due_at is not None

    def is_late(self, at: datetime) -> bool:
        return self.due_at is not None and self.due_at <= at


def started(kind: ClockKind, at: datetime, target: timedelta, calendar: Calendar) -> Clock:
    """A clock that runs from ``at`` on."""
    return Clock(kind, at, target, add(at, target, calendar))


def paused(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The clock at rest since ``at``; as it is when it rests already."""
    if clock.due_at is None:
        return clock
    return replace(clock, due_at=None, left=_left(clock.due_at, at, calendar))


def resumed(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """The clock running again from ``at`` on; as it is when it runs already.

    One that had run out has been due before.
    """
    if clock.left is None:
        return clock
    return replace(clock, due_at=_due(clock.left, at, calendar), left=None)


def retargeted(clock: Clock, at: datetime, target: timedelta, calendar: Calendar) -> Clock:
    """The clock with another target or calendar: the time that it ran counts, by ``calendar``.

    A tighter target makes nobody late for the past: what it leaves no time for is due at ``at``.
    """
    if clock.target == target and clock.due_at is None:
        return clock
    left = clock.left if clock.due_at is None else _left(clock.due_at, at, calendar)
    assert left is not None
    if left <= timedelta(0) and target <= clock.target:
        return replace(clock, target=target)
    left += target - clock.target
    if clock.due_at is None:
        return replace(clock, target=target, left=left)
    return replace(clock, target=target, due_at=add(at, max(left, timedelta(0)), calendar))


def outcome(clock: Clock, at: datetime) -> ClockState:
    """What an answer at ``at`` makes of the clock. An answer while it rests is in time, unless it
    had run out before."""
    if clock.due_at is not None:
        return ClockState.MET if at <= clock.due_at else ClockState.BREACHED
    assert clock.left is not None
    return ClockState.MET if clock.left >= timedelta(0) else ClockState.BREACHED


def _due(left: timedelta, at: datetime, calendar: Calendar) -> datetime:
    return add(at, left, calendar) if left >= timedelta(0) else at + left


def _left(due_at: datetime, at: datetime, calendar: Calendar) -> timedelta:
    if at <= due_at:
        return between(at, due_at, calendar)
    return min(-between(due_at, at, calendar), timedelta(microseconds=-1))
