"""One at a time in a folder, over all processes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Somebody else is at it."""


@contextmanager
def one_at_a_time(lock: Path, *, wait: bool) -> Iterator[None]:
    """Holds ``lock`` while the block runs. Without ``wait``, raises ``Busy`` when it is held."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
