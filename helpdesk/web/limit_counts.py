"""Where the limits' counts are kept when there is no Redis: in this process."""

from __future__ import annotations

import time

from limits.storage import MemoryStorage

SWEEP_EVERY = 10.0  # seconds


class LimitCounts(MemoryStorage):
    """The counts of ``limits``, swept now and then: it would start a thread at every single hit."""

    STORAGE_SCHEME = ["helpdesk"]  # noqa: RUF012  declared so by limits
    URI = "helpdesk://"

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str):
        super().__init__(uri, wrap_exceptions, **options)
        self._sweep_at = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_EVERY
            return super().incr(key, expiry, amount)
        self.get(key)  # forgets a count that is over
        with self.locks[key]:
            self.storage[key] += amount
            if self.storage[key] == amount:
                self.expirations[key] = time.time() + expiry
            return self.storage[key]
