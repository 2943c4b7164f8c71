"""Mail to the bounce address of one delivery: news of it, whatever else the mail looks like.

It never becomes a message, reopens nothing and is never answered. Automatic answers come there,
too: they go to the envelope sender (RFC 3834, 4), and change nothing.
"""

from __future__ import annotations

from dataclasses import replace

from channels.email.addressees import addressees
from channels.message import DeliveryEvent, DeliveryState, Ignored, InboundMessage, Parsed
from helpdesk.desk import Desk
from helpdesk.models import Delivery, Envelope, Inbox, Message
from helpdesk.rules import plus_address


def news_of(desk: Desk, envelope: Envelope, inbox: Inbox, raw: bytes, parsed: Parsed) -> Parsed:
    """What was parsed, or the delivery event that it is for its address' sake."""
    if inbox.channel != "email" or isinstance(parsed, Ignored):
        return parsed
    delivery_id = _named(desk, envelope, inbox, raw)
    about = _delivery(desk, delivery_id) if delivery_id is not None else None
    if about is None:
        return parsed
    message_id, recipient = about
    if isinstance(parsed, DeliveryEvent):
        return replace(parsed, message_ids=(message_id,), recipient=recipient)
    return _event(envelope, parsed, message_id, recipient)


def _named(desk: Desk, envelope: Envelope, inbox: Inbox, raw: bytes) -> int | None:
    if b"+b" not in raw[:262_144] and "+b" not in str(envelope.meta.get("rcpt_to", "")):
        return None
    key = desk.vault.key("plus addresses")
    for address in addressees(raw, str(envelope.meta.get("rcpt_to", "")).split(",")):
        found = plus_address.read_bounce(address, inbox.address, key)
        if found is not None:
            return found
    return None


def _delivery(desk: Desk, delivery_id: int) -> tuple[str, str] | None:
    with desk.read() as session:
        row = session.get(Delivery, delivery_id)
        message = session.get(Message, row.message_id) if row else None
        return (message.message_id or "", row.recipient) if row and message else None


def _event(
    envelope: Envelope, parsed: InboundMessage, message_id: str, recipient: str
) -> DeliveryEvent:
    is_returned = _has_null_sender(envelope, parsed) and "auto-replied" not in parsed.automatic
    state = DeliveryState.FAILED if is_returned else DeliveryState.SENT
    return DeliveryEvent(
        channel="email",
        key=parsed.key,
        state=state,
        message_ids=(message_id,),
        recipient=recipient,
        reason=f"A mail came to its bounce address: {parsed.subject[:200]}",
        permanent=False,  # nothing in it says for how long
    )


def _has_null_sender(envelope: Envelope, parsed: InboundMessage) -> bool:
    by_smtp = envelope.meta.get("source") == "smtp" and envelope.meta.get("mail_from") == ""
    return by_smtp or str(parsed.facts.get("return_path", "")).strip() == "<>"
