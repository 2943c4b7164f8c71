"""Mail that a mail server sent back in words of its own: news of a delivery, where it names ours.

Like a report, it never becomes a message, reopens nothing and is never answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from channels.message import DeliveryEvent, DeliveryState, InboundMessage, Parsed
from helpdesk.desk import Desk
from helpdesk.models import Delivery, Message


def news_of(desk: Desk, parsed: Parsed) -> Parsed:
    """What was parsed, or the delivery event that it is for the sake of the mail that it names."""
    if not isinstance(parsed, InboundMessage):
        return parsed
    named = parsed.facts.get("returned")
    ours = _sent_by_us(desk, named) if isinstance(named, tuple) else None
    return _event(parsed, ours) if ours else parsed


def _sent_by_us(desk: Desk, message_ids: Sequence[str]) -> str | None:
    with desk.read() as session:
        known = set(
            session.scalars(
                select(Message.message_id)
                .join(Delivery, Delivery.message_id == Message.id)
                .where(Message.message_id.in_(message_ids), Message.direction == "outbound")
            )
        )
    return next((each for each in message_ids if each in known), None)


def _event(parsed: InboundMessage, message_id: str) -> DeliveryEvent:
    return DeliveryEvent(
        channel="email",
        key=parsed.key,
        state=DeliveryState.FAILED,
        message_ids=(message_id,),
        reason=f"A mail server sent the mail back: {parsed.subject[:200]}",
        permanent=False,  # nothing in it says to whom, nor for how long
    )
