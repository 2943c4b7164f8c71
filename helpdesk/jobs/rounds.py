"""What is done every so often: one thread walks all the rounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from helpdesk.actions import (
    customer_words,
    duplicates,
    idempotent_replies,
    pools,
    search_index,
    service_clock,
    stages,
)
from helpdesk.actions.sessions import forget_old
from helpdesk.actions.tasks import tell_what_is_due
from helpdesk.desk import Desk
from helpdesk.jobs import surveys
from helpdesk.jobs.reconciliation import reconcile_due
from helpdesk.jobs.upkeep import collect_files

log = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between two looks at the clock, at most
REST = 4.0  # a batch is followed by a rest this many times as long as it took


@dataclass(frozen=True, slots=True)
class Round:
    """Work that is due every ``every`` seconds.

    ``work`` looks for rows that are due, by a session that reads, and does each in a transaction
    of its own: several processes may walk at once, and one that dies is followed by the next
    round. ``in_batches``: it does one batch a call and says how much that was. While there is
    more, the next one follows after a rest: catching up takes a fifth of a core, no matter how
    much was left, and the others get their turn.
    """

    name: str
    every: float
    work: Callable[[Desk], object]
    in_batches: bool = False

    def pause(self, did: object, took: float) -> float:
        """The seconds until it is due again, after ``work`` said ``did`` and took so long."""
        return min(self.every, took * REST) if self.in_batches and did else self.every


ROUNDS = (
    Round("reconciliations", 2.0, reconcile_due),
    Round("search words", 2.0, search_index.reindex_due, in_batches=True),
    Round("clocks", 10.0, service_clock.mark_late, in_batches=True),
    Round("reminders", 10.0, tell_what_is_due),
    Round("customer words", 60.0, customer_words.index_missing, in_batches=True),
    Round("changed customers", 2.0, customer_words.index_due, in_batches=True),
    Round("stages", 10.0, stages.compute_due, in_batches=True),
    Round("surveys", 3.0, surveys.ask),
    Round("files", 3600.0, collect_files),
    Round("sessions", 3600.0, forget_old),
    Round("idempotent replies", 3600.0, idempotent_replies.forget_old),
    Round("idle customers", 3600.0, pools.release_idle),
    Round("duplicates", 6 * 3600.0, duplicates.find),
)


class Rounds:
    """A thread that walks ``rounds``; one that fails is logged and comes again."""

    def __init__(self, desk: Desk, rounds: tuple[Round, ...] = ROUNDS) -> None:
        self._desk = desk
        self._due = {each: time.monotonic() + each.every for each in rounds}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(self._until_due()):
            for each in [each for each, at in self._due.items() if at <= time.monotonic()]:
                self._walk(each)

    def _until_due(self) -> float:
        return max(0.0, min(LOOK, min(self._due.values()) - time.monotonic()))

    def _walk(self, each: Round) -> None:
        began, did = time.monotonic(), None
        try:
            did = each.work(self._desk)
        except Exception:
            log.exception("round.failed", round=each.name)
        ended = time.monotonic()
        self._due[each] = ended + each.pause(did, ended - began)
