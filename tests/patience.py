"""Waiting for what a running desk does by itself."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], seconds: float = 15) -> None:
    """Return once ``condition`` holds; fail with its last fault after ``seconds``."""
    deadline = time.monotonic() + seconds
    fault: Exception | None = None
    while time.monotonic() < deadline:
        try:
            if condition():
                return
            fault = None
        except (AssertionError, LookupError) as error:
            fault = error
        time.sleep(0.05)
    raise AssertionError(f"still not so after {seconds} s") from fault
