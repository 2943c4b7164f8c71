"""How news about a delivery moves its state: forward only, whatever order it arrives in."""

from __future__ import annotations

from channels.message import DeliveryState

_RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.UNKNOWN: 1,
    DeliveryState.SENT: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.READ: 4,
    DeliveryState.FAILED: 5,
}


def advanced(now: DeliveryState, news: DeliveryState) -> DeliveryState | None:
    """The state after ``news``, or None when that is nothing new.

    A failure is final and outranks "delivered" (a bounce may follow a server's yes), but not
    "read": a person saw it.
    """
    if news is DeliveryState.FAILED and now is DeliveryState.READ:
        return None
    return news if _RANK[news] > _RANK[now] else None
