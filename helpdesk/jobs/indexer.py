"""The indexer: keeps the knowledge base's index in step with the articles.

Small changes are taken in here. Making the index anew costs the processor a minute when nothing
of it is left, so a process of its own does that, behind everything else that runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any

import structlog

from helpdesk import signals
from helpdesk.actions import knowledge_index
from helpdesk.desk import Desk

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0  # seconds between two looks without a wake-up
AFTER_FAILURE = 60.0
REBUILD = "import os; os.nice(15); from helpdesk.cli import main; main(['kb', 'reindex'])"


class Indexer:
    """A thread that looks for changes of articles, and for an index that is lost."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        signals.index_due.connect(self._woken, sender=self._desk.database)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=10)

    def _woken(self, _sender: object, **_facts: Any) -> None:
        self._wake.set()

    def _run(self) -> None:
        self._warm_up()
        while not self._stop.is_set():
            pause = LOOK_EVERY
            try:
                self.look()
            except Exception:
                log.exception("indexer.failed")
                pause = AFTER_FAILURE
            self._wake.wait(pause)
            self._wake.clear()

    def _warm_up(self) -> None:
        """Read the encoder's weights before the first customer asks: it takes seconds."""
        try:
            if self._desk.encoder is not None:
                self._desk.encoder.encode(["hello", "您好"], question=True)
        except Exception:
            log.exception("indexer.no_encoder")

    def look(self) -> None:
        """One look: take in what changed, or have the index made anew."""
        match knowledge_index.due(self._desk):
            case "rebuild":
                self._rebuild()
            case "changes":
                knowledge_index.catch_up(self._desk)

    def _rebuild(self) -> None:
        settings = self._desk.settings
        environment = os.environ | {
            "HELPDESK_DATABASE_URL": settings.database,
            "HELPDESK_DATA_DIR": str(settings.data_dir.absolute()),
            "HELPDESK_ENCODER": settings.encoder,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        child = subprocess.Popen(  # noqa: S603  our own words
            [sys.executable, "-c", REBUILD],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while child.poll() is None:
            if self._stop.wait(0.2):
                child.terminate()
                child.wait(5)
                return
        if child.returncode:
            raise RuntimeError(f"helpdesk kb reindex ended with {child.returncode}")
