"""The importer: a thread that takes in the files which wait, one after the other."""

from __future__ import annotations

from helpdesk import signals
from helpdesk.actions import import_work
from helpdesk.jobs.watch import Watch


class ImportThread(Watch):
    """Looks for runs that are due; stops between two batches, and the next start goes on there."""

    name = "importer"
    woken_by = (signals.import_due,)

    def look(self) -> None:
        for run in import_work.due(self._desk):
            import_work.work(self._desk, run, self._stop.is_set)
