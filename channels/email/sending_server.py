"""Which server sent a mail, as far as that can be believed: the one that SPF is asked about.

Mail that came to our own listener was handed in by the peer of its connection. A peer that the
settings call a relay passes on what others sent: of the server before it only the Received line of
the receiving server in the settings tells, as for mail of a mailbox. Any other peer is the sending
server itself, and may have written into the mail what it likes: no line of it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from channels.email.headers import addresses
from channels.email.relays import Ip, address, is_relay
from channels.email.settings import EmailSettings
from channels.email.structure import Part

_RECEIVED = re.compile(
    r"\s*from\s+(\S{1,255}).{0,400}?\[(?:ipv6:)?([0-9a-f.:]{2,45})\].{0,600}?\sby\s+(\S{1,255})",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class SendingServer:
    """Its address, what it said in HELO, and the MAIL FROM; that of the null sender is
    ``postmaster@HELO`` (RFC 7208, 2.4)."""

    ip: Ip
    helo: str
    sender: str

    @property
    def mailed(self) -> str:
        """The domain that SPF is asked of."""
        return self.sender.rpartition("@")[2].lower()


def sending_server(
    mail: Part, meta: Mapping[str, str], settings: EmailSettings
) -> SendingServer | None:
    """The server that sent the mail; None where nobody whom we believe says which it was."""
    peer = stranger(meta, settings)
    if peer is not None:
        return _server(peer, meta.get("helo", ""), meta.get("mail_from", ""))
    before = _before(mail, settings.trusted_authserv)
    return _server(*before, _mail_from(mail, meta)) if before else None


def stranger(meta: Mapping[str, str], settings: EmailSettings) -> Ip | None:
    """The peer that handed the mail to our listener; None when it is a relay of ours, or when the
    mail came another way."""
    peer = address(meta.get("peer", ""))
    return peer if peer is not None and not is_relay(peer, settings.relays) else None


def _server(ip: Ip, helo: str, mail_from: str) -> SendingServer:
    name = helo.strip("[]").lower()
    return SendingServer(ip, name, mail_from or f"postmaster@{name}")


def _mail_from(mail: Part, meta: Mapping[str, str]) -> str:
    """As our listener heard it; else as the server of the mailbox wrote it down."""
    if meta.get("peer"):
        return meta.get("mail_from", "")
    mailed = addresses(mail.values("return-path"))
    return mailed[0].value if mailed else ""


def _before(mail: Part, trusted: str) -> tuple[Ip, str] | None:
    """Who handed the mail to the trusted server, by its own, topmost Received line."""
    for value in mail.values("received")[:10]:
        found = _RECEIVED.match(value[:2_000])
        if found and trusted and found[3].rstrip(";").lower() == trusted.strip().lower():
            ip = address(found[2])
            return (ip, found[1]) if ip is not None else None
    return None
