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
from typing import ClassVar

import structlog
from blinker import Signal

from helpdesk import signals
from helpdesk.actions import deliveries, held, intake, media, scanning, tickets
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.jobs.media import fetch
from helpdesk.jobs.scan import scan
from helpdesk.jobs.watch import Watch
from helpdesk.models import now

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A sort of work: which rows are due, and what to do with one of them."""

    name: str
    due: Callable[[Desk], Sequence[int]]
    do: Callable[[Desk, int], object]


DELIVER = Job("deliver", deliveries.due, deliver)
JOBS = (
    Job("attach", intake.left_behind, intake.attach),
    Job("let out", held.due, held.let_out),
    DELIVER,
    Job("fetch", media.due, fetch),
    Job("scan", scanning.due, scan),
)


class Worker(Watch):
    """Threads that do the due work of one desk."""

    name = "worker"
    every = 1.0
    woken_by: ClassVar[tuple[Signal, ...]] = (signals.media_due,)

    def __init__(self, desk: Desk, jobs: Sequence[Job] = JOBS, threads: int = 0) -> None:
        super().__init__(desk)
        self._jobs = jobs
        self._busy: set[tuple[str, int]] = set()
        self._guard = threading.Lock()
        self._pool = ThreadPoolExecutor(
            threads or desk.settings.job_threads, thread_name_prefix=f"{self.name}-job"
        )

    def start(self) -> None:
        self._listen()
        super().start()

    def _listen(self) -> None:
        signals.delivery_due.connect(self._delivery_due, sender=self._desk.database)

    def stop(self) -> None:
        """Finish what is under way, start nothing new."""
        with self._guard:
            self._stop.set()
        super().stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _delivery_due(self, _sender: object, *, delivery: int, at: datetime) -> None:
        """Known by name and due now: it goes out without a look for it."""
        if at <= now():
            self._hand_out(DELIVER, delivery)

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
