"""Bytes of a mail -> InboundMessage, DeliveryEvent, or Unreadable with a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.email import headers
from channels.email.authentication import Authentication, DnsLookup, authenticate
from channels.email.automatic import automatic_reason
from channels.email.bodies import Body, read_body
from channels.email.bounce import Bounce, read_bounce
from channels.email.files import inbound_file
from channels.email.forward import is_forward
from channels.email.html import sanitize
from channels.email.quotes import new_text
from channels.email.settings import EmailSettings
from channels.email.structure import Part, parse_structure
from channels.message import (
    Address,
    DeliveryEvent,
    InboundFile,
    InboundMessage,
    Parsed,
    RawEnvelope,
    Unreadable,
)

MAX_RAW = 64 * 1024 * 1024  # bytes
MAX_FILES = 500
TRUNCATED_HEADER = "X-Helpdesk-Truncated"  # set by the mailbox on what was too large to fetch


def parse_mail(
    envelope: RawEnvelope, settings: EmailSettings, dns: DnsLookup | None = None
) -> Parsed:
    """Normalize one mail. Raises Unreadable, and nothing else whatever the bytes are."""
    try:
        return _parse(envelope, settings, dns)
    except Unreadable:
        raise
    except Exception as problem:
        raise Unreadable(f"The mail cannot be read ({type(problem).__name__}: {problem}).") from (
            problem
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the parts of the mail come to, before it is decided what sort of mail it is."""

    mail: Part
    subject: str
    sender: Address | None
    body: Body
    text: str
    key: str


def _parse(envelope: RawEnvelope, settings: EmailSettings, dns: DnsLookup | None) -> Parsed:
    raw = envelope.raw
    if len(raw) > MAX_RAW:
        raise Unreadable(f"The mail has {len(raw):,} bytes; {MAX_RAW:,} is the limit.")
    if not raw.strip():
        raise Unreadable(envelope.meta.get("problem") or "The mail is empty.")
    reading = _read(envelope)
    bounce = read_bounce(reading.mail, raw, reading.subject, envelope.meta.get("mail_from"))
    if bounce:
        return _delivery_event(bounce, reading.key)
    if reading.sender is None:
        raise Unreadable("The mail names no sender, neither in From nor in its envelope.")
    authentication = authenticate(reading.mail, raw, settings, dns)
    return _message(envelope, reading, reading.sender, authentication)


def _read(envelope: RawEnvelope) -> _Reading:
    mail = parse_structure(envelope.raw)
    sender = _sender(mail, envelope)
    body = read_body(mail)
    text = body.text
    subject = headers.words(mail.value("subject"))
    return _Reading(mail, subject, sender, body, text, _key(mail, sender, text, envelope.raw))


def _message(
    envelope: RawEnvelope, reading: _Reading, sender: Address, authentication: Authentication
) -> InboundMessage:
    mail, html = reading.mail, reading.body.html
    forward = is_forward(reading.subject, reading.text)
    return InboundMessage(
        channel="email",
        key=reading.key,
        sender=replace(sender, proof=authentication.proof),
        text=reading.text,
        new_text=new_text(reading.text, forward=forward),
        html=None if html is None else sanitize(html),
        subject=reading.subject,
        to=headers.addresses(mail.values("to")),
        cc=headers.addresses(mail.values("cc")),
        reply_to=_reply_to(mail, sender),
        files=_files(reading.body.files),
        sent_at=headers.sent_at(mail),
        language=headers.language(mail),
        message_id=headers.message_id(mail),
        references=headers.references(mail),
        automatic=automatic_reason(mail, reading.subject, envelope.inbox_address),
        facts=_facts(envelope, mail, forward, authentication),
    )


def _sender(mail: Part, envelope: RawEnvelope) -> Address | None:
    in_envelope = [envelope.meta.get("mail_from", ""), *mail.values("return-path")]
    for values in (mail.values("from"), mail.values("sender"), in_envelope):
        found = headers.addresses(values)
        if found:
            return found[0]
    return None


def _reply_to(mail: Part, sender: Address) -> Address | None:
    found = headers.addresses(mail.values("reply-to"))
    return found[0] if found and found[0].value != sender.value else None


def _files(parts: Sequence[Part]) -> tuple[InboundFile, ...]:
    if len(parts) > MAX_FILES:
        raise Unreadable(f"The mail carries more than {MAX_FILES} files.")
    return tuple(inbound_file(part, number) for number, part in enumerate(parts, start=1))


def _key(mail: Part, sender: Address | None, text: str, raw: bytes) -> str:
    """One key for one mail, by whichever way and into whichever inbox it came.

    Transport changes headers and white space, so neither is in it.
    """
    message_id = headers.message_id(mail)
    if not message_id:
        return f"mail:{hashlib.sha256(raw).hexdigest()}"
    said = "".join(text.split())
    parts = (message_id, sender.value if sender else "", said)
    joined = "\0".join(parts).encode()
    return f"mail:{hashlib.sha256(joined).hexdigest()}"


def _delivery_event(bounce: Bounce, key: str) -> DeliveryEvent:
    return DeliveryEvent(
        channel="email",
        key=key,
        state=bounce.state,
        message_ids=bounce.message_ids,
        recipient=bounce.recipient,
        reason=bounce.reason,
        permanent=bounce.permanent,
    )


def _facts(
    envelope: RawEnvelope, mail: Part, forward: bool, authentication: Authentication
) -> dict[str, object]:
    sent_to = envelope.meta.get("rcpt_to", "").split(",")
    truncated = mail.value(TRUNCATED_HEADER.lower())
    facts: dict[str, object] = {
        "authentication": authentication.as_facts(),
        "message_id": headers.message_id(mail),
        "return_path": headers.words(mail.value("return-path"), 300),
        "recipients": headers.recipients(mail, sent_to),
        "forward": forward,
    }
    return {**facts, "truncated": truncated[:40]} if truncated else facts
