"""Where a ticket stands, and what moves it."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The status of a ticket."""

    OPEN = "open"  # a person of ours owes an answer
    WAITING = "waiting"  # the customer owes one
    SNOOZED = "snoozed"  # comes back at a time
    RESOLVED = "resolved"  # answered; a reply reopens it
    CLOSED = "closed"  # ended for us: to write in it we reopen it; a customer's reply does, too
    SPAM = "spam"  # in the spam folder, out of every queue; nothing moves it but a person


class Owner(StrEnum):
    """Who speaks for us."""

    BOT = "bot"
    PEOPLE = "people"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


ENDED = frozenset({Status.RESOLVED, Status.CLOSED})

_BY_HAND: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.WAITING, Status.SNOOZED, *ENDED, Status.SPAM}),
    Status.WAITING: frozenset({Status.OPEN, Status.SNOOZED, *ENDED, Status.SPAM}),
    Status.SNOOZED: frozenset({Status.OPEN, Status.WAITING, *ENDED, Status.SPAM}),
    Status.RESOLVED: frozenset({Status.OPEN, Status.CLOSED, Status.SPAM}),
    Status.CLOSED: frozenset({Status.OPEN}),
    Status.SPAM: frozenset({Status.OPEN}),
}


def may_become(now: Status, wanted: Status) -> bool:
    """Whether an agent may move a ticket from ``now`` to ``wanted``."""
    return wanted in _BY_HAND[now]


def after_customer_message(now: Status) -> Status:
    """A customer's own words always need a person, however the ticket stood; what ended too long
    ago gets no message, by the thread rule. Spam stays what it is.
    """
    return now if now is Status.SPAM else Status.OPEN


def after_reply(now: Status) -> Status:
    """Once we have answered, the customer owes the next word; an ended ticket stays ended."""
    return now if now in (*ENDED, Status.SPAM) else Status.WAITING
