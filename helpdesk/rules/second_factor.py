"""Codes of an authenticator app (RFC 6238), and the codes that stand in for a lost one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode
from datetime import datetime

import pyotp

PERIOD = 30  # seconds that one code is shown
RECOVERY_CODES = 10


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, account: str, company: str) -> str:
    """What the QR code says: an otpauth:// address."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=company)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is: the present one or a neighbour (a phone's clock may be
    off by half a minute). None for a wrong code. Constant-time."""
    now = int(at.timestamp()) // PERIOD
    app = pyotp.TOTP(secret)
    given = _plain(code).encode()
    fits = [n for n in (now - 1, now, now + 1) if _same(app.generate_otp(n).encode(), given)]
    return fits[-1] if fits else None


def new_recovery_codes() -> tuple[str, ...]:
    """80 random bits each, in groups of four letters and digits."""
    return tuple(
        _grouped(b32encode(secrets.token_bytes(10)).decode()) for _ in range(RECOVERY_CODES)
    )


def digest(recovery_code: str) -> str:
    """What is kept of a recovery code: a plain hash is enough for 80 random bits."""
    return hashlib.sha256(_plain(recovery_code).encode()).hexdigest()


def _grouped(letters: str) -> str:
    return "-".join(letters[n : n + 4].lower() for n in range(0, len(letters), 4))


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()[:64]


def _same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)
