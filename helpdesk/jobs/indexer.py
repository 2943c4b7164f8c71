"""The indexer: keeps the knowledge base's index in step with the articles.

Small changes are taken in here. Making the index anew costs the processor a minute when nothing
of it is left, so a process of its own does that, behind everything else that runs.
"""

from __future__ import annotations

import os
import subprocess
import sys

import structlog

from helpdesk import signals
from helpdesk.actions import knowledge_index
from helpdesk.jobs.watch import Watch

log = structlog.get_logger(__name__)

REBUILD = "import os; os.nice(15); from helpdesk.cli import main; main(['kb', 'reindex'])"


class Indexer(Watch):
    """A thread that looks for changes of articles, and for an index that is lost."""

    name = "indexer"
    after_failure = 60.0
    woken_by = (signals.index_due,)

    def begin(self) -> None:
        """Read the encoder's weights before the first customer asks: it takes seconds."""
        try:
            if self._desk.encoder is not None:
                self._desk.encoder.encode(["hello", "您好"])
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
