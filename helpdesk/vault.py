"""Secrets at rest and keys for tokens, under a ring of keys: the newest seals and signs, and what
the older ones sealed and signed still opens."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Ring = tuple[bytes, ...]
T = TypeVar("T")


class Vault:
    """Seals and opens small JSON objects, and derives the keys for tokens.

    ``reread`` tells the ring anew: another process may have rotated the keys meanwhile.
    """

    def __init__(self, *ring: bytes, reread: Callable[[], Ring] | None = None) -> None:
        self._reread = reread
        self._hold(ring)

    def _hold(self, ring: Ring) -> None:
        self._ring = ring
        self._fernets = [
            Fernet(base64.urlsafe_b64encode(_derived(secret, "inbox secrets"))) for secret in ring
        ]

    def key(self, purpose: str) -> bytes:
        """32 bytes that belong to one purpose only."""
        return _derived(self._ring[0], purpose)

    def keys(self, purpose: str) -> Ring:
        """The same of every key of the ring, the newest first: what was signed with any holds."""
        return tuple(_derived(secret, purpose) for secret in self._ring)

    def read(self, purpose: str, read: Callable[[bytes], T], wrong: type[Exception]) -> T:
        """``read(key)`` of the first key that it is not ``wrong`` for."""
        *others, last = self.keys(purpose)
        for key in others:
            try:
                return read(key)
            except wrong:
                continue
        return read(last)

    def seal(self, values: dict[str, Any]) -> str:
        return self._fernets[0].encrypt(json.dumps(values).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """What ``seal`` was given. Raises cryptography's InvalidToken under another key."""
        try:
            return self._open(sealed)
        except InvalidToken:
            if self._reread is None or (ring := self._reread()) == self._ring:
                raise
            self._hold(ring)
            return self._open(sealed)

    def _open(self, sealed: str) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(MultiFernet(self._fernets).decrypt(sealed.encode()))
        return opened

    def is_current(self, sealed: str) -> bool:
        """Whether it is sealed with the newest key."""
        try:
            self._fernets[0].decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True

    def fingerprint(self) -> str:
        """Which key is the newest, without saying anything of it."""
        return self.key("fingerprint").hex()[:16]


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)
