"""Telling the pages that a ticket has changed: its id and its version, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from helpdesk import signals
from helpdesk.desk import Desk
from helpdesk.live import rooms

log = structlog.get_logger(__name__)

Emit = Callable[..., Any]


class Pokes:
    """Pokes the pages of one desk through ``emit``, which Socket.IO's server and managers have."""

    def __init__(self, desk: Desk, emit: Emit) -> None:
        self._desk = desk
        self._emit = emit

    def listen(self) -> None:
        """From now on every commit of this process is told, and needs no change row."""
        signals.ticket_changed.connect(self._changed, sender=self._desk.database, weak=False)
        self._desk.database.pokes = True

    def _changed(self, _sender: object, *, ticket: int, version: int) -> None:
        try:
            self.poke(ticket, version)
        except Exception:  # the commit stands; pages find out by their next look
            log.exception("poke.failed", ticket=ticket)

    def poke(self, ticket: int, version: int) -> None:
        """Tell the pages of everybody who may know of the ticket."""
        with self._desk.read() as session:
            audience = rooms.audience(session, ticket)
        if audience is None:
            return
        news = {"ticket": ticket, "version": version}
        self._tell(news, audience.agents, "/agents")
        self._tell(news, [rooms.visitor(each) for each in audience.visitors], "/chat")

    def _tell(self, news: dict[str, int], to: list[str], namespace: str) -> None:
        if to:
            self._emit("poke", news, room=to, namespace=namespace)
