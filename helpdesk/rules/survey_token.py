"""The token in the address of a survey: the invitation's number, and a seal that nobody can guess.

It proves that whoever has it was sent it, or was given it by who was. It is never stored: it
follows from the invitation's nonce and the desk's key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

KEY_PURPOSE = "survey invitations"
_BYTES = 15  # 120 bits, 24 characters
_TOKEN = re.compile(r"([1-9][0-9]{0,8})-([a-z2-7]{24})", re.ASCII)


def make(invitation: int, nonce: str, key: bytes) -> str:
    return f"{invitation}-{_seal(invitation, nonce, key)}"


def invitation_of(token: str) -> int | None:
    """The invitation that the token names; whether it may is for ``holds`` to say."""
    found = _TOKEN.fullmatch(token)
    return int(found[1]) if found else None


def holds(token: str, invitation: int, nonce: str, key: bytes) -> bool:
    return hmac.compare_digest(token.encode(), make(invitation, nonce, key).encode())


def _seal(invitation: int, nonce: str, key: bytes) -> str:
    digest = hmac.new(key, f"{invitation}\n{nonce}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:_BYTES]).decode().lower()
