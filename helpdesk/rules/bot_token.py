"""The bearer token by which the bot's actions read from the app."""

from __future__ import annotations

import hmac

KEY_PURPOSE = "bot api"


def is_right(given: str, expected: str) -> bool:
    """Whether the token is the right one, in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())
