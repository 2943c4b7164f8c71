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
    is_stated: bool = False  # the customer said that they prefer this channel
    is_primary: bool = False  # an agent said that this address is written to first


def order(reaches: Sequence[Reach]) -> list[Reach]:
    """Best first: the way they said they prefer, unless they sit in the chat window; the way they
    wrote last; the address to write to first; proved addresses; the ticket's own inbox."""
    chats = _sits_in_chat(reaches)
    return sorted(
        reaches,
        key=lambda r: (
            r.reachable,
            r.is_stated and not chats,
            r.last_used,
            r.last_seen,
            r.is_primary,
            r.verified,
            r.own_inbox,
            -r.inbox_id,
            -r.contact_point_id,
        ),
        reverse=True,
    )


def _sits_in_chat(reaches: Sequence[Reach]) -> bool:
    """Whether they wrote last in the chat window: there they wait for the answer."""
    last = max(reaches, key=lambda r: r.last_used, default=None)
    return last is not None and last.channel == "chat" and last.last_used >= 0


def preselected(reaches: Sequence[Reach], observed: str) -> list[Reach]:
    """``order`` for somebody who sees it and may choose another: while the customer has not said
    what they prefer, the channel ``observed`` to be their usual one ("" for none) comes first.

    What leaves unseen is not sent so: it goes where the customer wrote last.
    """
    ordered = order(reaches)
    if _sits_in_chat(reaches) or any(reach.is_stated for reach in reaches):
        return ordered
    return sorted(
        ordered, key=lambda r: not (r.channel == observed and r.reachable and r.confirmed)
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
