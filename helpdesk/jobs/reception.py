"""The built-in mail listener: anybody on this machine can send the desk a mail."""

from __future__ import annotations

import structlog

from channels.email.listener import CannotListen, HandedIn, Listener
from helpdesk.actions import intake
from helpdesk.actions.inboxes import email_inbox_for
from helpdesk.actions.ingest import accept_mail
from helpdesk.desk import Desk

log = structlog.get_logger(__name__)


class Reception:
    """Listens where HELPDESK_SMTP_LISTEN says; keeps each mail before it says 250."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._listener: Listener | None = None

    def start(self) -> None:
        settings = self._desk.settings
        if not settings.smtp_listen:
            return
        host, _, port = settings.smtp_listen.rpartition(":")
        try:
            listener = Listener(
                host or "127.0.0.1",
                int(port),
                self._accept,
                self._knows,
                "lmtp" if settings.lmtp else "smtp",
                settings.max_mail_bytes,
            )
            listener.start()
        except (CannotListen, ValueError, OverflowError) as fault:
            log.error("reception.closed", reason=str(fault), setting="HELPDESK_SMTP_LISTEN")
            return
        self._listener = listener

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.stop()

    def _knows(self, address: str) -> bool:
        return email_inbox_for(self._desk, address) is not None

    def _accept(self, mail: HandedIn) -> None:
        """One envelope an inbox that was addressed; the same mail in two is one message."""
        inboxes = {email_inbox_for(self._desk, address) for address in mail.rcpt_to} - {None}
        for inbox_id in inboxes:
            assert inbox_id is not None
            kept = accept_mail(
                self._desk, inbox_id, mail.raw, source="smtp", mail_from=mail.mail_from,
                rcpt_to=mail.rcpt_to, peer=mail.peer, helo=mail.helo,
            )  # fmt: skip
            intake.attach(self._desk, kept.envelope_id)
