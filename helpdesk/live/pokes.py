"""Telling the pages that a ticket has changed: its id and its version, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from helpdesk import signals
from helpdesk.desk import Desk
from helpdesk.live import rooms
from helpdesk.live.rooms import Audience

log = structlog.get_logger(__name__)

Emit = Callable[..., Any]


class Pokes:
    """Pokes the pages of one desk through ``emit``, which Socket.IO's server and managers have."""

    def __init__(self, desk: Desk, emit: Emit) -> None:
        self._desk = desk
        self._emit = emit

    def listen(self) -> None:
        """From now on every commit of this process is told, and needs no change row."""
        known = {signals.ticket_changed: self.poke, signals.receipt_taken: self.receipt}
        for signal, tell in known.items():
            signal.connect(_safely(tell), sender=self._desk.database, weak=False)
        signals.agent_told.connect(self._told, sender=self._desk.database, weak=False)
        self._desk.database.pokes = True

    def poke(self, ticket: int, version: int) -> None:
        """Tell the pages of everybody who may know of the ticket."""
        audience = self._audience(ticket)
        if audience is not None:
            news = {"ticket": ticket, "version": version}
            self._tell("poke", news, audience.agents, "/agents")
            self._tell("poke", news, [rooms.visitor(v) for v in audience.visitors], "/chat")

    def receipt(self, ticket: int, version: int) -> None:
        """Tell the agents' pages that show the ticket: the queue looks as it did."""
        audience = self._audience(ticket)
        if audience is not None:
            news = {"ticket": ticket, "version": version}
            self._tell("receipt", news, [rooms.ticket(ticket, audience.private_team)], "/agents")

    def _told(self, _sender: object, *, agent: int) -> None:
        """There is something new behind an agent's bell; what, their pages ask."""
        try:
            self._emit("told", {}, room=[rooms.agent(agent)], namespace="/agents")
        except Exception:  # the row stands; the bell finds out by its next look
            log.exception("told.failed", agent=agent)

    def _audience(self, ticket: int) -> Audience | None:
        with self._desk.read() as session:
            return rooms.audience(session, ticket)

    def _tell(self, event: str, news: dict[str, int], to: list[str], namespace: str) -> None:
        if to:
            self._emit(event, news, room=to, namespace=namespace)


def _safely(tell: Callable[[int, int], None]) -> Callable[..., None]:
    def told(_sender: object, *, ticket: int, version: int) -> None:
        try:
            tell(ticket, version)
        except Exception:  # the commit stands; pages find out by their next look
            log.exception("poke.failed", ticket=ticket)

    return told
