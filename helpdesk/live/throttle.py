"""Letting through only so many of a socket's signs of life."""

from __future__ import annotations

import time

EVERY = 2.0  # seconds


class Throttle:
    """At most one sign in ``every`` seconds from each socket."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._last: dict[str, float] = {}

    def lets_through(self, socket: str) -> bool:
        moment = time.monotonic()
        if moment - self._last.get(socket, -self._every) < self._every:
            return False
        self._last[socket] = moment
        return True

    def forget(self, socket: str) -> None:
        self._last.pop(socket, None)
