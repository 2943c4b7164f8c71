"""Mails as senders write them, built from a few words."""

from collections.abc import Mapping
from datetime import UTC, datetime

from channels.email import EmailSettings
from channels.email.parse import parse_mail
from channels.message import DeliveryEvent, InboundMessage, Parsed, RawEnvelope

INBOX = "support@shop.example"
WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
OFF = EmailSettings()


def mail(body: bytes | str = "Hello", **headers: str) -> bytes:
    """A mail with usual headers; ``content_type="text/html"`` replaces, ``from_=""`` leaves out."""
    fields = {
        "From": "Ann Example <ann@customer.example>",
        "To": f"Support <{INBOX}>",
        "Subject": "My order",
        "Message-Id": "<one@customer.example>",
        "Date": "Wed, 04 Mar 2026 06:06:07 +0100",
        "Content-Type": "text/plain; charset=utf-8",
    }
    for name, value in headers.items():
        fields[name.strip("_").replace("_", "-").title()] = value
    named = (f"{name}: {value}\r\n" for name, value in fields.items() if value)
    raw = body if isinstance(body, bytes) else body.encode()
    return "".join(named).encode("utf-8", "surrogateescape") + b"\r\n" + raw


def multipart(*parts: str | bytes, kind: str = "mixed", **headers: str) -> bytes:
    """Each part with its own headers, a blank line and its body."""
    raws = [part if isinstance(part, bytes) else part.encode() for part in parts]
    body = b"".join(b"--sep\r\n" + raw + b"\r\n" for raw in raws) + b"--sep--\r\n"
    return mail(body, content_type=f"multipart/{kind}; boundary=sep", **headers)


def parse(
    raw: bytes, settings: EmailSettings = OFF, meta: Mapping[str, str] | None = None
) -> Parsed:
    return parse_mail(RawEnvelope(raw, WHEN, INBOX, meta or {}), settings)


def message(
    raw: bytes, settings: EmailSettings = OFF, meta: Mapping[str, str] | None = None
) -> InboundMessage:
    parsed = parse(raw, settings, meta)
    assert isinstance(parsed, InboundMessage), parsed
    return parsed


def event(raw: bytes, meta: Mapping[str, str] | None = None) -> DeliveryEvent:
    parsed = parse(raw, OFF, meta)
    assert isinstance(parsed, DeliveryEvent), parsed
    return parsed
