"""The worker: looks for due rows when it is woken, and at least every second.

There is no queue beside the database. A signal after a commit only makes the work start sooner,
so a crash at any moment loses nothing: the next look finds the row again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from helpdesk import signals
from helpdesk.actions import deliveries, intake, media, tickets
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.jobs.media import fetch
from helpdesk.models import now

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0  # seconds between two looks without a wake-up


@dataclass(frozen=True, slots=True)
class Job:
    """A sort of work: which rows are due, and what to do with one of them."""

    name: str
    due: Callable[[Desk], Sequence[int]]
    do: Callable[[Desk, int], object]


DELIVER = Job("deliver", deliveries.due, deliver)
JOBS = (
    Job("attach", intake.left_behind, intake.attach),
    DELIVER,
    Job("fetch", media.due, fetch),
)


class Worker:
    """Threads that do the due work of one desk."""

    name = "worker"

    def __init__(self, desk: Desk, jobs: Sequence[Job] = JOBS, threads: int = 0) -> None:
        self._desk = desk
        self._jobs = jobs
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._busy: set[tuple[str, int]] = set()
        self._guard = threading.Lock()
        self._pool = ThreadPoolExecutor(
            threads or desk.settings.job_threads, thread_name_prefix=f"{self.name}-job"
        )
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._looked = False

    def start(self) -> None:
        self._listen()
        self._thread.start()

    def _listen(self) -> None:
        signals.delivery_due.connect(self._delivery_due, sender=self._desk.database)
        signals.media_due.connect(self._woken, sender=self._desk.database)

    def stop(self) -> None:
        """Finish what is under way, start nothing new."""
        with self._guard:
            self._stop.set()
        self._wake.set()
        self._thread.join(timeout=10)
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def is_well(self) -> bool:
        """Whether the worker runs and its last look went through."""
        return self._thread.is_alive() and self._looked

    def _delivery_due(self, _sender: object, *, delivery: int, at: datetime) -> None:
        """Known by name and due now: it goes out without a look for it."""
        if at <= now():
            self._hand_out(DELIVER, delivery)

    def _woken(self, _sender: object, **_facts: Any) -> None:
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
                self._looked = True
            except Exception:
                self._looked = False
                log.exception("worker.look_failed")
            self._wake.wait(LOOK_EVERY)
            self._wake.clear()

    def look(self) -> None:
        """One look for due work; every row found is handed to a thread once."""
        self._wake_snoozed()
        for job in self._jobs:
            for row in job.due(self._desk):
                self._hand_out(job, row)

    def _wake_snoozed(self) -> None:
        tickets.wake_snoozed(self._desk)

    def _hand_out(self, job: Job, row: int) -> None:
        with self._guard:
            if (job.name, row) in self._busy or self._stop.is_set():
                return
            self._busy.add((job.name, row))
            self._pool.submit(self._do, job, row)

    def _do(self, job: Job, row: int) -> None:
        try:
            job.do(self._desk, row)
        except Exception:
            log.exception("job.failed", job=job.name, row=row)
        finally:
            with self._guard:
                self._busy.discard((job.name, row))
