"""OutboundMessage -> the bytes of a mail (RFC 5322), safe against header injection."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.utils import format_datetime

from channels.email.automatic import LOOP_HEADER
from channels.email.charsets import clean, clean_line
from channels.email.files import safe_name
from channels.email.settings import EmailSettings
from channels.message import Address, OutboundFile, OutboundMessage, PermanentFailure

MAX_REFERENCES = 20  # the first and the latest: enough for every mail program

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,500}>")
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,2}")
# The text has its own lines; only very long ones need an encoding.
_POLICY = policy.SMTP.clone(raise_on_defect=False)


def compose(message: OutboundMessage, settings: EmailSettings) -> bytes:
    """The whole mail with CRLF line ends. Raises PermanentFailure for an impossible address."""
    mail = EmailMessage(policy=_POLICY)
    _address(mail, message, settings)
    mail["Subject"] = clean_line(message.subject, 900)
    mail["Date"] = format_datetime((message.created_at or datetime.now(UTC)).astimezone(UTC))
    _mark(mail, message)
    _fill(mail, message)
    return _threading(message) + mail.as_bytes(policy=_policy_for(message))


def _policy_for(message: OutboundMessage) -> policy.EmailPolicy[EmailMessage]:
    """Internationalized headers only where a local part needs them (RFC 6532)."""
    every = (message.sender.value, message.reply_to, *(a.value for a in message.to + message.cc))
    return _POLICY if all(each.isascii() for each in every) else _POLICY.clone(utf8=True)


def _address(mail: EmailMessage, message: OutboundMessage, settings: EmailSettings) -> None:
    name = message.sender.name or settings.from_name
    mail["From"] = [_header_address(message.sender.value, name)]
    to = message.to or (Address(message.sender.kind, message.recipient),)
    mail["To"] = _header_addresses(to)
    if message.cc:
        mail["Cc"] = _header_addresses(message.cc)
    if message.reply_to:
        mail["Reply-To"] = [_header_address(message.reply_to, name)]


def _header_addresses(every: Iterable[Address]) -> list[HeaderAddress]:
    return [_header_address(each.value, each.name) for each in every]


def _header_address(value: str, name: str) -> HeaderAddress:
    value = value.strip()
    local, at, domain = value.rpartition("@")
    if not (local and at and domain) or clean_line(value, 320) != value or " " in value:
        raise PermanentFailure(f"{clean_line(value, 100)!r} is not an email address.")
    try:
        return HeaderAddress(clean_line(name, 200), local, ascii_domain(domain))
    except (ValueError, IndexError) as problem:
        raise PermanentFailure(f"{value!r} is not an email address.") from problem


def ascii_domain(domain: str) -> str:
    """The domain as DNS has it (IDNA); raises PermanentFailure when there is no such form."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError as problem:
        raise PermanentFailure(f"{domain!r} is not a domain name.") from problem


def _threading(message: OutboundMessage) -> bytes:
    """Message-ID, In-Reply-To and References, written by hand.

    The standard library folds an ID of more than 78 characters into encoded words, which no mail
    program reads back, so the reply to it would be lost to the thread.
    """
    if not _MESSAGE_ID.fullmatch(message.key):
        raise PermanentFailure(f"{clean_line(message.key, 100)!r} is not a Message-ID.")
    lines = [f"Message-ID: {message.key}"]
    if _MESSAGE_ID.fullmatch(message.in_reply_to):
        lines.append(f"In-Reply-To: {message.in_reply_to}")
    ids = [each for each in message.references if _MESSAGE_ID.fullmatch(each)]
    if len(ids) > MAX_REFERENCES:
        ids = [ids[0], *ids[1 - MAX_REFERENCES :]]
    if ids:
        lines.append("References: " + "\r\n ".join(ids))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _mark(mail: EmailMessage, message: OutboundMessage) -> None:
    mail[LOOP_HEADER] = clean_line(message.sender.value, 320)
    if message.automatic:
        mail["Auto-Submitted"] = "auto-replied"  # RFC 3834, 5
        mail["X-Auto-Response-Suppress"] = "All"  # what Exchange listens to instead
    if _LANGUAGE.fullmatch(message.language):
        mail["Content-Language"] = message.language.replace("_", "-")


def _fill(mail: EmailMessage, message: OutboundMessage) -> None:
    mail.set_content(clean(message.text) + "\n", charset="utf-8")
    if message.html is not None:
        mail.add_alternative(clean(message.html), subtype="html", charset="utf-8")
    for number, file in enumerate(message.files, start=1):
        _attach(mail, file, number)


def _attach(mail: EmailMessage, file: OutboundFile, number: int) -> None:
    kind = file.content_type.split(";")[0].strip().lower()
    if not _CONTENT_TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"  # these may not be base64 (RFC 2046, 5.2.1)
    main, _, sub = kind.partition("/")
    name = safe_name(file.name, kind, number)
    mail.add_attachment(file.data, maintype=main, subtype=sub, filename=name)
