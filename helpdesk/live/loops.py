"""What runs beside the sockets, from the first connection on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

EVERY = 0.5  # seconds

Look = Callable[[], None]


class Loops:
    """Calls each of its looks twice a second.

    It starts with the first socket: a process that forks later, or serves no sockets, is left
    alone. Threads or greenlets, as the server has them.
    """

    def __init__(self, server: Any, *looks: Look) -> None:
        self._server = server
        self._looks = list(looks)
        self._guard = threading.Lock()
        self._runs = False

    def add(self, look: Look) -> None:
        self._looks.append(look)

    def start(self) -> None:
        """Start, unless it runs already."""
        with self._guard:
            if not self._runs:
                self._runs = True
                self._server.start_background_task(self._run)

    def stop(self) -> None:
        self._runs = False

    def _run(self) -> None:
        while self._runs:
            for look in self._looks:
                self._safely(look)
            self._server.sleep(EVERY)

    def _safely(self, look: Look) -> None:
        try:
            look()
        except Exception:
            log.exception("live.look_failed")
            self._server.sleep(EVERY * 10)
