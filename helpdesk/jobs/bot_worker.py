"""The threads that take the bot's turns: apart from the other jobs, which a slow Rasa never holds
up, and woken the moment a turn is due."""

from __future__ import annotations

import threading
from datetime import datetime

from sqlalchemy import select

from helpdesk import signals
from helpdesk.actions import bot_turns
from helpdesk.desk import Desk
from helpdesk.jobs.bot_turn import take_turn
from helpdesk.jobs.rasa import Rasa
from helpdesk.jobs.worker import Job, Worker
from helpdesk.models import Inbox, now


class BotWorker(Worker):
    """Takes every turn that is due; a turn whose worker died is found again by its lease."""

    name = "bot"
    woken_by = ()

    def __init__(self, desk: Desk) -> None:
        self.rasa = Rasa(desk.settings.bot_url)
        self._turn = Job("bot", bot_turns.due, self._take)
        super().__init__(desk, (self._turn,), desk.settings.bot_threads)

    def start(self) -> None:
        super().start()
        self._pool.submit(self._warm_up)

    def _warm_up(self) -> None:
        """Read the encoder before a customer waits for it, where a bot is on."""
        with self._desk.read() as session:
            is_on = any(each.get("bot") for each in session.scalars(select(Inbox.settings)))
        if is_on:
            self._desk.library  # noqa: B018  opening it is what is wanted

    def _listen(self) -> None:
        signals.bot_turn_due.connect(self._turn_due, sender=self._desk.database)

    def _turn_due(self, _sender: object, *, turn: int, at: datetime) -> None:
        """Taken at its time; one whose time was put off meanwhile is not due then."""
        wait = max((at - now()).total_seconds(), 0.0)
        timer = threading.Timer(wait + 0.005, self._hand_out, (self._turn, turn))
        timer.daemon = True
        timer.start()

    def _take(self, desk: Desk, turn_id: int) -> None:
        take_turn(desk, self.rasa, turn_id)

    def _wake_snoozed(self) -> None:
        """That is the other worker's."""
