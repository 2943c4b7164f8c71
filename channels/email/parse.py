"""Bytes of a mail -> InboundMessage, DeliveryEvent, or Unreadable with a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.email import headers
from channels.email.authentication import Authentication, authenticate
from channels.email.automatic import automatic_reason
from channels.email.bodies import Body, read_body
from channels.email.bounce import Bounce, read_bounce, unread_return
from channels.email.files import inbound_file
from channels.email.forward import Forwarded, forwarded, is_forward
from channels.email.html import remote_images, sanitize
from channels.email.html_quotes import fold_quotes
from channels.email.invitations import invitations
from channels.email.quotes import new_text
from channels.email.settings import EmailSettings
from channels.email.spam import spam_reason
from channels.email.structure import Part, parse_structure
from channels.email.unpacked import Unpacked
from channels.email.winmail import unpack
from channels.email.zone import Lookup
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
    envelope: RawEnvelope,
    settings: EmailSettings,
    dns: Lookup | None = None,
    max_bytes: int = MAX_RAW,
) -> Parsed:
    """Normalize one mail. Raises Unreadable, and nothing else whatever the bytes are."""
    if len(envelope.raw) > max_bytes:
        raise Unreadable(f"The mail has {len(envelope.raw):,} bytes; {max_bytes:,} is the limit.")
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


def _parse(envelope: RawEnvelope, settings: EmailSettings, dns: Lookup | None) -> Parsed:
    raw = envelope.raw
    if not raw.strip():
        raise Unreadable(envelope.meta.get("problem") or "The mail is empty.")
    reading = _read(envelope)
    heard = (reading.mail, raw, reading.subject, envelope.meta.get("mail_from"))
    bounce = read_bounce(*heard)
    if bounce:
        return _delivery_event(bounce, reading.key)
    if reading.sender is None:
        raise Unreadable("The mail names no sender, neither in From nor in its envelope.")
    authentication = authenticate(reading.mail, raw, envelope.meta, settings, dns)
    spam = spam_reason(reading.mail, settings.spam_headers)
    message = _message(envelope, reading, reading.sender, authentication, spam)
    returned = unread_return(*heard)
    return replace(message, facts={**message.facts, "returned": returned}) if returned else message


def _read(envelope: RawEnvelope) -> _Reading:
    mail = parse_structure(envelope.raw)
    sender = _sender(mail, envelope)
    body = read_body(mail)
    unpack(body)
    text = body.text
    subject = headers.words(mail.value("subject"))
    return _Reading(mail, subject, sender, body, text, _key(mail, sender, text, envelope.raw))


def _message(
    envelope: RawEnvelope,
    reading: _Reading,
    sender: Address,
    authentication: Authentication,
    spam: str,
) -> InboundMessage:
    mail, text = reading.mail, reading.text
    forward = is_forward(reading.subject, text)
    passed_on = forwarded(text, reading.body.files, forward=forward)
    if not text and passed_on:  # somebody passes a mail on as a file, without a word
        text, forward = passed_on[0].as_text(), True
    html = _html(reading.body, forward=forward)
    return InboundMessage(
        channel="email",
        key=reading.key,
        sender=replace(sender, proof=authentication.proof),
        text=text,
        new_text=new_text(text, forward=forward),
        html=html,
        subject=reading.subject,
        to=headers.addresses(mail.values("to")),
        cc=headers.addresses(mail.values("cc")),
        reply_to=_reply_to(mail, sender),
        files=_files(reading.body.files),
        sent_at=headers.sent_at(mail),
        language=headers.language(mail),
        message_id=headers.message_id(mail),
        references=headers.references(mail),
        automatic=automatic_reason(mail, reading.subject, envelope.inbox_address, envelope.meta),
        facts={
            **_facts(envelope, mail, forward, authentication),
            **_shown(reading.body, html, passed_on),
            **({"spam": spam} if spam else {}),
        },
    )


def _html(body: Body, *, forward: bool) -> str | None:
    """Sanitized, with what is quoted set apart; a mail that is passed on is meant to be read."""
    html = body.html
    if html is None:
        return None
    return sanitize(html if forward else fold_quotes(html))


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


def _files(parts: Sequence[Part | Unpacked]) -> tuple[InboundFile, ...]:
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


def _shown(body: Body, html: str | None, passed_on: Sequence[Forwarded]) -> dict[str, object]:
    """What the page shows beside the words, where there is any of it."""
    facts: dict[str, object] = {
        "forwarded": [mail.as_facts() for mail in passed_on],
        "invitations": invitations(body.files),
    }
    shown = {name: value for name, value in facts.items() if value}
    return shown if html is None else {**shown, "remote_images": remote_images(html)}
