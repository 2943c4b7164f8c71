"""How long tests wait for what a desk does by itself, and what its work may cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

YARDSTICK = 0.03  # seconds that the sum of ``slowness`` takes where the limits were set


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


@contextmanager
def costs_under(seconds: float) -> Iterator[None]:
    """Fail when the block takes more processor time than ``seconds`` of the usual machine."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    if spent >= seconds:
        allowed = seconds * slowness()
        assert spent < allowed, f"{spent:.2f} s of processor time, at most {allowed:.2f} s"


def slowness() -> float:
    """How many times slower this machine is now than the usual one; at least 1.

    A core that shares its parts with a busy neighbour counts its time all the same.
    """
    taken = []
    for _ in range(3):
        began = time.process_time()
        total = 0
        for number in range(500_000):
            total += number
        taken.append(time.process_time() - began)
    return max(1.0, min(taken) / YARDSTICK)
