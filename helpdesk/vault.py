"""Secrets at rest: sealed with a key derived from the desk's secret key."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals and opens small JSON objects, and derives the keys for tokens."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._fernet = Fernet(base64.urlsafe_b64encode(self.key("inbox secrets")))

    def key(self, purpose: str) -> bytes:
        """32 bytes that belong to one purpose only."""
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self._secret)

    def seal(self, values: dict[str, Any]) -> str:
        return self._fernet.encrypt(json.dumps(values).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """What ``seal`` was given. Raises cryptography's InvalidToken under another key."""
        opened: dict[str, Any] = json.loads(self._fernet.decrypt(sealed.encode()))
        return opened
