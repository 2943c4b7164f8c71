"""Looking for due work: at once when a signal wakes, and every so often without one."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import structlog
from blinker import Signal

from helpdesk.desk import Desk

log = structlog.get_logger(__name__)


class Watch(ABC):
    """A thread of its own that looks, again and again, until it is stopped.

    A wake-up that is lost delays the work and loses none, since the next look finds it. A look
    that fails is logged, and comes again ``after_failure`` seconds later.
    """

    name: ClassVar[str]
    every: ClassVar[float] = 2.0  # seconds between two looks without a wake-up
    after_failure: ClassVar[float | None] = None  # None: no longer than after any other look
    woken_by: ClassVar[tuple[Signal, ...]] = ()

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._looked = False

    def start(self) -> None:
        for signal in self.woken_by:
            signal.connect(self._woken, sender=self._desk.database)
        self._thread.start()

    def stop(self) -> None:
        """Finish the look that is under way, begin no other."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=10)

    @property
    def is_well(self) -> bool:
        """Whether the thread runs and its last look went through."""
        return self._thread.is_alive() and self._looked

    def _woken(self, _sender: object, **_facts: Any) -> None:
        self._wake.set()

    def _run(self) -> None:
        self.begin()
        while not self._stop.is_set():
            pause = self.every
            try:
                self.look()
                self._looked = True
            except Exception:
                self._looked = False
                log.exception("watch.look_failed", watch=self.name)
                pause = self.after_failure or self.every
            self._wake.wait(pause)
            self._wake.clear()

    def begin(self) -> None:
        """What the thread does once, before its first look. Must not raise."""
        return

    @abstractmethod
    def look(self) -> None:
        """Do, or hand out, whatever is due by now."""
