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
_BOUNCE = re.compile(r"b([1-9][0-9]{0,8})\.([a-z2-7]{16})")
_TAG = re.compile(r"t([1-9][0-9]{0,8})\.([a-z2-7]{16})")


def make(inbox_address: str, ticket_id: int, key: bytes) -> str:
    """The address to which replies to this ticket are sent."""
    local, _, domain = inbox_address.rpartition("@")
    return f"{local}+t{ticket_id}.{_token(inbox_address, ticket_id, key)}@{domain}"


def read(address: str, inbox_address: str, key: bytes) -> int | None:
    """The ticket that a valid plus-address of this inbox names, or None."""
    found = _signed(_TAG, address, inbox_address)
    return _valid(found, inbox_address, "", key) if found else None


def make_bounce(inbox_address: str, delivery_id: int, key: bytes) -> str:
    """The address to which what becomes of one delivery is returned (VERP)."""
    local, _, domain = inbox_address.rpartition("@")
    return f"{local}+b{delivery_id}.{_token(inbox_address, delivery_id, key, 'bounce')}@{domain}"


def read_bounce(address: str, inbox_address: str, key: bytes) -> int | None:
    """The delivery that a valid bounce address of this inbox names, or None."""
    found = _signed(_BOUNCE, address, inbox_address)
    return _valid(found, inbox_address, "bounce", key) if found else None


def _signed(pattern: re.Pattern[str], address: str, inbox_address: str) -> re.Match[str] | None:
    local, _, domain = inbox_address.strip().lower().rpartition("@")
    prefix, suffix = f"{local}+", f"@{domain}"
    address = address.strip().lower()
    if not (address.startswith(prefix) and address.endswith(suffix)):
        return None
    return pattern.fullmatch(address[len(prefix) : len(address) - len(suffix)])


def _valid(found: re.Match[str], inbox_address: str, purpose: str, key: bytes) -> int | None:
    number = int(found[1])
    wanted = _token(inbox_address, number, key, purpose)
    return number if hmac.compare_digest(found[2], wanted) else None


def base(address: str) -> str:
    """``support+t4.x@shop.example`` is our ``support@shop.example``."""
    local, _, domain = address.strip().casefold().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _token(inbox_address: str, number: int, key: bytes, purpose: str = "") -> str:
    text = f"{inbox_address.strip().lower()}\n{number}{purpose and chr(10) + purpose}".encode()
    digest = hmac.new(key, text, hashlib.sha256).digest()[:_TOKEN_BYTES]
    return base64.b32encode(digest).decode().lower()
