"""Everything that works in the background of one desk: workers, mailboxes, indexer, rounds, ..."""

from __future__ import annotations

from helpdesk.desk import Desk
from helpdesk.jobs.bot_worker import BotWorker
from helpdesk.jobs.importer import ImportThread
from helpdesk.jobs.indexer import Indexer
from helpdesk.jobs.mailboxes import Mailboxes
from helpdesk.jobs.reception import Reception
from helpdesk.jobs.rounds import Rounds
from helpdesk.jobs.worker import Worker


class Crew:
    """Starts and stops the background threads together."""

    def __init__(self, desk: Desk) -> None:
        self.worker = Worker(desk)
        self._bot = BotWorker(desk)
        self._parts = (
            self.worker,
            self._bot,
            Reception(desk),
            Mailboxes(desk),
            Indexer(desk),
            ImportThread(desk),
            Rounds(desk),
        )

    def start(self) -> None:
        for part in self._parts:
            part.start()

    def stop(self) -> None:
        for part in reversed(self._parts):
            part.stop()

    @property
    def is_well(self) -> bool:
        return self.worker.is_well and self._bot.is_well
