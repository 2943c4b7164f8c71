"""The ways in which the composer can answer: one a channel, the best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from helpdesk.queries.habits import Habit
from helpdesk.queries.reaches import reaches_of
from helpdesk.queries.ticket_page import TicketHead
from helpdesk.rules.preference import next_time
from helpdesk.rules.reply_route import Reach, preselected
from helpdesk.web import words
from helpdesk.web.current import desk
from helpdesk.web.language import _


@dataclass(frozen=True, slots=True)
class Way:
    """One choice of the composer. ``why_not`` says why it cannot be used now."""

    channel: str
    address: str
    why_not: str = ""
    is_default: bool = False


def ways_for(session: Session, ticket: TicketHead, observed: str = "") -> list[Way]:
    """The choices for this ticket, in the order in which the customer is best reached; ``observed``
    is the channel by which they usually write."""
    reaches = preselected(reaches_of(desk(), session, ticket), observed)
    best: dict[str, Reach] = {}
    for reach in reaches:
        known = best.get(reach.channel)
        if known is None or (reach.confirmed and not known.confirmed):
            best[reach.channel] = reach
    default = next((r for r in best.values() if r.confirmed and r.reachable), None)
    return [
        Way(reach.channel, _address(reach), _why_not(reach), reach is default)
        for reach in best.values()
    ]


def usual_words(habit: Habit, ways: Sequence[Way]) -> str:
    """Which channel the customer likes, in words; "" when nothing says one that can be chosen."""
    if habit.channel not in {way.channel for way in ways}:
        return ""
    channel = words.channels().get(habit.channel, habit.channel)
    if habit.stated_channel:
        return _("Prefers %(channel)s, as they said", channel=channel)
    return _("Usually answers by %(channel)s", channel=channel)


def usual_time(habit: Habit, zone: ZoneInfo) -> datetime | None:
    """When the hours in which the customer is best reached begin next."""
    return None if habit.hour is None else next_time(habit.hour, zone, datetime.now(UTC))


def _address(reach: Reach) -> str:
    if reach.channel == "chat":
        return _("The chat window")
    return reach.value


def _why_not(reach: Reach) -> str:
    if not reach.confirmed:
        return _("%(address)s is not confirmed yet.", address=_address(reach))
    if not reach.reachable:
        return _("Mail to %(address)s came back.", address=_address(reach))
    return ""
