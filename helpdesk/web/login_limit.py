"""How often a login may fail before it must wait: by network address, and by account."""

from __future__ import annotations

from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerMinute

from helpdesk.extensions import limiter
from helpdesk.web.current import desk

MINUTES = 5
CODES = RateLimitItemPerMinute(5, 15)  # tries of a second factor, by account


def is_reached(email: str) -> bool:
    return not all(limiter.limiter.test(_limit(), *key) for key in _keys(email))


def count(email: str) -> None:
    """One more login has failed."""
    for key in _keys(email):
        limiter.limiter.hit(_limit(), *key)


def takes_code(agent_id: int) -> bool:
    """Count one try of a second factor; whether it may be tried."""
    return bool(limiter.limiter.hit(CODES, "code", str(agent_id)))


def code_was_right(agent_id: int) -> None:
    limiter.limiter.clear(CODES, "code", str(agent_id))


def _limit() -> RateLimitItemPerMinute:
    return RateLimitItemPerMinute(desk().settings.login_attempts, MINUTES)


def _keys(email: str) -> list[tuple[str, str]]:
    return [
        ("login-address", get_remote_address()),
        ("login-account", email.strip().lower()[:200]),
    ]
