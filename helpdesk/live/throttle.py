"""Letting through only so many of a socket's signs of life."""

from __future__ import annotations

import time

EVERY = 2.0  # seconds


class Throttle:
    """At most one sign in two seconds from each socket."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def lets_through(self, socket: str) -> bool:
        moment = time.monotonic()
        if moment - self._last.get(socket, -EVERY) < EVERY:
            return False
        self._last[socket] = moment
        return True

    def forget(self, socket: str) -> None:
        self._last.pop(socket, None)
