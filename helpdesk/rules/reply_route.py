"""How a reply gets to the customer: over which channel, from which inbox, to which address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.rules.refusal import Refusal


class NoWayOut(Refusal):
    """The customer cannot be reached so. The words say what is missing."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to reach the requester. ``last_used`` is the seq at which they last wrote this
    way in this ticket, ``last_seen`` from this address over any channel; -1 for never."""

    channel: str
    inbox_id: int
    contact_point_id: int
    value: str
    verified: bool
    reachable: bool
    confirmed: bool
    last_used: int
    last_seen: int
    own_inbox: bool


def order(reaches: Sequence[Reach]) -> list[Reach]:
    """Best first: the way they wrote last, then proved addresses, then the ticket's own inbox."""
    return sorted(
        reaches,
        key=lambda r: (
            r.reachable,
            r.last_used,
            r.last_seen,
            r.verified,
            r.own_inbox,
            -r.inbox_id,
            -r.contact_point_id,
        ),
        reverse=True,
    )


def choose(reaches: Sequence[Reach], channel: str | None) -> Reach:
    """The best way that may be used, over ``channel`` if one is named. Raises ``NoWayOut``.

    An address that joined the ticket by itself is never written to until an agent confirms it.
    """
    usable = [reach for reach in order(reaches) if reach.confirmed]
    if channel is not None:
        usable = [reach for reach in usable if reach.channel == channel]
    if not usable:
        raise _no_address(channel)
    if not usable[0].reachable:
        raise NoWayOut(
            "%(address)s cannot be reached: mail to it came back. Choose another channel.",
            address=usable[0].value,
        )
    return usable[0]


def _no_address(channel: str | None) -> NoWayOut:
    if channel is None:
        return NoWayOut("This customer has no confirmed address that can be reached.")
    return NoWayOut(
        "This customer has no confirmed address that can be reached over %(channel)s.",
        channel=channel,
    )
