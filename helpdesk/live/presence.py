"""Which visitors' pages are open: written down once a minute, all in one go."""

from __future__ import annotations

import time

from helpdesk.actions import visitors
from helpdesk.desk import Desk

EVERY = 20.0  # seconds between two looks
AGAIN = 60.0  # seconds after which a visitor who is still here is written down again


class Presence:
    """The visitors with a socket in this process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._here: dict[str, str] = {}  # socket -> visitor
        self._written: dict[str, float] = {}
        self._look_at = 0.0

    def arrived(self, socket: str, visitor_id: str) -> None:
        self._here[socket] = visitor_id

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
            visitors.seen(self._desk, due)
            self._written |= dict.fromkeys(due, moment)
