"""Email as one of the desk's channels."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from channels.base import Channel
from channels.email.compose import compose
from channels.email.outbox import capture
from channels.email.parse import MAX_RAW, parse_mail
from channels.email.send import connected, send_mail
from channels.email.settings import EmailSettings
from channels.email.zone import Lookup
from channels.message import ContactKind, OutboundMessage, Parsed, RawEnvelope, Receipt


class EmailChannel(Channel[EmailSettings]):
    """Mail in by IMAP, SMTP, LMTP or the command line; mail out by SMTP or into the outbox.

    ``outbox_dir`` is where mail is captured while an inbox has no SMTP server. ``dns`` replaces
    DNS for the checks of senders (``channels.email.zone``). A mail of more than ``max_bytes`` is
    not read.
    """

    name: ClassVar[str] = "email"
    contact_kind: ClassVar[ContactKind] = ContactKind.EMAIL
    settings_model: ClassVar[type[EmailSettings]] = EmailSettings
    has_subject: ClassVar[bool] = True
    resend_is_safe: ClassVar[bool] = True  # one Message-ID, however often

    def __init__(
        self, outbox_dir: Path, dns: Lookup | None = None, max_bytes: int = MAX_RAW
    ) -> None:
        self._outbox_dir = outbox_dir
        self._dns = dns
        self._max_bytes = max_bytes

    def parse(self, envelope: RawEnvelope, settings: EmailSettings) -> Parsed:
        return parse_mail(envelope, settings, self._dns, self._max_bytes)

    def send(self, message: OutboundMessage, settings: EmailSettings) -> Receipt:
        raw = compose(message, settings)
        if not settings.smtp_host:
            return capture(self._outbox_dir, message.key, raw)
        own = message.return_path if settings.bounce_addresses else ""
        return send_mail(raw, own or message.sender.value, message.recipient, settings)

    def check(self, settings: EmailSettings) -> None:
        """Log in where the settings say so. Raises with the cure."""
        if settings.smtp_host:
            with connected(settings) as client:
                client.noop()
        if settings.imap_host:
            from channels.email.mailbox import Mailbox

            with Mailbox(settings):
                pass
