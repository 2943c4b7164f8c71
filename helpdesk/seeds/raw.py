"""What customers' programs send, as the bytes in which it reaches the desk."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from urllib.parse import urlencode

from helpdesk.seeds.company import PHONE_NUMBER, SMS_NUMBER, TWILIO_ACCOUNT
from helpdesk.seeds.people import Person


@dataclass(frozen=True, slots=True)
class File:
    """A file that a customer sends."""

    name: str
    content_type: str
    data: bytes


def mail(
    person: Person,
    text: str,
    *,
    subject: str,
    to: str,
    message_id: str,
    at: datetime,
    server: str,
    answers: str = "",
    cc: str = "",
    files: Sequence[File] = (),
    headers: Sequence[tuple[str, str]] = (),
    proved: bool = True,
) -> bytes:
    """A mail as the company's receiving server hands it on, with its word on DMARC."""
    mail = EmailMessage()
    domain = person.email.rpartition("@")[2]
    mail["Authentication-Results"] = (
        f"{server}; dmarc={'pass' if proved else 'none'} header.from={domain}"
    )
    mail["From"] = formataddr((person.name, person.email))
    mail["To"] = to
    if cc:
        mail["Cc"] = cc
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    for name, value in headers:
        mail[name] = value
    mail.set_content(text)
    for file in files:
        kind, _, detail = file.content_type.partition("/")
        mail.add_attachment(file.data, maintype=kind, subtype=detail, filename=file.name)
    return mail.as_bytes()


def bounce(recipient: str, message_id: str, *, to: str, key: str, at: datetime) -> bytes:
    """What a mail server sends back about a mail that it cannot deliver (RFC 3464)."""
    domain = recipient.rpartition("@")[2]
    return "\r\n".join(
        (
            f"From: Mail Delivery System <mailer-daemon@{domain}>",
            f"To: {to}",
            "Subject: Undelivered Mail Returned to Sender",
            f"Date: {format_datetime(at)}",
            f"Message-ID: <{key}@{domain}>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain; charset=utf-8",
            "",
            f"The mail to <{recipient}> could not be delivered: no such mailbox.",
            "",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            f"Reporting-MTA: dns; mx.{domain}",
            "",
            f"Final-Recipient: rfc822; {recipient}",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 No such mailbox here",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {message_id}",
            f"To: {recipient}",
            "",
            "--b--",
            "",
        )
    ).encode()


def chat(
    person: Person,
    text: str,
    *,
    visitor: str,
    client_id: str,
    signed_in: bool,
    page: str,
    files: Sequence[File] = (),
) -> bytes:
    """What the widget posts, as the web layer stores it. ``signed_in``: the shop signed who the
    visitor is; otherwise they gave their address by themselves, if they have one."""
    proof = "signed" if signed_in else "none"
    claims = [{"kind": "email", "value": person.email, "name": person.name, "proof": proof}]
    return json.dumps({
        "visitor": visitor, "client_id": client_id, "text": text, "language": person.locale,
        "name": person.name, "page": page, "claims": claims if person.email else [],
        "files": [
            {"name": file.name, "type": file.content_type,
             "data": base64.b64encode(file.data).decode()}
            for file in files
        ],
    }, ensure_ascii=False).encode()  # fmt: skip


def visitor_id(slug: str) -> str:
    """The browser that the customer of this story chats from."""
    return "v_" + hashlib.sha256(slug.encode()).hexdigest()[:24]


def text_message(phone: str, text: str, key: str) -> bytes:
    return _form(
        MessageSid=provider_id("SM", key), From=phone, To=SMS_NUMBER, Body=text, NumMedia="0"
    )


def text_news(sid: str, phone: str, status: str, code: str = "") -> bytes:
    """What became of a text message of ours."""
    return _form(
        MessageSid=sid, To=phone, MessageStatus=status, **({"ErrorCode": code} if code else {})
    )


def voicemail(phone: str, seconds: int, url: str, key: str) -> bytes:
    return _form(
        CallSid=provider_id("CA", key),
        RecordingSid=provider_id("RE", key),
        RecordingUrl=url,
        RecordingDuration=str(seconds),
        From=phone,
        To=PHONE_NUMBER,
    )


def transcript(phone: str, words: str, key: str) -> bytes:
    return _form(
        CallSid=provider_id("CA", key),
        TranscriptionSid=provider_id("TR", key),
        TranscriptionText=words,
        From=phone,
        To=PHONE_NUMBER,
    )


def missed_call(phone: str, seconds: int, key: str) -> bytes:
    return _form(
        CallSid=provider_id("CA", key),
        CallStatus="no-answer",
        Direction="inbound",
        CallDuration=str(seconds),
        From=phone,
        To=PHONE_NUMBER,
    )


def provider_id(kind: str, key: str) -> str:
    """An id as Twilio makes them, the same every time."""
    return kind + hashlib.sha256(key.encode()).hexdigest()[:32]


def _form(**fields: str) -> bytes:
    return urlencode({"AccountSid": TWILIO_ACCOUNT, **fields}).encode()
