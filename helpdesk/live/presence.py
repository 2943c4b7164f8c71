"""Whose pages are open: written down once a minute, all in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

EVERY = 20.0  # seconds between two looks
AGAIN = 60.0  # seconds after which who is still here is written down again

Who = TypeVar("Who", bound=Hashable)


class Presence(Generic[Who]):
    """Those with a socket in this process: visitors by their ids, or agents by their sessions."""

    def __init__(self, write_down: Callable[[set[Who]], None]) -> None:
        self._write_down = write_down
        self._here: dict[str, Who] = {}  # by socket
        self._written: dict[Who, float] = {}
        self._look_at = 0.0

    def arrived(self, socket: str, who: Who) -> None:
        self._here[socket] = who

    def left(self, socket: str) -> None:
        self._here.pop(socket, None)

    def look(self) -> None:
        """Write down who is here, unless that was done a moment ago."""
        moment = time.monotonic()
        if moment < self._look_at:
            return
        self._look_at = moment + EVERY
        here = set(dict(self._here).values())
        self._written = {who: at for who, at in self._written.items() if moment - at < AGAIN}
        due = here - self._written.keys()
        if due:
            self._write_down(due)
            self._written |= dict.fromkeys(due, moment)
