"""One request at a time, in the order in which they came.

Threads share one interpreter. Twenty requests that all work at once hand it over at each of their
statements, and all are slow; one after the other each is as quick as if it were alone, and nobody
waits longer on the whole. `python -m benchmarks.chat` had its 95th percentile at 133 ms with two
places, 105 ms with one, and 80 ms with one that is handed over in order.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 1
PATIENCE = 0.25  # seconds; who is before us may wait for a slow upload, so then we go on anyway


class Turnstile:
    """WSGI middleware around ``app``, for a server with threads.

    A place is handed to whoever waits longest: a semaphore would give it to a request that came
    just now, whose thread runs already.
    """

    def __init__(
        self, app: WSGIApplication, at_once: int = AT_ONCE, patience: float = PATIENCE
    ) -> None:
        self._app = app
        self._patience = patience
        self._lock = threading.Lock()
        self._free = at_once
        self._waiting: deque[threading.Lock] = deque()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        has_place = self._enter()
        try:
            return self._app(environ, start)
        finally:
            if has_place:
                self._leave()

    def _enter(self) -> bool:
        """Wait for a place; False once patience has run out, and the request goes on without."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=self._patience):
            return True
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it was handed over at the last moment

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
