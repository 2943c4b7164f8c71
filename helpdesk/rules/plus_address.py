"""The plus-address of a ticket: ``support+t42.k3j5...@shop.example``.

The token is an HMAC over the inbox and the ticket, so that nobody can make one up. It proves
that the writer was sent it, not who they are. Mail systems may change the case, so the alphabet
has one case only (RFC 4648 base32, lower case).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_TOKEN_BYTES = 10  # 80 bits, 16 characters
_TAG = re.compile(r"t([1-9][0-9]{0,8})\.([a-z2-7]{16})")


def make(inbox_address: str, ticket_id: int, key: bytes) -> str:
    """The address to which replies to this ticket are sent."""
    local, _, domain = inbox_address.rpartition("@")
    return f"{local}+t{ticket_id}.{_token(inbox_address, ticket_id, key)}@{domain}"


def read(address: str, inbox_address: str, key: bytes) -> int | None:
    """The ticket that a valid plus-address of this inbox names, or None."""
    local, _, domain = inbox_address.strip().lower().rpartition("@")
    prefix, suffix = f"{local}+", f"@{domain}"
    address = address.strip().lower()
    if not (address.startswith(prefix) and address.endswith(suffix)):
        return None
    match = _TAG.fullmatch(address[len(prefix) : len(address) - len(suffix)])
    if match is None:
        return None
    ticket = int(match[1])
    wanted = _token(inbox_address, ticket, key)
    return ticket if hmac.compare_digest(match[2], wanted) else None


def _token(inbox_address: str, ticket_id: int, key: bytes) -> str:
    text = f"{inbox_address.strip().lower()}\n{ticket_id}".encode()
    digest = hmac.new(key, text, hashlib.sha256).digest()[:_TOKEN_BYTES]
    return base64.b32encode(digest).decode().lower()
