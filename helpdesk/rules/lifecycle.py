"""Where a customer stands in their life with us, and the rule that says so.

The stages are those of customer relationship management at large: somebody who asks and has not
bought (lead), bought lately for the first time (new), buys or writes (active), has gone quiet or
sent back what they bought last (at risk), is gone (lapsed).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NEW_FOR = timedelta(days=30)
QUIET_AFTER = timedelta(days=180)
LAPSED_AFTER = timedelta(days=365)


class Stage(StrEnum):
    LEAD = "lead"
    NEW = "new"
    ACTIVE = "active"
    AT_RISK = "at_risk"
    LAPSED = "lapsed"


class Why(StrEnum):
    """The rules, in the order in which they are asked."""

    NO_ORDER = "no_order"
    FIRST_ORDER = "first_order"
    SENT_BACK = "sent_back"
    GONE = "gone"
    QUIET = "quiet"
    IN_TOUCH = "in_touch"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record knows. ``sent_back``: the last order was returned or paid back in full."""

    first_order_at: datetime | None = None
    last_order_at: datetime | None = None
    last_contact_at: datetime | None = None
    sent_back: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The stage, the rule, what it counted in days, and when time alone may change it."""

    stage: Stage
    why: Why
    days: int
    due_at: datetime | None


def stage_of(facts: Facts, now: datetime) -> Verdict:
    """The stage that the first rule which fits gives. Cancelled orders are no orders."""
    first, last = facts.first_order_at, facts.last_order_at
    if first is None or last is None:
        return Verdict(Stage.LEAD, Why.NO_ORDER, 0, None)
    heard = max(last, facts.last_contact_at or last)
    quiet = now - heard
    if now - first < NEW_FOR and not facts.sent_back:
        return Verdict(Stage.NEW, Why.FIRST_ORDER, (now - first).days, first + NEW_FOR)
    if quiet >= LAPSED_AFTER:
        return Verdict(Stage.LAPSED, Why.GONE, quiet.days, None)
    if facts.sent_back:
        return Verdict(Stage.AT_RISK, Why.SENT_BACK, (now - last).days, heard + LAPSED_AFTER)
    if quiet >= QUIET_AFTER:
        return Verdict(Stage.AT_RISK, Why.QUIET, quiet.days, heard + LAPSED_AFTER)
    return Verdict(Stage.ACTIVE, Why.IN_TOUCH, max(quiet.days, 0), heard + QUIET_AFTER)
