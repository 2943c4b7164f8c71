"""The ways in which the composer can answer: one a channel, the best first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpdesk.queries.reaches import reaches_of
from helpdesk.queries.ticket_page import TicketHead
from helpdesk.rules.reply_route import Reach
from helpdesk.web.current import desk
from helpdesk.web.language import _


@dataclass(frozen=True, slots=True)
class Way:
    """One choice of the composer. ``why_not`` says why it cannot be used now."""

    channel: str
    address: str
    why_not: str = ""
    is_default: bool = False


def ways_for(session: Session, ticket: TicketHead) -> list[Way]:
    """The choices for this ticket, in the order in which the customer is best reached."""
    reaches = reaches_of(desk(), session, ticket)
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
